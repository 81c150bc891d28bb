//! Signing in with a page.

use super::{CODE_LIFETIME, Harness, World};
use crate::contract::failures::failure_of;
use crate::contract::logins::set_status;
use crate::contract::{MILLISECOND, lifetime};
use rollcall_core::ids::UserId;
use rollcall_core::limits;
use rollcall_core::model::event::{EventKind, Reason};
use rollcall_core::model::identifier::UserSelector;
use rollcall_core::model::sign_on::Need;
use rollcall_core::model::standing::Standing;
use rollcall_core::model::user::UserStatus;
use rollcall_core::ports::browser_sessions::{BrowserSignedIn, SignedOn};
use rollcall_core::ports::users::Found;
use rollcall_core::time::Span;

pub(crate) async fn a_sign_in_begins_a_session_a_login_and_a_code<H: Harness>(world: World<H>) {
    let user = world.new_user(world.pool).await;
    let application = world.new_application(world.pool).await;
    let sign_in = world.new_browser_sign_in(user, application, None);
    let wanted = sign_in.clone();
    let here = world.enter_as(world.pool, sign_in).await;
    assert!(world.is_active(world.pool, user, application).await);
    let (login, session) = (&here.view.login, &here.view.session);
    assert_eq!(login.id, wanted.sign_on.login);
    assert_eq!(session.id, wanted.session);
    assert_eq!(login.begun, session.begun);
    assert_eq!(session.authenticated, session.begun);
    assert_eq!(session.authenticated_at, world.now());
    let expires_at = world.now() + CODE_LIFETIME;
    assert_eq!(login.redeem_by, Some(expires_at));
    assert_eq!(here.view.standing, Standing::Live { expires_at });
    let grant = here.view.grant.as_ref().unwrap();
    assert_eq!(grant.id, wanted.sign_on.grant);
    assert_eq!(grant.authenticated_at, world.now());
    assert_eq!(grant.authentication_methods, ["pwd"]);
    let stored = world.view(world.pool, login.id).await.unwrap();
    assert_eq!((&stored.login, &stored.session), (login, session));
    let events = world.events(world.pool).await;
    let told: Vec<_> = events.iter().map(|event| event.kind).collect();
    assert_eq!(told, [EventKind::Began { expires_at }]);
    assert_eq!(events[0].position, login.begun);
    let found = world.look(here.cookie, application).await.unwrap();
    assert_eq!(&found.session, session);
    assert!(found.is_logged_in);
    let theirs = world.store();
    let theirs = theirs.browser_session(world.other_pool, here.cookie, application);
    assert_eq!(theirs.await, Ok(None));
}

pub(crate) async fn what_happens_before_the_commit_of_a_sign_in_counts<H: Harness>(
    world: World<H>,
) {
    let user = world.new_user(world.pool).await;
    let application = world.new_application(world.pool).await;
    let their_user = world.new_user(world.other_pool).await;
    let their_application = world.new_application(world.other_pool).await;
    let attempt = async |user, application| {
        let sign_in = world.new_browser_sign_in(user, application, None);
        world.sign_in_browser(world.pool, sign_in).await
    };
    for nobody in [UserId::from_bytes([8; 12]), their_user] {
        let answer = attempt(nobody, application).await;
        assert_eq!(answer, BrowserSignedIn::CredentialChanged);
    }
    let mut outdated = world.new_browser_sign_in(user, application, None);
    outdated.password_version = 2;
    let answer = world.sign_in_browser(world.pool, outdated).await;
    assert_eq!(answer, BrowserSignedIn::CredentialChanged);
    let answer = attempt(user, their_application).await;
    assert_eq!(answer, BrowserSignedIn::ApplicationUnavailable);
    world.set_enabled(application, false).await;
    let answer = attempt(user, application).await;
    assert_eq!(answer, BrowserSignedIn::ApplicationUnavailable);
    world.set_enabled(application, true).await;
    set_status(&world, user, UserStatus::Suspended).await;
    let answer = attempt(user, application).await;
    assert_eq!(answer, BrowserSignedIn::UserDisabled);
    set_status(&world, user, UserStatus::Activated).await;
    for _ in 0..limits::FAILURES_BEFORE_LOCK {
        let store = world.store();
        let failure = failure_of(world.digest(), Some(user));
        let failure = store.record_sign_in_failure(world.pool, failure, world.origin());
        failure.await.unwrap();
    }
    let answer = attempt(user, application).await;
    assert_eq!(answer, BrowserSignedIn::UserLocked);
    assert_eq!(world.events(world.pool).await, []);
}

