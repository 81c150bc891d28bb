//! Access keys.

use super::records::{at, audit_of, fresh, origin, unknown_key};
use super::{Harness, World};
use rollcall_core::ids::{AccessKeyId, PoolId};
use rollcall_core::model::access_key::{AccessKey, Permission, Permissions};
use rollcall_core::model::audit::{AuditAction, AuditResource};
use rollcall_core::secret::Secret;

fn new_key(pool: PoolId) -> AccessKey {
    AccessKey {
        id: AccessKeyId::from_bytes(fresh()),
        pool,
        secret: Secret::new("hush-hush"),
        permissions: [Permission::Check, Permission::AppsSecret]
            .into_iter()
            .collect(),
        enabled: false,
        secret_version: 7,
        created_at: at(1_234),
    }
}

/// The pool follows from the key's id, and the log of no other pool tells of it.
pub(crate) async fn a_key_reads_back_and_names_its_pool<H: Harness>(w: World<H>) {
    let (pool, other) = (w.pool, w.other_pool);
    let new = new_key(pool);
    w.store()
        .create_access_key(new.clone(), origin(pool))
        .await
        .unwrap();
    let stored = w.store().access_key(new.id).await.unwrap().unwrap();
    assert_eq!((stored.id, stored.pool), (new.id, pool));
    assert_eq!(stored.secret.reveal(), "hush-hush");
    assert_eq!(stored.permissions, new.permissions);
    assert_eq!((stored.enabled, stored.secret_version), (false, 7));
    assert_eq!(stored.created_at, new.created_at);
    let audit = audit_of(&w, pool, AuditResource::AccessKey).await;
    let expected = (AuditAction::Create, new.id.to_string(), String::new());
    assert_eq!(audit, [expected]);
    assert_eq!(audit_of(&w, other, AuditResource::AccessKey).await, []);
}

pub(crate) async fn every_set_of_permissions_reads_back<H: Harness>(w: World<H>) {
    let pool = w.pool;
    let singles = Permission::ALL.iter().map(|p| [*p].into_iter().collect());
    for permissions in singles.chain([Permissions::NONE, Permissions::all()]) {
        let new = AccessKey {
            permissions,
            ..new_key(pool)
        };
        let id = new.id;
        w.store()
            .create_access_key(new, origin(pool))
            .await
            .unwrap();
        let stored = w.store().access_key(id).await.unwrap().unwrap();
        assert_eq!(stored.permissions, permissions);
    }
}

pub(crate) async fn an_unknown_key_is_none<H: Harness>(w: World<H>) {
    assert!(w.store().access_key(unknown_key()).await.unwrap().is_none());
}

pub(crate) async fn a_secret_is_there_after_a_restart<H: Harness>(mut w: World<H>) {
    let new = new_key(w.pool);
    let created = w
        .store()
        .create_access_key(new.clone(), origin(w.pool))
        .await;
    assert_eq!(created, Ok(()));
    w.harness.restart();
    let stored = w.store().access_key(new.id).await.unwrap().unwrap();
    assert_eq!(stored.secret.reveal(), "hush-hush");
}
