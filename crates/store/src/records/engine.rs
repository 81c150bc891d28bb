//! The engine under the records, as readers see it.

use crate::postgres;
use crate::sql::{Connection, Error, Result};
use crate::sqlite::Readers;
use rollcall_core::time::Timestamp;
use std::sync::Arc;

/// Where reads run.
pub(crate) enum Engine {
    /// A file: point reads inline, longer ones on connections of their own.
    Sqlite {
        /// For point reads.
        points: Readers,
        /// For lists.
        scans: Arc<Readers>,
    },
    /// A server: checks together, everything else by itself.
    Postgres {
        /// For checks.
        checks: Box<postgres::Checks>,
        /// For all other reads.
        readers: Box<postgres::Readers>,
    },
}

impl Engine {
    /// A point read.
    pub(super) async fn read<T: Send + 'static>(
        &self,
        instant: Option<Timestamp>,
        read: impl FnOnce(&Connection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        match self {
            Self::Sqlite { points, .. } => points.read(instant, read),
            Self::Postgres { readers, .. } => readers.read(instant, read).await,
        }
    }

    /// A read of one statement.
    pub(super) async fn look<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        match self {
            Self::Sqlite { points, .. } => points.look(read),
            Self::Postgres { readers, .. } => readers.look(read).await,
        }
    }

    /// A read of many rows.
    pub(super) async fn scan<T: Send + 'static>(
        &self,
        instant: Option<Timestamp>,
        read: impl FnOnce(&Connection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        match self {
            Self::Sqlite { scans, .. } => {
                let scans = scans.clone();
                let scanned = tokio::task::spawn_blocking(move || scans.read(instant, read));
                let lost = |error: tokio::task::JoinError| Error::fault(error.to_string());
                scanned.await.map_err(lost)?
            }
            Self::Postgres { readers, .. } => readers.read(instant, read).await,
        }
    }

    /// One statement in a transaction of its own.
    pub(super) async fn write_alone<T: Send + 'static>(
        &self,
        write: impl FnOnce(&Connection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        match self {
            Self::Sqlite { .. } => Err(Error::fault("a file has one writer")),
            Self::Postgres { readers, .. } => readers.alone(write).await,
        }
    }

    /// Closes the connections; nobody reads any more.
    pub(super) fn close(&mut self) {
        match self {
            Self::Sqlite { points, scans } => {
                points.close();
                // A scan whose caller went away may still hold them.
                if let Some(scans) = Arc::get_mut(scans) {
                    scans.close();
                }
            }
            Self::Postgres { readers, .. } => readers.close(),
        }
    }
}

/// Runs a read in a snapshot of its own, which ends also when the reader panics: the
/// connection goes on to the next one.
pub(crate) fn in_snapshot<T>(
    conn: &Connection,
    instant: Option<Timestamp>,
    read: impl FnOnce(&Connection) -> Result<T>,
) -> Result<T> {
    struct Snapshot<'a>(&'a Connection);
    impl Drop for Snapshot<'_> {
        fn drop(&mut self) {
            if let Err(error) = self.0.roll_back()
                && self.0.in_transaction()
            {
                tracing::error!(%error, "a read transaction could not be ended");
            }
        }
    }
    conn.begin_snapshot(instant)?;
    let snapshot = Snapshot(conn);
    read(snapshot.0)
}
