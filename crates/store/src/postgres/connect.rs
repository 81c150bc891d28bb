//! How the server is reached.

use super::failure::Failure;
use super::session::{Driver, Kept, Parts, Session};
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

/// What a session is for, and so how it is set.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Purpose {
    /// What callers wait for. Plans must not depend on when a table was last looked at:
    /// each statement has an index, takes it also while its table is empty, and has its
    /// order from it; what is joined is looked up row by row, rather than by reading the
    /// other table. The fewer rows a plan reads the better, wherever they are: rows of
    /// one pool are not looked for among another's because these lie closer together.
    /// A session that hangs in a transaction holds up all writers, so it is ended.
    Callers,
    /// A transfer: page after page along an index, and tables counted as a whole.
    Pages,
    /// Whole tables compared with each other.
    Tables,
}

/// Settings of a session (`SET`) or of one transaction (`SET LOCAL`). A database that
/// forgets what it acknowledged does not keep our promise.
macro_rules! settings {
    ($set:literal, $is_local:literal: $($setting:literal),+) => {
        concat!(
            $($set, " ", $setting, "; ",)+
            "SELECT set_config('synchronous_commit',
                replace(current_setting('synchronous_commit'), 'off', 'on'), ",
            $is_local,
            ");"
        )
    };
}
macro_rules! of_callers {
    ($set:literal, $is_local:literal) => {
        settings!($set, $is_local: "enable_seqscan = off", "enable_bitmapscan = off",
            "enable_hashjoin = off", "enable_mergejoin = off", "seq_page_cost = 0",
            "random_page_cost = 0", "jit = off", "statement_timeout = '10s'",
            "idle_in_transaction_session_timeout = '10s'")
    };
}
macro_rules! of_pages {
    ($set:literal, $is_local:literal) => {
        settings!($set, $is_local: "enable_seqscan = off", "enable_bitmapscan = off",
            "jit = off", "statement_timeout = 0",
            "idle_in_transaction_session_timeout = '10min'")
    };
}
macro_rules! of_tables {
    ($set:literal, $is_local:literal) => {
        settings!($set, $is_local: "statement_timeout = 0",
            "idle_in_transaction_session_timeout = '10min'")
    };
}

/// How a session for callers is set.
pub(crate) const SETTINGS: &str = of_callers!("SET", "false");

impl Purpose {
    /// Commands that set a session.
    fn settings(self) -> &'static str {
        match self {
            Self::Callers => SETTINGS,
            Self::Pages => of_pages!("SET", "false"),
            Self::Tables => of_tables!("SET", "false"),
        }
    }

    /// The same for one transaction.
    fn local_settings(self) -> &'static str {
        match self {
            Self::Callers => of_callers!("SET LOCAL", "true"),
            Self::Pages => of_pages!("SET LOCAL", "true"),
            Self::Tables => of_tables!("SET LOCAL", "true"),
        }
    }

    /// How long a session waits for an answer, where callers' wait for so long.
    fn answer_time(self, of_callers: Duration) -> Duration {
        match self {
            Self::Callers => of_callers,
            // The connection's keep-alives tell of a server that is gone.
            Self::Pages | Self::Tables => limits::DATABASE_WHOLE_ANSWER_TIME,
        }
    }
}

/// Makes sessions.
#[derive(Clone)]
pub(super) struct Connector {
    config: Config,
    tls: Option<MakeRustlsConnect>,
    // `tcp_user_timeout` of the URL: for what the network has not taken, and for answers.
    answer_time: Duration,
    pooler: Pooler,
    purpose: Purpose,
    on_instant: Option<Arc<dyn Fn(Timestamp) + Send + Sync>>,
}

