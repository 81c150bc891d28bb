//! How logins begin, last and are asked about.

use super::access_keys::stored_key;
use super::failures::failure_of;
use super::records::origin;
use super::{Harness, MILLISECOND, World, idle};
use rollcall_core::ids::{ApplicationId, LoginId, UserId};
use rollcall_core::limits;
use rollcall_core::model::access_key::{KeyChange, Permissions};
use rollcall_core::model::event::{EventKind, Position, Reason};
use rollcall_core::model::identifier::{Identifier, IdentifierKind, UserSelector};
use rollcall_core::model::policy::SessionLimits;
use rollcall_core::model::standing::Standing;
use rollcall_core::model::user::{Password, User, UserChange, UserStatus};
use rollcall_core::ports::access_keys::KeyChanged;
use rollcall_core::ports::logins::{Activity, Begun, SessionCheck, SessionStatus};
use rollcall_core::ports::users::{Found, Saved};
use rollcall_core::secret::Secret;
use rollcall_core::time::Span;

pub(crate) async fn a_login_is_active_up_to_the_millisecond_of_its_limit<H: Harness>(
    world: World<H>,
) {
    let who = world.someone_signed_in(world.pool).await;
    let limit = world.now() + limits::DEFAULT_SESSION_IDLE_TIMEOUT;
    world.advance_to(limit - MILLISECOND);
    assert!(world.is_signed_in(&who).await);
    let view = world.view(world.pool, who.login).await.unwrap();
    assert_eq!(view.standing, Standing::Live { expires_at: limit });
    for at in [limit, limit + MILLISECOND] {
        world.advance_to(at);
        assert!(!world.is_signed_in(&who).await);
        let view = world.view(world.pool, who.login).await.unwrap();
        let Standing::Ended(end) = view.standing else {
            panic!("{view:?}");
        };
        assert_eq!((end.at, end.reason), (limit, Reason::IdleTimeout));
        assert_eq!(view.login.end, None, "it is an answer, not a record");
    }
}

pub(crate) async fn the_maximum_lifetime_ends_a_busy_login<H: Harness>(world: World<H>) {
    let pool = world
        .new_pool_with(SessionLimits {
            idle_timeout: Span::from_seconds(100),
            max_lifetime: Span::from_seconds(250),
        })
        .await;
    let who = world.someone_signed_in(pool).await;
    let begun_at = world.now();
    for _ in 0..3 {
        world.advance(Span::from_seconds(80));
        let activity = world
            .store()
            .record_activity(pool, who.login, None, world.origin())
            .await;
        assert!(matches!(activity, Ok(Activity::Live(_))), "{activity:?}");
    }
    let limit = begun_at + Span::from_seconds(250);
    world.advance_to(limit - MILLISECOND);
    assert!(world.is_active(pool, who.user, who.application).await);
    world.advance_to(limit);
    assert!(!world.is_active(pool, who.user, who.application).await);
    world.settle(10).await;
    let end = world
        .view(pool, who.login)
        .await
        .unwrap()
        .login
        .end
        .unwrap();
    assert_eq!((end.at, end.reason), (limit, Reason::MaxLifetime));
}

pub(crate) async fn an_application_shortens_its_own_logins_only<H: Harness>(world: World<H>) {
    let user = world.new_user(world.pool).await;
    let short = world.new_application_with(world.pool, idle(10)).await;
    let long = world.new_application(world.pool).await;
    world.sign_in(world.pool, user, short).await;
    world.sign_in(world.pool, user, long).await;
    world.advance(Span::from_seconds(10));
    assert!(!world.is_active(world.pool, user, short).await);
    assert!(world.is_active(world.pool, user, long).await);
}

pub(crate) async fn the_application_is_looked_up_before_the_user<H: Harness>(world: World<H>) {
    let who = world.someone_signed_in(world.pool).await;
    let nobody = UserSelector::id(UserId::from_bytes([8; 12]));
    let nothing = ApplicationId::from_bytes([8; 12]);
    let ask =
        async |pool, application, user: &UserSelector| world.status(pool, application, user).await;
    assert_eq!(
        ask(world.pool, nothing, &nobody).await,
        SessionStatus::ApplicationNotFound
    );
    assert_eq!(
        ask(world.pool, who.application, &nobody).await,
        SessionStatus::UserNotFound
    );
    let in_use = UserSelector::id(who.user);
    assert_eq!(
        ask(world.other_pool, who.application, &in_use).await,
        SessionStatus::ApplicationNotFound
    );
    let theirs = world.new_application(world.other_pool).await;
    assert_eq!(
        ask(world.other_pool, theirs, &in_use).await,
        SessionStatus::UserNotFound
    );
    assert!(world.is_signed_in(&who).await);
}

