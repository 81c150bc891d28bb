//! What webhooks are told of, in the commit of what they are told of.

use super::super::access_keys::stored_key;
use super::super::deliveries::login_ended;
use super::super::logins::set_status;
use super::super::records::{identity, origin, stored_ext_idp};
use super::super::{Harness, World};
use WebhookEvent as Of;
use rollcall_core::ids::{PoolId, UserId};
use rollcall_core::limits;
use rollcall_core::model::access_key::Permissions;
use rollcall_core::model::application::ApplicationChange;
use rollcall_core::model::event::{Actor, Origin, Reason};
use rollcall_core::model::identifier::UserSelector;
use rollcall_core::model::policy::ConcurrencyChange;
use rollcall_core::model::pool::PoolChange;
use rollcall_core::model::user::{NewPassword, ProfileField, UserChange, UserStatus};
use rollcall_core::model::webhook::{Happening, Subjects, WebhookChange, WebhookEvent};
use rollcall_core::ports::access_keys::KeyChanged;
use rollcall_core::ports::users::Linked;
use rollcall_core::secret::{PasswordHash, Secret};
use rollcall_core::time::Span;

impl<H: Harness> World<H> {
    /// What is told of since the last look, as events and what they are about.
    async fn told_since(&self) -> Vec<(WebhookEvent, Happening)> {
        let mut told: Vec<_> = self
            .all_told()
            .await
            .into_iter()
            .map(|delivery| (delivery.happening.event, delivery.happening))
            .collect();
        told.sort_by_key(|(event, _)| *event);
        told
    }

    async fn change_user(&self, user: UserId, change: UserChange) {
        let (store, origin) = (self.store(), self.origin());
        store
            .update_user(self.pool, user, change, origin)
            .await
            .unwrap();
    }
}

fn events(told: &[(WebhookEvent, Happening)]) -> Vec<WebhookEvent> {
    told.iter().map(|(event, _)| *event).collect()
}

fn of_user(user: UserId) -> Subjects {
    Subjects {
        user: Some(user),
        ..Subjects::default()
    }
}

pub(crate) async fn every_change_of_a_user_is_told<H: Harness>(w: World<H>) {
    w.new_webhook(w.pool, WebhookEvent::ALL).await;
    let user = w.new_user(w.pool).await;
    let told = w.told_since().await;
    assert_eq!(events(&told), [Of::UserCreated]);
    assert_eq!(told[0].1.subjects, of_user(user));
    assert_eq!(told[0].1.fields, ["username", "password"]);
    let profile = [(ProfileField::Nickname, "Bob".to_owned())];
    let change = UserChange {
        profile: profile.into_iter().collect(),
        ..UserChange::default()
    };
    w.change_user(user, change).await;
    let told = w.told_since().await;
    assert_eq!(events(&told), [Of::UserUpdated]);
    assert_eq!(told[0].1.fields, ["nickname"]);
    let new = NewPassword {
        hash: PasswordHash::from_phc("$argon2id$second"),
        security_level: Some(3),
    };
    let change = UserChange {
        password: Some(new),
        ..UserChange::default()
    };
    w.change_user(user, change).await;
    assert_eq!(events(&w.told_since().await), [Of::UserPasswordChanged]);
    for (status, event) in [
        (UserStatus::Suspended, Some(Of::UserBlocked)),
        (UserStatus::Suspended, None),
        (UserStatus::Activated, Some(Of::UserUnblocked)),
        (UserStatus::Archived, Some(Of::UserArchived)),
        (UserStatus::Activated, Some(Of::UserUnarchived)),
    ] {
        set_status(&w, user, status).await;
        let expected: Vec<_> = [Of::UserUpdated].into_iter().chain(event).collect();
        assert_eq!(events(&w.told_since().await), expected, "{status:?}");
    }
    let source = stored_ext_idp(&w, w.pool, "GitHub").await;
    let new = identity(user, source, "gh:1");
    let linked = w.store().link_identity(w.pool, new, w.origin()).await;
    assert_eq!(linked, Ok(Linked::Linked));
    let told = w.told_since().await;
    assert_eq!(events(&told), [Of::UserLinkAccount]);
    assert_eq!(told[0].1.subjects.ext_idp, Some(source));
    let (store, origin) = (w.store(), w.origin());
    let unlinked = store.unlink_identity(w.pool, user, source, None, origin);
    assert_eq!(unlinked.await, Ok(true));
    let told = w.told_since().await;
    assert_eq!(events(&told), [Of::UserUpdated]);
    assert_eq!(told[0].1.fields, ["identities"]);
    let deleted = store.delete_users(w.pool, vec![user], w.origin()).await;
    assert_eq!(deleted, Ok(true));
    let told = w.told_since().await;
    assert_eq!(events(&told), [Of::UserDeleted]);
    assert_eq!(told[0].1.subjects, of_user(user));
}

