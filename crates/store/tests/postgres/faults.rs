//! A server that goes away while it is used: callers are told so, nothing that was
//! acknowledged is lost, and all goes on when it is back.

use crate::contract::failures::failure_of;
use crate::contract::{ManualClock, SeededEntropy, SignedIn};
use crate::databases;
use crate::log;
use rollcall_core::entropy::Entropy;
use rollcall_core::ids::PoolId;
use rollcall_core::limits;
use rollcall_core::ports::{Store, StoreError};
use rollcall_store::{DatabaseClock, PostgresOptions, SqlStore};
use rollcall_testing::postgres::{self, Server};
use std::sync::Arc;

/// A store on a server that is nobody else's.
pub(crate) struct Own {
    // Before the server.
    store: Option<SqlStore>,
    url: String,
    clock: Arc<ManualClock>,
    entropy: Arc<SeededEntropy>,
}

impl Own {
    pub(crate) fn on(url: String) -> Self {
        let mut own = Self {
            store: None,
            url,
            clock: Arc::default(),
            entropy: Arc::default(),
        };
        own.store = Some(own.open());
        own
    }

    fn open(&self) -> SqlStore {
        let server = PostgresOptions {
            clock: DatabaseClock::Followed,
            ..databases::server(self.url.clone())
        };
        let options = databases::options(self.clock.clone(), self.entropy.clone());
        databases::open(&server, options).unwrap()
    }
}

impl crate::contract::Harness for Own {
    fn start() -> Self {
        unreachable!("on a server that the test has")
    }

    fn store(&self) -> Arc<dyn Store> {
        Arc::new(self.store.clone().unwrap())
    }

    fn clock(&self) -> &ManualClock {
        &self.clock
    }

    fn entropy(&self) -> &dyn Entropy {
        &*self.entropy
    }

    fn restart(&mut self) {
        self.store = None;
        self.store = Some(self.open());
    }

    fn engine(&self) -> &SqlStore {
        self.store.as_ref().unwrap()
    }

    fn set_end_batch(&self, logins: u32) {
        self.store.as_ref().unwrap().set_end_batch(logins);
    }
}

pub(crate) type World = crate::contract::World<Own>;

pub(crate) async fn world(url: String) -> World {
    let mut world = World {
        harness: Own::on(url),
        pool: PoolId::from_bytes([0; 12]),
        other_pool: PoolId::from_bytes([0; 12]),
    };
    world.pool = world.new_pool().await;
    world.other_pool = world.new_pool().await;
    world
}

/// Three seconds rather than twelve.
fn impatient(url: &str) -> String {
    format!("{url}?tcp_user_timeout=3&connect_timeout=3")
}

fn is_away(error: &StoreError) -> bool {
    matches!(error, StoreError::Unavailable(_) | StoreError::Busy)
}

/// Reads and changes fail as they are to, until the server is back.
async fn assert_away(world: &World) {
    let store = world.store();
    let ready = store.ready().await.unwrap_err();
    assert!(is_away(&ready), "{ready:?}");
    let read = store.first_pool().await.unwrap_err();
    assert!(is_away(&read), "{read:?}");
    let failure = failure_of(world.digest(), None);
    let change = store.record_sign_in_failure(world.pool, failure, world.origin());
    let change = change.await.unwrap_err();
    assert!(is_away(&change), "{change:?}");
}

/// Nobody was signed out, and somebody can sign in.
async fn assert_back(world: &World, acknowledged: &mut Vec<SignedIn>) {
    for who in &*acknowledged {
        assert!(world.is_signed_in(who).await);
    }
    acknowledged.push(world.someone_signed_in(world.pool).await);
}

#[tokio::test]
async fn what_was_acknowledged_outlives_a_server_that_dies_stops_or_hangs() {
    if postgres::shared_or_skip().is_none() {
        return;
    }
    log::keep();
    let mut server = Server::start(&[]).unwrap();
    let url = server.create_database().unwrap().keep();
    // Whose migration may take its time.
    drop(Own::on(url.clone()));
    let world = world(impatient(&url)).await;
    let mut acknowledged = vec![world.someone_signed_in(world.pool).await];
    for _ in 0..2 {
        server.kill().unwrap();
        assert_away(&world).await;
        server.restart().unwrap();
        assert_back(&world, &mut acknowledged).await;
    }
    server.pause().unwrap();
    assert_away(&world).await;
    server.resume().unwrap();
    assert_back(&world, &mut acknowledged).await;
    server.stop().unwrap();
    assert_away(&world).await;
    server.restart().unwrap();
    assert_back(&world, &mut acknowledged).await;
    let name = url.rsplit('/').next().unwrap();
    let limit = |count| format!("ALTER DATABASE {name} CONNECTION LIMIT {count}");
    server.sql("postgres", &limit(0)).unwrap();
    let end =
        format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'");
    server.sql("postgres", &end).unwrap();
    assert_away(&world).await;
    server.sql("postgres", &limit(-1)).unwrap();
    assert_back(&world, &mut acknowledged).await;
    assert_eq!(acknowledged.len(), 6);
    let said = log::kept("");
    assert!(
        said.iter().any(|line| line.contains("a commit failed")),
        "it is in the log"
    );
    assert!(!said.iter().any(|line| line.contains(server.password())));
}

/// More than may wait is refused at once, and whoever waits is answered.
#[tokio::test]
async fn what_waits_has_a_bound() {
    if postgres::shared_or_skip().is_none() {
        return;
    }
    let server = Server::start(&[]).unwrap();
    let url = server.create_database().unwrap().keep();
    let world = world(url).await;
    let who = world.someone_signed_in(world.pool).await;
    // Of one statement each.
    let most = limits::DATABASE_LOOKS_AT_ONCE + limits::DATABASE_MAX_WAITING;
    server.pause().unwrap();
    let store = world.store();
    let mut reads = Vec::new();
    for _ in 0..=most {
        let store = store.clone();
        reads.push(tokio::spawn(async move { store.first_pool().await }));
    }
    // One thread runs them in order, each up to where it waits.
    tokio::task::yield_now().await;
    let refused = reads.pop().unwrap().await.unwrap();
    assert_eq!(refused, Err(StoreError::Busy));
    let mut changes = Vec::new();
    for _ in 0..=limits::MAX_WAITING_CHANGES + limits::MAX_CHANGES_PER_COMMIT {
        let (store, pool, origin) = (store.clone(), world.pool, world.origin());
        let failure = failure_of(world.digest(), None);
        changes.push(tokio::spawn(async move {
            store.record_sign_in_failure(pool, failure, origin).await
        }));
    }
    tokio::task::yield_now().await;
    server.resume().unwrap();
    let mut answered = 0;
    for read in reads {
        match read.await.unwrap() {
            Ok(_) => answered += 1,
            // Here too: nobody waits longer than a few seconds for a place.
            Err(error) => assert_eq!(error, StoreError::Busy),
        }
    }
    assert!(answered >= limits::DATABASE_LOOKS_AT_ONCE);
    let mut done = 0;
    for change in &mut changes {
        match change.await.unwrap() {
            Ok(()) => done += 1,
            Err(error) => assert_eq!(error, StoreError::Busy),
        }
    }
    assert!(
        (limits::MAX_WAITING_CHANGES..changes.len()).contains(&done),
        "{done}"
    );
    assert!(world.is_signed_in(&who).await);
    store.ready().await.unwrap();
}
