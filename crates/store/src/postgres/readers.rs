//! Reads: transactions on a few sessions, each used by one reader at a time, and single
//! statements on connections that they share.

use super::connect::Connector;
use super::failure::Failure;
use super::shared::Shared;
use crate::records::in_snapshot;
use crate::sql::{Connection, Error, Result};
use parking_lot::Mutex;
use rollcall_core::limits;
use rollcall_core::time::Timestamp;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// What one node has for reads.
pub(crate) struct Readers {
    pool: Arc<Pool>,
    places: Places,
    shared: Shared,
    looks: Places,
}

/// Places at the database, and how many wait for one.
struct Places {
    places: Arc<Semaphore>,
    waiting: AtomicUsize,
}

struct Pool {
    connector: Connector,
    // The one that was used last is used first: the server's memory of it is warm.
    idle: Mutex<Vec<Connection>>,
}

impl Readers {
    /// Makes its sessions when they are needed.
    pub(super) fn new(connector: Connector) -> Self {
        Self {
            shared: Shared::new(connector.clone()),
            looks: Places::new(limits::DATABASE_LOOKS_AT_ONCE),
            pool: Arc::new(Pool {
                connector,
                idle: Mutex::default(),
            }),
            places: Places::new(limits::DATABASE_READERS),
        }
    }

    /// Runs `read` on one snapshot that is no older than the call.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        instant: Option<Timestamp>,
        read: impl FnOnce(&Connection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.with(move |conn| in_snapshot(conn, instant, read))
            .await
    }

    /// Runs a `read` of one statement. Where settings do not stay it needs a
    /// transaction all the same.
    pub(crate) async fn look<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        if !self.pool.connector.is_kept() {
            return self.read(None, read).await;
        }
        let place = self.looks.place().await?;
        let (line, conn) = self.shared.connection().await?;
        blocking(move || {
            conn.look();
            let looked = read(&conn);
            if conn.is_lost() {
                line.give_up();
            }
            drop(place);
            looked
        })
        .await
    }

    /// Runs `write` in a transaction that waits for no other.
    pub(crate) async fn alone<T: Send + 'static>(
        &self,
        write: impl FnOnce(&Connection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.with(move |conn| {
            conn.begin_alone()?;
            let written = write(conn).and_then(|written| conn.commit().map(|()| written));
            conn.roll_back()?;
            written
        })
        .await
    }

    /// Closes what is idle; nobody reads any more.
    pub(crate) fn close(&self) {
        self.pool.idle.lock().clear();
        self.shared.close();
    }

    async fn with<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let place = self.places.place().await?;
        let pool = self.pool.clone();
        blocking(move || {
            let ran = pool.with(work);
            drop(place);
            ran
        })
        .await
    }
}

/// Runs what waits for the server on a thread that may wait.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    let lost = |error: tokio::task::JoinError| Error::fault(error.to_string());
    tokio::task::spawn_blocking(work).await.map_err(lost)?
}

impl Places {
    fn new(count: usize) -> Self {
        Self {
            places: Arc::new(Semaphore::new(count)),
            waiting: AtomicUsize::new(0),
        }
    }

    /// One of them, if not too many wait for one already.
    async fn place(&self) -> Result<OwnedSemaphorePermit> {
        if let Ok(place) = self.places.clone().try_acquire_owned() {
            return Ok(place);
        }
        let _counted = Waiting::count(&self.waiting)?;
        let place = self.places.clone().acquire_owned();
        let place = tokio::time::timeout(limits::DATABASE_WAIT_TIME, place).await;
        let place = place.map_err(|_| Failure::Busy)?;
        place.map_err(|_| Failure::Lost.into())
    }
}

/// One that waits, until it is dropped.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn count(waiting: &'a AtomicUsize) -> Result<Self> {
        let counted = Self(waiting);
        if waiting.fetch_add(1, Ordering::Relaxed) >= limits::DATABASE_MAX_WAITING {
            return Err(Failure::Busy.into());
        }
        Ok(counted)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Pool {
    /// A session that was lost, or is in the middle of something, is not used again.
    fn with<T>(&self, work: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        let conn = self.take()?;
        let done = work(&conn);
        if !conn.in_transaction() && !conn.is_lost() {
            self.idle.lock().push(conn);
        }
        done
    }

    fn take(&self) -> Result<Connection> {
        loop {
            let idle = self.idle.lock().pop();
            match idle {
                Some(conn) if conn.is_lost() => {}
                Some(conn) => return Ok(conn),
                None => return Ok(self.connector.session()?.into()),
            }
        }
    }
}
