//! Making, changing and deleting users.

use super::{by_id, find, full};
use crate::contract::records::{
    audit_of, fresh, identity, origin, phone, stored_ext_idp, stored_user, user,
};
use crate::contract::{Harness, World};
use rollcall_core::ids::{ExtIdpId, PoolId, UserId};
use rollcall_core::model::audit::{AuditAction, AuditResource};
use rollcall_core::model::user::{Gender, NewPassword, ProfileField, User, UserChange, UserStatus};
use rollcall_core::ports::logins::{Begun, NewLogin};
use rollcall_core::ports::users::{Found, Saved};
use rollcall_core::secret::PasswordHash;
use rollcall_core::time::Span;

async fn create(w: &World<impl Harness>, user: User) -> Saved {
    let pool = user.pool;
    w.store()
        .create_user(user, Vec::new(), origin(pool))
        .await
        .unwrap()
}

async fn update(w: &World<impl Harness>, pool: PoolId, user: UserId, change: UserChange) -> Saved {
    w.store()
        .update_user(pool, user, change, origin(pool))
        .await
        .unwrap()
}

fn new_password(phc: &str) -> NewPassword {
    NewPassword {
        hash: PasswordHash::from_phc(phc),
        security_level: Some(3),
    }
}

/// Other spellings of the values that `full` has.
fn respelled(pool: PoolId) -> User {
    User {
        email: Some("bob@example.com".to_owned()),
        phone: Some(phone("+8613800138000", "+8613800138000")),
        external_id: Some("E-1".to_owned()),
        ..user(pool, "ＢＯＢ")
    }
}

/// All at once; another pool has its own.
pub(crate) async fn every_taken_value_is_named<H: Harness>(w: World<H>) {
    let (pool, other) = (w.pool, w.other_pool);
    stored_user(&w, full(pool, "Bob")).await;
    let twin = respelled(pool);
    let taken = vec!["username", "email", "phone", "externalId"];
    assert_eq!(create(&w, twin.clone()).await, Saved::Taken(taken.clone()));
    assert_eq!(find(&w, pool, twin.id).await, Found::Nobody);
    let one = User {
        email: twin.email.clone(),
        ..user(pool, "eve")
    };
    assert_eq!(create(&w, one).await, Saved::Taken(vec!["email"]));
    stored_user(&w, respelled(other)).await;

    let eve = stored_user(&w, user(pool, "eve")).await;
    let change = UserChange {
        username: twin.username,
        email: twin.email,
        phone: twin.phone,
        external_id: twin.external_id,
        ..UserChange::default()
    };
    assert_eq!(update(&w, pool, eve.id, change).await, Saved::Taken(taken));
    assert_eq!(by_id(&w, pool, eve.id).await, eve);
}

pub(crate) async fn ones_own_values_are_not_taken<H: Harness>(w: World<H>) {
    let pool = w.pool;
    let bob = stored_user(&w, full(pool, "Bob")).await;
    let same = respelled(pool);
    let change = UserChange {
        username: same.username,
        email: same.email,
        phone: same.phone.clone(),
        external_id: same.external_id,
        ..UserChange::default()
    };
    let saved = update(&w, pool, bob.id, change).await;
    assert!(matches!(saved, Saved::Saved(_)), "{saved:?}");
    let stored = by_id(&w, pool, bob.id).await;
    assert_eq!(stored.username.as_deref(), Some("ＢＯＢ"));
    assert_eq!(stored.phone, same.phone, "as given now");
    assert!(
        stored.email_verified && stored.phone_verified,
        "still the same"
    );
}

