//! A PostgreSQL of the tests' own: Debian's server on a data folder of ours.
//!
//! ```no_run
//! # fn main() -> anyhow::Result<()> {
//! use rollcall_testing::postgres;
//! // One server of this process, shared by its tests, each with a database of its own.
//! let Some(server) = postgres::shared_or_skip() else { return Ok(()) };
//! let database = server.create_database()?;
//! println!("{}", database.url());
//! // A server that may be killed, stopped and started again is nobody else's.
//! let mut own = postgres::Server::start(&[("fsync", "on")])?;
//! own.kill()?;
//! own.restart()?;
//! # Ok(()) }
//! ```
//!
//! It listens on a free port of 127.0.0.1 and on a socket in its folder. Over TCP the role
//! `rollcall`, which may create databases and is no superuser, has a random password, sent in
//! the clear on loopback: `scram-sha-256` costs each connection milliseconds that tests have
//! no use for. The role `rollcall_scram` has the same password and asks for just that. The
//! socket is for the superuser and in a folder that others cannot enter.
//!
//! Who refuses to be root is run as Debian's user `postgres`. However this process ends, a
//! watcher ends the server and removes the folder.

mod files;
mod server;
mod sql;

pub use server::Server;
pub use sql::Database;

use std::fmt;
use std::sync::OnceLock;

/// Why there is no server.
#[derive(Debug)]
pub enum Unavailable {
    /// PostgreSQL is not installed; the text says what was looked for.
    Absent(String),
    /// It is installed and could not be started.
    Failed(String),
}

impl fmt::Display for Unavailable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absent(why) => write!(f, "there is no PostgreSQL: {why}"),
            Self::Failed(why) => write!(f, "PostgreSQL could not be started: {why}"),
        }
    }
}

impl std::error::Error for Unavailable {}

impl From<anyhow::Error> for Unavailable {
    fn from(error: anyhow::Error) -> Self {
        Self::Failed(format!("{error:#}"))
    }
}

/// The server that all tests of this process share, started by the first of them. It writes
/// without waiting for the disk, since nothing of it is to outlive the process.
pub fn shared() -> Result<&'static Server, &'static Unavailable> {
    static SHARED: OnceLock<Result<Server, Unavailable>> = OnceLock::new();
    SHARED
        .get_or_init(|| Server::start(&[("fsync", "off"), ("full_page_writes", "off")]))
        .as_ref()
}

/// [`shared`], or `None` with a line that says so where PostgreSQL is not installed.
///
/// # Panics
///
/// Where it is installed and does not start, and like [`installed_or_skip`].
#[allow(clippy::panic, reason = "it is a test's first line, and its failure")]
pub fn shared_or_skip() -> Option<&'static Server> {
    if !installed_or_skip() {
        return None;
    }
    match shared() {
        Ok(server) => Some(server),
        Err(unavailable) => panic!("{unavailable}"),
    }
}

/// Whether PostgreSQL is installed; where it is not, a line says so, and the test is skipped.
///
/// # Panics
///
/// Where it is not installed in CI: a run that left these tests out would be green for nothing.
#[allow(clippy::panic, reason = "it is a test's first line, and its failure")]
pub fn installed_or_skip() -> bool {
    match files::programs() {
        Ok(_) => true,
        Err(unavailable) if is_ci() => panic!("{unavailable}"),
        Err(unavailable) => {
            eprintln!("SKIPPED: {unavailable}");
            false
        }
    }
}

/// Whether what is missing is a failure.
#[expect(
    clippy::disallowed_methods,
    reason = "a developer's variable, no setting"
)]
pub fn is_ci() -> bool {
    std::env::var_os("CI").is_some_and(|value| !value.is_empty())
}
