//! Work behind the scenes: it records what is true already, and never decides.

use super::{Harness, MILLISECOND, SignedIn, World, idle, lifetime};
use rollcall_core::ids::ApplicationId;
use rollcall_core::limits;
use rollcall_core::model::event::{EventKind, Reason};
use rollcall_core::model::identifier::UserSelector;
use rollcall_core::model::standing::Standing;
use rollcall_core::ports::logins::{Begun, Kicked};
use rollcall_core::ports::maintenance::Progress;
use rollcall_core::time::Span;
use std::collections::HashSet;

async fn many_signed_in<H: Harness>(
    world: &World<H>,
    application: ApplicationId,
    count: usize,
) -> Vec<SignedIn> {
    let user = world.new_user(world.pool).await;
    let mut all = Vec::new();
    for _ in 0..count {
        all.push(world.sign_in(world.pool, user, application).await);
    }
    all
}

async fn recorded<H: Harness>(world: &World<H>, all: &[SignedIn], reason: Reason) -> usize {
    let mut count = 0;
    for who in all {
        let end = world.recorded_end(who.login).await;
        count += usize::from(end.is_some_and(|end| end.reason == reason));
    }
    count
}

const BATCH: usize = limits::END_BATCH as usize;

pub(crate) async fn an_end_of_more_than_a_batch_is_in_force_at_once<H: Harness>(
    mut world: World<H>,
) {
    let application = world.new_application_with(world.pool, idle(600)).await;
    let expired = many_signed_in(&world, application, 3).await;
    world.advance(Span::from_seconds(600));
    let all = many_signed_in(&world, application, BATCH + 20).await;
    world.set_enabled(application, false).await;
    let ended_at = world.now();
    assert!(!world.is_signed_in(&all[0]).await);
    let done = recorded(&world, &all, Reason::AppDisabled).await;
    assert!((BATCH - 3..=BATCH).contains(&done), "{done}");
    world.advance(Span::from_seconds(5));
    world.set_enabled(application, true).await;
    for who in &all {
        let view = world.view(world.pool, who.login).await.unwrap();
        assert!(!view.standing.is_live(), "re-enabling revives nothing");
    }
    let again = many_signed_in(&world, application, 1).await;
    let store = world.store();
    let progress = store.record_mass_ends(10).await.unwrap();
    assert_eq!(progress.changed, 10);
    assert!(progress.more);
    drop(store);
    world.harness.restart();
    world.settle(10).await;
    assert_eq!(recorded(&world, &all, Reason::AppDisabled).await, all.len());
    assert_eq!(recorded(&world, &expired, Reason::IdleTimeout).await, 3);
    for who in &all {
        let end = world.recorded_end(who.login).await.unwrap();
        assert_eq!(end.at, ended_at);
    }
    assert!(world.is_signed_in(&again[0]).await);
    let idle_now = Progress::default();
    assert_eq!(world.store().record_mass_ends(10).await, Ok(idle_now));
    let events = world.events(world.pool).await;
    let ends = events
        .iter()
        .filter(|event| matches!(event.kind, EventKind::Ended(_)));
    let logins: HashSet<_> = ends.clone().map(|event| event.login).collect();
    assert_eq!(logins.len(), ends.count(), "each ended once");
}

pub(crate) async fn a_big_kick_ends_everyone<H: Harness>(world: World<H>) {
    let application = world.new_application(world.pool).await;
    let all = many_signed_in(&world, application, BATCH + 5).await;
    let user = UserSelector::id(all[0].user);
    let kicked = world
        .store()
        .kick_user(world.pool, user, vec![application], world.origin())
        .await;
    assert_eq!(kicked, Ok(Kicked::Kicked));
    assert!(!world.is_signed_in(&all[0]).await);
    world.settle(limits::END_BATCH).await;
    assert_eq!(recorded(&world, &all, Reason::Kicked).await, all.len());
}

