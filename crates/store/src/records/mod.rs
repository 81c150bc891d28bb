//! The records: every port, written once for both engines.
//!
//! Reads run in one transaction and so on one snapshot. Changes are queued to one
//! thread that commits them in groups ([`writer`]); a change is answered only after
//! its commit is durable. Logins begin, extend and end in [`lifecycle`] alone.

mod access_keys;
mod actors;
mod applications;
mod audit_log;
mod browser_sessions;
mod census;
mod clock;
mod codes;
mod columns;
mod commit;
mod consents;
mod console;
mod counters;
mod devices;
mod doctor;
mod ends;
mod engine;
mod ext_idps;
mod grants;
mod identities;
mod leases;
mod lifecycle;
mod logins;
mod logout_deliveries;
mod maintenance;
mod meta;
mod online;
mod opening;
mod outbox;
#[cfg(test)]
mod plans;
#[cfg(test)]
mod plans_on_postgres;
mod pools;
mod pulse;
mod read_once;
mod sealed_texts;
mod sign_in_failures;
mod sign_ups;
mod signature_nonces;
mod signing_keys;
mod statements;
mod user_actions;
mod users;
mod warming;
mod webhooks;
mod writer;

pub(crate) use access_keys::read_calling;
pub(crate) use clock::StoreClock;
pub(crate) use columns::Columns;
pub(crate) use commit::{Commit, WriteError};
pub use doctor::{Doctor, Examination, Explanation, Finding, LoginExplained, Mark, Subject};
pub(crate) use engine::{Engine, in_snapshot};
pub(crate) use lifecycle::{ApplicationState, LoginState, Pending, PoolRules, read_pending};
pub(crate) use logins::any_live;
pub(crate) use meta::decode_clock_mark;
pub use opening::{OpenError, OpenOptions};
pub(crate) use opening::{Started, start};
pub(crate) use statements::PENDING_MASS_ENDS;

use crate::postgres::{Asked, Question};
use crate::remembered::Remembered;
use crate::sealed::{MasterKey, Place, Unopened};
use crate::sql::Connection;
use access_keys::KeyUses;
pub(crate) use leases::NodeId;
use parking_lot::Mutex;
use pulse::Pulse;
use rollcall_core::ids::PoolId;
use rollcall_core::limits;
use rollcall_core::ports::{Detail, StoreError, StoreResult};
use rollcall_core::time::Timestamp;
pub(crate) use signature_nonces::Nonces;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::thread::{self, JoinHandle};
use tokio::sync::{Notify, mpsc, oneshot};
use writer::{Job, Writer};
use zeroize::Zeroizing;

/// Of calls, outside of tests.
const ANY_NUMBER: u64 = u64::MAX;

/// A store of either engine. Clones share it; when the last one is dropped the
/// writer finishes what is queued and the connections are closed.
#[derive(Clone)]
pub struct SqlStore {
    inner: Arc<Inner>,
}

struct Inner {
    // Taken when the store is dropped, so that the writer sees the end.
    queue: Option<mpsc::Sender<Box<dyn Job>>>,
    writer: Mutex<Option<JoinHandle<()>>>,
    engine: Engine,
    clock: Arc<StoreClock>,
    nonces: Nonces,
    key_uses: KeyUses,
    master_key: MasterKey,
    end_batch: Arc<AtomicU32>,
    remembered: Option<Arc<Remembered>>,
    deliveries_added: Arc<Notify>,
    answers_left: AtomicU64,
    webhook_deliveries_added: Arc<Notify>,
    pulse: Arc<Pulse>,
    // Where nodes share the store.
    node: Option<NodeId>,
    // Whether background work may be held by this node.
    holds_lease: Arc<AtomicBool>,
}

impl Drop for Inner {
    fn drop(&mut self) {
        // Before the writer sees the end and closes its own: the last connection to
        // close, if it may write, moves the log into the database, which is then
        // whole without it.
        self.engine.close();
        self.let_go();
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

impl Inner {
    /// Queues the last change of all.
    fn let_go(&self) {
        if let (Some(queue), Some(node), true) = (
            &self.queue,
            self.node,
            self.holds_lease.load(Ordering::Relaxed),
        ) {
            let (job, _) = writer::job(move |commit| leases::let_go(commit, node));
            if queue.try_send(job).is_err() {
                tracing::warn!("other nodes go on with background work in a few seconds");
            }
        }
    }
}

impl std::fmt::Debug for SqlStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SqlStore").finish_non_exhaustive()
    }
}

/// Changes wait until it is dropped.
#[doc(hidden)]
pub struct HeldChanges {
    _go_on: std::sync::mpsc::Sender<()>,
}