pub(crate) async fn who_makes_their_own_account_registers<H: Harness>(w: World<H>) {
    w.new_webhook(w.pool, &[Of::Register]).await;
    let application = w.new_application(w.pool).await;
    w.new_user(w.pool).await;
    assert_eq!(
        events(&w.told_since().await),
        [],
        "made by an administrator"
    );
    let origin = Origin {
        actor: Actor::Client(application),
        ..w.origin()
    };
    let user = w.user(w.pool);
    let id = user.id;
    w.store()
        .create_user(user, Vec::new(), origin)
        .await
        .unwrap();
    let told = w.told_since().await;
    assert_eq!(events(&told), [Of::Register]);
    assert_eq!(told[0].1.subjects, of_user(id));
    assert_eq!(told[0].1.actor, Actor::Client(application));
}

pub(crate) async fn every_change_of_an_application_and_the_pool_is_told<H: Harness>(w: World<H>) {
    w.new_webhook(w.pool, WebhookEvent::ALL).await;
    let application = w.new_application(w.pool).await;
    let about = Subjects {
        applications: vec![application],
        ..Subjects::default()
    };
    let told = w.told_since().await;
    assert_eq!(events(&told), [Of::ApplicationCreated]);
    assert_eq!(told[0].1.subjects, about);
    let change = ApplicationChange {
        name: Some("other".to_owned()),
        ..ApplicationChange::default()
    };
    w.change_application(w.pool, application, change).await;
    let told = w.told_since().await;
    assert_eq!(events(&told), [Of::ApplicationUpdated]);
    assert_eq!(told[0].1.fields, ["appName"]);
    let store = w.store();
    let read = store.application_secret(w.pool, application, w.origin());
    assert!(read.await.unwrap().is_some());
    assert_eq!(events(&w.told_since().await), []);
    let rotated =
        store.rotate_application_secret(w.pool, application, Secret::new("another"), w.origin());
    assert_eq!(rotated.await, Ok(true));
    assert_eq!(
        events(&w.told_since().await),
        [Of::ApplicationSecretRefreshed]
    );
    let deleted = store.delete_application(w.pool, application, w.origin());
    assert_eq!(deleted.await, Ok(true));
    let told = w.told_since().await;
    assert_eq!(events(&told), [Of::ApplicationDeleted]);
    assert_eq!(told[0].1.subjects, about);
    let change = PoolChange {
        session_limit: ConcurrencyChange {
            max: Some(3),
            ..ConcurrencyChange::default()
        },
        ..PoolChange::default()
    };
    let changed = store.update_pool_settings(w.pool, change, w.origin()).await;
    assert!(changed.unwrap().is_some());
    let told = w.told_since().await;
    assert_eq!(events(&told), [Of::UserPoolUpdated]);
    assert_eq!(told[0].1.fields, ["maxSessionsPerUser"]);
}

/// Of the root key's new secret, and of no other key's.
pub(crate) async fn a_new_secret_of_the_pool_is_told<H: Harness>(w: World<H>) {
    w.new_webhook(w.pool, WebhookEvent::ALL).await;
    w.new_webhook(w.other_pool, WebhookEvent::ALL).await;
    let store = w.store();
    let key = stored_key(&w, w.pool, Permissions::all()).await;
    let rotated = store.rotate_access_key(w.pool, key.id, Secret::new("new"), origin(w.pool));
    assert!(matches!(rotated.await, Ok(KeyChanged::Changed(_))));
    assert_eq!(events(&w.told_since().await), []);
    let root = w.pool.root_key();
    let rotated = store.rotate_access_key(w.pool, root, Secret::new("new"), origin(w.pool));
    assert!(matches!(rotated.await, Ok(KeyChanged::Changed(_))));
    let told = w.told_since().await;
    assert_eq!(events(&told), [Of::UserPoolSecretRefreshed]);
    assert_eq!(told[0].1.subjects, Subjects::default());
}

pub(crate) async fn a_login_is_told_when_it_begins_and_with_any_reason_of_its_end<H: Harness>(
    w: World<H>,
) {
    w.new_webhook(w.pool, &[Of::Login, Of::LoginEnded]).await;
    for reason in Reason::ALL.iter().copied() {
        let who = login_ended(&w, reason).await;
        w.settle(limits::END_BATCH).await;
        let end = w.recorded_end(who.login).await.unwrap();
        let told = w.told_since().await;
        let of_login: Vec<_> = told
            .into_iter()
            .filter(|(_, told)| told.subjects.login == Some(who.login))
            .collect();
        assert_eq!(events(&of_login), [Of::Login, Of::LoginEnded], "{reason:?}");
        let told = &of_login[1].1;
        assert_eq!((told.reason, told.at), (Some(reason), end.at));
        assert_eq!(told.actor, end.actor);
        assert_eq!(told.subjects.user, Some(who.user));
        assert_eq!(told.subjects.applications, [who.application]);
        assert!(told.subjects.session.is_some());
    }
}

