//! How logins end: each end with its instant, reason, actor and event.

use super::logins::set_status;
use super::{Harness, MILLISECOND, SignedIn, World, idle, lifetime};
use rollcall_core::ids::{ApplicationId, UserId};
use rollcall_core::model::event::{Actor, End, EventKind, Reason};
use rollcall_core::model::identifier::{Identifier, IdentifierKind, UserSelector};
use rollcall_core::model::user::{NewPassword, User, UserChange, UserStatus};
use rollcall_core::page::PageRequest;
use rollcall_core::ports::logins::{Begun, Kicked};
use rollcall_core::ports::users::Saved;
use rollcall_core::secret::PasswordHash;
use rollcall_core::time::{Span, Timestamp};

fn password() -> NewPassword {
    NewPassword {
        hash: PasswordHash::from_phc("$argon2id$second"),
        security_level: Some(2),
    }
}

/// The login has ended with this reason, now, and its event says so.
async fn assert_ended_now<H: Harness>(world: &World<H>, who: &SignedIn, reason: Reason) {
    assert_ended(world, who, reason, world.now()).await;
}

async fn assert_ended<H: Harness>(
    world: &World<H>,
    who: &SignedIn,
    reason: Reason,
    at: Timestamp,
) -> End {
    let view = world.view(world.pool, who.login).await.unwrap();
    assert!(!view.standing.is_live());
    let end = view.login.end.unwrap();
    assert_eq!((end.reason, end.at), (reason, at));
    assert_eq!(
        view.session.end,
        Some(end),
        "it was the session's last login"
    );
    let events = world.events(world.pool).await;
    let of_login = events.iter().filter(|event| event.login == who.login);
    let ended: Vec<_> = of_login
        .filter(|event| matches!(event.kind, EventKind::Ended(_)))
        .collect();
    assert_eq!(ended.len(), 1, "{ended:?}");
    assert_eq!(ended[0].kind, EventKind::Ended(reason));
    assert_eq!((ended[0].at, ended[0].actor), (at, end.actor));
    assert_eq!(
        (ended[0].user, ended[0].application),
        (who.user, who.application)
    );
    end
}

pub(crate) async fn a_kick_ends_the_named_applications_on_every_device<H: Harness>(
    world: World<H>,
) {
    let user = world.new_user(world.pool).await;
    let kicked = world.new_application(world.pool).await;
    let spared = world.new_application(world.pool).await;
    let phone = world.sign_in(world.pool, user, kicked).await;
    let laptop = world.sign_in(world.pool, user, kicked).await;
    let elsewhere = world.sign_in(world.pool, user, spared).await;
    let origin = world.origin();
    let answer = world
        .store()
        .kick_user(
            world.pool,
            UserSelector::id(user),
            vec![kicked, kicked],
            origin.clone(),
        )
        .await;
    assert_eq!(answer, Ok(Kicked::Kicked));
    assert!(!world.is_signed_in(&phone).await);
    assert!(world.is_signed_in(&elsewhere).await);
    for who in [&phone, &laptop] {
        let end = assert_ended(&world, who, Reason::Kicked, world.now()).await;
        assert_eq!(end.actor, origin.actor);
    }
    let events = world.events(world.pool).await;
    assert_eq!(events.last().unwrap().request_id, origin.request_id);
    let page = PageRequest::new(None, None).unwrap();
    let audit = world.store().audit_rows(world.pool, page).await.unwrap();
    let row = &audit.list[0];
    assert_eq!(row.resource_id, user.to_string());
    assert_eq!(row.detail, kicked.to_string());
    assert_eq!(row.request_id, origin.request_id);
    let again = world.sign_in(world.pool, user, kicked).await;
    assert!(world.is_signed_in(&again).await);
}

pub(crate) async fn a_kick_needs_all_its_applications_and_one_user<H: Harness>(world: World<H>) {
    let who = world.someone_signed_in(world.pool).await;
    let theirs = world.new_application(world.other_pool).await;
    let kick = async |pool, user, applications| {
        let origin = world.origin();
        let store = world.store();
        store
            .kick_user(pool, user, applications, origin)
            .await
            .unwrap()
    };
    let known = UserSelector::id(who.user);
    let unknown = UserSelector::id(UserId::from_bytes([8; 12]));
    for application in [theirs, ApplicationId::from_bytes([8; 12])] {
        let both = vec![who.application, application];
        assert_eq!(
            kick(world.pool, known.clone(), both).await,
            Kicked::ApplicationNotFound
        );
    }
    let one = vec![who.application];
    assert_eq!(
        kick(world.pool, unknown, one.clone()).await,
        Kicked::UserNotFound
    );
    assert_eq!(
        kick(world.other_pool, known.clone(), vec![theirs]).await,
        Kicked::UserNotFound
    );
    assert_eq!(
        kick(world.other_pool, known.clone(), one.clone()).await,
        Kicked::ApplicationNotFound
    );
    assert!(world.is_signed_in(&who).await);
    assert!(matches!(
        kick(world.pool, known.clone(), one.clone()).await,
        Kicked::Kicked
    ));
    assert!(matches!(kick(world.pool, known, one).await, Kicked::Kicked));
}

