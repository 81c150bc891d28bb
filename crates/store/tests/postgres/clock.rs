//! The database's clock decides, and never runs backwards.

use crate::contract::{Harness as _, MILLISECOND, ManualClock, SignedIn, idle};
use crate::log;
use crate::nodes::{Node, World, beside, mark, marked, nodes, of_database};
use rollcall_core::model::event::Reason;
use rollcall_core::time::Span;
use rollcall_store::OpenError;
use rollcall_testing::postgres;
use std::sync::Arc;

const HOUR: Span = Span::from_seconds(3600);
const MINUTE: Span = Span::from_seconds(60);

/// Three nodes: one on time, one an hour ahead, one an hour behind.
async fn nodes_of_three_clocks() -> [World; 3] {
    let first = World::new().await;
    let database = first.harness.database.clone();
    let now = of_database(&database);
    let off = [now + HOUR, now - HOUR].map(|own| {
        let clock = Arc::new(ManualClock::default());
        clock.set(own);
        beside(&first, Node::with_clock(&database, clock))
    });
    let [ahead, behind] = off;
    [first, ahead, behind]
}

async fn assert_all_say(worlds: &[World; 3], who: &SignedIn, expected: bool) {
    for world in worlds {
        assert_eq!(world.is_signed_in(who).await, expected);
    }
}

#[tokio::test]
async fn nodes_an_hour_off_answer_as_the_others_to_the_millisecond() {
    if postgres::shared_or_skip().is_none() {
        return;
    }
    let worlds = nodes_of_three_clocks().await;
    let database = worlds[0].harness.database.clone();
    let application = worlds[0]
        .new_application_with(worlds[0].pool, idle(30))
        .await;
    let start = of_database(&database) + MINUTE;
    mark(&database, start);
    for world in &worlds {
        let user = world.new_user(world.pool).await;
        let now = marked(&database);
        let who = world.sign_in(world.pool, user, application).await;
        let view = world.view(world.pool, who.login).await.unwrap();
        assert_eq!(view.login.begun_at, now, "the database's instant");
        let limit = now + Span::from_seconds(30);
        mark(&database, limit - MILLISECOND);
        assert_all_say(&worlds, &who, true).await;
        mark(&database, limit);
        assert_all_say(&worlds, &who, false).await;
        mark(&database, limit + MILLISECOND);
        assert_all_say(&worlds, &who, false).await;
        world.settle(10).await;
        let end = worlds[0].recorded_end(who.login).await.unwrap();
        assert_eq!((end.reason, end.at), (Reason::IdleTimeout, limit));
    }
}

#[tokio::test]
async fn a_node_says_how_far_it_is_off() {
    if postgres::shared_or_skip().is_none() {
        return;
    }
    log::keep();
    let [on_time, ahead, behind] = nodes_of_three_clocks().await;
    let offset = |world: &World| world.store().clock_offset().as_millis();
    // Whose clock stands in this test, and the database's goes on.
    assert!((-MINUTE.as_millis()..=0).contains(&(offset(&ahead) - HOUR.as_millis())));
    assert!((-MINUTE.as_millis()..=0).contains(&(offset(&behind) + HOUR.as_millis())));
    // The time of what no snapshot decides: tokens and signatures.
    for world in [&on_time, &ahead, &behind] {
        world.store().ready().await.unwrap();
        let off = of_database(&world.harness.database).since(world.store().now());
        assert!(off < MINUTE, "{off:?}");
    }
    let said = log::kept("this machine's clock is not the database's");
    let millis = said
        .iter()
        .filter_map(|line| line.rsplit_once("milliseconds="));
    let millis: Vec<i64> = millis.map(|(_, number)| number.parse().unwrap()).collect();
    for off in [HOUR.as_millis(), -HOUR.as_millis()] {
        let is_said = |found: &i64| (off - found).abs() < MINUTE.as_millis();
        assert!(millis.iter().any(is_said), "{off}: {millis:?}");
    }
}

#[tokio::test]
async fn time_stands_at_the_mark_after_a_restart_on_an_earlier_clock() {
    if postgres::shared_or_skip().is_none() {
        return;
    }
    let mut worlds = nodes(2).await;
    let database = worlds[0].harness.database.clone();
    let application = worlds[0]
        .new_application_with(worlds[0].pool, idle(60))
        .await;
    let user = worlds[0].new_user(worlds[0].pool).await;
    let who = worlds[0].sign_in(worlds[0].pool, user, application).await;
    // As a replica whose clock is behind finds it when it takes over.
    let seen = of_database(&database) + Span::from_seconds(200);
    mark(&database, seen);
    worlds[0].harness.restart();
    for world in &worlds {
        assert!(
            !world.is_signed_in(&who).await,
            "its minute is over for good"
        );
        let user = world.new_user(world.pool).await;
        let next = world.sign_in(world.pool, user, application).await;
        let view = world.view(world.pool, next.login).await.unwrap();
        assert_eq!(view.login.begun_at, seen);
        assert!(world.is_signed_in(&next).await);
    }
    assert_eq!(marked(&database), seen, "no commit lowers it");
    assert!(worlds[0].store().now() >= seen);
    assert!(worlds[0].store().clock_lag() > Span::ZERO);
}

#[tokio::test]
async fn a_clock_far_behind_the_mark_is_refused_until_it_is_accepted() {
    if postgres::shared_or_skip().is_none() {
        return;
    }
    let mut worlds = nodes(1).await;
    let world = &mut worlds[0];
    let database = world.harness.database.clone();
    let short = world.new_application_with(world.pool, idle(60)).await;
    let long = world.new_application(world.pool).await;
    let user = world.new_user(world.pool).await;
    let out = world.sign_in(world.pool, user, short).await;
    let lasting = world.sign_in(world.pool, user, long).await;
    world.harness.store = None;
    let limit = Span::from_seconds(300);
    mark(&database, of_database(&database) + limit + MINUTE);
    let limit_and_more = Span::from_seconds(360);
    let refused = world.harness.open(false);
    assert!(
        matches!(refused, Err(OpenError::ClockBehind { by }) if by > limit && by <= limit_and_more),
        "{refused:?}"
    );
    world.harness.store = Some(world.harness.open(true).unwrap());
    let now = of_database(&database);
    assert!(marked(&database) <= now);
    assert!(
        !world.is_signed_in(&out).await,
        "what the mark had passed has ended"
    );
    assert!(world.is_signed_in(&lasting).await);
    let end = world.recorded_end(out.login).await.unwrap();
    assert_eq!(end.reason, Reason::IdleTimeout);
    world.harness.restart();
    assert!(world.is_signed_in(&lasting).await);
}