pub(crate) async fn a_kick_is_told_with_its_ends_however_many<H: Harness>(w: World<H>) {
    w.harness.set_end_batch(2);
    let user = w.new_user(w.pool).await;
    let application = w.new_application(w.pool).await;
    for _ in 0..5 {
        w.sign_in(w.pool, user, application).await;
    }
    w.new_webhook(w.pool, &[Of::Kick, Of::LoginEnded]).await;
    let selector = UserSelector::id(user);
    let store = w.store();
    let kicked = store.kick_user(w.pool, selector, vec![application], w.origin());
    kicked.await.unwrap();
    let told = w.told_since().await;
    let expected = [Of::LoginEnded, Of::LoginEnded, Of::Kick];
    assert_eq!(events(&told), expected, "a batch is in the commit");
    assert_eq!(told[2].1.subjects.applications, [application]);
    assert_eq!(told[2].1.subjects.user, Some(user));
    w.settle(2).await;
    let told = w.told_since().await;
    assert_eq!(events(&told), [Of::LoginEnded; 3]);
    for (_, told) in told {
        assert_eq!(told.reason, Some(Reason::Kicked));
    }
}

pub(crate) async fn only_who_asked_is_told_and_in_its_pool_alone<H: Harness>(w: World<H>) {
    let both = w.new_webhook(w.pool, &[Of::UserCreated, Of::Login]).await;
    let users = w.new_webhook(w.pool, &[Of::UserCreated]).await;
    w.new_webhook(w.pool, &[Of::UserDeleted]).await;
    w.new_webhook(w.other_pool, WebhookEvent::ALL).await;
    let off = w.new_webhook(w.pool, &[Of::UserCreated]).await;
    w.switch_webhook(off, false).await;
    let user = w.new_user(w.pool).await;
    let told = w.all_told().await;
    let mut webhooks: Vec<_> = told.iter().map(|told| told.target.webhook.id).collect();
    webhooks.sort_unstable();
    let mut expected = [both, users];
    expected.sort_unstable();
    assert_eq!(webhooks, expected);
    assert_eq!(told[0].event_id, told[1].event_id, "one thing happened");
    assert_eq!(told[0].happening, told[1].happening);
    assert_eq!(told[0].happening.subjects.user, Some(user));
}

pub(crate) async fn a_refused_change_tells_nothing<H: Harness>(w: World<H>) {
    w.new_webhook(w.pool, WebhookEvent::ALL).await;
    let unknown = UserId::from_bytes([9; 12]);
    let deleted = w
        .store()
        .delete_users(w.pool, vec![unknown], w.origin())
        .await;
    assert_eq!(deleted, Ok(false));
    w.change_user(unknown, UserChange::default()).await;
    assert_eq!(events(&w.told_since().await), []);
}

pub(crate) async fn what_happens_after_a_change_of_webhooks_goes_by_it<H: Harness>(w: World<H>) {
    let id = w.new_webhook(w.pool, &[Of::UserCreated]).await;
    let change = WebhookChange {
        events: Some(vec![Of::UserDeleted]),
        ..WebhookChange::default()
    };
    assert!(w.change_webhook(id, change).await.is_some());
    let user = w.new_user(w.pool).await;
    assert_eq!(events(&w.told_since().await), []);
    delete(&w, w.pool, user).await;
    assert_eq!(events(&w.told_since().await), [Of::UserDeleted]);
}

async fn delete<H: Harness>(w: &World<H>, pool: PoolId, user: UserId) {
    let deleted = w.store().delete_users(pool, vec![user], w.origin()).await;
    assert_eq!(deleted, Ok(true));
}

pub(crate) async fn an_expiry_is_told_with_the_limits_instant<H: Harness>(w: World<H>) {
    let who = w.someone_signed_in(w.pool).await;
    w.set_policy(who.application, super::super::idle(100)).await;
    w.new_webhook(w.pool, &[Of::LoginEnded]).await;
    let limit = w.now() + Span::from_seconds(100);
    w.advance(Span::from_seconds(500));
    w.settle(limits::END_BATCH).await;
    let told = w.told_since().await;
    assert_eq!(events(&told), [Of::LoginEnded]);
    let told = &told[0].1;
    assert_eq!((told.reason, told.at), (Some(Reason::IdleTimeout), limit));
    assert_eq!((told.actor, told.request_id.as_str()), (Actor::System, ""));
}
