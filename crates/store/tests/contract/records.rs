//! Records to store, and what the tests of records share.

use super::{Harness, World};
use rollcall_core::ids::{AccessKeyId, ApplicationId, ExtIdpId, IdentityId, PoolId, UserId};
use rollcall_core::model::application::{
    Application, ApplicationType, ApplicationWithSecret, OauthSettings, PasswordMethod,
};
use rollcall_core::model::audit::{AuditAction, AuditResource, AuditRow};
use rollcall_core::model::event::{Actor, Origin};
use rollcall_core::model::ext_idp::{ExtIdp, ProviderType};
use rollcall_core::model::policy::SessionPolicy;
use rollcall_core::model::user::{
    Gender, Identity, Password, Phone, Profile, SignInStatistics, User, UserSource, UserStatus,
};
use rollcall_core::page::PageRequest;
use rollcall_core::ports::applications::Created;
use rollcall_core::ports::users::Saved;
use rollcall_core::secret::Secret;
use rollcall_core::time::Timestamp;
use std::net::IpAddr;
use std::sync::atomic::{AtomicU32, Ordering};

/// The secret of every application here.
pub(crate) const APPLICATION_SECRET: &str = "4f2c8d";

/// An id that no other call makes; later ones are larger.
pub(crate) fn fresh() -> [u8; 12] {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    let mut bytes = [0x60; 12];
    bytes[8..].copy_from_slice(&NEXT.fetch_add(1, Ordering::Relaxed).to_be_bytes());
    bytes
}

/// A call with the pool's root key.
pub(crate) fn origin(pool: PoolId) -> Origin {
    Origin {
        actor: Actor::Key(pool.root_key()),
        request_id: "934108e5".to_owned(),
        address: Some(IpAddr::from([192, 0, 2, 1])),
        user_agent: None,
    }
}

pub(crate) fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

/// A page, from 1.
pub(crate) fn page(page: i64, limit: i64) -> PageRequest {
    PageRequest::new(Some(page), Some(limit)).unwrap()
}

/// A user with nothing but a username.
pub(crate) fn user(pool: PoolId, username: &str) -> User {
    User {
        id: UserId::from_bytes(fresh()),
        pool,
        status: UserStatus::Activated,
        status_changed_at: at(1_000),
        created_at: at(1_000),
        updated_at: at(1_000),
        username: Some(username.to_owned()),
        email: None,
        email_verified: false,
        phone: None,
        phone_verified: false,
        unproven: rollcall_core::model::user::Unproven::default(),
        external_id: None,
        gender: Gender::Unknown,
        profile: Profile::new(),
        custom_data: None,
        source: UserSource::AdminCreated,
        password: Password::default(),
        sign_ins: SignInStatistics::default(),
    }
}

pub(crate) fn phone(given: &str, e164: &str) -> Phone {
    Phone {
        given: given.to_owned(),
        country_code: "+86".to_owned(),
        e164: e164.to_owned(),
    }
}

/// An identity of the user, without tokens.
pub(crate) fn identity(user: UserId, ext_idp: ExtIdpId, user_id_in_idp: &str) -> Identity {
    Identity {
        id: IdentityId::from_bytes(fresh()),
        user,
        ext_idp,
        provider: ProviderType::Wechat,
        kind: "openid".to_owned(),
        user_id_in_idp: user_id_in_idp.to_owned(),
        user_info: "{}".to_owned(),
        access_token: None,
        refresh_token: None,
        origin_connection_ids: Vec::new(),
    }
}

pub(crate) fn application(pool: PoolId, identifier: &str) -> Application {
    Application {
        id: ApplicationId::from_bytes(fresh()),
        pool,
        identifier: identifier.to_owned(),
        name: format!("The {identifier}"),
        logo: String::new(),
        description: None,
        kind: ApplicationType::Web,
        enabled: true,
        redirect_uris: Vec::new(),
        logout_redirect_uris: Vec::new(),
        init_login_uri: String::new(),
        sso_enabled_at: None,
        api_sign_in: true,
        password_methods: PasswordMethod::ALL.to_vec(),
        oauth: OauthSettings::default(),
        session_policy: SessionPolicy::default(),
        session_limit: rollcall_core::model::policy::ConcurrencyLimit::default(),
        secret_version: 1,
        created_at: at(1_000),
        updated_at: at(1_000),
    }
}

pub(crate) fn ext_idp(name: &str) -> ExtIdp {
    ExtIdp {
        id: ExtIdpId::from_bytes(fresh()),
        name: name.to_owned(),
        provider: ProviderType::Wechat,
        tenant_id: None,
        created_at: at(1_000),
    }
}

/// An id of no access key.
pub(crate) fn unknown_key() -> AccessKeyId {
    AccessKeyId::from_bytes(fresh())
}

/// Stores the user and hands it back.
pub(crate) async fn stored_user(w: &World<impl Harness>, user: User) -> User {
    let pool = user.pool;
    let saved = w.store().create_user(user, Vec::new(), origin(pool)).await;
    match saved.unwrap() {
        Saved::Saved(user) => *user,
        refused => panic!("{refused:?}"),
    }
}

/// Stores the application and hands it back.
pub(crate) async fn stored_application(
    w: &World<impl Harness>,
    application: Application,
) -> Application {
    let new = ApplicationWithSecret {
        application: application.clone(),
        secret: Secret::new(APPLICATION_SECRET),
    };
    let created = w
        .store()
        .create_application(new, origin(application.pool))
        .await;
    assert_eq!(created.unwrap(), Created::Created);
    application
}

/// Stores an identity source and hands its id back.
pub(crate) async fn stored_ext_idp(w: &World<impl Harness>, pool: PoolId, name: &str) -> ExtIdpId {
    let new = ext_idp(name);
    let id = new.id;
    w.store()
        .create_ext_idp(pool, new, origin(pool))
        .await
        .unwrap();
    id
}

/// The pool's audit rows but for the making of the pool and of what is not of
/// this kind, in the order in which they were written.
pub(crate) async fn audit_of(
    w: &World<impl Harness>,
    pool: PoolId,
    resource: AuditResource,
) -> Vec<(AuditAction, String, String)> {
    let rows = w.store().audit_rows(pool, page(1, 50)).await.unwrap();
    assert!(rows.total_count <= 50, "more than this helper reads");
    let told = |row: AuditRow| (row.action, row.resource_id, row.detail);
    rows.list
        .into_iter()
        .rev()
        .filter(|row| row.resource == resource)
        .map(told)
        .collect()
}