impl Connector {
    pub(super) fn new(options: &PostgresOptions) -> Result<Self, Failure> {
        let mut config: Config = options.url.parse().map_err(|error| {
            // The text of the error names the parameter, never its value.
            let error: tokio_postgres::Error = error;
            Failure::Setting(format!("the database's URL: {}", Failure::Server(error)))
        })?;
        // Also where that is asked for: who listens could refuse the encryption.
        if config.get_ssl_mode() == SslMode::Prefer {
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
            .keepalives_idle(Duration::from_secs(30));
        let answer_time = config.get_tcp_user_timeout().copied();
        let answer_time = answer_time.filter(|time| !time.is_zero());
        let answer_time = answer_time.unwrap_or(limits::DATABASE_ANSWER_TIME);
        config.tcp_user_timeout(answer_time);
        Ok(Self {
            config,
            tls,
            answer_time,
            pooler: options.pooler,
            purpose: Purpose::Callers,
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

    /// Sessions for what takes its time.
    pub(super) fn for_(self, purpose: Purpose) -> Self {
        Self { purpose, ..self }
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
            driver: Driver::Own(runtime),
            client: Arc::new(client),
            prepared: Kept::default(),
            is_kept,
            settings: match is_kept {
                true => "",
                false => self.purpose.local_settings(),
            },
            time_out: self.purpose.answer_time(self.answer_time),
            on_instant: self.on_instant.clone(),
        });
        if is_kept {
            session.batch(self.purpose.settings())?;
        }
        Ok(session)
    }

    /// A session over a connection that others use too, driven by the current runtime.
    pub(super) fn session_over(&self, client: Arc<Client>, prepared: Kept) -> Session {
        Session::new(Parts {
            driver: Driver::Shared(runtime::Handle::current()),
            client,
            prepared,
            is_kept: true,
            settings: "",
            time_out: self.answer_time,
            on_instant: None,
        })
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
        let timed = tokio::time::timeout(self.answer_time, connect);
        timed.await.map_err(|_| Failure::TimedOut)?
    }

    /// How long an answer is waited for.
    pub(super) fn answer_time(&self) -> Duration {
        self.answer_time
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

#[cfg(test)]
mod tests {
    use super::*;

    fn connector(url: &str) -> Result<Connector, Failure> {
        Connector::new(&PostgresOptions {
            url: url.to_owned(),
            ca_file: None,
            pooler: Pooler::Session,
            clock: DatabaseClock::Followed,
        })
    }

    #[test]
    fn what_leaves_the_machine_is_encrypted() {
        for (url, mode) in [
            ("postgres://u:p@localhost/x", SslMode::Disable),
            ("postgres://u:p@127.0.0.1/x", SslMode::Disable),
            ("postgres://u:p@[::1]:5433/x", SslMode::Disable),
            ("host=/run/postgresql user=u", SslMode::Disable),
            (
                "postgres://u:p@localhost/x?sslmode=require",
                SslMode::Require,
            ),
            ("postgres://u:p@db.example.com/x", SslMode::Require),
            ("postgres://u:p@10.0.0.1/x", SslMode::Require),
            (
                "postgres://u:p@localhost,db.example.com/x",
                SslMode::Require,
            ),
            (
                "postgres://u:p@db.example.com/x?sslmode=prefer",
                SslMode::Require,
            ),
            // A password, and no setting.
            (
                "postgres://u:sslmode=disable@db.example.com/x",
                SslMode::Require,
            ),
            ("host=db.example.com password=sslmode", SslMode::Require),
            // Whoever asks for it in so many words.
            (
                "postgres://u:p@db.example.com/x?sslmode=disable",
                SslMode::Disable,
            ),
        ] {
            let connector = connector(url).unwrap();
            assert_eq!(connector.config.get_ssl_mode(), mode, "{url}");
            assert_eq!(connector.tls.is_some(), mode != SslMode::Disable, "{url}");
        }
    }

    #[test]
    fn times_are_the_urls_or_ours() {
        let of = |url| connector(url).unwrap();
        let ours = of("postgres://localhost/x");
        assert_eq!(ours.answer_time, limits::DATABASE_ANSWER_TIME);
        let time = limits::DATABASE_CONNECT_TIME;
        assert_eq!(ours.config.get_connect_timeout(), Some(&time));
        let theirs = of("postgres://localhost/x?connect_timeout=2&tcp_user_timeout=3");
        assert_eq!(theirs.answer_time, Duration::from_secs(3));
        let time = Duration::from_secs(2);
        assert_eq!(theirs.config.get_connect_timeout(), Some(&time));
    }

    #[test]
    fn what_takes_its_time_is_given_it() {
        let Some(server) = rollcall_testing::postgres::shared_or_skip() else {
            return;
        };
        let database = server.create_database().unwrap();
        let ours = ["enable_hashjoin", "enable_seqscan", "statement_timeout"];
        for pooler in [Pooler::Session, Pooler::Transaction] {
            for (purpose, settings, answer_time) in [
                (
                    Purpose::Callers,
                    ["off", "off", "10s"],
                    limits::DATABASE_ANSWER_TIME,
                ),
                (
                    Purpose::Pages,
                    ["on", "off", "0"],
                    limits::DATABASE_WHOLE_ANSWER_TIME,
                ),
                (
                    Purpose::Tables,
                    ["on", "on", "0"],
                    limits::DATABASE_WHOLE_ANSWER_TIME,
                ),
            ] {
                let mut connector = connector(&database.url()).unwrap().for_(purpose);
                connector.pooler = pooler;
                let conn: sql::Connection = connector.session().unwrap().into();
                conn.begin_snapshot(None).unwrap();
                let found = ours.map(|name| -> String {
                    let select = format!("SELECT current_setting('{name}')");
                    let mut select = conn.prepare(&select).unwrap();
                    select.query_row((), |row| row.get(0)).unwrap()
                });
                assert_eq!(found, settings, "{purpose:?}, {pooler:?}");
                let waits = purpose.answer_time(connector.answer_time);
                assert_eq!(waits, answer_time);
            }
        }
    }

    #[test]
    fn no_message_has_a_password_in_it() {
        for url in [
            "postgres://u:hush-hush@db.example.com:port/x",
            "postgres://u:hush-hush@db.example.com/x?nonsense=hush-hush",
            "host=db.example.com password=hush-hush port=hush",
            "postgres://u:hush-hush@[::1/x",
            "password='hush-hush",
        ] {
            let Err(failure) = connector(url) else {
                panic!("{url} is taken");
            };
            assert!(!failure.to_string().contains("hush-hush"), "{failure}");
            assert!(!described(url).contains("hush-hush"));
        }
    }

    #[test]
    fn an_old_server_is_refused_by_what_it_says() {
        for says in ["13.0", "15.14 (Debian 15.14-0+deb12u1)", "17beta1"] {
            assert!(check_version(Some(says)).is_ok(), "{says}");
        }
        for says in [Some("9.6.24"), Some("12.22"), Some("devel"), None] {
            let refused = check_version(says);
            assert!(matches!(refused, Err(Failure::OldServer(_))), "{says:?}");
        }
    }
}