pub(crate) async fn a_kick_of_a_text_that_fits_two_kicks_nobody<H: Harness>(world: World<H>) {
    let who = world.someone_signed_in(world.pool).await;
    let namesake = User {
        external_id: Some("twin".to_owned()),
        ..world.user(world.pool)
    };
    let store = world.store();
    let created = store
        .create_user(namesake, Vec::new(), world.origin())
        .await;
    assert!(matches!(created, Ok(Saved::Saved(_))));
    let both = UserSelector::any_of(vec![
        Identifier::Id(who.user),
        Identifier::ExternalId("twin".to_owned()),
    ]);
    let answer = store
        .kick_user(world.pool, both, vec![who.application], world.origin())
        .await;
    let kinds = vec![IdentifierKind::UserId, IdentifierKind::ExternalId];
    assert_eq!(answer, Ok(Kicked::AmbiguousUser(kinds)));
    assert!(world.is_signed_in(&who).await);
}

pub(crate) async fn a_suspended_user_is_signed_out_for_good<H: Harness>(world: World<H>) {
    let who = world.someone_signed_in(world.pool).await;
    world.advance(Span::from_seconds(5));
    set_status(&world, who.user, UserStatus::Suspended).await;
    assert!(!world.is_signed_in(&who).await);
    assert_ended_now(&world, &who, Reason::UserDisabled).await;
    set_status(&world, who.user, UserStatus::Activated).await;
    assert!(!world.is_signed_in(&who).await);
}

pub(crate) async fn a_deleted_user_leaves_reasons_and_no_devices<H: Harness>(world: World<H>) {
    let who = world.someone_signed_in(world.pool).await;
    let store = world.store();
    let theirs = store
        .delete_users(world.other_pool, vec![who.user], world.origin())
        .await;
    assert_eq!(theirs, Ok(false));
    assert!(world.is_signed_in(&who).await);
    let deleted = store
        .delete_users(world.pool, vec![who.user], world.origin())
        .await;
    assert_eq!(deleted, Ok(true));
    assert_ended_now(&world, &who, Reason::UserDeleted).await;
    let page = PageRequest::new(None, None).unwrap();
    let filter = rollcall_core::ports::logins::HistoryFilter::default();
    let history = store
        .login_history(world.pool, who.user, filter, page)
        .await
        .unwrap();
    assert_eq!(history.list[0].device.address, None);
    assert_eq!(history.list[0].device.user_agent, None);
}

pub(crate) async fn a_disabled_application_signs_everyone_out_for_good<H: Harness>(
    world: World<H>,
) {
    let who = world.someone_signed_in(world.pool).await;
    world.set_enabled(who.application, false).await;
    assert!(!world.is_signed_in(&who).await);
    assert_ended_now(&world, &who, Reason::AppDisabled).await;
    world.set_enabled(who.application, true).await;
    assert!(!world.is_signed_in(&who).await);
    let again = world.sign_in(world.pool, who.user, who.application).await;
    assert!(world.is_signed_in(&again).await);
}

pub(crate) async fn a_deleted_application_ends_its_logins<H: Harness>(world: World<H>) {
    let who = world.someone_signed_in(world.pool).await;
    let delete = async |pool| {
        let store = world.store();
        store
            .delete_application(pool, who.application, world.origin())
            .await
    };
    assert_eq!(delete(world.other_pool).await, Ok(false));
    assert!(world.is_signed_in(&who).await);
    assert_eq!(delete(world.pool).await, Ok(true));
    assert_ended_now(&world, &who, Reason::AppDeleted).await;
}

pub(crate) async fn a_password_set_by_an_administrator_ends_everything<H: Harness>(
    world: World<H>,
) {
    let who = world.someone_signed_in(world.pool).await;
    let change = UserChange {
        password: Some(password()),
        ..UserChange::default()
    };
    let saved = world
        .store()
        .update_user(world.pool, who.user, change, world.origin())
        .await;
    assert!(matches!(saved, Ok(Saved::Saved(_))));
    assert_ended_now(&world, &who, Reason::PasswordChanged).await;
    let outdated = world.new_login(who.user, who.application);
    assert_eq!(
        world.begin(world.pool, outdated).await,
        Begun::CredentialChanged
    );
}

