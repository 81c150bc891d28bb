//! A store moves from one engine to the other and back: all of it, never over another
//! one, and never half of it as if it were whole.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

#[allow(
    dead_code,
    unused_imports,
    clippy::unused_async,
    reason = "of the contract suite its world alone is used here"
)]
mod contract;

use contract::{Harness, ManualClock, SeededEntropy, SignedIn};
use rollcall_core::entropy::Entropy;
use rollcall_core::ids::PoolId;
use rollcall_core::model::event::Origin;
use rollcall_core::model::identifier::UserSelector;
use rollcall_core::ports::Store;
use rollcall_core::ports::logins::{Logins as _, SessionStatus};
use rollcall_core::time::Clock as _;
use rollcall_store::{
    DatabaseClock, Doctor, MasterKey, OpenError, OpenOptions, Pooler, PostgresOptions, SqlStore,
    StoreAt, TransferError, TransferProgress, Transferred, transfer,
};
use rollcall_testing::postgres::{self, Database};
use rusqlite::Connection;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use tempfile::TempDir;

/// Rows of a table that takes three commits.
const MANY: u64 = 2_500;
/// As many as a commit takes.
const COMMIT: u64 = 1_000;

/// The store that is moved: in a file, which a test can change behind its back.
struct Source {
    folder: TempDir,
    clock: Arc<ManualClock>,
    entropy: Arc<SeededEntropy>,
    store: SqlStore,
}

fn options(clock: &Arc<ManualClock>, entropy: &Arc<SeededEntropy>) -> OpenOptions {
    OpenOptions {
        master_key: MasterKey::parse(&[7; 32]).unwrap(),
        clock: clock.clone(),
        entropy: entropy.clone(),
        accept_earlier_clock: false,
    }
}

impl Harness for Source {
    fn is_there() -> bool {
        postgres::shared_or_skip().is_some()
    }

    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (clock, entropy) = (Arc::default(), Arc::default());
        let path = folder.path().join("rollcall.db");
        Self {
            store: SqlStore::open(&path, options(&clock, &entropy)).unwrap(),
            folder,
            clock,
            entropy,
        }
    }

    fn store(&self) -> Arc<dyn Store> {
        Arc::new(self.store.clone())
    }

    fn clock(&self) -> &ManualClock {
        &self.clock
    }

    fn entropy(&self) -> &dyn Entropy {
        &*self.entropy
    }

    fn restart(&mut self) {
        panic!("it is moved instead");
    }

    fn engine(&self) -> &SqlStore {
        &self.store
    }

    fn set_end_batch(&self, logins: u32) {
        self.store.set_end_batch(logins);
    }

    fn unsound(&self) -> Vec<String> {
        unsound(
            &StoreAt::File(self.folder.path().join("rollcall.db")),
            &self.clock,
        )
    }
}

/// What the doctor finds.
fn unsound(at: &StoreAt, clock: &ManualClock) -> Vec<String> {
    let doctor = Doctor::open(at, clock.now()).unwrap();
    let examination = doctor.examine().unwrap();
    let found = examination.findings.iter();
    let found = found.filter(|finding| finding.found > 0);
    found.map(|finding| format!("{finding:?}")).collect()
}

type World = contract::World<Source>;

/// Where stores are moved to and from in a test.
struct Places {
    folder: TempDir,
    clock: Arc<ManualClock>,
    entropy: Arc<SeededEntropy>,
    who: SignedIn,
    pool: PoolId,
}

/// The store of a closed world, in which three people are signed in, and [`MANY`] rows
/// tell what they did. `None`: it is skipped.
async fn closed() -> Option<Places> {
    if !World::is_there() {
        return None;
    }
    let world = World::new().await;
    let application = world.new_application(world.pool).await;
    let mut who = None;
    for _ in 0..3 {
        let user = world.new_user(world.pool).await;
        who = Some(world.sign_in(world.pool, user, application).await);
    }
    // The console's figures, which a new store begins without.
    while world.store().tally(1).await.unwrap().more {}
    let pool = world.pool;
    let Source {
        folder,
        clock,
        entropy,
        store,
    } = world.harness;
    drop(store);
    let places = Places {
        folder,
        clock,
        entropy,
        who: who.unwrap(),
        pool,
    };
    places.change_source(&format!(
        "WITH RECURSIVE n (i) AS (SELECT 4 UNION ALL SELECT i + 1 FROM n WHERE i < {MANY})
         INSERT INTO user_actions (seq, pool, user, at, kind, detail, request_id)
         SELECT i, pool, user, at, kind, 'Zoë 🦀 ' || i, request_id
         FROM n, user_actions WHERE seq = 1"
    ));
    Some(places)
}