pub(crate) async fn a_sign_in_with_a_page_is_counted_and_forgets_failures<H: Harness>(
    world: World<H>,
) {
    let user = world.new_user(world.pool).await;
    let application = world.new_application(world.pool).await;
    let sign_in = world.new_browser_sign_in(user, application, None);
    let store = world.store();
    for _ in 0..limits::FAILURES_BEFORE_DELAY {
        let failure = failure_of(sign_in.failure_key, Some(user));
        let failure = store.record_sign_in_failure(world.pool, failure, world.origin());
        failure.await.unwrap();
    }
    let key = sign_in.failure_key;
    let delay = store.sign_in_delay(world.pool, key).await.unwrap();
    assert!(delay.is_some());
    world.enter_as(world.pool, sign_in).await;
    assert_eq!(store.sign_in_delay(world.pool, key).await, Ok(None));
    let found = store.find_user(world.pool, UserSelector::id(user)).await;
    let Ok(Found::One(found)) = found else {
        panic!("{found:?}");
    };
    assert_eq!(found.sign_ins.count, 1);
    assert_eq!(found.password.failures_in_a_row, 0);
}

pub(crate) async fn each_sign_in_renews_the_cookie<H: Harness>(world: World<H>) {
    let first = world.someone_in_browser().await;
    let (user, application) = (first.user(), first.application());
    world.advance(Span::from_seconds(5));
    let second = world.enter_again(&first, user, application).await;
    assert_eq!(second.session(), first.session());
    assert_eq!(second.login(), first.login());
    assert_eq!(second.view.session.begun, first.view.session.begun);
    assert!(second.view.session.authenticated > first.view.session.authenticated);
    assert_eq!(second.view.session.authenticated_at, world.now());
    assert_eq!(world.look(first.cookie, application).await, None);
    let session = world.look(second.cookie, application).await.unwrap();
    assert_eq!(session.session, second.view.session);
    let signed_on = world
        .sign_on(world.pool, first.cookie, world.new_sign_on(application))
        .await;
    assert_eq!(signed_on, SignedOn::Needs(Need::SignIn));
    // Whoever presents the old one gets a session of their own.
    let third = world.enter_again(&first, user, application).await;
    assert_ne!(third.session(), first.session());
    assert!(world.is_in(&second).await);
}

pub(crate) async fn a_sign_in_again_restarts_its_session_and_its_login_alone<H: Harness>(
    world: World<H>,
) {
    let user = world.new_user(world.pool).await;
    let again = world.new_application_with(world.pool, lifetime(100)).await;
    let other = world.new_application_with(world.pool, lifetime(100)).await;
    let first = world.enter(user, again).await;
    world.redeem_all(&[&first]).await;
    let beside = world.go_on_to(&first, other).await;
    world.redeem_all(&[&beside]).await;
    let limit = world.now() + Span::from_seconds(100);
    world.advance(Span::from_seconds(99));
    let second = world.enter_again(&first, user, again).await;
    assert_eq!(second.login(), first.login());
    assert_eq!(second.view.session.begun_at, world.now());
    let restarted = world.now() + Span::from_seconds(100);
    let live = Standing::Live {
        expires_at: restarted,
    };
    assert_eq!(second.view.standing, live);
    world.advance_to(limit);
    assert!(world.is_live(second.login()).await);
    assert!(!world.is_live(beside.login()).await);
    world.advance_to(restarted - MILLISECOND);
    assert!(world.is_live(second.login()).await);
    world.advance_to(restarted);
    assert!(!world.is_live(second.login()).await);
    world.settle(10).await;
    let told = world.told_end(second.login()).await;
    assert_eq!(told, Some((Reason::MaxLifetime, restarted)));
    let told = world.told_end(beside.login()).await;
    assert_eq!(told, Some((Reason::MaxLifetime, limit)));
    assert!(world.is_in(&second).await);
    let begun_at = second.view.session.begun_at;
    world.advance_to(begun_at + limits::DEFAULT_SESSION_IDLE_TIMEOUT - MILLISECOND);
    assert!(world.is_in(&second).await);
    world.advance(MILLISECOND);
    assert!(!world.is_in(&second).await);
}

