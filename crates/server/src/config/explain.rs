//! `rollcall config check`: what each setting is, where that came from, and what
//! it means.

use super::error::ConfigError;
use super::keys::{Default, Setting};
use super::layers::Settings;
use super::{Config, MasterKeySource, TlsSource};
use ipnet::IpNet;
use std::fmt::Write as _;

/// Explains every setting, or says what is wrong with one.
pub fn explain(settings: &Settings) -> Result<String, ConfigError> {
    let config = Config::read(settings)?;
    let mut out = String::new();
    for setting in Setting::ALL {
        let facts = setting.facts();
        let shown = shown(*setting, settings, &config);
        let origin = settings.origin(*setting);
        let default = match facts.default {
            Default::Value("") => "none",
            Default::Value(value) => value,
            Default::Described(words) => words,
        };
        // Writing to a String cannot fail.
        let _ = write!(
            out,
            "{} = {shown}\n    from:     {origin}\n    default:  {default}\n    accepts:  {}\n    set by:   {}\n{}\n",
            facts.name,
            facts.accepts,
            ways(*setting),
            wrapped(facts.about),
        );
    }
    Ok(out)
}

/// The effective value; a secret is only said to be there.
fn shown(setting: Setting, settings: &Settings, config: &Config) -> String {
    if setting.facts().secret {
        let given = settings.given(setting).is_some();
        return if given {
            "(set, not shown)"
        } else {
            "(not set)"
        }
        .to_owned();
    }
    match setting {
        Setting::PublicUrl => config.public_url_at(config.listen).to_string(),
        Setting::MasterKeyFile => match &config.store.master_key {
            MasterKeySource::File(path) => path.display().to_string(),
            MasterKeySource::DataFolder => {
                config.store.data.join("master.key").display().to_string()
            }
            MasterKeySource::Given(_) => "(not used: master_key is set)".to_owned(),
        },
        Setting::TrustedProxies => listed(&config.trusted_proxies),
        Setting::EgressAllow => listed(&config.egress_allow),
        Setting::ShutdownGrace => format!("{} s", config.shutdown_grace.as_secs()),
        Setting::DrainDelay => format!("{} s", config.drain_delay.as_secs()),
        Setting::AcmeDirectory => match &config.tls {
            Some(TlsSource::Acme(acme)) => acme.directory.clone(),
            Some(TlsSource::Files(_)) | None => "(not used)".to_owned(),
        },
        Setting::MetricsListen
        | Setting::TlsCert
        | Setting::TlsKey
        | Setting::AcmeDomain
        | Setting::AcmeContact
        | Setting::RedirectListen => match settings.text(setting) {
            "" => "(none)".to_owned(),
            given => given.to_owned(),
        },
        Setting::Data
        | Setting::Listen
        | Setting::MasterKey
        | Setting::LogFormat
        | Setting::LogLevel
        | Setting::PasswordHashing
        | Setting::AcceptEarlierClock
        | Setting::ConsoleRemote
        | Setting::Explorer
        | Setting::DatabaseUrl
        | Setting::DatabasePooler
        | Setting::DatabaseCaFile => settings.text(setting).to_owned(),
    }
}

fn listed(networks: &[IpNet]) -> String {
    if networks.is_empty() {
        return "(none)".to_owned();
    }
    let networks = networks.iter().map(ToString::to_string);
    networks.collect::<Vec<_>>().join(", ")
}

fn ways(setting: Setting) -> String {
    let facts = setting.facts();
    let key = format!("`{}` in the file", facts.name);
    let in_file = facts.in_file.then_some(key.as_str());
    let ways = [facts.flag, Some(facts.variable), in_file];
    ways.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// The text in lines of at most 80 columns, indented.
fn wrapped(text: &str) -> String {
    const WIDTH: usize = 80;
    let mut out = String::new();
    let mut column = WIDTH;
    for word in text.split_whitespace() {
        if column + 1 + word.len() > WIDTH {
            out.push_str(if out.is_empty() { "    " } else { "\n    " });
            column = 4;
        } else {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += word.len();
    }
    out.push('\n');
    out
}