pub(crate) async fn a_policy_for_more_than_a_batch_reaches_everyone<H: Harness>(world: World<H>) {
    let application = world.new_application_with(world.pool, idle(600)).await;
    let outlived = many_signed_in(&world, application, 30).await;
    world.advance(Span::from_seconds(300));
    let within = many_signed_in(&world, application, BATCH).await;
    world.advance(Span::from_seconds(100));
    world.set_policy(application, idle(200)).await;
    world.advance(Span::from_seconds(50));
    world.set_policy(application, idle(600)).await;
    for who in &outlived {
        assert!(
            !world
                .view(world.pool, who.login)
                .await
                .unwrap()
                .standing
                .is_live()
        );
    }
    world.settle(7).await;
    let ended = recorded(&world, &outlived, Reason::PolicyChanged).await;
    assert_eq!(ended, outlived.len());
    let limit = world.now() + Span::from_seconds(450);
    world.advance_to(limit - MILLISECOND);
    assert!(world.is_signed_in(&within[0]).await);
    assert_eq!(recorded(&world, &within, Reason::IdleTimeout).await, 0);
    world.advance_to(limit);
    world.settle(100).await;
    let ended = recorded(&world, &within, Reason::IdleTimeout).await;
    assert_eq!(ended, within.len());
}

pub(crate) async fn expiry_is_recorded_in_batches_with_the_limits_instant<H: Harness>(
    world: World<H>,
) {
    let application = world.new_application_with(world.pool, idle(10)).await;
    let all = many_signed_in(&world, application, 5).await;
    let limit = world.now() + Span::from_seconds(10);
    let store = world.store();
    world.advance_to(limit - MILLISECOND);
    assert_eq!(store.record_expired(2).await, Ok(Progress::default()));
    world.advance_to(limit + Span::from_seconds(3));
    for (changed, more) in [(2, true), (2, true), (1, false), (0, false)] {
        let progress = store.record_expired(2).await;
        assert_eq!(progress, Ok(Progress { changed, more }));
    }
    assert_eq!(recorded(&world, &all, Reason::IdleTimeout).await, 5);
    let events = world.events(world.pool).await;
    let last = events.last().unwrap();
    assert_eq!((last.at, last.recorded_at), (limit, world.now()));
    let view = world.view(world.pool, all[0].login).await.unwrap();
    assert_eq!(view.session.end, view.login.end);
}

pub(crate) async fn old_rows_are_forgotten_and_nothing_else<H: Harness>(world: World<H>) {
    let application = world.new_application_with(world.pool, idle(600)).await;
    let old = many_signed_in(&world, application, 3).await;
    world.advance(Span::from_seconds(600));
    world.settle(10).await;
    let ended_at = world.now();
    world.advance_to(ended_at + limits::DEFAULT_RETENTION - Span::from_seconds(1));
    let kept = many_signed_in(&world, application, 2).await;
    let store = world.store();
    world.advance_to(ended_at + limits::DEFAULT_RETENTION);
    let mut forgotten = 0;
    loop {
        let progress = store
            .forget_old(limits::DEFAULT_RETENTION, 4)
            .await
            .unwrap();
        assert!(progress.changed <= 4);
        forgotten += progress.changed;
        if !progress.more {
            break;
        }
    }
    assert!(
        forgotten > 3 + 6,
        "logins, events and audit rows: {forgotten}"
    );
    for who in &old {
        assert_eq!(world.view(world.pool, who.login).await, None);
        let token = store.refresh_token_login(world.pool, who.refresh_token);
        assert_eq!(token.await, Ok(None));
    }
    for who in &kept {
        assert!(world.view(world.pool, who.login).await.is_some());
        let token = store.refresh_token_login(world.pool, who.refresh_token);
        assert!(token.await.unwrap().is_some());
    }
    let events = world.events(world.pool).await;
    let logins: Vec<_> = events.iter().map(|event| event.login).collect();
    assert_eq!(logins, kept.iter().map(|who| who.login).collect::<Vec<_>>());
}

pub(crate) async fn time_stands_at_the_mark_after_a_restart<H: Harness>(mut world: World<H>) {
    let application = world.new_application_with(world.pool, idle(10)).await;
    let who = many_signed_in(&world, application, 1).await[0];
    let limit = world.now() + Span::from_seconds(10);
    world.advance_to(limit);
    world.store().mark_clock().await.unwrap();
    assert_eq!(world.store().clock_lag(), Span::ZERO);
    world.advance_to(limit - Span::from_seconds(5));
    assert_eq!(world.store().now(), limit);
    world.harness.restart();
    assert!(!world.is_signed_in(&who).await, "it had expired before");
    assert_eq!(world.store().now(), limit);
    assert_eq!(world.store().clock_lag(), Span::from_seconds(5));
    world.advance_to(limit + MILLISECOND);
    assert_eq!(world.store().now(), limit + MILLISECOND);
    assert_eq!(world.store().clock_lag(), Span::ZERO);
}

