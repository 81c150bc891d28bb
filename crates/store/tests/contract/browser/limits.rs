//! How many sessions and logins a user may have at once.

use super::{Harness, InBrowser, World};
use crate::contract::idle;
use rollcall_core::ids::{ApplicationId, PoolId, UserId};
use rollcall_core::model::application::ApplicationChange;
use rollcall_core::model::event::Reason;
use rollcall_core::model::policy::{
    ConcurrencyChange, ConcurrencyLimit, LimitAction, SessionLimits,
};
use rollcall_core::ports::browser_sessions::{BrowserSignedIn, SignedOn};
use rollcall_core::ports::logins::Begun;
use rollcall_core::time::Span;

/// A world whose pool has this limit, with a user and an application.
async fn limited<H: Harness>(
    world: &mut World<H>,
    max: u32,
    action: LimitAction,
) -> (UserId, ApplicationId) {
    let limit = ConcurrencyLimit {
        max: Some(max),
        action,
    };
    world.pool = world.new_pool_of(SessionLimits::default(), limit).await;
    let user = world.new_user(world.pool).await;
    (user, world.new_application(world.pool).await)
}

async fn set_limit<H: Harness>(
    world: &World<H>,
    application: ApplicationId,
    max: u32,
    action: LimitAction,
) {
    let change = ApplicationChange {
        session_limit: ConcurrencyChange {
            max: Some(max),
            action: Some(action),
        },
        ..ApplicationChange::default()
    };
    world
        .change_application(world.pool, application, change)
        .await;
}

async fn live<H: Harness>(world: &World<H>, all: &[InBrowser]) -> Vec<bool> {
    let mut live = Vec::new();
    for one in all {
        live.push(world.is_live(one.login()).await);
    }
    live
}

pub(crate) async fn above_the_pools_limit_the_oldest_session_gives_way<H: Harness>(
    mut world: World<H>,
) {
    let (user, application) = limited(&mut world, 2, LimitAction::EndOldest).await;
    let somebody = world.new_user(world.pool).await;
    let theirs = world.enter(somebody, application).await;
    let mut all = vec![world.enter(user, application).await];
    world.advance(Span::from_seconds(1));
    all.push(world.enter(user, application).await);
    // Not an addition, and it does not make the session younger.
    let first = world.enter_again(&all[0], user, application).await;
    assert_eq!(live(&world, &all).await, [true, true]);
    world.advance(Span::from_seconds(1));
    all.push(world.enter(user, application).await);
    assert_eq!(live(&world, &all).await, [false, true, true]);
    assert!(!world.is_in(&first).await);
    let told = world.told_end(first.login()).await;
    assert_eq!(told, Some((Reason::Replaced, world.now())));
    // A device of the API is a session like any other.
    let api = world.sign_in(world.pool, user, application).await;
    assert_eq!(live(&world, &all).await, [false, false, true]);
    assert!(!world.is_in(&all[1]).await);
    assert!(world.is_signed_in(&api).await);
    assert!(world.is_live(theirs.login()).await);
}

pub(crate) async fn above_the_pools_limit_a_sign_in_is_refused<H: Harness>(mut world: World<H>) {
    let (user, application) = limited(&mut world, 1, LimitAction::Refuse).await;
    let first = world.enter(user, application).await;
    let before = world.events(world.pool).await;
    let sign_in = world.new_browser_sign_in(user, application, None);
    let cookie = sign_in.cookie;
    let answer = world.sign_in_browser(world.pool, sign_in).await;
    assert_eq!(answer, BrowserSignedIn::SessionLimit);
    assert_eq!(world.look(cookie, application).await, None);
    let new = world.new_login(user, application);
    assert_eq!(world.begin(world.pool, new).await, Begun::SessionLimit);
    assert_eq!(world.events(world.pool).await, before);
    // Nobody loses a session to a sign-in that is refused.
    let somebody = world.new_user(world.pool).await;
    let theirs = world.enter(somebody, application).await;
    let sign_in = world.new_browser_sign_in(user, application, Some(theirs.cookie));
    let answer = world.sign_in_browser(world.pool, sign_in).await;
    assert_eq!(answer, BrowserSignedIn::SessionLimit);
    assert!(world.is_in(&theirs).await);
    let other = world.new_application(world.pool).await;
    world.go_on_to(&first, other).await;
    world.enter_again(&first, user, application).await;
}

/// Sessions that have ended count no more, recorded or not; a browser's without
/// logins does.
pub(crate) async fn what_has_ended_leaves_room<H: Harness>(mut world: World<H>) {
    let (user, application) = limited(&mut world, 1, LimitAction::Refuse).await;
    let short = world.new_application_with(world.pool, idle(10)).await;
    world.sign_in(world.pool, user, short).await;
    world.advance(Span::from_seconds(10));
    let here = world.enter(user, application).await;
    world.advance(super::CODE_LIFETIME);
    world.settle(10).await;
    assert!(!world.is_live(here.login()).await);
    let new = world.new_login(user, application);
    assert_eq!(world.begin(world.pool, new).await, Begun::SessionLimit);
}

