//! How a command fails: one message, one exit code.

use rollcall_server::boot::BootError;
use rollcall_server::config::ConfigError;

/// A command that did not do what it was asked.
#[derive(Debug)]
pub(crate) struct Failure {
    /// What is wrong and what to do, for standard error.
    pub(crate) message: String,
    /// The exit code.
    pub(crate) code: u8,
}

/// What shells tell of a program that SIGPIPE ended: 128 and the signal's number.
const UNREAD: u8 = 128 + 13;

impl Failure {
    /// It could not be done.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            code: 1,
        }
    }

    /// The same where 1 is an answer.
    pub(crate) fn at_least_2(self) -> Self {
        Self {
            code: self.code.max(2),
            ..self
        }
    }

    /// Nobody reads its output any more.
    pub(crate) fn unread() -> Self {
        Self {
            message: String::new(),
            code: UNREAD,
        }
    }

    /// It was asked wrongly.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            code: 2,
        }
    }
}

impl From<BootError> for Failure {
    fn from(error: BootError) -> Self {
        Self {
            message: error.to_string(),
            code: error.exit_code(),
        }
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        BootError::from(error).into()
    }
}
