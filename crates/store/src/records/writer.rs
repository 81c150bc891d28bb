//! The one writer: a thread that puts waiting changes into one commit.
//!
//! Group commit: what is waiting shares one transaction and one fsync, each
//! change inside of its own savepoint. Nobody is answered before the commit is
//! on disk.

use super::clock::StoreClock;
use super::commit::{Commit, Positions, WriteError};
use super::meta;
use super::pulse::{Pulse, Tally};
use super::read_once::ReadOnce;
use super::webhooks::Subscriptions;
use super::{classified, store_error};
use crate::remembered::{Remembered, Touched};
use crate::sealed::MasterKey;
use crate::sql::Connection;
use rollcall_core::entropy::Entropy;
use rollcall_core::limits;
use rollcall_core::ports::{Detail, StoreError, StoreResult};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Instant;
use tokio::sync::{Notify, mpsc, oneshot};

/// A change and whoever waits for its answer.
pub(crate) trait Job: Send {
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
pub(crate) fn job<T, F>(change: F) -> (Box<dyn Job>, oneshot::Receiver<StoreResult<T>>)
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

/// Makes the writer's connection anew when it was lost.
pub(crate) type Connect = Box<dyn Fn() -> crate::sql::Result<Connection> + Send>;

/// What the writer thread owns.
pub(crate) struct Writer {
    pub(crate) conn: Connection,
    pub(crate) connect: Option<Connect>,
    pub(crate) clock: Arc<StoreClock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) master_key: MasterKey,
    pub(crate) end_batch: Arc<AtomicU32>,
    pub(crate) remembered: Option<Arc<Remembered>>,
    pub(crate) deliveries_added: Arc<Notify>,
    pub(crate) webhook_deliveries_added: Arc<Notify>,
    pub(crate) pulse: Arc<Pulse>,
}

impl Writer {
    /// Commits until nobody is left who could send a change.
    pub(super) fn run(mut self, mut queue: mpsc::Receiver<Box<dyn Job>>) {
        while let Some(first) = queue.blocking_recv() {
            let mut group = vec![first];
            while group.len() < limits::MAX_CHANGES_PER_COMMIT
                && let Ok(next) = queue.try_recv()
            {
                group.push(next);
            }
            self.commit_group(group);
        }
    }

    /// One commit of all these changes; then everyone is answered.
    pub(super) fn commit_group(&mut self, mut group: Vec<Box<dyn Job>>) {
        let outcomes = self.reconnected().and_then(|()| self.try_group(&mut group));
        match outcomes {
            Ok(outcomes) => {
                for (job, outcome) in group.into_iter().zip(outcomes) {
                    job.answer(outcome);
                }
            }
            Err(error) => {
                self.pulse.failed();
                let error = store_error("a commit failed", error);
                for job in group {
                    job.answer(Err(error.clone()));
                }
            }
        }
    }

    fn reconnected(&mut self) -> Result<(), WriteError> {
        if self.conn.is_lost()
            && let Some(connect) = &self.connect
        {
            self.conn = connect()?;
        }
        Ok(())
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "measures how long the commit takes, and decides nothing"
    )]
    fn try_group(&self, group: &mut [Box<dyn Job>]) -> Result<Vec<StoreResult<()>>, WriteError> {
        let begun = Instant::now();
        let transaction = Transaction::begin(&self.conn)?;
        let now = match self.clock.before_snapshot() {
            Some(now) => now,
            None => self.conn.now()?,
        };
        let mut commit = Commit {
            conn: &self.conn,
            now,
            positions: Positions::default(),
            entropy: &*self.entropy,
            master_key: &self.master_key,
            end_batch: self.end_batch.load(Ordering::Relaxed),
            ends_left: 0,
            deliveries_added: false,
            webhook_deliveries_added: false,
            touches: Touched::default(),
            subscriptions: Subscriptions::default(),
            read_once: ReadOnce::default(),
            tally: Tally::default(),
        };
        let changes_before = self.conn.total_changes();
        let mut outcomes = Vec::with_capacity(group.len());
        for job in group {
            outcomes.push(run_in_savepoint(job.as_mut(), &mut commit)?);
        }
        // A commit without a change needs no fsync; the drop rolls it back.
        if self.conn.total_changes() != changes_before {
            meta::store_clock_mark(&self.conn, commit.now)?;
            let remembered = self.remembered.as_deref();
            let _under_way = remembered.map(|remembered| remembered.begin(&commit.touches));
            transaction.commit()?;
            self.pulse.committed(&commit.tally, begun.elapsed());
        }
        if commit.deliveries_added {
            self.deliveries_added.notify_one();
        }
        if commit.webhook_deliveries_added {
            self.webhook_deliveries_added.notify_one();
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
    let (positions, tally) = (commit.positions.clone(), commit.tally);
    let added = (commit.deliveries_added, commit.webhook_deliveries_added);
    commit.begin_change();
    conn.begin_change()?;
    let ran = catch_unwind(AssertUnwindSafe(|| job.run(commit)));
    commit.read_once.change_ended(matches!(ran, Ok(Ok(()))));
    let error = match ran {
        Ok(Ok(())) => match conn.keep_change() {
            Ok(()) => return Ok(Ok(())),
            // Of a statement that nobody had waited for.
            Err(error) => error.into(),
        },
        Ok(Err(error)) => error,
        Err(_) => WriteError::Fault(Detail("a change panicked".to_owned())),
    };
    // A full disk or a failed write ends the whole transaction, and with it the
    // changes before this one.
    if !conn.in_transaction() {
        return Err(error);
    }
    conn.undo_change()?;
    (commit.positions, commit.tally) = (positions, tally);
    (commit.deliveries_added, commit.webhook_deliveries_added) = added;
    commit.subscriptions.forget_all();
    commit.read_once.change_ended(false);
    // Whoever waits for it writes the line, which then names the request.
    Ok(Err(classified(error)))
}

/// A write transaction that is rolled back unless it is committed.
struct Transaction<'a>(&'a Connection);