/// The page of consent comes between the password and the code: the login is
/// made for the same authentication.
pub(crate) async fn a_sign_in_again_restarts_its_login_behind_the_consent_page<H: Harness>(
    world: World<H>,
) {
    let user = world.new_user(world.pool).await;
    let application = world.new_application_with(world.pool, lifetime(100)).await;
    let first = world.enter(user, application).await;
    world.redeem_all(&[&first]).await;
    world.advance(Span::from_seconds(90));
    let mut sign_in = world.new_browser_sign_in(user, application, Some(first.cookie));
    sign_in.sign_on.demands.consent = true;
    let cookie = sign_in.cookie;
    let answer = world.sign_in_browser(world.pool, sign_in).await;
    let BrowserSignedIn::NeedsConsent(session) = answer else {
        panic!("{answer:?}");
    };
    let authenticated_at = session.authenticated_at;
    assert_eq!(authenticated_at, world.now());
    world.advance(Span::from_seconds(5));
    for _ in 0..2 {
        let mut wanted = world.new_sign_on(application);
        wanted.demands.consent = true;
        wanted.demands.done.consented = true;
        wanted.demands.done.authenticated_at = Some(authenticated_at);
        let answer = world.sign_on(world.pool, cookie, wanted).await;
        let SignedOn::SignedOn(view) = answer else {
            panic!("{answer:?}");
        };
        assert_eq!(view.login.id, first.login());
        // From the authentication on, however often its evidence is shown.
        let expires_at = authenticated_at + Span::from_seconds(100);
        assert_eq!(view.standing, Standing::Live { expires_at });
        world.advance(Span::from_seconds(5));
    }
}

pub(crate) async fn another_user_in_the_browser_replaces_the_session<H: Harness>(world: World<H>) {
    let first = world.someone_in_browser().await;
    let elsewhere = world.enter(first.user(), first.application()).await;
    let other = world.new_application(world.pool).await;
    let beside = world.go_on_to(&first, other).await;
    let user = world.new_user(world.pool).await;
    world.advance(Span::from_seconds(5));
    let second = world.enter_again(&first, user, first.application()).await;
    assert_ne!(second.session(), first.session());
    for gone in [&first, &beside] {
        let end = world.recorded_end(gone.login()).await.unwrap();
        assert_eq!((end.reason, end.at), (Reason::Replaced, world.now()));
        let told = world.told_end(gone.login()).await;
        assert_eq!(told, Some((Reason::Replaced, world.now())));
    }
    let old = world.look(first.cookie, first.application()).await.unwrap();
    assert_eq!(old.session.end.unwrap().reason, Reason::Replaced);
    assert!(world.is_live(second.login()).await);
    assert!(world.is_live(elsewhere.login()).await);
    assert!(world.is_in(&elsewhere).await);
}

pub(crate) async fn a_refused_sign_in_leaves_the_browsers_session<H: Harness>(world: World<H>) {
    let first = world.someone_in_browser().await;
    let user = world.new_user(world.pool).await;
    let mut sign_in = world.new_browser_sign_in(user, first.application(), Some(first.cookie));
    sign_in.password_version = 2;
    let answer = world.sign_in_browser(world.pool, sign_in).await;
    assert_eq!(answer, BrowserSignedIn::CredentialChanged);
    assert!(world.is_in(&first).await);
    assert!(world.is_live(first.login()).await);
}

