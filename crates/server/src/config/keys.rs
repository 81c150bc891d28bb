//! Every setting: its names, default, limits and meaning, on two pages.

mod operations;

/// A setting.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Setting {
    /// The data folder.
    Data,
    /// Where to listen.
    Listen,
    /// What clients call the server.
    PublicUrl,
    /// The file of the master key.
    MasterKeyFile,
    /// The master key itself.
    MasterKey,
    /// Peers whose forwarded addresses are believed.
    TrustedProxies,
    /// Private networks that outgoing requests may reach.
    EgressAllow,
    /// Text or JSON.
    LogFormat,
    /// The least important level that is logged.
    LogLevel,
    /// What a password hash costs.
    PasswordHashing,
    /// Whether a clock behind the store's mark is accepted.
    AcceptEarlierClock,
    /// How long requests in flight may take after a signal to stop.
    ShutdownGrace,
    /// `console_remote`
    ConsoleRemote,
    /// How long a balancer has to notice that the server leaves.
    DrainDelay,
    /// Where metrics are read.
    MetricsListen,
    /// The certificate of the listener.
    TlsCert,
    /// Its private key.
    TlsKey,
    /// Names to obtain a certificate for.
    AcmeDomain,
    /// Whom the authority writes to.
    AcmeContact,
    /// The authority.
    AcmeDirectory,
    /// A listener that redirects to HTTPS.
    RedirectListen,
    /// Whether developers find the explorer.
    Explorer,
    /// A shared database.
    DatabaseUrl,
    /// What stands between it and us.
    DatabasePooler,
    /// Whose certificates it may have.
    DatabaseCaFile,
}

/// What there is to know about a setting.
#[derive(Clone, Copy, Debug)]
pub struct Facts {
    /// The key in the file; the variable is `ROLLCALL_` and this in capitals.
    pub name: &'static str,
    /// The environment variable.
    pub variable: &'static str,
    /// The flag; none where the value must not be seen in a process list.
    pub flag: Option<&'static str>,
    /// What stands for the value in help texts.
    pub value_name: &'static str,
    /// Whether the file may hold it.
    pub in_file: bool,
    /// Whether its value is never printed.
    pub secret: bool,
    /// The default in words, and as text if it is a constant.
    pub default: Default,
    /// Unit and limits.
    pub accepts: &'static str,
    /// What it is for.
    pub about: &'static str,
}

/// What holds where nothing is given.
#[derive(Clone, Copy, Debug)]
pub enum Default {
    /// This value.
    Value(&'static str),
    /// What the words say.
    Described(&'static str),
}

impl Setting {
    /// Every setting, in the order of the documentation.
    pub const ALL: &[Self] = &[
        Self::Data,
        Self::Listen,
        Self::PublicUrl,
        Self::MasterKeyFile,
        Self::MasterKey,
        Self::TrustedProxies,
        Self::EgressAllow,
        Self::LogFormat,
        Self::LogLevel,
        Self::PasswordHashing,
        Self::AcceptEarlierClock,
        Self::ShutdownGrace,
        Self::ConsoleRemote,
        Self::DrainDelay,
        Self::MetricsListen,
        Self::TlsCert,
        Self::TlsKey,
        Self::AcmeDomain,
        Self::AcmeContact,
        Self::AcmeDirectory,
        Self::RedirectListen,
        Self::Explorer,
        Self::DatabaseUrl,
        Self::DatabasePooler,
        Self::DatabaseCaFile,
    ];

    /// The setting with this key in the file.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|s| s.facts().name == name)
    }

    /// The setting with this environment variable.
    pub fn from_variable(variable: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|s| s.facts().variable == variable)
    }

    /// What there is to know about it.
    pub const fn facts(self) -> &'static Facts {
        match self {
            Self::Data => &DATA,
            Self::Listen => &LISTEN,
            Self::PublicUrl => &PUBLIC_URL,
            Self::MasterKeyFile => &MASTER_KEY_FILE,
            Self::MasterKey => &MASTER_KEY,
            Self::TrustedProxies => &TRUSTED_PROXIES,
            Self::EgressAllow => &EGRESS_ALLOW,
            Self::LogFormat => &LOG_FORMAT,
            Self::LogLevel => &LOG_LEVEL,
            Self::PasswordHashing => &PASSWORD_HASHING,
            Self::AcceptEarlierClock => &ACCEPT_EARLIER_CLOCK,
            Self::ShutdownGrace => &SHUTDOWN_GRACE,
            Self::ConsoleRemote => &CONSOLE_REMOTE,
            Self::DrainDelay => &operations::DRAIN_DELAY,
            Self::MetricsListen => &operations::METRICS_LISTEN,
            Self::TlsCert => &operations::TLS_CERT,
            Self::TlsKey => &operations::TLS_KEY,
            Self::AcmeDomain => &operations::ACME_DOMAIN,
            Self::AcmeContact => &operations::ACME_CONTACT,
            Self::AcmeDirectory => &operations::ACME_DIRECTORY,
            Self::RedirectListen => &operations::REDIRECT_LISTEN,
            Self::Explorer => &EXPLORER,
            Self::DatabaseUrl => &DATABASE_URL,
            Self::DatabasePooler => &DATABASE_POOLER,
            Self::DatabaseCaFile => &DATABASE_CA_FILE,
        }
    }
}