pub(crate) async fn above_an_applications_limit_its_oldest_login_gives_way<H: Harness>(
    world: World<H>,
) {
    let user = world.new_user(world.pool).await;
    let application = world.new_application(world.pool).await;
    let other = world.new_application(world.pool).await;
    set_limit(&world, application, 2, LimitAction::EndOldest).await;
    let mut all = vec![world.enter(user, application).await];
    let beside = world.go_on_to(&all[0], other).await;
    all.push(world.enter(user, application).await);
    world.go_on_to(&all[0], application).await;
    world.enter_again(&all[1], user, application).await;
    assert_eq!(live(&world, &all).await, [true, true]);
    let third = world.enter(user, other).await;
    assert_eq!(live(&world, &all).await, [true, true]);
    world.advance(Span::from_seconds(1));
    // In silence too, and only the login ends.
    all.push(world.go_on_to(&third, application).await);
    assert_eq!(live(&world, &all).await, [false, true, true]);
    let told = world.told_end(all[0].login()).await;
    assert_eq!(told, Some((Reason::Replaced, world.now())));
    assert!(world.is_in(&all[0]).await);
    assert!(world.is_live(beside.login()).await);
    let api = world.sign_in(world.pool, user, application).await;
    assert_eq!(live(&world, &all).await, [false, false, true]);
    assert!(world.is_signed_in(&api).await);
}

pub(crate) async fn above_an_applications_limit_one_more_is_refused<H: Harness>(world: World<H>) {
    let first = world.someone_in_browser().await;
    let (user, application) = (first.user(), first.application());
    set_limit(&world, application, 1, LimitAction::Refuse).await;
    let sign_in = world.new_browser_sign_in(user, application, None);
    let answer = world.sign_in_browser(world.pool, sign_in).await;
    assert_eq!(answer, BrowserSignedIn::SessionLimit);
    let other = world.new_application(world.pool).await;
    let second = world.enter(user, other).await;
    let wanted = world.new_sign_on(application);
    let answer = world.sign_on(world.pool, second.cookie, wanted).await;
    assert_eq!(answer, SignedOn::SessionLimit);
    let new = world.new_login(user, application);
    assert_eq!(world.begin(world.pool, new).await, Begun::SessionLimit);
    world.go_on_to(&first, application).await;
    world.enter_again(&first, user, application).await;
    set_limit(&world, application, 0, LimitAction::Refuse).await;
    world.go_on_to(&second, application).await;
}

pub(crate) async fn a_lowered_limit_ends_nobody_until_the_next_sign_in<H: Harness>(
    world: World<H>,
) {
    let user = world.new_user(world.pool).await;
    let application = world.new_application(world.pool).await;
    let mut all = Vec::new();
    for _ in 0..4 {
        all.push(world.enter(user, application).await);
    }
    set_limit(&world, application, 2, LimitAction::EndOldest).await;
    assert_eq!(live(&world, &all).await, [true; 4]);
    // No addition, so nobody gives way.
    world.enter_again(&all[0], user, application).await;
    assert_eq!(live(&world, &all).await, [true; 4]);
    all.push(world.enter(user, application).await);
    assert_eq!(live(&world, &all).await, [false, false, false, true, true]);
    for gone in &all[..3] {
        let told = world.told_end(gone.login()).await;
        assert_eq!(told, Some((Reason::Replaced, world.now())));
    }
}

/// A session that gives way takes its login with it: nobody else has to.
pub(crate) async fn one_room_is_made_once<H: Harness>(mut world: World<H>) {
    let (user, application) = limited(&mut world, 2, LimitAction::EndOldest).await;
    set_limit(&world, application, 2, LimitAction::EndOldest).await;
    let mut all = Vec::new();
    for _ in 0..3 {
        all.push(world.enter(user, application).await);
    }
    assert_eq!(live(&world, &all).await, [false, true, true]);
}

pub(crate) async fn fifty_sign_ins_at_once_leave_three<H: Harness>(mut world: World<H>) {
    for action in [LimitAction::EndOldest, LimitAction::Refuse] {
        let (user, application) = limited(&mut world, 3, action).await;
        let (mut sign_ins, mut logins) = (Vec::new(), Vec::new());
        for _ in 0..50 {
            let (store, pool): (_, PoolId) = (world.store(), world.pool);
            let sign_in = world.new_browser_sign_in(user, application, None);
            let origin = world.origin();
            logins.push(sign_in.sign_on.login);
            sign_ins.push(tokio::spawn(async move {
                store.sign_in_browser(pool, sign_in, origin).await.unwrap()
            }));
        }
        let mut refused = 0;
        for sign_in in sign_ins {
            let answer = sign_in.await.unwrap();
            refused += usize::from(answer == BrowserSignedIn::SessionLimit);
        }
        let mut live = 0;
        for login in logins {
            let view = world.view(world.pool, login).await;
            live += usize::from(view.is_some_and(|view| view.standing.is_live()));
        }
        assert_eq!(live, 3);
        let expected = match action {
            LimitAction::EndOldest => 0,
            LimitAction::Refuse => 47,
        };
        assert_eq!(refused, expected);
    }
}
