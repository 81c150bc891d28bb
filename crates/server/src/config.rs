//! Settings: from defaults, a file, the environment and flags, each over the
//! one before. Whatever is not known, in the file or among `ROLLCALL_*`
//! variables, is an error: a misspelt setting must not silently be its default.

mod certificate;
mod error;
mod explain;
mod keys;
mod layers;
mod nearest;
mod public_url;
mod values;

#[cfg(test)]
mod tests;

pub use error::ConfigError;
pub use explain::explain;
pub use keys::{Default, Facts, Setting};
pub use layers::{Origin, Settings, Sources, environment};
pub use public_url::{PublicUrl, PublicUrlError, is_loopback_host};
pub use values::{
    DatabaseConfig, DatabasePooler, HashingCost, LogFormat, LogLevel, MasterKeySource,
};

use ipnet::IpNet;
use rollcall_core::limits;
use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What is needed to open a store: by `serve` and by the offline commands.
#[derive(Clone, Debug)]
pub struct StoreConfig {
    /// The data folder.
    pub data: PathBuf,
    /// Where the master key comes from.
    pub master_key: MasterKeySource,
    /// Whether a clock far behind the store's mark is accepted.
    pub accept_earlier_clock: bool,
    /// The database that nodes share; none: a file in the data folder.
    pub database: Option<DatabaseConfig>,
}

/// What `serve` runs with.
#[derive(Clone, Debug)]
pub struct Config {
    /// The store.
    pub store: StoreConfig,
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The public URL, if one was given; otherwise it follows from the listener.
    pub public_url: Option<PublicUrl>,
    /// Peers whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Networks that outgoing requests may reach although they are private.
    pub egress_allow: Vec<IpNet>,
    /// How logs are written.
    pub log_format: LogFormat,
    /// The least important level that is logged.
    pub log_level: LogLevel,
    /// What a password hash costs.
    pub password_hashing: HashingCost,
    /// How long requests in flight may take after a signal to stop.
    pub shutdown_grace: Duration,
    /// Whether the console is served beyond loopback.
    pub console_remote: bool,
    /// How long the server goes on accepting after it said that it is not ready.
    pub drain_delay: Duration,
    /// Where metrics are read, if anywhere.
    pub metrics_listen: Option<SocketAddr>,
    /// The listener's certificate, if it speaks TLS.
    pub tls: Option<TlsSource>,
    /// Where browsers are sent to HTTPS from, if anywhere.
    pub redirect_listen: Option<SocketAddr>,
    /// Whether there is a page to try calls.
    pub explorer: bool,
}

/// Where the listener's certificate comes from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum TlsSource {
    /// Somebody else renews it.
    Files(TlsFiles),
    /// The server obtains it.
    Acme(AcmeSettings),
}

/// What a certificate is obtained with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AcmeSettings {
    /// Its names, at least one.
    pub domains: Vec<String>,
    /// Whom the authority writes to.
    pub contact: Option<String>,
    /// The authority's directory.
    pub directory: String,
}

/// The files of the listener's certificate.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TlsFiles {
    /// The chain, in PEM.
    pub cert: PathBuf,
    /// The private key, in PEM.
    pub key: PathBuf,
}

impl StoreConfig {
    /// Reads the settings that concern the store, and no other.
    pub fn read(settings: &Settings) -> Result<Self, ConfigError> {
        let pooler = settings.parse(Setting::DatabasePooler, values::choice)?;
        let ca_file = settings.parse(Setting::DatabaseCaFile, values::optional_path)?;
        let url = settings.parse(Setting::DatabaseUrl, values::database_url)?;
        let database = url.map(|url| DatabaseConfig {
            url,
            pooler,
            ca_file,
        });
        Ok(Self {
            database,
            data: settings.parse(Setting::Data, values::path)?,
            master_key: values::master_key(settings)?,
            accept_earlier_clock: settings.parse(Setting::AcceptEarlierClock, values::switch)?,
        })
    }