impl SqlStore {
    pub(crate) fn over(
        engine: Engine,
        writer: Writer,
        clock: Arc<StoreClock>,
        nonces: Nonces,
        master_key: MasterKey,
        node: Option<NodeId>,
    ) -> Result<Self, OpenError> {
        let (queue, waiting) = mpsc::channel(limits::MAX_WAITING_CHANGES);
        let end_batch = writer.end_batch.clone();
        let remembered = writer.remembered.clone();
        let deliveries_added = writer.deliveries_added.clone();
        let webhook_deliveries_added = writer.webhook_deliveries_added.clone();
        let pulse = writer.pulse.clone();
        let handle = thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || writer.run(waiting))
            .map_err(|error| OpenError::Io(error.to_string()))?;
        Ok(Self {
            inner: Arc::new(Inner {
                queue: Some(queue),
                writer: Mutex::new(Some(handle)),
                engine,
                clock,
                nonces,
                key_uses: KeyUses::default(),
                master_key,
                end_batch,
                remembered,
                deliveries_added,
                answers_left: AtomicU64::new(ANY_NUMBER),
                webhook_deliveries_added,
                pulse,
                node,
                holds_lease: Arc::default(),
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

    /// Keeps changes waiting until what is returned is dropped, so that they share a commit:
    /// for tests of what they see of each other.
    #[doc(hidden)]
    pub async fn hold_changes(&self) -> StoreResult<HeldChanges> {
        let (go_on, wait) = std::sync::mpsc::channel();
        let (tell, is_held) = oneshot::channel();
        let store = self.clone();
        let holding = store.write(move |_| {
            let _ = tell.send(());
            // An error says that the other end was dropped.
            let _ = wait.recv();
            Ok(())
        });
        // Queued by the first look at it, and answered to nobody.
        let mut holding = Box::pin(holding);
        tokio::select! {
            _ = is_held => {}
            not_held = &mut holding => not_held?,
        }
        Ok(HeldChanges { _go_on: go_on })
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

    /// How many answers to checks are remembered, by whichever engine.
    pub(crate) fn remembered_answers(&self) -> u64 {
        match &self.inner.engine {
            Engine::Sqlite { .. } => self.remembered().map_or(0, Remembered::answers),
            Engine::Postgres { checks, .. } => checks.remembered(),
        }
    }

    /// What need not be read again.
    pub(crate) fn remembered(&self) -> Option<&Remembered> {
        self.inner.remembered.as_deref()
    }

    /// Uses of access keys that are not written yet.
    pub(crate) fn key_uses(&self) -> &KeyUses {
        &self.inner.key_uses
    }

    /// The current instant, for what no snapshot answers.
    pub(crate) fn now(&self) -> Timestamp {
        self.inner.clock.now()
    }

    /// A point read, all of it on one snapshot that is no older than the call. For a
    /// few index look-ups, not for lists: embedded, it runs on the calling thread.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Connection) -> crate::sql::Result<T> + Send + 'static,
    ) -> StoreResult<T> {
        self.check_there()?;
        let instant = self.inner.clock.before_snapshot();
        let answer = self.inner.engine.read(instant, read).await;
        answer.map_err(|error| store_error("a read failed", error))
    }

    /// A read of one statement, which is a snapshot of itself.
    pub(crate) async fn look<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Connection) -> crate::sql::Result<T> + Send + 'static,
    ) -> StoreResult<T> {
        self.check_there()?;
        let answer = self.inner.engine.look(read).await;
        answer.map_err(|error| store_error("a read failed", error))
    }

    /// Asks a check where checks are answered together.
    pub(crate) async fn ask(&self, question: Question) -> StoreResult<Asked> {
        match &self.inner.engine {
            Engine::Sqlite { .. } => Ok(Asked::NotHere(question)),
            Engine::Postgres { checks, .. } => {
                self.check_there()?;
                checks.ask(question).await
            }
        }
    }

    /// A read that may touch many rows: off the async threads, on connections of
    /// its own, on one snapshot that is no older than the call.
    pub(crate) async fn scan<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Connection) -> crate::sql::Result<T> + Send + 'static,
    ) -> StoreResult<T> {
        self.check_there()?;
        let instant = self.inner.clock.before_snapshot();
        let answer = self.inner.engine.scan(instant, read).await;
        answer.map_err(|error| store_error("a scan failed", error))
    }

    /// One statement that changes something which no decision of a commit depends on,
    /// without waiting for other writers. Of a shared database alone.
    pub(crate) async fn write_alone<T: Send + 'static>(
        &self,
        write: impl FnOnce(&Connection) -> crate::sql::Result<T> + Send + 'static,
    ) -> StoreResult<T> {
        self.check_there()?;
        let answer = self.inner.engine.write_alone(write).await;
        answer.map_err(|error| store_error("a write failed", error))
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
        let answer = answer.await.map_err(|_| gone())?;
        if let Err(StoreError::Unavailable(detail) | StoreError::Fault(detail)) = &answer {
            tracing::error!(detail = detail.0, "a change failed");
        }
        answer
    }

    /// Decrypts the value of a place; `row` is the row's key in its stored form.
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
fn store_error(context: &'static str, error: impl Into<WriteError>) -> StoreError {
    let error = classified(error);
    match &error {
        StoreError::Unavailable(detail) | StoreError::Fault(detail) => {
            tracing::error!(detail = detail.0, "{context}");
        }
        StoreError::Busy => tracing::warn!("{context}: too much is waiting"),
    }
    error
}

/// The same where somebody else logs it.
fn classified(error: impl Into<WriteError>) -> StoreError {
    match error.into() {
        WriteError::Sql(error) => error.into_store_error(),
        WriteError::Fault(detail) => StoreError::Fault(detail),
    }
}
