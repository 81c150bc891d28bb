//! Flags of settings, made from the table of settings: one place says what each
//! is called, accepts and means.

use crate::failure::Failure;
use clap::builder::NonEmptyStringValueParser;
use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches};
use rollcall_server::config::{self, Default, Setting, Settings, Sources};
use std::fmt;
use std::marker::PhantomData;
use std::path::PathBuf;

const CONFIG: &str = "config";

/// Which settings a command takes as flags.
pub(crate) trait Scope {
    /// The settings.
    const SETTINGS: &'static [Setting];
}

/// What concerns the store: for the offline commands.
#[derive(Clone, Debug)]
pub(crate) struct OfStore;

impl Scope for OfStore {
    const SETTINGS: &'static [Setting] = &[
        Setting::Data,
        Setting::MasterKeyFile,
        Setting::AcceptEarlierClock,
        Setting::DatabaseUrl,
        Setting::DatabasePooler,
        Setting::DatabaseCaFile,
    ];
}

/// Everything.
#[derive(Clone, Debug)]
pub(crate) struct OfServer;

impl Scope for OfServer {
    const SETTINGS: &'static [Setting] = Setting::ALL;
}

/// The flags that were given.
#[derive(Clone)]
pub(crate) struct Flags<S> {
    file: Option<PathBuf>,
    given: Vec<(Setting, String)>,
    scope: PhantomData<S>,
}

/// Without values: a database's URL may hold its password.
impl<S> fmt::Debug for Flags<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.given.iter().map(|(setting, _)| setting))
            .finish()
    }
}

impl<S> Flags<S> {
    /// Lays the flags over the environment, and that over the file.
    pub(crate) fn settings(self) -> Result<Settings, Failure> {
        let sources = Sources {
            file: self.file,
            environment: config::environment(),
            flags: self.given,
        };
        Ok(Settings::load(&sources)?)
    }
}

impl<S: Scope> Args for Flags<S> {
    fn augment_args(command: Command) -> Command {
        let file = Arg::new(CONFIG)
            .long(CONFIG)
            .value_name("FILE")
            .value_parser(clap::value_parser!(PathBuf))
            .help("A configuration file, in TOML")
            .long_help(
                "A configuration file, in TOML, with the keys that `rollcall config check` \
                 explains. The environment wins over the file, and flags over both. \
                 [environment: ROLLCALL_CONFIG]",
            );
        let settings = S::SETTINGS.iter().filter_map(|setting| argument(*setting));
        command.arg(file).args(settings)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl<S: Scope> FromArgMatches for Flags<S> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut given = Vec::new();
        for setting in S::SETTINGS.iter().filter(|s| s.facts().flag.is_some()) {
            let texts = matches.get_many::<String>(setting.facts().name);
            given.extend(texts.into_iter().flatten().map(|t| (*setting, t.clone())));
        }
        Ok(Self {
            file: matches.get_one(CONFIG).cloned(),
            given,
            scope: PhantomData,
        })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// A setting as an argument; none if it has no flag.
fn argument(setting: Setting) -> Option<Arg> {
    let facts = setting.facts();
    let flag = facts.flag?.trim_start_matches('-');
    let default = match facts.default {
        Default::Value("") => "none",
        Default::Value(value) => value,
        Default::Described(words) => words,
    };
    let long = format!(
        "{}\n\nAccepted: {}.\n[default: {default}] [environment: {}]",
        facts.about, facts.accepts, facts.variable
    );
    let argument = Arg::new(facts.name)
        .long(flag)
        .value_name(facts.value_name)
        .value_parser(NonEmptyStringValueParser::new())
        .help(first_sentence(facts.about))
        .long_help(long);
    Some(match setting {
        Setting::AcceptEarlierClock | Setting::ConsoleRemote | Setting::Explorer => argument
            .num_args(0..=1)
            .require_equals(true)
            .default_missing_value("true"),
        Setting::TrustedProxies | Setting::EgressAllow | Setting::AcmeDomain => {
            argument.action(ArgAction::Append)
        }
        Setting::Data
        | Setting::Listen
        | Setting::PublicUrl
        | Setting::MasterKeyFile
        | Setting::MasterKey
        | Setting::LogFormat
        | Setting::LogLevel
        | Setting::PasswordHashing
        | Setting::ShutdownGrace
        | Setting::DrainDelay
        | Setting::MetricsListen
        | Setting::TlsCert
        | Setting::TlsKey
        | Setting::AcmeContact
        | Setting::AcmeDirectory
        | Setting::RedirectListen
        | Setting::DatabaseUrl
        | Setting::DatabasePooler
        | Setting::DatabaseCaFile => argument,
    })
}

/// What `-h` shows; `--help` shows all of it.
fn first_sentence(text: &'static str) -> &'static str {
    let first = text.split_once(". ").map_or(text, |(first, _)| first);
    first.trim_end_matches('.')
}
