//! Revisions are in the order of commits, whichever nodes write: see
//! `docs/decisions/0007-one-writer-at-a-time.md`.

use crate::contract::{Harness as _, SignedIn};
use crate::nodes::{World, literal, nodes};
use rollcall_core::ids::PoolId;
use rollcall_core::model::event::Position;
use rollcall_core::model::identifier::UserSelector;
use rollcall_core::ports::Store;
use rollcall_core::ports::logins::Kicked;
use rollcall_testing::postgres;
use std::sync::Arc;
use tokio::task::JoinHandle;
use tokio_postgres::NoTls;

/// Reads a pool's events from where it stopped, as any consumer does.
struct Follower {
    store: Arc<dyn Store>,
    pool: PoolId,
    seen: Vec<Position>,
}

impl Follower {
    fn new(store: Arc<dyn Store>, pool: PoolId) -> Self {
        Self {
            store,
            pool,
            seen: Vec::new(),
        }
    }

    /// Whether there was anything new.
    async fn go_on(&mut self) -> bool {
        let after = self.seen.last().copied().unwrap_or_default();
        let events = self.store.events_after(self.pool, after, 7).await.unwrap();
        self.seen.extend(events.iter().map(|event| event.position));
        !events.is_empty()
    }

    /// What is there and was not seen: it came behind where the follower was.
    async fn missed(&self) -> Vec<Position> {
        let all = self
            .store
            .events_after(self.pool, Position::default(), u32::MAX);
        let all = all.await.unwrap();
        let positions = all.iter().map(|event| event.position);
        positions
            .filter(|position| !self.seen.contains(position))
            .collect()
    }
}

const SIGN_INS: usize = 40;

/// Signs one person in again and again, and kicks them now and then.
async fn write(world: &World) {
    let application = world.new_application(world.pool).await;
    let user = world.new_user(world.pool).await;
    for round in 0..SIGN_INS {
        let _: SignedIn = world.sign_in(world.pool, user, application).await;
        if round % 8 == 7 {
            let (user, kicked) = (UserSelector::id(user), vec![application]);
            let store = world.store();
            let kick = store.kick_user(world.pool, user, kicked, world.origin());
            assert_eq!(kick.await, Ok(Kicked::Kicked));
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_reader_that_goes_on_from_where_it_was_misses_nothing() {
    if postgres::shared_or_skip().is_none() {
        return;
    }
    let mut worlds = nodes(4).await;
    let reader = worlds.pop().unwrap();
    let mut follower = Follower::new(reader.harness.store(), reader.pool);
    let mut writers = Vec::new();
    for world in worlds {
        let world = Arc::new(world);
        for _ in 0..2 {
            let world = world.clone();
            writers.push(tokio::spawn(async move { write(&world).await }));
        }
    }
    let mut between = 0;
    loop {
        let done = writers.iter().all(JoinHandle::is_finished);
        let is_new = follower.go_on().await;
        between += usize::from(is_new && !done);
        if done && !is_new {
            break;
        }
    }
    for writer in writers {
        writer.await.unwrap();
    }
    assert!(between > 20, "it read while they wrote: {between}");
    assert!(follower.seen.is_sorted());
    assert!(
        follower.seen.len() >= 6 * SIGN_INS * 2 - 8,
        "{}",
        follower.seen.len()
    );
    assert_eq!(follower.missed().await, []);
}

/// Why revisions are no sequence's: it gives a number when it is asked, and what asked
/// first may be there last. The follower tells.
#[tokio::test]
async fn a_sequence_would_fill_gaps_later() {
    if postgres::shared_or_skip().is_none() {
        return;
    }
    let worlds = nodes(1).await;
    let (world, database) = (&worlds[0], &worlds[0].harness.database);
    world.someone_signed_in(world.pool).await;
    database.sql("CREATE SEQUENCE revisions START 1000; GRANT USAGE ON revisions TO rollcall");
    let mut sessions = Vec::new();
    for _ in 0..2 {
        let (client, connection) = tokio_postgres::connect(&database.url(), NoTls)
            .await
            .unwrap();
        tokio::spawn(connection);
        sessions.push(client);
    }
    let insert = format!(
        "BEGIN; INSERT INTO events SELECT (copy).* FROM (
            SELECT jsonb_populate_record(e,
                jsonb_build_object('revision', nextval('revisions'))) AS copy
            FROM events e WHERE pool = {} LIMIT 1) copied",
        literal(world.pool)
    );
    let mut follower = Follower::new(world.store(), world.pool);
    while follower.go_on().await {}
    for session in &sessions {
        session.batch_execute(&insert).await.unwrap();
    }
    // The second is faster.
    for session in sessions.iter().rev() {
        session.batch_execute("COMMIT").await.unwrap();
        while follower.go_on().await {}
    }
    let missed = follower.missed().await;
    assert_eq!(missed.len(), 1, "{missed:?}");
    assert_eq!(missed[0].revision, 1000);
    database.sql("DROP SEQUENCE revisions");
}