pub(crate) async fn a_new_users_identities_come_along_or_nothing_does<H: Harness>(w: World<H>) {
    let (pool, other) = (w.pool, w.other_pool);
    let source = stored_ext_idp(&w, pool, "WeChat").await;
    let foreign = stored_ext_idp(&w, other, "WeChat").await;
    let store = w.store();
    let create = |user: &User, source: ExtIdpId, ids: &[&str]| {
        let identities = ids.iter().map(|id| identity(user.id, source, id));
        store.create_user(user.clone(), identities.collect(), origin(pool))
    };
    let bob = user(pool, "bob");
    for unknown in [foreign, ExtIdpId::from_bytes(fresh())] {
        let saved = create(&bob, unknown, &["wx"]).await;
        assert_eq!(saved, Ok(Saved::ExtIdpNotFound));
    }
    let twice = create(&bob, source, &["wx", "wx"]).await;
    assert_eq!(twice, Ok(Saved::Taken(vec!["identities"])));
    assert_eq!(find(&w, pool, bob.id).await, Found::Nobody);
    let saved = create(&bob, source, &["wx"]).await.unwrap();
    assert!(matches!(saved, Saved::Saved(_)), "{saved:?}");
    let stored = w.store().identities(pool, vec![bob.id]).await.unwrap();
    assert_eq!(stored.len(), 1);
    let twin = user(pool, "BOB");
    let taken = create(&twin, source, &["wx"]).await;
    assert_eq!(taken, Ok(Saved::Taken(vec!["username", "identities"])));
    let audit = audit_of(&w, pool, AuditResource::User).await;
    let detail = "username,identities".to_owned();
    assert_eq!(audit, [(AuditAction::Create, bob.id.to_string(), detail)]);
}

/// Absent members stay; only the user's own record changes.
pub(crate) async fn a_change_applies_whole_and_names_its_fields<H: Harness>(w: World<H>) {
    let (pool, other) = (w.pool, w.other_pool);
    let bob = stored_user(&w, full(pool, "Bob")).await;
    let eve = stored_user(&w, user(pool, "eve")).await;
    w.advance(Span::from_seconds(9));
    let change = UserChange {
        status: Some(UserStatus::Activated),
        gender: Some(Gender::Female),
        profile: [(ProfileField::City, "Ulm".to_owned())].into(),
        custom_data: Some("{}".to_owned()),
        reset_on_next_login: Some(false),
        ..UserChange::default()
    };
    assert_eq!(
        update(&w, other, bob.id, change.clone()).await,
        Saved::NotFound
    );
    assert_eq!(by_id(&w, pool, bob.id).await, bob);

    let mut expected = bob.clone();
    let now = w.now();
    (expected.status, expected.status_changed_at) = (UserStatus::Activated, now);
    expected.updated_at = now;
    expected.gender = Gender::Female;
    expected
        .profile
        .insert(ProfileField::City, "Ulm".to_owned());
    expected.custom_data = Some("{}".to_owned());
    expected.password.reset_on_next_login = false;
    let saved = update(&w, pool, bob.id, change).await;
    assert_eq!(saved, Saved::Saved(Box::new(expected.clone())));
    assert_eq!(by_id(&w, pool, bob.id).await, expected);
    assert_eq!(by_id(&w, pool, eve.id).await, eve);
    let (action, resource_id, detail) =
        audit_of(&w, pool, AuditResource::User).await.pop().unwrap();
    assert_eq!(
        (action, resource_id),
        (AuditAction::Update, bob.id.to_string())
    );
    assert_eq!(
        detail,
        "status,gender,customData,resetPasswordOnNextLogin,city"
    );
    assert_eq!(audit_of(&w, other, AuditResource::User).await, []);
}

