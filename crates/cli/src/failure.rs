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

impl Failure {
    /// It could not be done.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            code: 1,
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
