//! What one node is told counts on all of them at once, and work that needs doing once
//! is done once.

use crate::contract::access_keys::stored_key;
use crate::contract::failures::failure_of;
use crate::contract::records::origin;
use crate::contract::{SignedIn, idle};
use crate::nodes::{World, mark, marked, nodes, of_database};
use rollcall_core::ids::AccessKeyId;
use rollcall_core::limits;
use rollcall_core::model::access_key::{KeyChange, Permission};
use rollcall_core::model::event::{EventKind, Reason};
use rollcall_core::ports::access_keys::KeyChanged;
use rollcall_core::ports::maintenance::Progress;
use rollcall_core::ports::signature_nonces::NonceUse;
use rollcall_core::secret::TokenDigest;
use rollcall_core::time::Span;
use rollcall_testing::postgres;
use std::collections::HashSet;

#[tokio::test]
async fn failed_sign_ins_at_several_nodes_add_up() {
    if postgres::shared_or_skip().is_none() {
        return;
    }
    let worlds = nodes(3).await;
    let key = TokenDigest::of("bob");
    for failure in 0..limits::FAILURES_BEFORE_DELAY {
        for world in &worlds {
            let delay = world.store().sign_in_delay(world.pool, key).await.unwrap();
            assert_eq!(delay, None, "after {failure}");
        }
        let world = &worlds[failure as usize % worlds.len()];
        let failed = failure_of(key, None);
        let store = world.store();
        let recorded = store.record_sign_in_failure(world.pool, failed, world.origin());
        recorded.await.unwrap();
    }
    for world in &worlds {
        let delay = world.store().sign_in_delay(world.pool, key).await.unwrap();
        assert!(delay.is_some());
    }
}

#[tokio::test]
async fn a_signature_that_one_node_took_is_used_at_the_others() {
    if postgres::shared_or_skip().is_none() {
        return;
    }
    let worlds = nodes(2).await;
    let key = AccessKeyId::from_bytes([1; 12]);
    let signed_at = of_database(&worlds[0].harness.database);
    for (nonce, first) in [("a", 0), ("b", 1)] {
        for (turn, world) in [&worlds[first], &worlds[1 - first]].into_iter().enumerate() {
            let used = world
                .store()
                .use_nonce(key, nonce, signed_at)
                .await
                .unwrap();
            let expected = [NonceUse::Fresh, NonceUse::Replayed][turn];
            assert_eq!(used, expected, "{nonce}");
        }
    }
}

/// At once, at both nodes: one of them wins.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_uses_at_once_one_is_fresh() {
    if postgres::shared_or_skip().is_none() {
        return;
    }
    let worlds = nodes(2).await;
    let key = AccessKeyId::from_bytes([1; 12]);
    let signed_at = of_database(&worlds[0].harness.database);
    for round in 0..20 {
        let nonce = round.to_string();
        let [one, other] = [&worlds[0], &worlds[1]].map(|world| {
            let (store, nonce) = (world.store(), nonce.clone());
            tokio::spawn(async move { store.use_nonce(key, &nonce, signed_at).await })
        });
        let uses = [one.await.unwrap().unwrap(), other.await.unwrap().unwrap()];
        let fresh = uses.iter().filter(|used| **used == NonceUse::Fresh);
        assert_eq!(fresh.count(), 1, "{uses:?}");
    }
}

#[tokio::test]
async fn a_key_that_one_node_disabled_proves_nothing_at_the_others() {
    if postgres::shared_or_skip().is_none() {
        return;
    }
    let worlds = nodes(2).await;
    let pool = worlds[0].pool;
    let permissions = [Permission::Check].into_iter().collect();
    let key = stored_key(&worlds[0], pool, permissions).await.id;
    for enabled in [true, false, true] {
        let change = KeyChange {
            enabled: Some(enabled),
            permissions: None,
        };
        let store = worlds[0].store();
        let changed = store
            .update_access_key(pool, key, change, origin(pool))
            .await;
        assert!(matches!(changed, Ok(KeyChanged::Changed(_))), "{changed:?}");
        for world in &worlds {
            let found = world.store().access_key(key).await.unwrap().unwrap();
            assert_eq!(found.enabled, enabled);
        }
    }
}

