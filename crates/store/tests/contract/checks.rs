//! Checks that are asked at one moment, which an engine may answer together.

use super::records::unknown_key;
use super::{Harness, World, idle};
use rollcall_core::ids::{AccessKeyId, ApplicationId, PoolId, UserId};
use rollcall_core::model::event::Reason;
use rollcall_core::model::identifier::{Identifier, UserSelector};
use rollcall_core::ports::logins::{EndScope, SessionStatus};
use rollcall_core::time::Span;

/// A question, and what is known: none for a key that is not there.
type Known = (
    AccessKeyId,
    ApplicationId,
    UserSelector,
    Option<SessionStatus>,
);

const YES: Option<SessionStatus> = Some(SessionStatus::Known { active: true });
const NO: Option<SessionStatus> = Some(SessionStatus::Known { active: false });

/// Somebody signed in to one of two applications of a pool, by every way to ask.
async fn of_pool<H: Harness>(world: &World<H>, pool: PoolId) -> Vec<Known> {
    let (here, elsewhere) = (
        world.new_application(pool).await,
        world.new_application(pool).await,
    );
    let (somebody, nobody) = (world.new_user(pool).await, UserId::from_bytes([8; 12]));
    world.sign_in(pool, somebody, here).await;
    let key = pool.root_key();
    let nothing = ApplicationId::from_bytes([8; 12]);
    let named = |user| Identifier::Username(format!("user-{user}"));
    let by_id = UserSelector::id(somebody);
    let both = UserSelector::any_of(vec![Identifier::Id(somebody), named(somebody)]);
    let not_found = Some(SessionStatus::UserNotFound);
    let no_application = Some(SessionStatus::ApplicationNotFound);
    vec![
        (key, here, by_id.clone(), YES),
        (key, elsewhere, by_id.clone(), NO),
        (key, nothing, by_id.clone(), no_application.clone()),
        (key, here, UserSelector::id(nobody), not_found.clone()),
        (key, here, UserSelector::any_of(vec![named(somebody)]), YES),
        (
            key,
            elsewhere,
            UserSelector::any_of(vec![named(somebody)]),
            NO,
        ),
        (
            key,
            here,
            UserSelector::any_of(vec![named(nobody)]),
            not_found.clone(),
        ),
        (key, here, both, YES),
        (key, here, UserSelector::any_of(Vec::new()), not_found),
        (
            key,
            nothing,
            UserSelector::any_of(Vec::new()),
            no_application,
        ),
        (unknown_key(), here, by_id, None),
    ]
}

/// Asks all of them at once, several times over.
async fn ask<H: Harness>(world: &World<H>, known: &[Known]) {
    let mut asked = tokio::task::JoinSet::new();
    for (number, (key, application, user, _)) in known.iter().cycle().take(300).enumerate() {
        let (store, key, application, user) = (world.store(), *key, *application, user.clone());
        asked.spawn(async move {
            let check = store.session_status(key, application, &user).await;
            (number, check.unwrap())
        });
    }
    while let Some(answered) = asked.join_next().await {
        let (number, check) = answered.unwrap();
        let (key, _, user, expected) = &known[number % known.len()];
        if let Some(check) = &check {
            assert_eq!(check.key.id, *key);
        }
        let status = check.map(|check| check.status);
        assert_eq!(status, *expected, "{user:?} of {key:?}");
    }
}

pub(crate) async fn asked_at_once_each_is_answered_for_itself<H: Harness>(world: World<H>) {
    let mut known = of_pool(&world, world.pool).await;
    known.extend(of_pool(&world, world.other_pool).await);
    ask(&world, &known).await;
    // One pool's logins end at once; the other's questions come with theirs still.
    world.harness.set_end_batch(0);
    let scope = EndScope::Pool;
    let store = world.store();
    let ended = store.end_all_sessions(world.pool, scope, world.origin());
    ended.await.unwrap();
    for (key, _, _, status) in &mut known {
        if *key == world.pool.root_key() && *status == YES {
            *status = NO;
        }
    }
    ask(&world, &known).await;
    world.settle(1).await;
    ask(&world, &known).await;
}

/// More of them than an engine looks at together, of which the oldest alone is live.
pub(crate) async fn one_live_login_behind_many_is_found<H: Harness>(world: World<H>) {
    let user = world.new_user(world.pool).await;
    let application = world.new_application(world.pool).await;
    let oldest = world.sign_in(world.pool, user, application).await;
    for _ in 0..40 {
        world.sign_in(world.pool, user, application).await;
    }
    world.set_policy(application, idle(100)).await;
    world.advance(Span::from_seconds(60));
    let store = world.store();
    let activity = store.record_activity(world.pool, oldest.login, None, world.origin());
    activity.await.unwrap();
    world.advance(Span::from_seconds(60));
    assert!(world.is_active(world.pool, user, application).await);
    world.advance(Span::from_seconds(40));
    assert!(!world.is_active(world.pool, user, application).await);
    let end = world.recorded_end(oldest.login).await;
    assert!(end.is_none_or(|end| end.reason == Reason::IdleTimeout));
}
