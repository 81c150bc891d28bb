//! Signing on with the session of a cookie.

use super::{CODE_LIFETIME, Harness, World};
use crate::contract::logins::set_status;
use rollcall_core::ids::{ApplicationId, UserId};
use rollcall_core::model::event::{EventKind, Reason};
use rollcall_core::model::identifier::UserSelector;
use rollcall_core::model::sign_on::{Need, SignOnDemands};
use rollcall_core::model::standing::Standing;
use rollcall_core::model::user::UserStatus;
use rollcall_core::ports::browser_sessions::SignedOn;
use rollcall_core::ports::logins::Kicked;
use rollcall_core::time::Span;

pub(crate) async fn silence_adds_a_login_to_the_session<H: Harness>(world: World<H>) {
    let first = world.someone_in_browser().await;
    let other = world.new_application(world.pool).await;
    world.advance(Span::from_seconds(60));
    let second = world.go_on_to(&first, other).await;
    assert_eq!(second.session(), first.session());
    assert_ne!(second.login(), first.login());
    assert!(second.view.login.begun > first.view.login.begun);
    assert!(world.is_active(world.pool, first.user(), other).await);
    let session = &second.view.session;
    assert_eq!(session.begun_at, first.view.session.begun_at);
    assert_eq!(session.authenticated, first.view.session.authenticated);
    assert_eq!(session.last_seen, world.now());
    // What the token says is when the person was there, not when this happened.
    let grant = second.view.grant.as_ref().unwrap();
    assert_eq!(grant.authenticated_at, first.view.session.authenticated_at);
    let before = world.view(world.pool, first.login()).await.unwrap().login;
    assert_eq!(before, first.view.login, "no other login is moved");
}

pub(crate) async fn a_live_login_goes_on_with_a_grant_of_its_own<H: Harness>(world: World<H>) {
    let first = world.someone_in_browser().await;
    world.advance(Span::from_seconds(10));
    let second = world.go_on_to(&first, first.application()).await;
    assert_eq!(second.login(), first.login());
    assert_eq!(second.view.login.begun_at, first.view.login.begun_at);
    assert_eq!(second.view.login.last_seen, world.now());
    let grants = [&first, &second].map(|one| one.view.grant.as_ref().unwrap().id);
    assert_ne!(grants[0], grants[1]);
    let events = world.events(world.pool).await;
    let expires_at = world.now() + CODE_LIFETIME;
    let last = events.last().unwrap();
    assert_eq!(last.kind, EventKind::Extended { expires_at });
    assert_eq!(second.view.standing, Standing::Live { expires_at });
    assert_eq!(events.len(), 2);
}

/// A pass through the authorization endpoint is activity like any other.
pub(crate) async fn silence_is_written_by_its_granularity<H: Harness>(world: World<H>) {
    let first = world.someone_in_browser().await;
    world.redeem_all(&[&first]).await;
    let told = world.events(world.pool).await.len();
    let begun_at = world.now();
    let written = world.look(first.cookie, first.application()).await.unwrap();
    for (seconds, millis, expected) in [(0, 0, false), (59, 999, false), (60, 0, true)] {
        let at = begun_at + Span::from_seconds(seconds) + Span::from_millis(millis);
        world.advance_to(at);
        let again = world.go_on_to(&first, first.application()).await;
        assert_eq!(again.login(), first.login());
        assert_ne!(again.view.grant, first.view.grant, "its code is a new one");
        let last_seen = if expected { at } else { begun_at };
        assert_eq!(again.view.login.last_seen, last_seen);
        let found = world.look(first.cookie, first.application()).await.unwrap();
        assert_eq!(found.session.last_seen, last_seen);
        assert_eq!(found.standing == written.standing, !expected);
        let events = world.events(world.pool).await.len();
        assert_eq!(events, told + usize::from(expected));
    }
}

/// After its end another one begins: the ended one is not continued, and there
/// is never more than one that is live.
pub(crate) async fn after_its_end_another_login_begins<H: Harness>(world: World<H>) {
    let first = world.someone_in_browser().await;
    let limit = world.now() + CODE_LIFETIME;
    world.advance_to(limit);
    let second = world.go_on_to(&first, first.application()).await;
    assert_ne!(second.login(), first.login());
    assert_eq!(second.session(), first.session());
    assert!(!world.is_live(first.login()).await);
    let third = world.go_on_to(&first, first.application()).await;
    assert_eq!(third.login(), second.login());
    world.settle(10).await;
    let told = world.told_end(first.login()).await;
    assert_eq!(told, Some((Reason::NotRedeemed, limit)));
}

