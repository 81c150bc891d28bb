//! How the server is reached.

use super::failure::Failure;
use super::session::{Parts, Session};
use super::tls;
use crate::sql;
use rollcall_core::limits;
use rollcall_core::time::Timestamp;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime;
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres::{Client, Config, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;

/// What stands between the nodes and the server.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Pooler {
    /// Nothing, or what gives a client a server's session for itself.
    #[default]
    Session,
    /// What gives a client a server's session for one transaction (pgbouncer's
    /// `pool_mode = transaction`): nothing may be kept in a session.
    Transaction,
}

/// Whose clock decides.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum DatabaseClock {
    /// The database's: nodes share it.
    #[default]
    Followed,
    /// The one that the store is given: for tests, which move it by hand.
    Ignored,
}

/// Which server, and how it is reached.
#[derive(Clone)]
pub struct PostgresOptions {
    /// `postgres://user:password@host:port/database`, or `key=value` pairs.
    pub url: String,
    /// Certificates of the authorities that the server's certificate may come from;
    /// without a file, the machine's.
    pub ca_file: Option<PathBuf>,
    /// What stands in between.
    pub pooler: Pooler,
    /// Whose clock decides.
    pub clock: DatabaseClock,
}

/// Without the URL, which holds a password.
impl fmt::Debug for PostgresOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresOptions")
            .field("pooler", &self.pooler)
            .finish_non_exhaustive()
    }
}

/// How every session is set. Plans must not depend on when a table was last looked
/// at: each statement has an index, and takes it also while its table is empty.
/// A session that hangs in a transaction holds up all writers, so it is ended; and
/// a database that forgets what it acknowledged does not keep our promise.
pub(super) const SETTINGS: &str = "SET enable_seqscan = off; SET jit = off;
    SET statement_timeout = '10s'; SET idle_in_transaction_session_timeout = '10s';
    SELECT set_config('synchronous_commit',
        replace(current_setting('synchronous_commit'), 'off', 'on'), false);";
/// The same for one transaction.
const LOCAL_SETTINGS: &str = "SET LOCAL enable_seqscan = off; SET LOCAL jit = off;
    SET LOCAL statement_timeout = '10s';
    SET LOCAL idle_in_transaction_session_timeout = '10s';
    SELECT set_config('synchronous_commit',
        replace(current_setting('synchronous_commit'), 'off', 'on'), true);";

/// Makes sessions.
#[derive(Clone)]
pub(super) struct Connector {
    config: Config,
    tls: Option<MakeRustlsConnect>,
    pooler: Pooler,
    on_instant: Option<Arc<dyn Fn(Timestamp) + Send + Sync>>,
}

impl Connector {
    pub(super) fn new(options: &PostgresOptions) -> Result<Self, Failure> {
        let mut config: Config = options.url.parse().map_err(|error| {
            // The text of the error names the parameter, never its value.
            let error: tokio_postgres::Error = error;
            Failure::Setting(format!("the database's URL: {}", Failure::Server(error)))
        })?;
        let has_mode = options.url.contains("sslmode");
        if !has_mode {
            config.ssl_mode(match is_local(&config) {
                true => SslMode::Disable,
                false => SslMode::Require,
            });
        }
        let tls = match config.get_ssl_mode() {
            SslMode::Disable => None,
            _ => Some(tls::connector(options.ca_file.as_deref())?),
        };
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(limits::DATABASE_CONNECT_TIME);
        }
        config
            .application_name("rollcall")
            .keepalives_idle(Duration::from_secs(30))
            .tcp_user_timeout(limits::DATABASE_ANSWER_TIME);
        Ok(Self {
            config,
            tls,
            pooler: options.pooler,
            on_instant: None,
        })
    }

    /// Tells `tell` of the database's clock whenever a session reads it.
    pub(super) fn telling(self, tell: Arc<dyn Fn(Timestamp) + Send + Sync>) -> Self {
        Self {
            on_instant: Some(tell),
            ..self
        }
    }

    /// A new session, driven by its own thread.
    pub(super) fn session(&self) -> sql::Result<Session> {
        let runtime = runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| Failure::Setting(error.to_string()))?;
        let client = runtime.block_on(self.client())?;
        let is_kept = self.is_kept();
        let session = Session::new(Parts {
            runtime,
            client,
            is_kept,
            settings: if is_kept { "" } else { LOCAL_SETTINGS },
            time_out: limits::DATABASE_ANSWER_TIME,
            on_instant: self.on_instant.clone(),
        });
        if is_kept {
            session.batch(SETTINGS)?;
        }
        Ok(session)
    }

    /// A connection that the current runtime drives.
    pub(super) async fn client(&self) -> Result<Client, Failure> {
        let connect = async {
            match &self.tls {
                Some(tls) => {
                    let (client, connection) = self.config.connect(tls.clone()).await?;
                    check_version(connection.parameter("server_version"))?;
                    tokio::spawn(connection);
                    Ok(client)
                }
                None => {
                    let (client, connection) = self.config.connect(NoTls).await?;
                    check_version(connection.parameter("server_version"))?;
                    tokio::spawn(connection);
                    Ok::<Client, Failure>(client)
                }
            }
        };
        let timed = tokio::time::timeout(limits::DATABASE_ANSWER_TIME, connect);
        timed.await.map_err(|_| Failure::TimedOut)?
    }

    /// Whether statements may be kept prepared, and settings stay.
    pub(super) fn is_kept(&self) -> bool {
        self.pooler == Pooler::Session
    }
}

/// The oldest version that is tried: no older one is mended by its makers, and none
/// is tested here.
const OLDEST_VERSION: u32 = 13;

/// Refuses a server that says it is older, before it is asked anything.
fn check_version(says: Option<&str>) -> Result<(), Failure> {
    let says = says.unwrap_or("unknown");
    let major = says.split(|c: char| !c.is_ascii_digit()).next();
    match major.and_then(|major| major.parse::<u32>().ok()) {
        Some(major) if major >= OLDEST_VERSION => Ok(()),
        _ => Err(Failure::OldServer(says.to_owned())),
    }
}

/// A database as messages name it: host, port and name, and no password.
pub fn described(url: &str) -> String {
    let Ok(config) = url.parse::<Config>() else {
        return "the database".to_owned();
    };
    let name = config.get_dbname().unwrap_or("of the user's name");
    let host = match config.get_hosts().first() {
        Some(Host::Tcp(host)) => host.clone(),
        #[cfg(unix)]
        Some(Host::Unix(path)) => path.display().to_string(),
        None => "this machine".to_owned(),
    };
    let port = config.get_ports().first().copied().unwrap_or(5432);
    format!("the database {name} at {host}:{port}")
}

/// Whether nothing between us and the server could be listened to.
fn is_local(config: &Config) -> bool {
    config.get_hosts().iter().all(|host| match host {
        Host::Tcp(name) => {
            name == "localhost"
                || name
                    .parse()
                    .is_ok_and(|address: std::net::IpAddr| address.is_loopback())
        }
        #[cfg(unix)]
        Host::Unix(_) => true,
    })
}
