//! How sessions of browsers end, with logins and without.

use super::{CODE_LIFETIME, Harness, InBrowser, World};
use crate::contract::logins::set_status;
use crate::contract::{MILLISECOND, idle};
use rollcall_core::ids::LoginId;
use rollcall_core::limits;
use rollcall_core::model::event::{Actor, Reason};
use rollcall_core::model::sign_on::Need;
use rollcall_core::model::user::{NewPassword, UserChange, UserStatus};
use rollcall_core::ports::browser_sessions::SignedOn;
use rollcall_core::ports::logins::{SessionEnd, SessionKey};
use rollcall_core::ports::users::Saved;
use rollcall_core::secret::PasswordHash;
use rollcall_core::time::{Span, Timestamp};

async fn sign_out<H: Harness>(world: &World<H>, key: SessionKey) -> SessionEnd {
    let store = world.store();
    let origin = world.origin();
    let ended = store.end_session(world.pool, key, Reason::SignedOut, origin);
    ended.await.unwrap()
}

fn password() -> NewPassword {
    NewPassword {
        hash: PasswordHash::from_phc("$argon2id$second"),
        security_level: Some(2),
    }
}

/// A browser whose only login was not redeemed in time, and this is recorded.
async fn without_login<H: Harness>(world: &World<H>) -> InBrowser {
    let here = world.someone_in_browser().await;
    world.advance(CODE_LIFETIME);
    world.settle(10).await;
    assert!(world.recorded_end(here.login()).await.is_some());
    here
}

/// The session of a browser has ended with this reason, and this is recorded.
async fn assert_out<H: Harness>(world: &World<H>, who: &InBrowser, reason: Reason, at: Timestamp) {
    let found = world.look(who.cookie, who.application()).await.unwrap();
    assert!(!found.standing.is_live());
    let end = found.session.end.unwrap();
    assert_eq!((end.reason, end.at), (reason, at));
    let answer = world
        .sign_on(world.pool, who.cookie, world.new_sign_on(who.application()))
        .await;
    assert_eq!(answer, SignedOn::Needs(Need::SignIn));
}

pub(crate) async fn signing_out_ends_the_session_and_all_its_logins<H: Harness>(world: World<H>) {
    let first = world.someone_in_browser().await;
    let other = world.new_application(world.pool).await;
    let beside = world.go_on_to(&first, other).await;
    let elsewhere = world.enter(first.user(), other).await;
    world.advance(Span::from_seconds(5));
    let (pool, store) = (world.other_pool, world.store());
    for key in [
        SessionKey::Cookie(first.cookie),
        SessionKey::Login(first.login()),
    ] {
        let found = store.live_session(world.pool, key).await.unwrap();
        assert_eq!(found.unwrap().id, first.session());
        assert_eq!(store.live_session(pool, key).await, Ok(None));
        let end = store.end_session(pool, key, Reason::SignedOut, world.origin());
        assert_eq!(end.await, Ok(SessionEnd::NotFound));
    }
    let unknown = SessionKey::Cookie(world.digest());
    assert_eq!(sign_out(&world, unknown).await, SessionEnd::NotFound);
    assert!(world.is_in(&first).await);
    let end = sign_out(&world, SessionKey::Cookie(first.cookie)).await;
    assert_eq!(end, SessionEnd::Ended(vec![first.login(), beside.login()]));
    for gone in [&first, &beside] {
        let told = world.told_end(gone.login()).await;
        assert_eq!(told, Some((Reason::SignedOut, world.now())));
    }
    assert_out(&world, &first, Reason::SignedOut, world.now()).await;
    assert!(world.is_in(&elsewhere).await);
    assert!(world.is_live(elsewhere.login()).await);
    for key in [
        SessionKey::Cookie(first.cookie),
        SessionKey::Login(beside.login()),
    ] {
        assert_eq!(sign_out(&world, key).await, SessionEnd::AlreadyEnded);
        assert_eq!(store.live_session(world.pool, key).await, Ok(None));
    }
    let end = sign_out(&world, SessionKey::Login(elsewhere.login())).await;
    assert_eq!(end, SessionEnd::Ended(vec![elsewhere.login()]));
}

pub(crate) async fn a_session_without_logins_is_signed_out<H: Harness>(world: World<H>) {
    let here = without_login(&world).await;
    assert!(world.is_in(&here).await, "it survives its last login");
    let end = sign_out(&world, SessionKey::Cookie(here.cookie)).await;
    assert_eq!(end, SessionEnd::Ended(Vec::new()));
    assert_out(&world, &here, Reason::SignedOut, world.now()).await;
}

