//! Where deleted applications wanted to be told is kept while it is needed.

use crate::World;
use crate::contract::Harness as _;
use rollcall_core::limits;
use rollcall_core::model::application::{ApplicationChange, OauthChange};
use rollcall_core::model::logout_delivery::{Attempt, AttemptResult};
use rusqlite::Connection;

fn kept(world: &World) -> i64 {
    let conn = Connection::open(world.harness.path()).unwrap();
    let count = "SELECT count(*) FROM former_logout_uris";
    conn.query_row(count, [], |row| row.get(0)).unwrap()
}

async fn age(world: &World) {
    world.advance(limits::DEFAULT_RETENTION);
    let store = world.store();
    while store
        .forget_old(limits::DEFAULT_RETENTION, 10)
        .await
        .unwrap()
        .more
    {}
}

#[tokio::test]
async fn a_former_uri_is_forgotten_once_nobody_can_ask_for_it() {
    let world = World::new().await;
    let who = world.someone_signed_in(world.pool).await;
    let oauth = OauthChange {
        backchannel_logout_uri: Some("https://rp.example/logout".to_owned()),
        ..OauthChange::default()
    };
    let change = ApplicationChange {
        oauth,
        ..ApplicationChange::default()
    };
    world
        .change_application(world.pool, who.application, change)
        .await;
    world.sign_in(world.pool, who.user, who.application).await;
    world.harness.set_end_batch(1);
    let store = world.store();
    let deleted = store.delete_application(world.pool, who.application, world.origin());
    assert_eq!(deleted.await, Ok(true));
    age(&world).await;
    assert_eq!(kept(&world), 1, "an end is not recorded yet");
    world.settle(10).await;
    age(&world).await;
    assert_eq!(kept(&world), 1, "nobody was told");
    let filter = rollcall_core::ports::logout_deliveries::DeliveryFilter::default();
    let page = rollcall_core::page::PageRequest::new(None, None).unwrap();
    let owed = store.list_logout_deliveries(world.pool, filter, page);
    let owed = owed.await.unwrap().list;
    assert_eq!(owed.len(), 2);
    for delivery in owed {
        let attempt = Attempt {
            at: world.now(),
            result: AttemptResult::Answered(200),
        };
        let recorded = store.record_attempt(world.pool, delivery.login, attempt);
        recorded.await.unwrap();
    }
    age(&world).await;
    assert_eq!(kept(&world), 0);
}
