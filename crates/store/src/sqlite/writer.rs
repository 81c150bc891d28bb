//! The one writer: a thread that puts waiting changes into one commit.
//!
//! Group commit: what is waiting shares one transaction and one fsync, each
//! change inside of its own savepoint. Nobody is answered before the commit is
//! on disk.

use super::clock::StoreClock;
use super::commit::{Commit, Positions, WriteError};
use super::meta;
use super::store_error;
use crate::sealed::MasterKey;
use rollcall_core::entropy::Entropy;
use rollcall_core::ports::{Detail, StoreError, StoreResult};
use rusqlite::Connection;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use tokio::sync::{mpsc, oneshot};

/// Changes that may wait; one more is refused as busy.
pub(super) const QUEUE: usize = 1024;

/// Changes that share a commit at most, so that the first of them does not wait
/// for a flood behind it.
const GROUP: usize = 256;

/// A change and whoever waits for its answer.
pub(super) trait Job: Send {
    /// Makes the change, and keeps its result until the commit.
    fn run(&mut self, commit: &mut Commit<'_>) -> Result<(), WriteError>;

    /// Answers: with the kept result, or the error.
    fn answer(self: Box<Self>, outcome: StoreResult<()>);
}

struct Change<T, F> {
    make: Option<F>,
    result: Option<T>,
    reply: oneshot::Sender<StoreResult<T>>,
}

impl<T, F> Job for Change<T, F>
where
    T: Send,
    F: FnOnce(&mut Commit<'_>) -> Result<T, WriteError> + Send,
{
    fn run(&mut self, commit: &mut Commit<'_>) -> Result<(), WriteError> {
        if let Some(change) = self.make.take() {
            self.result = Some(change(commit)?);
        }
        Ok(())
    }

    fn answer(self: Box<Self>, outcome: StoreResult<()>) {
        let Self { result, reply, .. } = *self;
        let lost = || StoreError::Fault(Detail("a change was not run".to_owned()));
        let answer = outcome.and_then(|()| result.ok_or_else(lost));
        // A caller that went away does not undo what is committed.
        let _ = reply.send(answer);
    }
}

/// A change as a job, and where its answer comes out.
pub(super) fn job<T, F>(change: F) -> (Box<dyn Job>, oneshot::Receiver<StoreResult<T>>)
where
    T: Send + 'static,
    F: FnOnce(&mut Commit<'_>) -> Result<T, WriteError> + Send + 'static,
{
    let (reply, answer) = oneshot::channel();
    let change = Change {
        make: Some(change),
        result: None,
        reply,
    };
    (Box::new(change), answer)
}

/// What the writer thread owns.
pub(super) struct Writer {
    pub(super) conn: Connection,
    pub(super) clock: Arc<StoreClock>,
    pub(super) entropy: Arc<dyn Entropy>,
    pub(super) master_key: MasterKey,
    pub(super) end_batch: Arc<AtomicU32>,
}

impl Writer {
    /// Commits until nobody is left who could send a change.
    pub(super) fn run(self, mut queue: mpsc::Receiver<Box<dyn Job>>) {
        while let Some(first) = queue.blocking_recv() {
            let mut group = vec![first];
            while group.len() < GROUP
                && let Ok(next) = queue.try_recv()
            {
                group.push(next);
            }
            self.commit_group(group);
        }
    }

    /// One commit of all these changes; then everyone is answered.
    pub(super) fn commit_group(&self, mut group: Vec<Box<dyn Job>>) {
        let outcomes = self.try_group(&mut group);
        match outcomes {
            Ok(outcomes) => {
                for (job, outcome) in group.into_iter().zip(outcomes) {
                    job.answer(outcome);
                }
            }
            Err(error) => {
                let error = store_error("a commit failed", error);
                for job in group {
                    job.answer(Err(error.clone()));
                }
            }
        }
    }

    fn try_group(&self, group: &mut [Box<dyn Job>]) -> Result<Vec<StoreResult<()>>, WriteError> {
        let transaction = Transaction::begin(&self.conn)?;
        let mut commit = Commit {
            conn: &self.conn,
            now: self.clock.now(),
            positions: Positions::default(),
            entropy: &*self.entropy,
            master_key: &self.master_key,
            end_batch: self.end_batch.load(Ordering::Relaxed),
        };
        let changes_before = self.conn.total_changes();
        let mut outcomes = Vec::with_capacity(group.len());
        for job in group {
            outcomes.push(run_in_savepoint(job.as_mut(), &mut commit)?);
        }
        // A commit without a change needs no fsync; the drop rolls it back.
        if self.conn.total_changes() != changes_before {
            meta::store_clock_mark(&self.conn, commit.now)?;
            transaction.commit()?;
        }
        Ok(outcomes)
    }
}

/// Runs a change so that its failure or panic undoes it and nothing else. An
/// error of this function is the end of the whole transaction.
fn run_in_savepoint(
    job: &mut dyn Job,
    commit: &mut Commit<'_>,
) -> Result<StoreResult<()>, WriteError> {
    let conn = commit.conn;
    let positions = commit.positions.clone();
    conn.prepare_cached("SAVEPOINT change")?.execute([])?;
    let ran = catch_unwind(AssertUnwindSafe(|| job.run(commit)));
    let error = match ran {
        Ok(Ok(())) => {
            conn.prepare_cached("RELEASE change")?.execute([])?;
            return Ok(Ok(()));
        }
        Ok(Err(error)) => error,
        Err(_) => WriteError::Fault(Detail("a change panicked".to_owned())),
    };
    // A full disk or a failed write ends the whole transaction, and with it the
    // changes before this one.
    if conn.is_autocommit() {
        return Err(error);
    }
    conn.prepare_cached("ROLLBACK TO change")?.execute([])?;
    conn.prepare_cached("RELEASE change")?.execute([])?;
    commit.positions = positions;
    Ok(Err(store_error("a change failed", error)))
}

/// A write transaction that is rolled back unless it is committed.
struct Transaction<'a>(&'a Connection);

impl<'a> Transaction<'a> {
    fn begin(conn: &'a Connection) -> rusqlite::Result<Self> {
        conn.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        Ok(Self(conn))
    }

    fn commit(self) -> rusqlite::Result<()> {
        self.0.prepare_cached("COMMIT")?.execute([])?;
        Ok(())
    }
}

impl Drop for Transaction<'_> {
    fn drop(&mut self) {
        if self.0.is_autocommit() {
            return;
        }
        let rolled_back = self
            .0
            .prepare_cached("ROLLBACK")
            .and_then(|mut rollback| rollback.execute([]));
        if let Err(error) = rolled_back {
            tracing::error!(%error, "a write transaction could not be rolled back");
        }
    }
}