/// What has ended before is not ended by a sign-out, even if it is recorded with it.
pub(crate) async fn a_sign_out_names_the_logins_that_it_ends<H: Harness>(world: World<H>) {
    let first = world.someone_in_browser().await;
    let limit = world.now() + CODE_LIFETIME;
    world.advance_to(limit);
    let other = world.new_application(world.pool).await;
    let beside = world.go_on_to(&first, other).await;
    let end = sign_out(&world, SessionKey::Cookie(first.cookie)).await;
    assert_eq!(end, SessionEnd::Ended(vec![beside.login()]));
    let told = world.told_end(first.login()).await;
    assert_eq!(told, Some((Reason::NotRedeemed, limit)));
}

/// A session of the API ends with its last login, recorded or not.
pub(crate) async fn an_api_session_is_signed_out_once<H: Harness>(world: World<H>) {
    let application = world.new_application_with(world.pool, idle(10)).await;
    let user = world.new_user(world.pool).await;
    let live = world.sign_in(world.pool, user, application).await;
    let key = SessionKey::Login(live.login);
    let end = sign_out(&world, key).await;
    assert_eq!(end, SessionEnd::Ended(vec![live.login]));
    assert_eq!(sign_out(&world, key).await, SessionEnd::AlreadyEnded);
    let expired = world.sign_in(world.pool, user, application).await;
    let limit = world.now() + Span::from_seconds(10);
    world.advance_to(limit);
    let key = SessionKey::Login(expired.login);
    assert_eq!(world.store().live_session(world.pool, key).await, Ok(None));
    assert_eq!(sign_out(&world, key).await, SessionEnd::AlreadyEnded);
    let view = world.view(world.pool, expired.login).await.unwrap();
    assert_eq!(view.session.end, view.login.end);
    assert_eq!(view.login.end.unwrap().reason, Reason::IdleTimeout);
}

/// Two browsers and a session of the API, of which only one browser has a login.
struct Everywhere {
    bare: InBrowser,
    busy: InBrowser,
    by_api: LoginId,
}

async fn everywhere<H: Harness>(world: &World<H>) -> Everywhere {
    let bare = without_login(world).await;
    let busy = world.enter(bare.user(), bare.application()).await;
    world.redeem_all(&[&busy]).await;
    let api = world
        .sign_in(world.pool, bare.user(), bare.application())
        .await;
    world.advance(Span::from_seconds(5));
    world.harness.set_end_batch(1);
    Everywhere {
        bare,
        busy,
        by_api: api.login,
    }
}

impl Everywhere {
    /// All has ended now: at once, while it is being recorded, and after that,
    /// whatever is undone.
    async fn assert_all_out<H: Harness>(&self, mut world: World<H>, reason: Reason) {
        let at = world.now();
        self.assert_answers(&world).await;
        world.advance(Span::from_seconds(5));
        world.harness.restart();
        self.assert_answers(&world).await;
        world.settle(1).await;
        world.harness.restart();
        for browser in [&self.bare, &self.busy] {
            assert_out(&world, browser, reason, at).await;
        }
        for login in [self.busy.login(), self.by_api] {
            assert_eq!(world.told_end(login).await, Some((reason, at)));
        }
    }

    async fn assert_answers<H: Harness>(&self, world: &World<H>) {
        assert!(!world.is_in(&self.bare).await);
        assert!(!world.is_in(&self.busy).await);
        for login in [self.busy.login(), self.by_api] {
            assert!(!world.is_live(login).await);
        }
    }
}

pub(crate) async fn a_suspended_users_browsers_are_out_for_good<H: Harness>(world: World<H>) {
    let all = everywhere(&world).await;
    set_status(&world, all.bare.user(), UserStatus::Suspended).await;
    set_status(&world, all.bare.user(), UserStatus::Activated).await;
    all.assert_all_out(world, Reason::UserDisabled).await;
}

pub(crate) async fn a_deleted_users_browsers_are_out<H: Harness>(world: World<H>) {
    let all = everywhere(&world).await;
    let users = vec![all.bare.user()];
    let store = world.store();
    let deleted = store.delete_users(world.pool, users, world.origin());
    assert_eq!(deleted.await, Ok(true));
    all.assert_all_out(world, Reason::UserDeleted).await;
}

pub(crate) async fn an_administrators_password_ends_all_browsers<H: Harness>(world: World<H>) {
    let all = everywhere(&world).await;
    let change = UserChange {
        password: Some(password()),
        ..UserChange::default()
    };
    let store = world.store();
    let saved = store.update_user(world.pool, all.bare.user(), change, world.origin());
    assert!(matches!(saved.await, Ok(Saved::Saved(_))));
    all.assert_all_out(world, Reason::PasswordChanged).await;
}

pub(crate) async fn ones_own_password_ends_all_other_browsers<H: Harness>(mut world: World<H>) {
    let all = everywhere(&world).await;
    let own = world.enter(all.bare.user(), all.bare.application()).await;
    let who = (own.user(), own.login());
    let change = world.own_password(who, 1, password());
    let mut origin = world.origin();
    origin.actor = Actor::Person(own.user());
    let store = world.store();
    let changed = store.change_own_password(world.pool, change, origin);
    assert_eq!(changed.await, Ok(true));
    drop(store);
    let at = world.now();
    all.assert_answers(&world).await;
    assert!(world.is_in(&own).await);
    assert!(world.is_live(own.login()).await);
    world.settle(1).await;
    world.harness.restart();
    for browser in [&all.bare, &all.busy] {
        assert_out(&world, browser, Reason::PasswordChanged, at).await;
    }
    assert!(world.is_in(&own).await);
    assert!(world.is_live(own.login()).await);
}