impl<'a> Transaction<'a> {
    fn begin(conn: &'a Connection) -> crate::sql::Result<Self> {
        conn.begin_write()?;
        Ok(Self(conn))
    }

    fn commit(self) -> crate::sql::Result<()> {
        self.0.commit()
    }
}

impl Drop for Transaction<'_> {
    fn drop(&mut self) {
        if let Err(error) = self.0.roll_back() {
            tracing::error!(%error, "a write transaction could not be rolled back");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{OpenOptions, SqlStore};
    use rollcall_core::ids::{AccessKeyId, PoolId};
    use rollcall_core::model::event::{Origin, Position};
    use rollcall_core::model::policy::{ConcurrencyLimit, SessionLimits};
    use rollcall_core::model::pool::{NewPool, Pool};
    use rollcall_core::ports::access_keys::AccessKeys as _;
    use rollcall_core::ports::pools::Pools as _;
    use rollcall_core::secret::Secret;
    use rollcall_core::time::{Clock, Timestamp};

    struct Still;
    impl Clock for Still {
        fn now(&self) -> Timestamp {
            Timestamp::from_millis(1_000_000)
        }
    }

    struct Counter(AtomicU32);
    impl Entropy for Counter {
        fn fill(&self, bytes: &mut [u8]) {
            for chunk in bytes.chunks_mut(4) {
                let number = self.0.fetch_add(1, Ordering::Relaxed).to_be_bytes();
                chunk.copy_from_slice(&number[..chunk.len()]);
            }
        }
    }

    const POOL: PoolId = PoolId::from_bytes([1; 12]);

    async fn store() -> (tempfile::TempDir, SqlStore) {
        let folder = tempfile::tempdir().unwrap();
        let options = OpenOptions {
            master_key: MasterKey::parse(&[7; 32]).unwrap(),
            clock: Arc::new(Still),
            entropy: Arc::new(Counter(AtomicU32::new(0))),
            accept_earlier_clock: false,
        };
        let store = SqlStore::open(&folder.path().join("db"), options).unwrap();
        let pool = Pool {
            id: POOL,
            name: String::new(),
            created_at: Still.now(),
            session_limits: SessionLimits::default(),
            session_limit: ConcurrencyLimit::default(),
            cookie_ends_with_browser: false,
            default_country_code: String::new(),
            registration_open: false,
        };
        let root_secret = Secret::new("secret");
        let new = NewPool { pool, root_secret };
        store.create_pool(new, Origin::system()).await.unwrap();
        (folder, store)
    }

    type Change = Box<dyn FnOnce(&mut Commit<'_>) -> Result<Position, WriteError> + Send>;

    /// Queues these changes while the writer is busy, so that they share a commit.
    async fn in_one_commit(store: &SqlStore, changes: Vec<Change>) -> Vec<StoreResult<Position>> {
        let held = store.hold_changes().await.unwrap();
        let mut answers = vec![];
        for change in changes {
            let store = store.clone();
            answers.push(tokio::spawn(async move { store.write(change).await }));
        }
        // One thread runs them in order, each up to the queue.
        tokio::task::yield_now().await;
        drop(held);
        let mut outcomes = Vec::new();
        for answer in answers {
            outcomes.push(answer.await.unwrap());
        }
        outcomes
    }

    fn takes_a_position() -> Change {
        Box::new(|commit| commit.position(POOL))
    }

    const fn at(revision: i64, index: i64) -> Position {
        Position { revision, index }
    }

    #[tokio::test]
    async fn a_failed_change_undoes_itself_and_nothing_else() {
        let (_folder, store) = store().await;
        let fails: Change = Box::new(|commit| {
            commit.position(POOL)?;
            let gone = commit
                .conn()
                .prepare("DELETE FROM access_keys")?
                .execute(())?;
            assert_eq!(gone, 1);
            commit
                .conn()
                .prepare("INSERT INTO meta VALUES ('x', NULL)")?
                .execute(())?;
            commit.position(POOL)
        });
        let panics: Change = Box::new(|commit| {
            commit.position(POOL)?;
            commit
                .conn()
                .prepare("DELETE FROM access_keys")?
                .execute(())?;
            panic!("as a test");
        });
        let changes = vec![fails, takes_a_position(), panics, takes_a_position()];
        let outcomes = in_one_commit(&store, changes).await;
        assert!(matches!(outcomes[0], Err(StoreError::Fault(_))));
        assert_eq!(outcomes[1], Ok(at(1, 0)));
        assert!(matches!(outcomes[2], Err(StoreError::Fault(_))));
        assert_eq!(outcomes[3], Ok(at(1, 1)));
        let key = store.access_key(AccessKeyId::from_bytes([1; 12])).await;
        assert!(key.unwrap().is_some(), "its deletion was undone");
        assert_eq!(store.write(takes_a_position()).await, Ok(at(2, 0)));
    }

    #[tokio::test]
    async fn what_was_read_of_an_undone_change_is_read_anew() {
        let (_folder, store) = store().await;
        let fails: Change = Box::new(|commit| {
            commit
                .conn()
                .prepare("UPDATE pools SET session_max_ms = 7")?
                .execute(())?;
            let read = commit.rules(POOL)?;
            assert_eq!(read.limits().max_lifetime.as_millis(), 7);
            commit.left_rules_alone();
            Err(WriteError::Fault(Detail("as a test".to_owned())))
        });
        let panics: Change = Box::new(|commit| {
            commit
                .conn()
                .prepare("UPDATE pools SET session_max_ms = 7")?
                .execute(())?;
            commit.rules(POOL)?;
            commit.left_rules_alone();
            panic!("as a test");
        });
        // Whatever it says in the end.
        let changes: Change = Box::new(|commit| {
            let before = commit.rules(POOL)?.limits();
            assert_eq!(before, SessionLimits::default());
            commit.changes_rules();
            commit.left_rules_alone();
            commit.position(POOL)
        });
        let reads: Change = Box::new(|commit| {
            let limits = commit.rules(POOL)?.limits();
            assert_eq!(limits, SessionLimits::default());
            commit.position(POOL)
        });
        let outcomes = in_one_commit(&store, vec![fails, panics, reads, changes]).await;
        let made: Vec<bool> = outcomes.iter().map(Result::is_ok).collect();
        assert_eq!(made, [false, false, true, true], "{outcomes:?}");
    }

    #[tokio::test]
    async fn a_full_disk_is_unavailable_and_passes() {
        let (_folder, store) = store().await;
        let limit_pages = |pages: i64| {
            store.write(move |commit| {
                let conn = commit.conn().sqlite().unwrap();
                let set = conn.pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()));
                Ok(set.map_err(crate::sql::Error::from)?)
            })
        };
        limit_pages(1).await.unwrap();
        let big: Change = Box::new(|commit| {
            let blob = vec![0_u8; 1 << 20];
            let insert = "INSERT INTO meta VALUES ('big', ?1)";
            commit.conn().prepare(insert)?.execute((blob,))?;
            commit.position(POOL)
        });
        let full = store.write(big).await;
        assert!(matches!(full, Err(StoreError::Unavailable(_))), "{full:?}");
        limit_pages(1 << 30).await.unwrap();
        assert_eq!(store.write(takes_a_position()).await, Ok(at(1, 0)));
    }

    #[tokio::test]
    async fn a_commit_waits_for_the_disk() {
        let (_folder, store) = store().await;
        let synchronous = store.write(|commit| {
            let conn = commit.conn().sqlite().unwrap();
            let value = conn.pragma_query_value(None, "synchronous", |row| row.get::<_, i64>(0));
            Ok(value.map_err(crate::sql::Error::from)?)
        });
        assert_eq!(synchronous.await, Ok(2), "FULL");
    }

    #[tokio::test]
    async fn a_panicking_reader_leaves_its_connection_usable() {
        let (_folder, store) = store().await;
        let reading = store.clone();
        let panicked = tokio::spawn(async move {
            let read = reading.scan::<()>(|_| panic!("as a test")).await;
            assert!(matches!(read, Err(StoreError::Fault(_))));
        });
        panicked.await.unwrap();
        for _ in 0..4 {
            let sum = store.scan(|conn| {
                conn.prepare("SELECT 1 + 1")?
                    .query_row((), |row| row.get(0))
            });
            assert_eq!(sum.await, Ok(2));
        }
    }
}