pub(crate) async fn a_password_changed_by_the_person_ends_all_other_sessions<H: Harness>(
    world: World<H>,
) {
    let user = world.new_user(world.pool).await;
    let application = world.new_application(world.pool).await;
    let here = world.sign_in(world.pool, user, application).await;
    let there = world.sign_in(world.pool, user, application).await;
    let change = async |pool, version| {
        let store = world.store();
        let mut origin = world.origin();
        origin.actor = Actor::Person(user);
        store
            .change_own_password(
                pool,
                world.own_password((user, here.login), version, password()),
                origin,
            )
            .await
    };
    assert_eq!(change(world.pool, 2).await, Ok(false));
    assert_eq!(change(world.other_pool, 1).await, Ok(false));
    assert_eq!(change(world.pool, 1).await, Ok(true));
    let view = world.view(world.pool, here.login).await.unwrap();
    assert!(view.standing.is_live());
    assert_ended_now(&world, &there, Reason::PasswordChanged).await;
}

pub(crate) async fn what_had_expired_before_keeps_its_reason<H: Harness>(world: World<H>) {
    let application = world.new_application_with(world.pool, idle(10)).await;
    let user = world.new_user(world.pool).await;
    let early = world.sign_in(world.pool, user, application).await;
    let limit = world.now() + Span::from_seconds(10);
    world.advance_to(limit - MILLISECOND);
    let late = world.sign_in(world.pool, user, application).await;
    world.advance_to(limit);
    let deleted = world
        .store()
        .delete_application(world.pool, application, world.origin())
        .await;
    assert_eq!(deleted, Ok(true));
    let end = assert_ended(&world, &early, Reason::IdleTimeout, limit).await;
    assert_eq!(end.actor, Actor::System);
    assert_ended_now(&world, &late, Reason::AppDeleted).await;
    let events = world.events(world.pool).await;
    let expired = events
        .iter()
        .find(|event| event.login == early.login && matches!(event.kind, EventKind::Ended(_)));
    assert_eq!(expired.unwrap().request_id, "");
}

pub(crate) async fn a_shortened_policy_ends_what_outlived_it<H: Harness>(world: World<H>) {
    let application = world.new_application_with(world.pool, idle(100)).await;
    let user = world.new_user(world.pool).await;
    let outlived = world.sign_in(world.pool, user, application).await;
    world.advance(Span::from_seconds(30));
    let within = world.sign_in(world.pool, user, application).await;
    world.advance(Span::from_seconds(10));
    world.set_policy(application, idle(40)).await;
    assert_ended_now(&world, &outlived, Reason::PolicyChanged).await;
    let view = world.view(world.pool, within.login).await.unwrap();
    assert!(view.standing.is_live());
    let limit = world.now() + Span::from_seconds(30);
    world.advance_to(limit);
    assert!(!world.is_signed_in(&within).await);
    world.settle(10).await;
    assert_ended(&world, &within, Reason::IdleTimeout, limit).await;
}

pub(crate) async fn a_lengthened_policy_revives_nothing<H: Harness>(world: World<H>) {
    let application = world.new_application_with(world.pool, lifetime(100)).await;
    let user = world.new_user(world.pool).await;
    let expired = world.sign_in(world.pool, user, application).await;
    let limit = world.now() + Span::from_seconds(100);
    world.advance(Span::from_seconds(50));
    let live = world.sign_in(world.pool, user, application).await;
    let begun_at = world.now();
    world.advance_to(limit);
    world.set_policy(application, lifetime(1_000)).await;
    assert_ended(&world, &expired, Reason::MaxLifetime, limit).await;
    let limit = begun_at + Span::from_seconds(1_000);
    world.advance_to(limit - MILLISECOND);
    assert!(world.is_signed_in(&live).await);
    world.settle(10).await;
    assert!(world.is_signed_in(&live).await);
    world.advance_to(limit);
    world.settle(10).await;
    assert_ended(&world, &live, Reason::MaxLifetime, limit).await;
}

pub(crate) async fn shortened_and_lengthened_again_revives_nothing<H: Harness>(world: World<H>) {
    let application = world.new_application_with(world.pool, idle(100)).await;
    let user = world.new_user(world.pool).await;
    let who = world.sign_in(world.pool, user, application).await;
    world.advance(Span::from_seconds(50));
    let changed_at = world.now();
    world.set_policy(application, idle(40)).await;
    world.advance(Span::from_seconds(1));
    world.set_policy(application, idle(100)).await;
    assert!(!world.is_signed_in(&who).await);
    assert_ended(&world, &who, Reason::PolicyChanged, changed_at).await;
}
