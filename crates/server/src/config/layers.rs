//! Layers of settings: file, environment, flags, each over the one before.

use super::error::ConfigError;
use super::keys::{CLIENT_VARIABLES, CONFIG_VARIABLE, Default, Setting};
use super::nearest::nearest;
use rollcall_core::limits;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// Where an effective value came from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Origin {
    /// Nobody set it.
    Default,
    /// The configuration file.
    File(PathBuf),
    /// This environment variable.
    Environment(&'static str),
    /// This flag.
    Flag(&'static str),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(path) => write!(f, "file {}", path.display()),
            Self::Environment(variable) => write!(f, "environment {variable}"),
            Self::Flag(flag) => write!(f, "flag {flag}"),
        }
    }
}

/// What the settings are read from.
#[derive(Clone, std::default::Default)]
pub struct Sources {
    /// `--config`; without it `ROLLCALL_CONFIG` names the file, if there is one.
    pub file: Option<PathBuf>,
    /// Environment variables; those that do not begin with `ROLLCALL_` are ignored.
    pub environment: Vec<(OsString, OsString)>,
    /// Flags. A setting that is given more than once is a list.
    pub flags: Vec<(Setting, String)>,
}

/// Without values: some are secrets.
impl fmt::Debug for Sources {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sources")
            .field("file", &self.file)
            .finish_non_exhaustive()
    }
}

/// The environment of this process.
#[expect(
    clippy::disallowed_methods,
    reason = "the one door of settings: what is read here is explained by `config check`"
)]
pub fn environment() -> Vec<(OsString, OsString)> {
    std::env::vars_os().collect()
}

/// A text that was given, and where.
#[derive(Clone)]
pub(super) struct Given {
    pub(super) text: Zeroizing<String>,
    pub(super) origin: Origin,
}

/// Without the text, which may be a secret.
impl fmt::Debug for Given {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Given({})", self.origin)
    }
}

/// The effective text of each setting that was given.
#[derive(Clone, Debug)]
pub struct Settings {
    given: BTreeMap<Setting, Given>,
}

impl Settings {
    /// Lays the sources over each other and refuses names that nobody knows.
    pub fn load(sources: &Sources) -> Result<Self, ConfigError> {
        let mut settings = Self {
            given: BTreeMap::new(),
        };
        let (file_by_variable, variables) = read_environment(&sources.environment)?;
        if let Some(path) = sources.file.clone().or(file_by_variable) {
            settings.read_file(&path)?;
        }
        for (setting, text) in variables {
            let origin = Origin::Environment(setting.facts().variable);
            settings.given.insert(setting, Given { text, origin });
        }
        settings.read_flags(&sources.flags);
        Ok(settings)
    }

    /// The text of a setting, if it was given.
    pub(super) fn given(&self, setting: Setting) -> Option<&Given> {
        self.given.get(&setting)
    }

    /// Where the effective value comes from.
    pub fn origin(&self, setting: Setting) -> Origin {
        self.given(setting)
            .map_or(Origin::Default, |given| given.origin.clone())
    }

    /// The effective text; empty where the default is only described.
    pub(super) fn text(&self, setting: Setting) -> &str {
        match (self.given(setting), setting.facts().default) {
            (Some(given), _) => &given.text,
            (None, Default::Value(value)) => value,
            (None, Default::Described(_)) => "",
        }
    }