/// Whatever it is: whether it may ask is not for the store to say. Its pool is where
/// the answer comes from.
pub(crate) async fn a_check_tells_how_the_key_that_asks_is_now<H: Harness>(world: World<H>) {
    let who = world.someone_signed_in(world.pool).await;
    let user = UserSelector::id(who.user);
    let store = world.store();
    let key = stored_key(&world, world.pool, Permissions::NONE).await;
    let asked = async || {
        let check = store.session_status(key.id, who.application, &user);
        check.await.unwrap()
    };
    let active = SessionStatus::Known { active: true };
    let check = |key| {
        let status = active.clone();
        Some(SessionCheck { key, status })
    };
    assert_eq!(asked().await, check(key.calling()));
    let change = KeyChange {
        enabled: Some(false),
        permissions: Some(Permissions::all()),
    };
    let by = origin(world.pool);
    let changed = store.update_access_key(world.pool, key.id, change, by.clone());
    assert!(matches!(changed.await, Ok(KeyChanged::Changed(_))));
    let secret = Secret::new("another");
    let rotated = store.rotate_access_key(world.pool, key.id, secret, by.clone());
    assert!(matches!(rotated.await, Ok(KeyChanged::Changed(_))));
    let now = store.access_key(key.id).await.unwrap().unwrap().calling();
    assert_eq!((now.enabled, now.permissions), (false, Permissions::all()));
    assert!(now.secret_version > key.secret_version);
    assert_eq!(asked().await, check(now));
    let deleted = store.delete_access_key(world.pool, key.id, by);
    assert!(matches!(deleted.await, Ok(KeyChanged::Changed(_))));
    assert_eq!(asked().await, None);
}

pub(crate) async fn a_text_that_fits_two_people_is_ambiguous<H: Harness>(world: World<H>) {
    let application = world.new_application(world.pool).await;
    for user in [
        User {
            username: Some("anna".to_owned()),
            ..world.user(world.pool)
        },
        User {
            external_id: Some("anna".to_owned()),
            ..world.user(world.pool)
        },
    ] {
        let created = world
            .store()
            .create_user(user, Vec::new(), world.origin())
            .await;
        assert!(matches!(created, Ok(Saved::Saved(_))));
    }
    let anna = UserSelector::any_of(vec![
        Identifier::Username("anna".to_owned()),
        Identifier::ExternalId("anna".to_owned()),
    ]);
    let status = world.status(world.pool, application, &anna).await;
    let kinds = vec![IdentifierKind::Username, IdentifierKind::ExternalId];
    assert_eq!(status, SessionStatus::AmbiguousUser(kinds));
}

pub(crate) async fn a_sign_in_is_checked_again_in_its_commit<H: Harness>(world: World<H>) {
    let user = world.new_user(world.pool).await;
    let application = world.new_application(world.pool).await;
    let mut outdated = world.new_login(user, application);
    outdated.password_version = 2;
    assert_eq!(
        world.begin(world.pool, outdated).await,
        Begun::CredentialChanged
    );
    let nobody = world.new_login(UserId::from_bytes([8; 12]), application);
    assert_eq!(
        world.begin(world.pool, nobody).await,
        Begun::CredentialChanged
    );
    let elsewhere = world.new_login(user, application);
    assert_eq!(
        world.begin(world.other_pool, elsewhere).await,
        Begun::CredentialChanged
    );
    let theirs = world.new_application(world.other_pool).await;
    let foreign = world.new_login(user, theirs);
    assert_eq!(
        world.begin(world.pool, foreign).await,
        Begun::ApplicationUnavailable
    );
    world.set_enabled(application, false).await;
    let disabled = world.new_login(user, application);
    assert_eq!(
        world.begin(world.pool, disabled).await,
        Begun::ApplicationUnavailable
    );
    world.set_enabled(application, true).await;
    set_status(&world, user, UserStatus::Suspended).await;
    let suspended = world.new_login(user, application);
    assert_eq!(
        world.begin(world.pool, suspended).await,
        Begun::UserDisabled
    );
    assert!(world.events(world.pool).await.is_empty());
}