pub(crate) async fn who_may_not_sign_on_changes_nothing<H: Harness>(world: World<H>) {
    let first = world.someone_in_browser().await;
    let other = world.new_application(world.pool).await;
    let theirs = world.new_application(world.other_pool).await;
    world.advance(Span::from_seconds(10));
    let silent = async |pool, cookie, application| {
        let sign_on = world.new_sign_on(application);
        world.sign_on(pool, cookie, sign_on).await
    };
    let sign_in = SignedOn::Needs(Need::SignIn);
    let unavailable = SignedOn::ApplicationUnavailable;
    let (pool, cookie) = (world.pool, first.cookie);
    assert_eq!(silent(pool, world.digest(), other).await, sign_in);
    assert_eq!(silent(world.other_pool, cookie, theirs).await, sign_in);
    assert_eq!(silent(pool, cookie, theirs).await, unavailable);
    let unknown = ApplicationId::from_bytes([8; 12]);
    assert_eq!(silent(pool, cookie, unknown).await, unavailable);
    world.set_enabled(other, false).await;
    assert_eq!(silent(pool, cookie, other).await, unavailable);
    let found = world.look(cookie, first.application()).await.unwrap();
    assert_eq!(found.session, first.view.session, "not even activity");
    assert_eq!(world.events(pool).await.len(), 1);
    set_status(&world, first.user(), UserStatus::Suspended).await;
    assert_eq!(silent(pool, cookie, first.application()).await, sign_in);
}

pub(crate) async fn demands_are_decided_in_the_commit<H: Harness>(world: World<H>) {
    let first = world.someone_in_browser().await;
    let authenticated_at = first.view.session.authenticated_at;
    world.advance(Span::from_seconds(10));
    let asked = async |change: &dyn Fn(&mut SignOnDemands)| {
        let mut sign_on = world.new_sign_on(first.application());
        change(&mut sign_on.demands);
        match world.sign_on(world.pool, first.cookie, sign_on).await {
            SignedOn::SignedOn(_) => None,
            SignedOn::Needs(need) => Some(need),
            other => panic!("{other:?}"),
        }
    };
    let aged = |seconds| {
        move |demands: &mut SignOnDemands| demands.max_age = Some(Span::from_seconds(seconds))
    };
    assert_eq!(asked(&aged(9)).await, Some(Need::SignIn));
    assert_eq!(asked(&aged(10)).await, None);
    assert_eq!(asked(&|d| d.login = true).await, Some(Need::SignIn));
    let done = |demands: &mut SignOnDemands| {
        demands.login = true;
        demands.done.authenticated_at = Some(authenticated_at);
    };
    assert_eq!(asked(&done).await, None);
    let other = UserId::from_bytes([8; 12]);
    assert_eq!(
        asked(&|d| d.subject = Some(other)).await,
        Some(Need::SignIn)
    );
    let own = first.user();
    assert_eq!(asked(&|d| d.subject = Some(own)).await, None);
    assert_eq!(
        asked(&|d| d.select_account = true).await,
        Some(Need::ChooseAccount)
    );
    assert_eq!(asked(&|d| d.consent = true).await, Some(Need::Consent));
}

pub(crate) async fn outside_of_single_sign_on_only_its_own_login_goes_on<H: Harness>(
    world: World<H>,
) {
    let first = world.someone_in_browser().await;
    let apart = world.new_application(world.pool).await;
    world.set_sso(apart, false).await;
    let sign_on = world.new_sign_on(apart);
    let answer = world.sign_on(world.pool, first.cookie, sign_on).await;
    assert_eq!(answer, SignedOn::Needs(Need::SignIn));
    let inside = world.enter_again(&first, first.user(), apart).await;
    assert_eq!(inside.session(), first.session());
    let more = world.go_on_to(&inside, apart).await;
    assert_eq!(more.login(), inside.login());
    world.advance(CODE_LIFETIME);
    let sign_on = world.new_sign_on(apart);
    let answer = world.sign_on(world.pool, inside.cookie, sign_on).await;
    assert_eq!(answer, SignedOn::Needs(Need::SignIn));
}

pub(crate) async fn after_a_kick_only_a_later_authentication_counts<H: Harness>(world: World<H>) {
    let first = world.someone_in_browser().await;
    let (user, application) = (first.user(), first.application());
    let other = world.new_application(world.pool).await;
    let beside = world.go_on_to(&first, other).await;
    let never = world.new_application(world.pool).await;
    let store = world.store();
    let kick = store.kick_user(
        world.pool,
        UserSelector::id(user),
        vec![application, never],
        world.origin(),
    );
    assert_eq!(kick.await, Ok(Kicked::Kicked));
    let told = world.told_end(first.login()).await;
    assert_eq!(told, Some((Reason::Kicked, world.now())));
    assert!(world.is_in(&first).await, "sessions live on");
    assert!(world.is_live(beside.login()).await, "other logins live on");
    for kicked in [application, never] {
        let found = world.look(first.cookie, kicked).await.unwrap();
        assert!(found.kicked.is_some());
        let answer = world
            .sign_on(world.pool, first.cookie, world.new_sign_on(kicked))
            .await;
        assert_eq!(answer, SignedOn::Needs(Need::SignIn));
    }
    let found = world.look(first.cookie, other).await.unwrap();
    assert_eq!(found.kicked, None);
    world.go_on_to(&first, other).await;
    let again = world.enter_again(&first, user, other).await;
    assert_eq!(again.session(), first.session());
    let back = world.go_on_to(&again, application).await;
    assert_ne!(back.login(), first.login());
    assert!(world.is_live(back.login()).await);
}