    /// The effective value; an error names the key and its origin.
    pub(super) fn parse<T, E: fmt::Display>(
        &self,
        setting: Setting,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<T, ConfigError> {
        let text = self.text(setting);
        parse(text).map_err(|error| {
            let origin = self.origin(setting);
            let reason = if setting.facts().secret {
                error.to_string()
            } else {
                format!("= `{text}`: {error}")
            };
            ConfigError::Wrong {
                setting,
                origin,
                reason,
            }
        })
    }

    fn read_flags(&mut self, flags: &[(Setting, String)]) {
        let mut lists: BTreeMap<Setting, Vec<&str>> = BTreeMap::new();
        for (setting, text) in flags {
            lists.entry(*setting).or_default().push(text);
        }
        for (setting, texts) in lists {
            let origin = Origin::Flag(setting.facts().flag.unwrap_or("given"));
            let text = Zeroizing::new(texts.join(","));
            self.given.insert(setting, Given { text, origin });
        }
    }

    fn read_file(&mut self, path: &Path) -> Result<(), ConfigError> {
        let text = read_limited(path)?;
        let table: toml::Table = text.parse().map_err(|error: toml::de::Error| {
            let start = error.span().map_or(0, |span| span.start);
            let line = 1 + text.bytes().take(start).filter(|b| *b == b'\n').count();
            ConfigError::FileMalformed {
                path: path.to_owned(),
                line,
                message: error.message().to_owned(),
            }
        })?;
        for (key, value) in table {
            let Some(setting) = Setting::from_name(&key) else {
                let known = Setting::ALL.iter().filter(|s| s.facts().in_file);
                let nearest = nearest(&key, known.map(|s| s.facts().name)).unwrap_or_default();
                return Err(ConfigError::UnknownKey {
                    path: path.to_owned(),
                    key,
                    nearest,
                });
            };
            if !setting.facts().in_file {
                return Err(ConfigError::NotInFile {
                    path: path.to_owned(),
                    setting,
                });
            }
            let origin = Origin::File(path.to_owned());
            let text = file_value(setting, &value).ok_or_else(|| ConfigError::Wrong {
                setting,
                origin: origin.clone(),
                reason: format!("may not be a TOML {}", value.type_str()),
            })?;
            self.given.insert(setting, Given { text, origin });
        }
        Ok(())
    }
}

/// A value of the file as the text that a flag would have. Each setting has one
/// TOML type: `listen = 7250` is a mistake, not an address.
fn file_value(setting: Setting, value: &toml::Value) -> Option<Zeroizing<String>> {
    let text = match (setting, value) {
        (
            Setting::AcceptEarlierClock | Setting::ConsoleRemote | Setting::Explorer,
            toml::Value::Boolean(switch),
        ) => switch.to_string(),
        (Setting::ShutdownGrace | Setting::DrainDelay, toml::Value::Integer(number)) => {
            number.to_string()
        }
        (
            Setting::TrustedProxies | Setting::EgressAllow | Setting::AcmeDomain,
            toml::Value::Array(items),
        ) => {
            let items: Option<Vec<&str>> = items.iter().map(toml::Value::as_str).collect();
            items?.join(",")
        }
        (
            Setting::AcceptEarlierClock
            | Setting::ConsoleRemote
            | Setting::Explorer
            | Setting::ShutdownGrace
            | Setting::DrainDelay
            | Setting::TrustedProxies
            | Setting::EgressAllow
            | Setting::AcmeDomain,
            _,
        ) => return None,
        (_, toml::Value::String(text)) => text.clone(),
        (_, _) => return None,
    };
    Some(Zeroizing::new(text))
}

type Variables = Vec<(Setting, Zeroizing<String>)>;

/// Our variables, and the file that one of them may name. An empty one counts as
/// not set, as container files leave them.
fn read_environment(
    environment: &[(OsString, OsString)],
) -> Result<(Option<PathBuf>, Variables), ConfigError> {
    let mut file = None;
    let mut variables = Vec::new();
    for (name, value) in environment {
        if !name.as_encoded_bytes().starts_with(b"ROLLCALL_") || value.is_empty() {
            continue;
        }
        let variable = name.to_string_lossy();
        if variable == CONFIG_VARIABLE {
            file = Some(PathBuf::from(value));
            continue;
        }
        if CLIENT_VARIABLES.contains(&variable.as_ref()) {
            continue;
        }
        let Some(setting) = Setting::from_variable(&variable) else {
            let known = Setting::ALL.iter().map(|s| s.facts().variable);
            let known = known
                .chain([CONFIG_VARIABLE])
                .chain(CLIENT_VARIABLES.iter().copied());
            return Err(ConfigError::UnknownVariable {
                nearest: nearest(&variable, known).unwrap_or_default(),
                variable: variable.into_owned(),
            });
        };
        let Some(text) = value.to_str() else {
            return Err(ConfigError::NotText(variable.into_owned()));
        };
        variables.push((setting, Zeroizing::new(text.to_owned())));
    }
    Ok((file, variables))
}

fn read_limited(path: &Path) -> Result<String, ConfigError> {
    let unreadable = |source| ConfigError::FileUnreadable {
        path: path.to_owned(),
        source,
    };
    let file = File::open(path).map_err(unreadable)?;
    let mut text = String::new();
    let read = file
        .take(limits::MAX_CONFIG_FILE_BYTES + 1)
        .read_to_string(&mut text)
        .map_err(unreadable)?;
    if read as u64 > limits::MAX_CONFIG_FILE_BYTES {
        return Err(ConfigError::FileTooLarge(path.to_owned()));
    }
    Ok(text)
}
