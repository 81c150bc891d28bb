//! The embedded engine: one `SQLite` file, one writer, inline point reads.
//!
//! Reads run on read-only connections, each in one transaction and so on one
//! snapshot. Changes are queued to one thread that commits them in groups
//! ([`writer`]); a change is answered only after its commit is on disk. Logins
//! begin, extend and end in [`lifecycle`] alone.

mod access_keys;
mod actors;
mod applications;
mod audit_log;
mod browser_sessions;
mod clock;
mod codes;
mod columns;
mod commit;
mod connection;
mod consents;
mod console;
mod devices;
mod ends;
mod ext_idps;
mod grants;
mod identities;
mod lifecycle;
mod logins;
mod logout_deliveries;
mod maintenance;
mod meta;
mod open;
mod outbox;
#[cfg(test)]
mod plans;
mod pools;
mod schema;
mod sealed_texts;
mod sign_in_failures;
mod sign_ups;
mod signature_nonces;
mod signing_keys;
mod statements;
mod user_actions;
mod users;
mod webhooks;
mod writer;

pub(crate) use commit::{Commit, WriteError};
pub use open::{OpenError, OpenOptions};

use crate::sealed::{MasterKey, Place, Unopened};
use access_keys::KeyUses;
use clock::StoreClock;
use connection::Readers;
use parking_lot::Mutex;
use rollcall_core::ids::PoolId;
use rollcall_core::limits;
use rollcall_core::ports::{Detail, StoreError, StoreResult};
use rollcall_core::time::Timestamp;
use rusqlite::{Connection, ErrorCode};
use signature_nonces::NonceMemory;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::thread::{self, JoinHandle};
use tokio::sync::{Notify, mpsc};
use writer::{Job, Writer};
use zeroize::Zeroizing;

/// Of calls, outside of tests.
const ANY_NUMBER: u64 = u64::MAX;

/// The store in one `SQLite` file. Clones share it; when the last one is dropped
/// the writer finishes what is queued and the file is closed.
#[derive(Clone)]
pub struct SqliteStore {
    inner: Arc<Inner>,
}

struct Inner {
    // Taken when the store is dropped, so that the writer sees the end.
    queue: Option<mpsc::Sender<Box<dyn Job>>>,
    writer: Mutex<Option<JoinHandle<()>>>,
    readers: Readers,
    scanners: Readers,
    clock: Arc<StoreClock>,
    nonces: NonceMemory,
    key_uses: KeyUses,
    master_key: MasterKey,
    end_batch: Arc<AtomicU32>,
    deliveries_added: Arc<Notify>,
    answers_left: AtomicU64,
    webhook_deliveries_added: Arc<Notify>,
}

impl Drop for Inner {
    fn drop(&mut self) {
        // Before the writer sees the end and closes its own: the last connection to
        // close, if it may write, moves the log into the database, which is then
        // whole without it.
        self.readers.close();
        self.scanners.close();
        self.queue = None;
        let writer = self.writer.get_mut().take();
        // A change may hold the last clone: the writer cannot wait for itself.
        if let Some(writer) = writer
            && writer.thread().id() != thread::current().id()
            && writer.join().is_err()
        {
            tracing::error!("the writer thread panicked");
        }
    }
}

impl std::fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SqliteStore").finish_non_exhaustive()
    }
}

impl SqliteStore {
    /// Opens the store in this file, or makes it. One process at a time: the
    /// caller holds the lock of the data folder.
    pub fn open(path: &Path, options: OpenOptions) -> Result<Self, OpenError> {
        open::open(path, options)
    }

    /// Whether there is a file to open.
    pub fn exists(path: &Path) -> bool {
        path.exists()
    }