pub(crate) async fn a_new_address_is_unverified_unless_said_otherwise<H: Harness>(w: World<H>) {
    let pool = w.pool;
    let bob = stored_user(&w, full(pool, "Bob")).await.id;
    let change = |email: &str, digits: &str, verified| UserChange {
        email: Some(email.to_owned()),
        email_verified: verified,
        phone: Some(phone(digits, &format!("+86{digits}"))),
        phone_verified: verified,
        ..UserChange::default()
    };
    let same = change("bob@example.com", "13800138000", None);
    update(&w, pool, bob, same).await;
    let stored = by_id(&w, pool, bob).await;
    assert!(
        stored.email_verified && stored.phone_verified,
        "the same values"
    );
    update(&w, pool, bob, change("b@example.com", "13800138001", None)).await;
    let stored = by_id(&w, pool, bob).await;
    assert!(!stored.email_verified && !stored.phone_verified);
    update(
        &w,
        pool,
        bob,
        change("c@example.com", "13800138002", Some(true)),
    )
    .await;
    let stored = by_id(&w, pool, bob).await;
    assert!(stored.email_verified && stored.phone_verified);
}

pub(crate) async fn a_new_password_forgets_failures_and_the_need_of_a_reset<H: Harness>(
    w: World<H>,
) {
    let pool = w.pool;
    let bob = stored_user(&w, full(pool, "Bob")).await;
    w.advance(Span::from_seconds(9));
    let change = UserChange {
        password: Some(new_password("$new")),
        ..UserChange::default()
    };
    update(&w, pool, bob.id, change.clone()).await;
    let password = by_id(&w, pool, bob.id).await.password;
    assert_eq!(password.hash, Some(PasswordHash::from_phc("$new")));
    assert_eq!(password.version, bob.password.version + 1);
    assert_eq!(password.last_set_at, Some(w.now()));
    assert_eq!(password.security_level, Some(3));
    assert!(!password.reset_on_next_login);
    assert_eq!(password.failures_in_a_row, 0);
    let mixed = UserChange {
        reset_on_next_login: Some(true),
        ..change
    };
    update(&w, pool, bob.id, mixed).await;
    assert!(by_id(&w, pool, bob.id).await.password.reset_on_next_login);
    let audit = audit_of(&w, pool, AuditResource::User).await;
    let told = |action, detail: &str| (action, bob.id.to_string(), detail.to_owned());
    assert_eq!(
        audit[1..],
        [
            told(AuditAction::SetPassword, "password"),
            told(AuditAction::SetPassword, "password"),
            told(AuditAction::Update, "resetPasswordOnNextLogin"),
        ]
    );
}

/// Of two changes that verified the same password, the second is refused.
pub(crate) async fn ones_own_password_changes_once_for_one_verification<H: Harness>(w: World<H>) {
    let (pool, other) = (w.pool, w.other_pool);
    let activated = User {
        status: UserStatus::Activated,
        ..full(pool, "Bob")
    };
    let bob = stored_user(&w, activated).await;
    let application = w.new_application(pool).await;
    let signed_in = NewLogin {
        password_version: bob.password.version,
        rehashed: None,
        ..w.new_login(bob.id, application)
    };
    let login = signed_in.login;
    assert!(matches!(w.begin(pool, signed_in).await, Begun::Begun(_)));
    let store = w.store();
    let change = |pool, phc| {
        let version = bob.password.version;
        let change = w.own_password((bob.id, login), version, new_password(phc));
        store.change_own_password(pool, change, origin(pool))
    };
    assert_eq!(change(other, "$other").await, Ok(false));
    assert_eq!(change(pool, "$first").await, Ok(true));
    assert_eq!(change(pool, "$second").await, Ok(false));
    let password = by_id(&w, pool, bob.id).await.password;
    assert_eq!(password.hash, Some(PasswordHash::from_phc("$first")));
    assert_eq!(password.version, bob.password.version + 1);
    assert_eq!(password.failures_in_a_row, 0);
    let (action, resource_id, detail) =
        audit_of(&w, pool, AuditResource::User).await.pop().unwrap();
    assert_eq!(
        (action, resource_id, detail.as_str()),
        (AuditAction::SetPassword, bob.id.to_string(), "password")
    );
}