/// The variable that names the configuration file.
pub(super) const CONFIG_VARIABLE: &str = "ROLLCALL_CONFIG";

/// Variables that belong to `rollcall check`, so `serve` does not call them unknown.
pub(super) const CLIENT_VARIABLES: &[&str] = &[
    "ROLLCALL_URL",
    "ROLLCALL_ACCESS_KEY_ID",
    "ROLLCALL_ACCESS_KEY_SECRET",
];

const DATA: Facts = Facts {
    name: "data",
    variable: "ROLLCALL_DATA",
    flag: Some("--data"),
    value_name: "DIR",
    in_file: true,
    secret: false,
    default: Default::Value("rollcall-data"),
    accepts: "a folder, absolute or from the working directory; made with mode 0700 if it is not there",
    about: "Where everything is kept: rollcall.db, master.key unless another is given, and the lock \
            that lets one process at a time serve the folder.",
};

const LISTEN: Facts = Facts {
    name: "listen",
    variable: "ROLLCALL_LISTEN",
    flag: Some("--listen"),
    value_name: "ADDRESS:PORT",
    in_file: true,
    secret: false,
    default: Default::Value("127.0.0.1:7250"),
    accepts: "ADDRESS:PORT, with an IPv6 address in brackets; port 0 takes a free one",
    about: "The address and port of the listener. It speaks HTTP/1.1 and HTTP/2, in clear text \
            unless tls_cert is given: beyond this machine give it a certificate, or put a proxy \
            with TLS before it and name that in public_url.",
};

const PUBLIC_URL: Facts = Facts {
    name: "public_url",
    variable: "ROLLCALL_PUBLIC_URL",
    flag: Some("--public-url"),
    value_name: "URL",
    in_file: true,
    secret: false,
    default: Default::Described(
        "http:// and the listener's address, if that is a loopback address",
    ),
    accepts: "https://HOST[:PORT]; http only for 127.0.0.0/8, [::1], localhost and names under \
              .localhost; no path, query, fragment or user name",
    about: "What clients call this server. The issuer of every token is this and /oidc: changing it \
            makes all tokens issued before invalid.",
};

const MASTER_KEY_FILE: Facts = Facts {
    name: "master_key_file",
    variable: "ROLLCALL_MASTER_KEY_FILE",
    flag: Some("--master-key-file"),
    value_name: "FILE",
    in_file: true,
    secret: false,
    default: Default::Described("master.key in the data folder, written there with mode 0600"),
    accepts: "a file that holds 32 bytes: raw, or as hexadecimal or base64 text",
    about: "The key under which secrets are encrypted in the database. Without it the database does \
            not open: keep a copy apart from the backups.",
};

const MASTER_KEY: Facts = Facts {
    name: "master_key",
    variable: "ROLLCALL_MASTER_KEY",
    flag: None,
    value_name: "KEY",
    in_file: false,
    secret: true,
    default: Default::Described("read from master_key_file"),
    accepts: "32 bytes as hexadecimal or base64 text; only as an environment variable, since files \
              are copied and flags are seen in process lists",
    about: "The master key itself, where the environment is how secrets are handed over.",
};

const TRUSTED_PROXIES: Facts = Facts {
    name: "trusted_proxies",
    variable: "ROLLCALL_TRUSTED_PROXIES",
    flag: Some("--trusted-proxy"),
    value_name: "NETWORK",
    in_file: true,
    secret: false,
    default: Default::Value(""),
    accepts: "addresses or networks (10.0.0.0/8), at most 64: an array in the file, comma-separated \
              in the environment, a flag for each",
    about: "Peers whose X-Forwarded-For says where a request came from. A peer that is not listed \
            is taken for the client itself.",
};

const EGRESS_ALLOW: Facts = Facts {
    name: "egress_allow",
    variable: "ROLLCALL_EGRESS_ALLOW",
    flag: Some("--egress-allow"),
    value_name: "NETWORK",
    in_file: true,
    secret: false,
    default: Default::Value(""),
    accepts: "addresses or networks (10.0.0.0/8), at most 64: an array in the file, comma-separated \
              in the environment, a flag for each",
    about: "Networks that requests of this server's own may reach although they are private. It \
            fetches applications' logos and tells applications of sign-outs, at URLs that whoever \
            manages an application sets; what is not public is refused unless it is listed here.",
};