/// What was read before the password was hashed may have changed meanwhile.
pub(crate) async fn what_happens_while_a_password_is_hashed_counts<H: Harness>(world: World<H>) {
    let user = world.new_user(world.pool).await;
    let application = world.new_application(world.pool).await;
    let store = world.store();
    let verified = world.new_login(user, application);
    let secret = Secret::generate(world.harness.entropy());
    let rotated = store.rotate_application_secret(world.pool, application, secret, world.origin());
    assert_eq!(rotated.await, Ok(true));
    let begun = world.begin(world.pool, verified).await;
    assert_eq!(begun, Begun::ApplicationUnavailable);
    let application = world.new_application(world.pool).await;
    let first = world.new_login(user, application);
    let second = world.new_login(user, application);
    let fail = async || {
        let failure = failure_of(world.digest(), Some(user));
        let failed = store.record_sign_in_failure(world.pool, failure, world.origin());
        failed.await.unwrap();
    };
    for _ in 1..limits::FAILURES_BEFORE_LOCK {
        fail().await;
    }
    let begun = world.begin(world.pool, first).await;
    assert!(matches!(begun, Begun::Begun(_)), "{begun:?}");
    for _ in 0..limits::FAILURES_BEFORE_LOCK {
        fail().await;
    }
    assert_eq!(world.begin(world.pool, second).await, Begun::UserLocked);
    assert_eq!(world.events(world.pool).await.len(), 1);
}

pub(crate) async fn nobody_signs_in_without_a_password<H: Harness>(world: World<H>) {
    let application = world.new_application(world.pool).await;
    let user = User {
        password: Password {
            version: 1,
            ..Password::default()
        },
        ..world.user(world.pool)
    };
    let new = world.new_login(user.id, application);
    let created = world
        .store()
        .create_user(user, Vec::new(), world.origin())
        .await;
    assert!(matches!(created, Ok(Saved::Saved(_))));
    assert_eq!(world.begin(world.pool, new).await, Begun::CredentialChanged);
}

pub(super) async fn set_status<H: Harness>(world: &World<H>, user: UserId, status: UserStatus) {
    let change = UserChange {
        status: Some(status),
        ..UserChange::default()
    };
    let saved = world
        .store()
        .update_user(world.pool, user, change, world.origin())
        .await;
    assert!(matches!(saved, Ok(Saved::Saved(_))), "{saved:?}");
}

pub(crate) async fn a_sign_in_is_counted_and_forgets_failures<H: Harness>(world: World<H>) {
    let user = world.new_user(world.pool).await;
    let application = world.new_application(world.pool).await;
    let new = world.new_login(user, application);
    let store = world.store();
    for _ in 0..limits::FAILURES_BEFORE_DELAY {
        let failure = failure_of(new.failure_key, Some(user));
        let failed = store.record_sign_in_failure(world.pool, failure, world.origin());
        failed.await.unwrap();
    }
    let delay = store.sign_in_delay(world.pool, new.failure_key).await;
    assert!(delay.unwrap().is_some());
    let (key, address) = (new.failure_key, new.device.address);
    world.begin(world.pool, new).await;
    assert_eq!(store.sign_in_delay(world.pool, key).await, Ok(None));
    let found = store.find_user(world.pool, UserSelector::id(user)).await;
    let Ok(Found::One(user)) = found else {
        panic!("{found:?}");
    };
    assert_eq!(user.password.failures_in_a_row, 0);
    assert_eq!(user.sign_ins.count, 1);
    assert_eq!(user.sign_ins.last_at, Some(world.now()));
    assert_eq!(user.sign_ins.last_address, address);
    assert_eq!(user.sign_ins.last_application, Some(application));
}

