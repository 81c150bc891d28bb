//! What the texts of settings mean, and their limits.

use super::error::ConfigError;
use super::keys::Setting;
use super::layers::{Origin, Settings};
use ipnet::{IpNet, Ipv4Net};
use rollcall_core::limits;
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;
use zeroize::Zeroizing;

/// How log lines look.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// The least important level that is logged.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LogLevel {
    /// Faults.
    Error,
    /// What needs a look.
    Warn,
    /// What happens.
    Info,
    /// Why it happens.
    Debug,
    /// Everything.
    Trace,
}

/// What a password hash costs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum HashingCost {
    /// argon2id, 19 MiB, 2 passes, 1 lane.
    Standard,
    /// argon2id, 8 KiB, 1 pass, 1 lane: for tests.
    Lowest,
}

/// Where the master key comes from.
#[derive(Clone)]
pub enum MasterKeySource {
    /// The environment.
    Given(Zeroizing<String>),
    /// A file that an administrator made.
    File(PathBuf),
    /// `master.key` in the data folder, made with the store.
    DataFolder,
}

impl fmt::Debug for MasterKeySource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Given(_) => f.write_str("Given(…)"),
            Self::File(path) => write!(f, "File({})", path.display()),
            Self::DataFolder => f.write_str("DataFolder"),
        }
    }
}

/// What stands between the nodes and their database.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DatabasePooler {
    /// Nothing that a session would notice.
    Session,
    /// What gives each transaction another session.
    Transaction,
}

/// The database that several nodes share, and how it is reached.
#[derive(Clone)]
pub struct DatabaseConfig {
    /// Its URL, which may hold a password.
    pub url: Zeroizing<String>,
    /// What stands in between.
    pub pooler: DatabasePooler,
    /// Whose certificates are believed; the machine's authorities where none is named.
    pub ca_file: Option<PathBuf>,
}

impl fmt::Debug for DatabaseConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DatabaseConfig")
            .field("pooler", &self.pooler)
            .field("ca_file", &self.ca_file)
            .finish_non_exhaustive()
    }
}

macro_rules! choices {
    ($type:ident, $wrong:literal, $($text:literal => $variant:ident),+) => {
        impl $type {
            /// The value's name in the settings.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }
        }

        impl FromStr for $type {
            type Err = &'static str;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $($text => Ok(Self::$variant),)+
                    _ => Err($wrong),
                }
            }
        }
    };
}

choices!(LogFormat, "is no log format", "text" => Text, "json" => Json);
choices!(LogLevel, "is no log level", "error" => Error, "warn" => Warn, "info" => Info,
    "debug" => Debug, "trace" => Trace);
choices!(DatabasePooler, "is no kind of pooler", "session" => Session,
    "transaction" => Transaction);
choices!(HashingCost, "is no cost of hashing", "standard" => Standard, "lowest" => Lowest);

pub(super) fn choice<T: FromStr>(text: &str) -> Result<T, T::Err> {
    text.parse()
}

pub(super) fn path(text: &str) -> Result<PathBuf, &'static str> {
    if text.is_empty() || text.contains('\0') {
        return Err("is no path");
    }
    Ok(PathBuf::from(text))
}

pub(super) fn listen(text: &str) -> Result<SocketAddr, &'static str> {
    text.parse().map_err(|_| "is no address with a port")
}

pub(super) fn switch(text: &str) -> Result<bool, &'static str> {
    text.parse().map_err(|_| "is neither true nor false")
}

pub(super) fn shutdown_grace(text: &str) -> Result<Duration, &'static str> {
    seconds(text, limits::MAX_SHUTDOWN_GRACE_SECONDS)
}

pub(super) fn drain_delay(text: &str) -> Result<Duration, &'static str> {
    seconds(text, limits::MAX_DRAIN_DELAY_SECONDS)
}

