//! External identity sources.

use super::records::{audit_of, ext_idp, origin};
use super::{Harness, World};
use rollcall_core::model::audit::{AuditAction, AuditResource};
use rollcall_core::model::ext_idp::{ExtIdp, ProviderType};

pub(crate) async fn a_source_reads_back_in_its_pool_alone<H: Harness>(w: World<H>) {
    let (pool, other) = (w.pool, w.other_pool);
    let new = ExtIdp {
        provider: ProviderType::AzureAd,
        tenant_id: Some("acme".to_owned()),
        ..ext_idp("Azure")
    };
    w.store()
        .create_ext_idp(pool, new.clone(), origin(pool))
        .await
        .unwrap();
    let found = w.store().ext_idp(pool, new.id).await.unwrap();
    assert_eq!(found.as_ref(), Some(&new));
    assert_eq!(w.store().ext_idp(other, new.id).await.unwrap(), None);
    let audit = audit_of(&w, pool, AuditResource::ExtIdp).await;
    let expected = (AuditAction::Create, new.id.to_string(), String::new());
    assert_eq!(audit, [expected]);
    assert_eq!(audit_of(&w, other, AuditResource::ExtIdp).await, []);
}

pub(crate) async fn every_provider_reads_back<H: Harness>(w: World<H>) {
    let pool = w.pool;
    for provider in ProviderType::ALL {
        let new = ExtIdp {
            provider: *provider,
            ..ext_idp("Source")
        };
        w.store()
            .create_ext_idp(pool, new.clone(), origin(pool))
            .await
            .unwrap();
        assert_eq!(w.store().ext_idp(pool, new.id).await.unwrap(), Some(new));
    }
}