pub(crate) async fn fifty_writers_at_once_take_positions_without_gaps<H: Harness>(world: World<H>) {
    let user = world.new_user(world.pool).await;
    let application = world.new_application(world.pool).await;
    let mut writers = Vec::new();
    for _ in 0..50 {
        let (store, pool) = (world.store(), world.pool);
        let (new, origin) = (world.new_login(user, application), world.origin());
        writers.push(tokio::spawn(async move {
            let begun = store.begin_login(pool, new, origin).await.unwrap();
            let Begun::Begun(view) = begun else {
                panic!("{begun:?}");
            };
            // What was answered can be read at once.
            let read = store.login(pool, view.login.id, None).await.unwrap();
            assert_eq!(read.unwrap().login, view.login);
            view.login.begun
        }));
    }
    let mut begun = Vec::new();
    for writer in writers {
        begun.push(writer.await.unwrap());
    }
    begun.sort_unstable();
    let events = world.events(world.pool).await;
    let positions: Vec<_> = events.iter().map(|event| event.position).collect();
    assert_eq!(positions, begun);
    assert_eq!((positions[0].revision, positions[0].index), (1, 0));
    for pair in positions.windows(2) {
        let same = pair[0].revision == pair[1].revision && pair[0].index + 1 == pair[1].index;
        let next = pair[0].revision + 1 == pair[1].revision && pair[1].index == 0;
        assert!(same || next, "{pair:?}");
    }
}

pub(crate) async fn a_store_that_can_be_read_and_written_is_ready<H: Harness>(world: World<H>) {
    assert_eq!(world.store().ready().await, Ok(()));
}

pub(crate) async fn a_policy_waits_for_the_one_before_it<H: Harness>(world: World<H>) {
    let application = world.new_application_with(world.pool, idle(600)).await;
    let expired = many_signed_in(&world, application, 1).await;
    world.advance(Span::from_seconds(600));
    let live = many_signed_in(&world, application, 1).await;
    world.harness.set_end_batch(2);
    // Visits both logins, records the expired one, and does not know yet that
    // there is no third.
    world.set_policy(application, lifetime(60)).await;
    // Only one login is left to visit: less than a batch, and yet this change
    // may not be done with before the first one is.
    world.set_policy(application, idle(20)).await;
    let expires_at = world.now() + Span::from_seconds(20);
    let view = world.view(world.pool, live[0].login).await.unwrap();
    assert_eq!(view.standing, Standing::Live { expires_at });
    world.settle(2).await;
    world.advance_to(expires_at - MILLISECOND);
    assert!(world.is_signed_in(&live[0]).await);
    world.advance_to(expires_at);
    world.settle(2).await;
    for all in [&expired, &live] {
        assert_eq!(recorded(&world, all, Reason::IdleTimeout).await, 1);
    }
}

pub(crate) async fn a_deleted_applications_policy_still_tells_what_had_expired<H: Harness>(
    mut world: World<H>,
) {
    let application = world.new_application_with(world.pool, idle(600)).await;
    let expired = many_signed_in(&world, application, 3).await;
    let limit = world.now() + Span::from_seconds(600);
    world.advance_to(limit - MILLISECOND);
    let live = many_signed_in(&world, application, 3).await;
    world.advance_to(limit);
    world.harness.set_end_batch(1);
    let deleted = world
        .store()
        .delete_application(world.pool, application, world.origin())
        .await;
    assert_eq!(deleted, Ok(true));
    world.harness.restart();
    for who in &expired {
        let view = world.view(world.pool, who.login).await.unwrap();
        let Standing::Ended(end) = view.standing else {
            panic!("{view:?}");
        };
        assert_eq!((end.reason, end.at), (Reason::IdleTimeout, limit));
    }
    world.settle(1).await;
    assert_eq!(recorded(&world, &expired, Reason::IdleTimeout).await, 3);
    assert_eq!(recorded(&world, &live, Reason::AppDeleted).await, 3);
}
