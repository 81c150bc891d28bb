//! Why a statement failed.

use crate::sealed::Unopened;
use rollcall_core::ports::{Detail, StoreError};
use rusqlite::ErrorCode;

/// What statements answer.
pub(crate) type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a statement could not be run, or its rows not be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// There was to be a row.
    #[error("no row where there has to be one")]
    NoRow,
    /// A stored value that nothing of ours writes, or a broken promise.
    #[error("{0}")]
    Fault(String),
    /// The embedded engine refused.
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
    /// The server refused, or is not there.
    #[error("{0}")]
    Postgres(#[from] crate::postgres::Failure),
}

impl Error {
    pub(crate) fn fault(text: impl Into<String>) -> Self {
        Self::Fault(text.into())
    }

    /// A stored text that nothing of ours writes. The error does not quote it: it
    /// goes to the log, and the text may be a person's.
    pub(crate) fn unreadable(what: &str) -> Self {
        Self::Fault(format!("unreadable {what}"))
    }

    /// Whether it is the disk, the network or another process that stands in the way,
    /// rather than a fault in what was asked.
    pub(crate) fn is_unavailable(&self) -> bool {
        match self {
            Self::NoRow | Self::Fault(_) => false,
            Self::Sqlite(error) => matches!(
                error.sqlite_error_code(),
                Some(
                    ErrorCode::DiskFull
                        | ErrorCode::ReadOnly
                        | ErrorCode::PermissionDenied
                        | ErrorCode::CannotOpen
                        | ErrorCode::SystemIoFailure
                        | ErrorCode::DatabaseBusy
                        | ErrorCode::DatabaseLocked
                        | ErrorCode::OutOfMemory
                )
            ),
            Self::Postgres(failure) => failure.is_unavailable(),
        }
    }

    /// What it is for a caller.
    pub(crate) fn into_store_error(self) -> StoreError {
        if let Self::Postgres(failure) = &self
            && failure.is_busy()
        {
            return StoreError::Busy;
        }
        let detail = Detail(self.to_string());
        if self.is_unavailable() {
            StoreError::Unavailable(detail)
        } else {
            StoreError::Fault(detail)
        }
    }
}

impl From<Unopened> for Error {
    fn from(error: Unopened) -> Self {
        Self::Fault(error.to_string())
    }
}

/// Turns the lack of a row into nothing.
pub(crate) trait OptionalExtension<T> {
    /// Nothing instead of [`Error::NoRow`].
    fn optional(self) -> Result<Option<T>>;
}

impl<T> OptionalExtension<T> for Result<T> {
    fn optional(self) -> Result<Option<T>> {
        match self {
            Ok(value) => Ok(Some(value)),
            Err(Error::NoRow) => Ok(None),
            Err(error) => Err(error),
        }
    }
}