impl Places {
    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn source(&self) -> StoreAt {
        StoreAt::File(self.path("rollcall.db"))
    }

    fn change_source(&self, sql: &str) {
        let file = Connection::open(self.path("rollcall.db")).unwrap();
        file.execute_batch(sql).unwrap();
    }

    fn open_file(&self, path: &Path) -> Result<SqlStore, OpenError> {
        SqlStore::open(path, options(&self.clock, &self.entropy))
    }

    fn open_database(&self, database: &Database<'_>) -> Result<SqlStore, OpenError> {
        let options = options(&self.clock, &self.entropy);
        blocking(|| SqlStore::connect(&server(database), options))
    }

    async fn is_signed_in(&self, store: &SqlStore) -> bool {
        let selector = UserSelector::id(self.who.user);
        let key = self.pool.root_key();
        let check = store.session_status(key, self.who.application, &selector);
        match check.await.unwrap().unwrap().status {
            SessionStatus::Known { active } => active,
            other => panic!("{other:?}"),
        }
    }
}

fn server(database: &Database<'_>) -> PostgresOptions {
    PostgresOptions {
        url: database.url(),
        ca_file: None,
        pooler: Pooler::Session,
        clock: DatabaseClock::Ignored,
    }
}

fn new_database() -> Database<'static> {
    postgres::shared().unwrap().create_database().unwrap()
}

fn at(database: &Database<'_>) -> StoreAt {
    StoreAt::Server(server(database))
}

/// It blocks, and tests are asynchronous.
fn blocking<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    thread::scope(|scope| scope.spawn(work).join().unwrap())
}

fn moved(from: &StoreAt, to: &StoreAt) -> Result<Transferred, TransferError> {
    blocking(|| transfer(from, to, |_| {}))
}

/// Dies when it is told of [`COMMIT`] rows of the large table, which are committed then.
fn interrupted(from: &StoreAt, to: &StoreAt) {
    let died = blocking(|| {
        catch_unwind(AssertUnwindSafe(|| {
            transfer(from, to, |at: TransferProgress<'_>| {
                assert!(at.table != "user_actions" || at.done < COMMIT, "as a test");
            })
        }))
    });
    assert!(died.is_err());
}

/// What was told of the large table.
fn told(from: &StoreAt, to: &StoreAt) -> Vec<(&'static str, u64, u64)> {
    let mut told = Vec::new();
    let done = blocking(|| {
        transfer(from, to, |at| {
            if at.table == "user_actions" {
                told.push((at.step, at.done, at.rows));
            }
        })
    });
    done.unwrap();
    told
}

fn rows_of<'a>(moved: &'a Transferred, table: &str) -> (u64, &'a str) {
    let found = moved.tables.iter().find(|(name, ..)| name == table);
    let (_, rows, hash) = found.unwrap();
    (*rows, hash)
}

#[tokio::test]
async fn a_store_is_the_same_there_and_back() {
    let Some(places) = closed().await else {
        return;
    };
    let database = new_database();
    let there = moved(&places.source(), &at(&database)).unwrap();
    assert_eq!(rows_of(&there, "user_actions").0, MANY);
    assert_eq!(rows_of(&there, "counted_logins").0, 1);
    assert_eq!(rows_of(&there, "console_action_mark").0, 1);
    let back = StoreAt::File(places.path("back.db"));
    assert_eq!(moved(&at(&database), &back).unwrap(), there);
    for side in [&places.source(), &at(&database), &back] {
        let found = blocking(|| unsound(side, &places.clock));
        assert!(found.is_empty(), "{side:?}: {found:?}");
    }
    let store = places.open_database(&database).unwrap();
    assert!(places.is_signed_in(&store).await);
    // Rows that come next are numbered after those that came along.
    let origin = Origin::system();
    let who = places.who;
    let selector = UserSelector::id(who.user);
    let kicked = store.kick_user(places.pool, selector, vec![who.application], origin);
    kicked.await.unwrap();
    assert!(!places.is_signed_in(&store).await);
    let newest = database.sql("SELECT max(seq) > 3 FROM audit_rows").unwrap();
    assert_eq!(newest, "t");
    drop(store);
    let store = places.open_file(&places.path("back.db")).unwrap();
    assert!(places.is_signed_in(&store).await);
}