pub(crate) async fn activity_is_written_by_its_granularity<H: Harness>(world: World<H>) {
    let application = world.new_application_with(world.pool, idle(200)).await;
    let user = world.new_user(world.pool).await;
    let who = world.sign_in(world.pool, user, application).await;
    let origin = world.origin();
    let act = async || {
        let activity = world
            .store()
            .record_activity(world.pool, who.login, Some(who.grant), origin.clone())
            .await;
        match activity.unwrap() {
            Activity::Live(view) => view,
            Activity::Ended => panic!("it is live"),
        }
    };
    let begun_at = world.now();
    world.advance_to(begun_at + Span::from_millis(9_999));
    let view = act().await;
    assert_eq!(view.login.last_seen, begun_at);
    assert_eq!(view.grant.unwrap().id, who.grant);
    assert_eq!(world.events(world.pool).await.len(), 1);
    world.advance(MILLISECOND);
    let view = act().await;
    assert_eq!(view.login.last_seen, world.now());
    assert_eq!(view.session.last_seen, world.now());
    let expires_at = world.now() + Span::from_seconds(200);
    assert_eq!(view.standing, Standing::Live { expires_at });
    let events = world.events(world.pool).await;
    assert_eq!(events[1].kind, EventKind::Extended { expires_at });
    assert_eq!(events[1].request_id, origin.request_id);
    assert_eq!(events.len(), 2);
}

pub(crate) async fn activity_never_revives<H: Harness>(world: World<H>) {
    let application = world.new_application_with(world.pool, idle(200)).await;
    let user = world.new_user(world.pool).await;
    let who = world.sign_in(world.pool, user, application).await;
    let store = world.store();
    world.advance(Span::from_seconds(200));
    let late = store
        .record_activity(world.pool, who.login, None, world.origin())
        .await;
    assert_eq!(late, Ok(Activity::Ended));
    assert!(!world.is_signed_in(&who).await);
    let unknown = LoginId::from_bytes([8; 16]);
    let nothing = store
        .record_activity(world.pool, unknown, None, world.origin())
        .await;
    assert_eq!(nothing, Ok(Activity::Ended));
}

pub(crate) async fn activity_of_one_login_moves_no_other<H: Harness>(world: World<H>) {
    let user = world.new_user(world.pool).await;
    let busy = world.new_application_with(world.pool, idle(100)).await;
    let quiet = world.new_application_with(world.pool, idle(100)).await;
    let busy = world.sign_in(world.pool, user, busy).await;
    let quiet = world.sign_in(world.pool, user, quiet).await;
    world.advance(Span::from_seconds(60));
    let activity = world
        .store()
        .record_activity(world.pool, busy.login, None, world.origin())
        .await;
    assert!(matches!(activity, Ok(Activity::Live(_))));
    let theirs = world
        .store()
        .record_activity(world.other_pool, quiet.login, None, world.origin())
        .await;
    assert_eq!(theirs, Ok(Activity::Ended));
    world.advance(Span::from_seconds(40));
    assert!(world.is_signed_in(&busy).await);
    assert!(!world.is_signed_in(&quiet).await);
}

pub(crate) async fn a_login_is_found_in_its_pool_with_its_own_grant<H: Harness>(world: World<H>) {
    let who = world.someone_signed_in(world.pool).await;
    let other = world.someone_signed_in(world.pool).await;
    let store = world.store();
    let look = async |pool, grant| store.login(pool, who.login, Some(grant)).await.unwrap();
    let view = look(world.pool, who.grant).await.unwrap();
    let grant = view.grant.unwrap();
    assert_eq!((grant.id, grant.newest_token), (who.grant, 1));
    assert_eq!(grant.authentication_methods, ["pwd"]);
    assert_eq!(grant.scope, "openid offline_access");
    assert_eq!(look(world.pool, other.grant).await.unwrap().grant, None);
    assert_eq!(look(world.other_pool, who.grant).await, None);
}

pub(crate) async fn events_are_read_in_order_after_a_position<H: Harness>(world: World<H>) {
    let first = world.someone_signed_in(world.pool).await;
    world.someone_signed_in(world.other_pool).await;
    world.advance(Span::from_seconds(1));
    let second = world.someone_signed_in(world.pool).await;
    let events = world.events(world.pool).await;
    let logins: Vec<_> = events.iter().map(|event| event.login).collect();
    assert_eq!(logins, [first.login, second.login]);
    assert!(events[0].position < events[1].position);
    assert_eq!(events[1].at, world.now());
    assert_eq!(events[1].session, second.session);
    let store = world.store();
    let after = store.events_after(world.pool, events[0].position, 10).await;
    assert_eq!(after.as_deref(), Ok(&events[1..]));
    let one = store.events_after(world.pool, Position::default(), 1).await;
    assert_eq!(one.as_deref(), Ok(&events[..1]));
}