    /// A store in this folder with a master key of its own, everything else at
    /// its default.
    pub fn embedded(data: &Path) -> Self {
        Self {
            data: data.to_owned(),
            master_key: MasterKeySource::DataFolder,
            accept_earlier_clock: false,
            database: None,
        }
    }
}

impl Config {
    /// Reads all settings.
    pub fn read(settings: &Settings) -> Result<Self, ConfigError> {
        let listen: SocketAddr = settings.parse(Setting::Listen, values::listen)?;
        let public_url = match settings.given(Setting::PublicUrl) {
            Some(_) => Some(settings.parse(Setting::PublicUrl, PublicUrl::parse)?),
            None if listen.ip().is_loopback() => None,
            None => return Err(ConfigError::PublicUrlNeeded { listen }),
        };
        let redirect_listen = optional(settings, Setting::RedirectListen, values::listen)?;
        let tls = certificate::source(settings, public_url.as_ref())?;
        let is_https = public_url.as_ref().is_some_and(PublicUrl::is_https);
        if tls.is_some() && public_url.is_some() && !is_https {
            return Err(ConfigError::TlsWithoutHttps);
        }
        if redirect_listen.is_some() && !is_https {
            return Err(ConfigError::NothingToRedirectTo);
        }
        Ok(Self {
            store: StoreConfig::read(settings)?,
            listen,
            public_url,
            trusted_proxies: settings.parse(Setting::TrustedProxies, values::trusted_proxies)?,
            egress_allow: settings.parse(Setting::EgressAllow, values::egress_allow)?,
            log_format: settings.parse(Setting::LogFormat, values::choice)?,
            log_level: settings.parse(Setting::LogLevel, values::choice)?,
            password_hashing: settings.parse(Setting::PasswordHashing, values::choice)?,
            shutdown_grace: settings.parse(Setting::ShutdownGrace, values::shutdown_grace)?,
            console_remote: settings.parse(Setting::ConsoleRemote, values::switch)?,
            drain_delay: settings.parse(Setting::DrainDelay, values::drain_delay)?,
            metrics_listen: optional(settings, Setting::MetricsListen, values::listen)?,
            tls,
            redirect_listen,
            explorer: settings.parse(Setting::Explorer, values::switch)?,
        })
    }

    /// An embedded server in this folder, everything else at its default.
    pub fn embedded(data: &Path, listen: SocketAddr) -> Self {
        Self {
            store: StoreConfig::embedded(data),
            listen,
            public_url: None,
            trusted_proxies: Vec::new(),
            egress_allow: Vec::new(),
            log_format: LogFormat::Text,
            log_level: LogLevel::Warn,
            password_hashing: HashingCost::Standard,
            shutdown_grace: Duration::from_secs(limits::DEFAULT_SHUTDOWN_GRACE_SECONDS),
            console_remote: false,
            // Nobody balances what runs inside of another process.
            drain_delay: Duration::ZERO,
            metrics_listen: None,
            tls: None,
            redirect_listen: None,
            explorer: true,
        }
    }

    /// Whether the console is served: where nobody else's machine reaches it, or where
    /// that was asked for.
    pub fn has_console(&self, public_url: &PublicUrl) -> bool {
        self.console_remote || self.listen.ip().is_loopback() && public_url.is_loopback()
    }

    /// The public URL of a server that listens at this address.
    pub fn public_url_at(&self, address: SocketAddr) -> PublicUrl {
        match &self.public_url {
            Some(given) => given.clone(),
            None => PublicUrl::of_loopback(address, self.tls.is_some()),
        }
    }
}

/// A setting that may be left out.
fn optional<T, E: fmt::Display>(
    settings: &Settings,
    setting: Setting,
    parse: impl FnOnce(&str) -> Result<T, E>,
) -> Result<Option<T>, ConfigError> {
    let given = settings.given(setting).is_some();
    given.then(|| settings.parse(setting, parse)).transpose()
}