/// Who signs in again while a mass end is being recorded is not ended by it.
pub(crate) async fn a_session_begun_after_a_mass_end_is_not_its<H: Harness>(world: World<H>) {
    let all = everywhere(&world).await;
    set_status(&world, all.bare.user(), UserStatus::Suspended).await;
    set_status(&world, all.bare.user(), UserStatus::Activated).await;
    let (user, application) = (all.bare.user(), all.bare.application());
    let again = world.enter_again(&all.busy, user, application).await;
    assert_ne!(again.session(), all.busy.session());
    world.redeem_all(&[&again]).await;
    world.settle(1).await;
    assert!(world.is_in(&again).await);
    assert!(world.is_live(again.login()).await);
}

pub(crate) async fn what_ends_an_application_spares_its_browsers<H: Harness>(world: World<H>) {
    let here = world.someone_in_browser().await;
    world.set_enabled(here.application(), false).await;
    let told = world.told_end(here.login()).await;
    assert_eq!(told, Some((Reason::AppDisabled, world.now())));
    let other = world.new_application(world.pool).await;
    world.go_on_to(&here, other).await;
    assert!(world.is_in(&here).await);
}

/// Its own limit struck a login before the session's did, but nobody came to
/// record it until then.
pub(crate) async fn a_sessions_expiry_leaves_its_logins_their_own_reasons<H: Harness>(
    world: World<H>,
) {
    let first = world.someone_in_browser().await;
    let short = world.new_application_with(world.pool, idle(1_000)).await;
    let brief = world.go_on_to(&first, short).await;
    let long = world.new_application(world.pool).await;
    let lasting = world.go_on_to(&first, long).await;
    world.redeem_all(&[&brief, &lasting]).await;
    let begun_at = world.now();
    let limit = begun_at + limits::DEFAULT_SESSION_IDLE_TIMEOUT;
    world.advance_to(limit - MILLISECOND);
    assert!(world.is_in(&first).await);
    world.advance_to(limit + Span::from_seconds(3));
    assert!(!world.is_in(&first).await);
    while world.store().record_expired(1).await.unwrap().more {}
    for (login, reason, at) in [
        (first.login(), Reason::NotRedeemed, begun_at + CODE_LIFETIME),
        (
            brief.login(),
            Reason::IdleTimeout,
            begun_at + Span::from_seconds(1_000),
        ),
        (lasting.login(), Reason::IdleTimeout, limit),
    ] {
        assert_eq!(world.told_end(login).await, Some((reason, at)));
    }
    assert_out(&world, &first, Reason::IdleTimeout, limit).await;
}

async fn forget<H: Harness>(world: &World<H>) {
    let store = world.store();
    while store
        .forget_old(limits::DEFAULT_RETENTION, 3)
        .await
        .unwrap()
        .more
    {}
}

pub(crate) async fn ended_browser_sessions_are_forgotten_and_no_live_one<H: Harness>(
    world: World<H>,
) {
    let out = world.someone_in_browser().await;
    let bare = without_login(&world).await;
    world.advance(Span::from_seconds(5));
    sign_out(&world, SessionKey::Cookie(out.cookie)).await;
    sign_out(&world, SessionKey::Cookie(bare.cookie)).await;
    let ended_at = world.now();
    let found = async |browser: &InBrowser| {
        world
            .look(browser.cookie, browser.application())
            .await
            .is_some()
    };
    world.advance_to(ended_at + limits::DEFAULT_RETENTION - MILLISECOND);
    let live = world.enter(out.user(), out.application()).await;
    forget(&world).await;
    assert!(found(&bare).await, "its login is forgotten, not itself");
    assert_eq!(world.view(world.pool, bare.login()).await, None);
    world.advance(MILLISECOND);
    forget(&world).await;
    assert!(!found(&out).await);
    assert!(!found(&bare).await);
    assert!(found(&live).await);
    assert_eq!(world.view(world.pool, out.login()).await, None);
    assert!(world.is_in(&live).await);
}

/// Its only login is long forgotten.
pub(crate) async fn a_live_session_outlives_the_memory_of_its_logins<H: Harness>(world: World<H>) {
    let here = without_login(&world).await;
    let store = world.store();
    world.advance(Span::from_days(2));
    let forgotten = store.forget_old(Span::from_days(1), 100).await.unwrap();
    assert!(forgotten.changed > 0);
    assert_eq!(world.view(world.pool, here.login()).await, None);
    assert!(world.is_in(&here).await);
    world.go_on_to(&here, here.application()).await;
}
