//! What was answered is on disk; what cannot be written is refused, not queued
//! for ever.

use crate::contract::{Harness, SignedIn};
use crate::{Sqlite, World};
use rollcall_core::model::event::Reason;
use rollcall_core::model::identifier::UserSelector;
use rollcall_core::model::webhook::{WebhookEvent, WebhookPlaces};
use rollcall_core::ports::StoreError;
use rollcall_core::ports::logins::{Kicked, Logins};
use rollcall_core::ports::maintenance::Maintenance;
use rollcall_core::ports::webhooks::Webhooks as _;
use rollcall_store::SqlStore;
use rusqlite::Connection;
use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The files as a crash would leave them: copied while the store is open, without
/// the index that lives in shared memory.
fn crashed(harness: &Sqlite) -> (tempfile::TempDir, SqlStore) {
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("rollcall.db");
    fs::copy(harness.path(), &copy).unwrap();
    fs::copy(
        harness.path().with_extension("db-wal"),
        copy.with_extension("db-wal"),
    )
    .unwrap();
    let store = harness.open_file(&copy, false).unwrap();
    (folder, store)
}

async fn is_live(store: &SqlStore, world: &World, who: &SignedIn) -> bool {
    let view = store.login(world.pool, who.login, None).await.unwrap();
    view.is_some_and(|view| view.standing.is_live())
}

#[tokio::test]
async fn what_was_answered_is_there_after_a_crash() {
    let world = World::new().await;
    let user = world.new_user(world.pool).await;
    let application = world.new_application(world.pool).await;
    for _ in 0..5 {
        let who = world.sign_in(world.pool, user, application).await;
        let (_folder, survivor) = crashed(&world.harness);
        assert!(is_live(&survivor, &world, &who).await);
        let kicked = world
            .store()
            .kick_user(
                world.pool,
                UserSelector::id(user),
                vec![application],
                world.origin(),
            )
            .await;
        assert_eq!(kicked, Ok(Kicked::Kicked));
        let (_folder, survivor) = crashed(&world.harness);
        assert!(!is_live(&survivor, &world, &who).await);
    }
}

#[tokio::test]
async fn what_webhooks_are_to_be_told_is_there_after_a_crash() {
    let world = World::new().await;
    let events = [WebhookEvent::UserCreated];
    let webhook = world.new_webhook(world.pool, &events).await;
    let user = world.new_user(world.pool).await;
    let (_folder, survivor) = crashed(&world.harness);
    let places = WebhookPlaces::default();
    let claimed = survivor.claim_webhook_deliveries(&places).await.unwrap();
    assert_eq!(claimed[0].target.webhook.id, webhook);
    assert_eq!(claimed[0].happening.subjects.user, Some(user));
}

#[tokio::test]
async fn a_closed_store_is_one_file() {
    let world = World::new().await;
    let user = world.new_user(world.pool).await;
    let application = world.new_application(world.pool).await;
    let who = world.sign_in(world.pool, user, application).await;
    let (folder, survivor) = crashed(&world.harness);
    let file = folder.path().join("rollcall.db");
    drop(survivor);
    assert!(!file.with_extension("db-wal").exists(), "the log is left");
    let alone = tempfile::tempdir().unwrap();
    let copy = alone.path().join("rollcall.db");
    fs::copy(&file, &copy).unwrap();
    let store = world.harness.open_file(&copy, false).unwrap();
    assert!(is_live(&store, &world, &who).await);
}

#[tokio::test]
async fn a_mass_end_goes_on_after_a_crash_in_its_middle() {
    let world = World::new().await;
    let user = world.new_user(world.pool).await;
    let application = world.new_application(world.pool).await;
    let mut all = Vec::new();
    for _ in 0..7 {
        all.push(world.sign_in(world.pool, user, application).await);
    }
    world.harness.set_end_batch(2);
    world.set_enabled(application, false).await;
    world.store().record_mass_ends(2).await.unwrap();
    let (_folder, survivor) = crashed(&world.harness);
    for who in &all {
        assert!(!is_live(&survivor, &world, who).await);
    }
    while survivor.record_mass_ends(2).await.unwrap().more {}
    for who in &all {
        let view = survivor.login(world.pool, who.login, None).await.unwrap();
        let end = view.unwrap().login.end.unwrap();
        assert_eq!(end.reason, Reason::AppDisabled);
    }
}

#[tokio::test]
async fn too_many_waiting_changes_are_refused_and_the_others_are_made() {
    let world = World::new().await;
    let user = world.new_user(world.pool).await;
    let application = world.new_application(world.pool).await;
    // Another process holds the file's lock, so that nothing can be committed.
    let other = Connection::open(world.harness.path()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let (mut waiting, queued) = (Vec::new(), Arc::new(AtomicUsize::new(0)));
    for _ in 0..1_500 {
        let (store, pool, queued) = (world.store(), world.pool, queued.clone());
        let (new, origin) = (world.new_login(user, application), world.origin());
        waiting.push(tokio::spawn(async move {
            queued.fetch_add(1, Ordering::Relaxed);
            store.begin_login(pool, new, origin).await
        }));
    }
    // Each task runs to the queue before it lets another one run.
    while queued.load(Ordering::Relaxed) < 1_500 {
        tokio::task::yield_now().await;
    }
    assert!(!world.is_active(world.pool, user, application).await);
    other.execute_batch("ROLLBACK").unwrap();
    let (mut begun, mut busy) = (0, 0);
    for answer in waiting {
        match answer.await.unwrap() {
            Ok(_) => begun += 1,
            Err(StoreError::Busy) => busy += 1,
            Err(error) => panic!("{error:?}"),
        }
    }
    // The writer holds one group at most beside the queue.
    assert!((1_024..=1_280).contains(&begun), "{begun}");
    assert_eq!(begun + busy, 1_500);
    assert_eq!(world.events(world.pool).await.len(), begun);
}