async fn expired_logins(world: &World, count: usize) -> Vec<SignedIn> {
    let application = world.new_application_with(world.pool, idle(60)).await;
    let user = world.new_user(world.pool).await;
    let mut all = Vec::new();
    for _ in 0..count {
        all.push(world.sign_in(world.pool, user, application).await);
    }
    let database = &world.harness.database;
    mark(database, of_database(database) + Span::from_seconds(70));
    all
}

async fn assert_each_ended_once(world: &World, all: &[SignedIn]) {
    for who in all {
        let end = world.recorded_end(who.login).await;
        assert_eq!(end.map(|end| end.reason), Some(Reason::IdleTimeout));
    }
    let events = world.events(world.pool).await;
    let ends = events
        .iter()
        .filter(|event| matches!(event.kind, EventKind::Ended(_)));
    let logins: HashSet<_> = ends.clone().map(|event| event.login).collect();
    assert_eq!((logins.len(), ends.count()), (all.len(), all.len()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nodes_that_work_at_once_do_the_work_once() {
    if postgres::shared_or_skip().is_none() {
        return;
    }
    let worlds = nodes(3).await;
    let all = expired_logins(&worlds[0], 60).await;
    let workers: Vec<_> = worlds
        .iter()
        .map(|world| {
            let store = world.store();
            tokio::spawn(async move {
                let mut done = 0;
                loop {
                    let progress = store.record_expired(7).await.unwrap();
                    done += progress.changed;
                    if !progress.more {
                        return done;
                    }
                }
            })
        })
        .collect();
    let mut done = 0;
    for worker in workers {
        done += worker.await.unwrap();
    }
    assert_eq!(done, 60);
    assert_each_ended_once(&worlds[0], &all).await;
}

/// One that hangs, or was killed: nothing of it lets go.
#[tokio::test]
async fn another_node_goes_on_where_one_died_after_its_lease() {
    if postgres::shared_or_skip().is_none() {
        return;
    }
    let worlds = nodes(2).await;
    let all = expired_logins(&worlds[0], 20).await;
    let [died, other] = [&worlds[0], &worlds[1]].map(super::contract::World::store);
    let first = died.record_expired(5).await.unwrap();
    assert_eq!(
        first,
        Progress {
            changed: 5,
            more: true
        }
    );
    let database = &worlds[0].harness.database;
    let leased = marked(database);
    let nothing = Progress::default();
    assert_eq!(other.record_expired(5).await, Ok(nothing));
    mark(
        database,
        leased + limits::BACKGROUND_LEASE - Span::from_millis(1),
    );
    assert_eq!(other.record_expired(5).await, Ok(nothing));
    mark(database, leased + limits::BACKGROUND_LEASE);
    assert_eq!(other.record_expired(5).await.unwrap().changed, 5);
    // It comes back to life, and finds somebody else at it.
    assert_eq!(died.record_expired(5).await, Ok(nothing));
    while other.record_expired(5).await.unwrap().more {}
    assert_each_ended_once(&worlds[1], &all).await;
    let count_of_leases = "SELECT count(*) FROM meta WHERE name LIKE 'lease%'";
    assert_eq!(database.sql(count_of_leases), "0");
}

#[tokio::test]
async fn a_node_that_stops_in_order_keeps_nobody_waiting() {
    if postgres::shared_or_skip().is_none() {
        return;
    }
    let mut worlds = nodes(2).await;
    let all = expired_logins(&worlds[0], 20).await;
    let other = worlds.pop().unwrap();
    let stops = worlds.pop().unwrap();
    assert!(stops.store().record_expired(5).await.unwrap().more);
    assert_eq!(
        other.store().record_expired(5).await,
        Ok(Progress::default())
    );
    drop(stops);
    assert_eq!(other.store().record_expired(5).await.unwrap().changed, 5);
    other.settle(5).await;
    assert_each_ended_once(&other, &all).await;
}
