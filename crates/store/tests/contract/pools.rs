//! User pools.

use super::records::{at, audit_of, fresh, origin, user};
use super::{Harness, World};
use rollcall_core::ids::PoolId;
use rollcall_core::model::access_key::Permissions;
use rollcall_core::model::audit::{AuditAction, AuditResource};
use rollcall_core::model::policy::SessionLimits;
use rollcall_core::model::pool::{NewPool, Pool};
use rollcall_core::secret::Secret;
use rollcall_core::time::Span;

fn new_pool(name: &str) -> NewPool {
    NewPool {
        pool: Pool {
            id: PoolId::from_bytes(fresh()),
            name: name.to_owned(),
            created_at: at(1_000),
            session_limits: SessionLimits {
                idle_timeout: Span::from_seconds(60),
                max_lifetime: Span::from_seconds(3_600),
            },
            session_limit: rollcall_core::model::policy::ConcurrencyLimit::default(),
            cookie_ends_with_browser: false,
            default_country_code: "+49".to_owned(),
            registration_open: true,
        },
        root_secret: Secret::new("root secret"),
    }
}

/// It comes with its root key, whose id is the pool's.
pub(crate) async fn a_pool_reads_back_and_has_a_root_key<H: Harness>(w: World<H>) {
    let new = new_pool("Staff");
    let id = new.pool.id;
    w.store()
        .create_pool(new.clone(), origin(id))
        .await
        .unwrap();
    let stored = w.store().pool(id).await.unwrap().unwrap();
    assert_eq!((stored.id, stored.name.as_str()), (id, "Staff"));
    assert_eq!(stored.created_at, new.pool.created_at);
    assert_eq!(stored.session_limits, new.pool.session_limits);
    assert_eq!(stored.default_country_code, "+49");
    assert!(stored.registration_open);
    let root = w.store().access_key(id.root_key()).await.unwrap().unwrap();
    assert_eq!(root.pool, id);
    assert_eq!(root.secret.reveal(), "root secret");
    assert_eq!(root.permissions, Permissions::all());
    assert!(root.enabled);
    let audit = audit_of(&w, id, AuditResource::Pool).await;
    assert_eq!(
        audit,
        [(AuditAction::Create, id.to_string(), String::new())]
    );
}

pub(crate) async fn an_unknown_pool_is_none<H: Harness>(w: World<H>) {
    let unknown = PoolId::from_bytes(fresh());
    assert!(w.store().pool(unknown).await.unwrap().is_none());
    assert!(
        w.store()
            .access_key(unknown.root_key())
            .await
            .unwrap()
            .is_none()
    );
}

/// Also when a later one has a smaller id and the same instant.
pub(crate) async fn the_first_pool_is_the_one_made_first<H: Harness>(w: World<H>) {
    let (later, first) = (new_pool("Later"), new_pool("First"));
    assert!(later.pool.id < first.pool.id);
    let former = w.store().first_pool().await.unwrap();
    for new in [first.clone(), later] {
        let origin = origin(new.pool.id);
        w.store().create_pool(new, origin).await.unwrap();
    }
    let expected = former.map_or(first.pool.id, |pool| pool.id);
    let found = w.store().first_pool().await.unwrap().unwrap();
    assert_eq!(found.id, expected);
}

pub(crate) async fn a_pools_id_is_taken_once<H: Harness>(w: World<H>) {
    let new = new_pool("Staff");
    let id = new.pool.id;
    w.store()
        .create_pool(new.clone(), origin(id))
        .await
        .unwrap();
    let again = NewPool {
        root_secret: Secret::new("another"),
        ..new
    };
    assert!(w.store().create_pool(again, origin(id)).await.is_err());
    let root = w.store().access_key(id.root_key()).await.unwrap().unwrap();
    assert_eq!(root.secret.reveal(), "root secret");
    assert_eq!(audit_of(&w, id, AuditResource::Pool).await.len(), 1);
    // The refused change took nothing with it that was queued beside it.
    super::records::stored_user(&w, user(id, "bob")).await;
}