/// With everything that names them; the others stay.
pub(crate) async fn deleted_users_are_gone<H: Harness>(w: World<H>) {
    let pool = w.pool;
    let source = stored_ext_idp(&w, pool, "WeChat").await;
    let bob = stored_user(&w, full(pool, "Bob")).await;
    let eve = stored_user(&w, user(pool, "eve")).await;
    let dan = stored_user(&w, user(pool, "dan")).await;
    for user in [&bob, &dan] {
        let new = identity(user.id, source, user.username.as_deref().unwrap());
        w.store()
            .link_identity(pool, new, origin(pool))
            .await
            .unwrap();
    }
    let named = vec![bob.id, eve.id, bob.id];
    let deleted = w.store().delete_users(pool, named, origin(pool)).await;
    assert_eq!(deleted, Ok(true));
    assert_eq!(find(&w, pool, bob.id).await, Found::Nobody);
    assert_eq!(find(&w, pool, eve.id).await, Found::Nobody);
    assert_eq!(by_id(&w, pool, dan.id).await, dan);
    let everyone = vec![bob.id, eve.id, dan.id];
    let identities = w.store().identities(pool, everyone).await.unwrap();
    assert!(identities.iter().all(|identity| identity.user == dan.id));
    assert_eq!(identities.len(), 1);
    let audit = audit_of(&w, pool, AuditResource::User).await;
    let mut gone: Vec<_> = audit
        .into_iter()
        .filter(|(action, ..)| *action == AuditAction::Delete)
        .collect();
    gone.sort_by(|one, other| one.1.cmp(&other.1));
    let told = |user: &User| (AuditAction::Delete, user.id.to_string(), String::new());
    assert_eq!(gone, [told(&bob), told(&eve)]);
    // Their names and identities are free again.
    stored_user(&w, full(pool, "Bob")).await;
    let heir = user(pool, "heir");
    let identities = vec![identity(heir.id, source, "Bob")];
    let saved = w.store().create_user(heir, identities, origin(pool)).await;
    assert!(matches!(saved, Ok(Saved::Saved(_))), "{saved:?}");
}

pub(crate) async fn one_unknown_user_spares_all<H: Harness>(w: World<H>) {
    let (pool, other) = (w.pool, w.other_pool);
    let bob = stored_user(&w, user(pool, "bob")).await;
    let foreign = stored_user(&w, user(other, "eve")).await;
    for unknown in [foreign.id, UserId::from_bytes(fresh())] {
        let users = vec![bob.id, unknown];
        let deleted = w.store().delete_users(pool, users, origin(pool)).await;
        assert_eq!(deleted, Ok(false));
    }
    let elsewhere = w
        .store()
        .delete_users(other, vec![bob.id], origin(other))
        .await;
    assert_eq!(elsewhere, Ok(false));
    assert_eq!(by_id(&w, pool, bob.id).await, bob);
    assert_eq!(by_id(&w, other, foreign.id).await, foreign);
}

/// The detail names fields: a deleted user's data must not live on there.
pub(crate) async fn the_audit_log_holds_no_personal_value<H: Harness>(w: World<H>) {
    let pool = w.pool;
    let source = stored_ext_idp(&w, pool, "WeChat").await;
    let bob = full(pool, "bobby");
    let identities = vec![identity(bob.id, source, "wx-bobby")];
    let id = bob.id;
    w.store()
        .create_user(bob, identities, origin(pool))
        .await
        .unwrap();
    let change = UserChange {
        email: Some("robert@example.com".to_owned()),
        profile: [(ProfileField::Name, "Robert".to_owned())].into(),
        ..UserChange::default()
    };
    update(&w, pool, id, change).await;
    w.store()
        .delete_users(pool, vec![id], origin(pool))
        .await
        .unwrap();
    for resource in [AuditResource::User, AuditResource::Identity] {
        let told = format!("{:?}", audit_of(&w, pool, resource).await);
        for value in ["bobby", "bob@example.com", "robert", "Robert", "138", "E-1"] {
            assert!(!told.contains(value), "{value} in {told}");
        }
    }
}