    fn start(
        writer: Writer,
        readers: Readers,
        scanners: Readers,
        clock: Arc<StoreClock>,
        nonces: NonceMemory,
        master_key: MasterKey,
    ) -> Result<Self, OpenError> {
        let (queue, waiting) = mpsc::channel(limits::MAX_WAITING_CHANGES);
        let end_batch = writer.end_batch.clone();
        let deliveries_added = writer.deliveries_added.clone();
        let webhook_deliveries_added = writer.webhook_deliveries_added.clone();
        let handle = thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || writer.run(waiting))
            .map_err(|error| OpenError::Io(error.to_string()))?;
        Ok(Self {
            inner: Arc::new(Inner {
                queue: Some(queue),
                writer: Mutex::new(Some(handle)),
                readers,
                scanners,
                clock,
                nonces,
                key_uses: KeyUses::default(),
                master_key,
                end_batch,
                deliveries_added,
                answers_left: AtomicU64::new(ANY_NUMBER),
                webhook_deliveries_added,
            }),
        })
    }

    /// Changes how many logins a mass end records in its own commit, from
    /// `limits::END_BATCH`. For tests of what happens while it is not recorded
    /// everywhere.
    #[doc(hidden)]
    pub fn set_end_batch(&self, logins: u32) {
        self.inner.end_batch.store(logins, Ordering::Relaxed);
    }

    /// Answers this many calls more, and then none: for tests of what others do while
    /// the store is away. [`u64::MAX`]: any number, as at the start.
    #[doc(hidden)]
    pub fn answer_only(&self, calls: u64) {
        self.inner.answers_left.store(calls, Ordering::Relaxed);
    }

    fn check_there(&self) -> StoreResult<()> {
        let left = &self.inner.answers_left;
        if left.load(Ordering::Relaxed) == ANY_NUMBER {
            return Ok(());
        }
        let one_less = |calls: u64| calls.checked_sub(1);
        let taken = left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_less);
        let away = |_| StoreError::Unavailable(Detail("away, as a test wants it".to_owned()));
        taken.map(|_| ()).map_err(away)
    }

    /// Uses of access keys that are not written yet.
    pub(crate) fn key_uses(&self) -> &KeyUses {
        &self.inner.key_uses
    }

    /// The current instant. A reader takes it before its snapshot: what the
    /// snapshot then shows beyond it is the newer truth, never a stale yes.
    pub(crate) fn now(&self) -> Timestamp {
        self.inner.clock.now()
    }

    /// A point read on the calling thread, all of it on one snapshot that is no
    /// older than the call. For a few index look-ups, not for lists.
    pub(crate) fn read<T>(
        &self,
        read: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> StoreResult<T> {
        self.check_there()?;
        let answer = self.inner.readers.read(read);
        answer.map_err(|error| store_error("a read failed", WriteError::Sql(error)))
    }

    /// A read that may touch many rows: off the async threads, on connections of
    /// its own, on one snapshot that is no older than the call.
    pub(crate) async fn scan<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> StoreResult<T> {
        self.check_there()?;
        let inner = self.inner.clone();
        let scanned = tokio::task::spawn_blocking(move || inner.scanners.read(read));
        let answer = scanned
            .await
            .map_err(|error| StoreError::Fault(Detail(error.to_string())))?;
        answer.map_err(|error| store_error("a scan failed", WriteError::Sql(error)))
    }

    /// Queues a change for the next commit and waits until that is on disk. The
    /// change runs on the writer's thread, inside of a savepoint: an error undoes
    /// it and nothing else. Whoever stops waiting does not undo it.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        change: impl FnOnce(&mut Commit<'_>) -> Result<T, WriteError> + Send + 'static,
    ) -> StoreResult<T> {
        self.check_there()?;
        let gone = || StoreError::Unavailable(Detail("the writer is gone".to_owned()));
        let (job, answer) = writer::job(change);
        let queue = self.inner.queue.as_ref().ok_or_else(gone)?;
        queue.try_send(job).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => StoreError::Busy,
            mpsc::error::TrySendError::Closed(_) => gone(),
        })?;
        answer.await.map_err(|_| gone())?
    }

    /// Decrypts the value of a place; `row` is the row's key in its stored form.
    /// The error turns into one of `rusqlite` with `?`.
    pub(crate) fn open_sealed(
        &self,
        table: &'static str,
        pool: impl Into<Option<PoolId>>,
        row: &[u8],
        column: &'static str,
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, Unopened> {
        let pool = pool.into();
        let place = Place {
            table,
            pool,
            row,
            column,
        };
        self.inner.master_key.open(&place, sealed)
    }
}

/// What a failed read or change is for the caller. The detail goes to the log,
/// here and only here.
fn store_error(context: &'static str, error: WriteError) -> StoreError {
    let (unavailable, detail) = match error {
        WriteError::Sql(error) => (is_unavailable(&error), Detail(error.to_string())),
        WriteError::Fault(detail) => (false, detail),
    };
    tracing::error!(detail = detail.0, "{context}");
    if unavailable {
        StoreError::Unavailable(detail)
    } else {
        StoreError::Fault(detail)
    }
}

/// Whether it is the disk or another process that stands in the way, rather than
/// a fault in what was asked.
fn is_unavailable(error: &rusqlite::Error) -> bool {
    matches!(
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
    )
}