const LOG_FORMAT: Facts = Facts {
    name: "log_format",
    variable: "ROLLCALL_LOG_FORMAT",
    flag: Some("--log-format"),
    value_name: "FORMAT",
    in_file: true,
    secret: false,
    default: Default::Value("text"),
    accepts: "text or json",
    about: "How log lines look. They go to standard error.",
};

const LOG_LEVEL: Facts = Facts {
    name: "log_level",
    variable: "ROLLCALL_LOG_LEVEL",
    flag: Some("--log-level"),
    value_name: "LEVEL",
    in_file: true,
    secret: false,
    default: Default::Value("info"),
    accepts: "error, warn, info, debug or trace",
    about: "The least important lines that are logged. No level logs secrets.",
};

const PASSWORD_HASHING: Facts = Facts {
    name: "password_hashing",
    variable: "ROLLCALL_PASSWORD_HASHING",
    flag: Some("--password-hashing"),
    value_name: "COST",
    in_file: true,
    secret: false,
    default: Default::Value("standard"),
    accepts: "standard (argon2id, 19 MiB, 2 passes, 1 lane) or lowest (8 KiB, 1 pass: for tests)",
    about: "What hashing a password costs. Stored hashes carry their own cost and stay valid.",
};

const ACCEPT_EARLIER_CLOCK: Facts = Facts {
    name: "accept_earlier_clock",
    variable: "ROLLCALL_ACCEPT_EARLIER_CLOCK",
    flag: Some("--accept-earlier-clock"),
    value_name: "BOOL",
    in_file: true,
    secret: false,
    default: Default::Value("false"),
    accepts: "true or false",
    about: "Starts although the clock is more than 5 minutes behind the store's mark: lowers the \
            mark and ends every login whose limit the mark had passed. Use it once, after a clock \
            that had run ahead was set right.",
};

const SHUTDOWN_GRACE: Facts = Facts {
    name: "shutdown_grace",
    variable: "ROLLCALL_SHUTDOWN_GRACE",
    flag: Some("--shutdown-grace"),
    value_name: "SECONDS",
    in_file: true,
    secret: false,
    default: Default::Value("10"),
    accepts: "whole seconds, 0 to 600",
    about: "How long requests in flight may take after SIGTERM or SIGINT. A second signal stops at \
            once.",
};

const CONSOLE_REMOTE: Facts = Facts {
    name: "console_remote",
    variable: "ROLLCALL_CONSOLE_REMOTE",
    flag: Some("--console-remote"),
    value_name: "BOOL",
    in_file: true,
    secret: false,
    default: Default::Value("false"),
    accepts: "true or false",
    about: "Serves the console at /console although this server is reached from other machines. \
            Without it the console is there only where both the listener and public_url are on \
            loopback. A password is all that guards it.",
};

const EXPLORER: Facts = Facts {
    name: "explorer",
    variable: "ROLLCALL_EXPLORER",
    flag: Some("--explorer"),
    value_name: "BOOL",
    in_file: true,
    secret: false,
    default: Default::Value("true"),
    accepts: "true or false",
    about: "Whether there is a page at /docs to read the API's document and to try its calls. It \
            can do nothing that its visitor could not do without it.",
};

const DATABASE_URL: Facts = Facts {
    name: "database_url",
    variable: "ROLLCALL_DATABASE_URL",
    flag: Some("--database-url"),
    value_name: "URL",
    in_file: true,
    // A database's URL may carry its password.
    secret: true,
    default: Default::Described("an embedded database in the data folder"),
    accepts: "a URL of PostgreSQL 13 or later: postgres://USER:PASSWORD@HOST:PORT/NAME; \
        other hosts than this machine are reached over TLS, unless it ends with \
        ?sslmode=disable",
    about: "The database that several nodes share. The data folder then holds the master key \
        alone, which is the same for all nodes.",
};

const DATABASE_POOLER: Facts = Facts {
    name: "database_pooler",
    variable: "ROLLCALL_DATABASE_POOLER",
    flag: Some("--database-pooler"),
    value_name: "KIND",
    in_file: true,
    secret: false,
    default: Default::Value("session"),
    accepts: "session: nothing, or what gives a client a session of the server for itself; \
        transaction: pgbouncer with pool_mode = transaction or the like, which is slower",
    about: "What stands between the nodes and their database.",
};

const DATABASE_CA_FILE: Facts = Facts {
    name: "database_ca_file",
    variable: "ROLLCALL_DATABASE_CA_FILE",
    flag: Some("--database-ca-file"),
    value_name: "FILE",
    in_file: true,
    secret: false,
    default: Default::Described("the authorities that this machine believes"),
    accepts: "a file of certificates, in PEM",
    about: "Authorities that the database's certificate may come from.",
};