fn seconds(text: &str, most: u64) -> Result<Duration, &'static str> {
    let seconds: u64 = text.parse().map_err(|_| "is no whole number of seconds")?;
    if seconds > most {
        return Err("is too long");
    }
    Ok(Duration::from_secs(seconds))
}

/// Peers that are believed.
pub(super) fn trusted_proxies(text: &str) -> Result<Vec<IpNet>, String> {
    networks(text, limits::MAX_TRUSTED_PROXIES)
}

/// Networks that outgoing requests may reach.
pub(super) fn egress_allow(text: &str) -> Result<Vec<IpNet>, String> {
    networks(text, limits::MAX_EGRESS_NETWORKS)
}

/// Networks, separated by commas; an address is a network of its own.
fn networks(text: &str, most: usize) -> Result<Vec<IpNet>, String> {
    let items = text.split(',').map(str::trim).filter(|t| !t.is_empty());
    let mut networks = Vec::new();
    for item in items {
        if networks.len() == most {
            return Err(format!("has more than {most} networks"));
        }
        let address = item.parse::<IpAddr>().map(IpNet::from);
        let network = address
            .or_else(|_| item.parse::<IpNet>())
            .map_err(|_| format!("`{item}` is no address and no network"))?;
        let network = canonical(network);
        // Whoever calls could then say where they call from, and whoever names
        // a URL could reach whatever we can.
        if network.prefix_len() == 0 {
            return Err(format!("`{item}` covers every address"));
        }
        // Host bits, as in 10.1.2.3/8, are more likely a mistake than meant.
        if network.trunc() != network {
            return Err(format!("`{item}` has host bits: {}", network.trunc()));
        }
        networks.push(network);
    }
    Ok(networks)
}

/// An IPv4 network in IPv6 clothes is that network: addresses are compared in
/// the form of IPv4 alone.
fn canonical(network: IpNet) -> IpNet {
    let IpNet::V6(mapped) = network else {
        return network;
    };
    let address = mapped.addr().to_ipv4_mapped();
    let prefix = mapped.prefix_len().checked_sub(96);
    let inner = address
        .zip(prefix)
        .and_then(|(address, prefix)| Ipv4Net::new(address, prefix).ok());
    inner.map_or(network, IpNet::V4)
}

/// A database that several nodes share; none where nothing is said. What is wrong
/// with a URL is told without it: it may hold a password.
pub(super) fn database_url(text: &str) -> Result<Option<Zeroizing<String>>, &'static str> {
    const SCHEMES: [&str; 2] = ["postgres://", "postgresql://"];
    if text.is_empty() {
        return Ok(None);
    }
    if !SCHEMES.iter().any(|scheme| text.starts_with(scheme)) {
        return Err(
            "names no PostgreSQL database: it begins with neither postgres:// nor \
             postgresql://",
        );
    }
    Ok(Some(Zeroizing::new(text.to_owned())))
}

/// A file that is used only where it is named.
pub(super) fn optional_path(text: &str) -> Result<Option<PathBuf>, &'static str> {
    match text {
        "" => Ok(None),
        text => path(text).map(Some),
    }
}

/// The master key's source. A flag wins over the environment and that over the
/// file, whichever of the two keys it sets.
pub(super) fn master_key(settings: &Settings) -> Result<MasterKeySource, ConfigError> {
    let file = settings.given(Setting::MasterKeyFile);
    let Some(key) = settings.given(Setting::MasterKey) else {
        return Ok(match file {
            Some(_) => MasterKeySource::File(settings.parse(Setting::MasterKeyFile, path)?),
            None => MasterKeySource::DataFolder,
        });
    };
    match file.map(|file| &file.origin) {
        Some(Origin::Flag(_)) => Ok(MasterKeySource::File(
            settings.parse(Setting::MasterKeyFile, path)?,
        )),
        Some(Origin::Environment(_)) => Err(ConfigError::TwoMasterKeys),
        Some(Origin::File(_) | Origin::Default) | None => {
            Ok(MasterKeySource::Given(key.text.clone()))
        }
    }
}