/// The cookie of another pool is no cookie.
pub(crate) async fn a_cookie_of_another_pool_is_not_presented<H: Harness>(world: World<H>) {
    let first = world.someone_in_browser().await;
    let user = world.new_user(world.other_pool).await;
    let application = world.new_application(world.other_pool).await;
    let sign_in = world.new_browser_sign_in(user, application, Some(first.cookie));
    let second = world.enter_as(world.other_pool, sign_in).await;
    assert_ne!(second.session(), first.session());
    assert!(world.is_in(&first).await);
    assert!(world.is_live(first.login()).await);
}

pub(crate) async fn after_its_limit_a_session_is_not_renewed<H: Harness>(world: World<H>) {
    let first = world.someone_in_browser().await;
    let limit = world.now() + limits::DEFAULT_SESSION_IDLE_TIMEOUT;
    world.advance_to(limit);
    let second = world
        .enter_again(&first, first.user(), first.application())
        .await;
    assert_ne!(second.session(), first.session());
    world.settle(10).await;
    let old = world.look(first.cookie, first.application()).await.unwrap();
    let end = old.session.end.unwrap();
    assert_eq!((end.reason, end.at), (Reason::IdleTimeout, limit));
}

pub(crate) async fn consent_comes_before_the_code_and_is_remembered<H: Harness>(world: World<H>) {
    let user = world.new_user(world.pool).await;
    let application = world.new_application(world.pool).await;
    world.set_third_party(application).await;
    let sign_in = world.new_browser_sign_in(user, application, None);
    let cookie = sign_in.cookie;
    let answer = world.sign_in_browser(world.pool, sign_in).await;
    let BrowserSignedIn::NeedsConsent(session) = answer else {
        panic!("{answer:?}");
    };
    assert!(!world.is_active(world.pool, user, application).await);
    let found = world.look(cookie, application).await.unwrap();
    assert_eq!(found.session, *session);
    assert_eq!((found.is_logged_in, found.consented_scope), (false, None));
    let attempt = |scope: &str, consented| {
        let mut wanted = world.new_sign_on(application);
        scope.clone_into(&mut wanted.scope);
        scope.clone_into(&mut wanted.demands.scope);
        wanted.demands.done.consented = consented;
        world.sign_on(world.pool, cookie, wanted)
    };
    let needed = SignedOn::Needs(Need::Consent);
    assert_eq!(attempt("openid email", false).await, needed);
    let answer = attempt("openid email", true).await;
    assert!(matches!(answer, SignedOn::SignedOn(_)), "{answer:?}");
    let answer = attempt("email", false).await;
    assert!(matches!(answer, SignedOn::SignedOn(_)), "{answer:?}");
    assert_eq!(attempt("openid phone", false).await, needed);
    let answer = attempt("openid phone", true).await;
    assert!(matches!(answer, SignedOn::SignedOn(_)), "{answer:?}");
    let found = world.look(cookie, application).await.unwrap();
    let together = Some("openid email phone".to_owned());
    assert_eq!(found.consented_scope, together);
    // The next sign-in shows no page for what was consented to.
    let sign_in = world.new_browser_sign_in(user, application, None);
    let answer = world.sign_in_browser(world.pool, sign_in).await;
    let asked = matches!(answer, BrowserSignedIn::NeedsConsent(_));
    assert!(asked, "offline_access was not consented to");
    let mut sign_in = world.new_browser_sign_in(user, application, None);
    "openid email".clone_into(&mut sign_in.sign_on.demands.scope);
    world.enter_as(world.pool, sign_in).await;
    let other = world.new_application(world.pool).await;
    let found = world.look(cookie, other).await.unwrap();
    assert_eq!(found.consented_scope, None);
}