#[tokio::test]
async fn an_interrupted_move_is_no_store_and_goes_on_behind_its_last_commit() {
    let Some(places) = closed().await else {
        return;
    };
    let (database, back) = (new_database(), places.path("back.db"));
    let (file, shared) = (StoreAt::File(back.clone()), at(&database));
    interrupted(&places.source(), &shared);
    let opened = places.open_database(&database);
    assert!(matches!(opened, Err(OpenError::Unfinished)), "{opened:?}");
    let beyond = moved(&shared, &file);
    assert!(matches!(beyond, Err(TransferError::NoSource)), "{beyond:?}");
    let from_there_on = vec![
        ("copy", COMMIT, MANY),
        ("copy", 2 * COMMIT, MANY),
        ("copy", MANY, MANY),
        ("verify", COMMIT, MANY),
        ("verify", 2 * COMMIT, MANY),
        ("verify", MANY, MANY),
    ];
    assert_eq!(told(&places.source(), &shared), from_there_on);
    interrupted(&shared, &file);
    let opened = places.open_file(&back);
    assert!(matches!(opened, Err(OpenError::Unfinished)), "{opened:?}");
    assert_eq!(told(&shared, &file), from_there_on);
    let store = places.open_file(&back).unwrap();
    assert!(places.is_signed_in(&store).await);
}

#[tokio::test]
async fn a_move_goes_on_with_the_source_that_it_was_begun_with_alone() {
    let (Some(one), Some(other)) = (closed().await, closed().await) else {
        return;
    };
    let database = new_database();
    interrupted(&one.source(), &at(&database));
    // By it stores are told apart. Those of tests are made with the same randomness.
    other.change_source(
        "UPDATE meta SET value = CAST(value || x'00' AS BLOB) WHERE name = 'key_check'",
    );
    let refused = moved(&other.source(), &at(&database));
    assert!(
        matches!(refused, Err(TransferError::OtherTransfer)),
        "{refused:?}"
    );
}

#[tokio::test]
async fn a_source_that_changed_meanwhile_is_noticed() {
    let changes = [
        "UPDATE user_actions SET detail = 'other' WHERE seq = 7",
        "DELETE FROM user_actions WHERE seq = 7",
        "UPDATE user_actions SET seq = 0 WHERE seq = 7",
        "UPDATE pools SET name = 'Other'",
        "UPDATE logins SET due_at = due_at + 1 WHERE seq = 1",
    ];
    for change in changes {
        let Some(places) = closed().await else {
            return;
        };
        let database = new_database();
        interrupted(&places.source(), &at(&database));
        places.change_source(change);
        let noticed = moved(&places.source(), &at(&database));
        let Err(TransferError::Differs { table }) = noticed else {
            panic!("{change}: {noticed:?}");
        };
        assert!(change.contains(&table), "{change}: {table}");
        let opened = places.open_database(&database);
        assert!(matches!(opened, Err(OpenError::Unfinished)), "{opened:?}");
    }
}

#[tokio::test]
async fn nothing_is_overwritten_and_nothing_is_no_source() {
    let (Some(one), Some(other)) = (closed().await, closed().await) else {
        return;
    };
    let database = new_database();
    moved(&one.source(), &at(&database)).unwrap();
    for from in [&other, &one] {
        for to in [at(&database), other.source()] {
            let refused = moved(&from.source(), &to);
            assert!(
                matches!(refused, Err(TransferError::TargetExists)),
                "{refused:?}"
            );
        }
    }
    let store = other.open_file(&other.path("rollcall.db")).unwrap();
    assert!(other.is_signed_in(&store).await);
    let nowhere = StoreAt::File("/nonexistent/rollcall.db".into());
    for from in [nowhere, at(&new_database())] {
        let refused = moved(&from, &at(&database));
        assert!(
            matches!(refused, Err(TransferError::NoSource)),
            "{refused:?}"
        );
    }
}

/// A database cannot be locked like a folder: whoever serves it is seen in its sessions.
#[tokio::test]
async fn a_database_that_is_served_is_no_side_of_a_move() {
    let Some(places) = closed().await else {
        return;
    };
    let database = new_database();
    moved(&places.source(), &at(&database)).unwrap();
    let store = places.open_database(&database).unwrap();
    let back = StoreAt::File(places.path("back.db"));
    let refused = moved(&at(&database), &back);
    assert!(
        matches!(refused, Err(TransferError::Served { side: "source" })),
        "{refused:?}"
    );
    drop(store);
    moved(&at(&database), &back).unwrap();
}
