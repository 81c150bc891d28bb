//! Why the server did not do what it was asked.

use crate::records::OpenError;
use std::fmt;
use tokio_postgres::error::SqlState;

/// A failure of the server, or on the way to it.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The server's own, or the connection's.
    Server(tokio_postgres::Error),
    /// No answer in time. The connection is given up, and what was sent on it may
    /// have been done.
    TimedOut,
    /// The connection is lost.
    Lost,
    /// Too many wait for a connection.
    Busy,
    /// The server is older than any that we know, by what it says.
    OldServer(String),
    /// A setting with which no connection can be made.
    Setting(String),
}

/// With the server's code and message. Its details may hold a person's data, and
/// are left out.
impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let error = match self {
            Self::Server(error) => error,
            Self::TimedOut => return f.write_str("the database did not answer in time"),
            Self::Lost => return f.write_str("the connection to the database is lost"),
            Self::Busy => return f.write_str("too many wait for a connection to the database"),
            Self::OldServer(version) => {
                return write!(
                    f,
                    "the database server has version {version}, which is too old"
                );
            }
            Self::Setting(text) => return f.write_str(text),
        };
        if let Some(db) = error.as_db_error() {
            return write!(f, "{} ({})", db.message(), db.code().code());
        }
        write!(f, "{error}")?;
        let mut source = std::error::Error::source(error);
        while let Some(cause) = source {
            write!(f, ": {cause}")?;
            source = cause.source();
        }
        Ok(())
    }
}

impl std::error::Error for Failure {}

impl From<tokio_postgres::Error> for Failure {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Server(error)
    }
}

impl Failure {
    fn code(&self) -> Option<&SqlState> {
        match self {
            Self::Server(error) => error.code(),
            _ => None,
        }
    }

    /// Whether the server, its disk or the network stands in the way, rather than a
    /// fault in what was asked. PostgreSQL, appendix A: the classes are a code's
    /// first two characters.
    pub(crate) fn is_unavailable(&self) -> bool {
        match self {
            Self::TimedOut | Self::Lost | Self::Busy => true,
            Self::OldServer(_) | Self::Setting(_) => false,
            Self::Server(error) => {
                let Some(code) = error.code() else {
                    return true;
                };
                let class = code.code().get(..2).unwrap_or_default();
                matches!(class, "08" | "28" | "3D" | "40" | "53" | "57" | "58")
                    || *code == SqlState::READ_ONLY_SQL_TRANSACTION
                    || *code == SqlState::LOCK_NOT_AVAILABLE
                    || *code == SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT
            }
        }
    }

    /// Whether it is the connection that ended, or was ended, rather than what was asked.
    pub(crate) fn is_of_the_connection(&self) -> bool {
        match self {
            Self::Lost => true,
            Self::Server(error) => match error.code() {
                None => true,
                Some(code) => {
                    *code == SqlState::ADMIN_SHUTDOWN || *code == SqlState::CRASH_SHUTDOWN
                }
            },
            Self::TimedOut | Self::Busy | Self::OldServer(_) | Self::Setting(_) => false,
        }
    }

    /// Whether too much work is waiting, and nothing was begun.
    pub(crate) fn is_busy(&self) -> bool {
        matches!(self, Self::Busy)
    }

    /// What it means while a store is opened.
    pub(crate) fn while_opening(&self) -> OpenError {
        let text = self.to_string();
        if let Self::OldServer(version) = self {
            let version = version.clone();
            return OpenError::OldServer { version };
        }
        match self.code() {
            Some(code) if *code == SqlState::READ_ONLY_SQL_TRANSACTION => {
                OpenError::NotWritable(text)
            }
            Some(code) if *code == SqlState::INSUFFICIENT_PRIVILEGE => OpenError::NotWritable(text),
            Some(code) if *code == SqlState::DISK_FULL => OpenError::Full(text),
            _ => OpenError::Io(text),
        }
    }
}
