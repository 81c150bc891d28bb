//! External identity sources.

use super::records::{audit_of, ext_idp, identity, origin, stored_ext_idp, stored_user, user};
use super::{Harness, World};
use rollcall_core::ids::{ExtIdpId, PoolId, UserId};
use rollcall_core::limits;
use rollcall_core::model::audit::{AuditAction, AuditResource};
use rollcall_core::model::ext_idp::{ExtIdp, ProviderType};
use rollcall_core::model::identifier::{Identifier, UserSelector};
use rollcall_core::model::user::Identity;
use rollcall_core::ports::ext_idps::ExtIdpCreated;
use rollcall_core::ports::users::{Found, Linked};

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

pub(crate) async fn sources_are_listed_oldest_first_in_their_pool_alone<H: Harness>(w: World<H>) {
    let (pool, other, store) = (w.pool, w.other_pool, w.store());
    let mut expected = Vec::new();
    for name in ["first", "second", "third"] {
        let new = ext_idp(name);
        let created = store.create_ext_idp(pool, new.clone(), origin(pool)).await;
        assert_eq!(created, Ok(ExtIdpCreated::Created));
        expected.push(new);
    }
    let theirs = ext_idp("theirs");
    let created = store
        .create_ext_idp(other, theirs.clone(), origin(other))
        .await;
    assert_eq!(created, Ok(ExtIdpCreated::Created));
    assert_eq!(store.ext_idps(pool).await, Ok(expected));
    assert_eq!(store.ext_idps(other).await, Ok(vec![theirs]));
}

pub(crate) async fn a_source_is_renamed_in_its_pool_and_tenant_alone<H: Harness>(w: World<H>) {
    let (pool, other, store) = (w.pool, w.other_pool, w.store());
    let new = ExtIdp {
        tenant_id: Some("acme".to_owned()),
        ..ext_idp("Azure")
    };
    let id = new.id;
    store
        .create_ext_idp(pool, new.clone(), origin(pool))
        .await
        .unwrap();
    let rename = async |pool, tenant: Option<&str>, name: &str| {
        let (tenant, name) = (tenant.map(str::to_owned), name.to_owned());
        let renamed = store.rename_ext_idp(pool, id, tenant, name, origin(pool));
        renamed.await.unwrap().map(|source| source.name)
    };
    assert_eq!(rename(other, None, "theirs").await, None);
    assert_eq!(rename(pool, Some("others"), "theirs").await, None);
    assert_eq!(store.ext_idp(pool, id).await, Ok(Some(new)));
    assert_eq!(rename(pool, None, "Entra").await.as_deref(), Some("Entra"));
    let named = rename(pool, Some("acme"), "Entra ID").await;
    assert_eq!(named.as_deref(), Some("Entra ID"));
    let stored = store.ext_idp(pool, id).await.unwrap().unwrap();
    assert_eq!(stored.name, "Entra ID");
    let audit = audit_of(&w, pool, AuditResource::ExtIdp).await;
    let renamed = || (AuditAction::Update, id.to_string(), "name".to_owned());
    assert_eq!(audit[1..], [renamed(), renamed()]);
}

async fn delete(w: &World<impl Harness>, pool: PoolId, id: ExtIdpId, tenant: Option<&str>) -> bool {
    let tenant = tenant.map(str::to_owned);
    let store = w.store();
    let deleted = store.delete_ext_idp(pool, id, tenant, origin(pool));
    deleted.await.unwrap()
}

async fn found(w: &World<impl Harness>, source: ExtIdpId, id: &str) -> Found<UserId> {
    let selector = UserSelector::any_of(vec![Identifier::Identity {
        ext_idp: source,
        user_id_in_idp: id.to_owned(),
    }]);
    let found = w.store().find_user(w.pool, selector).await.unwrap();
    match found {
        Found::One(user) => Found::One(user.id),
        Found::Nobody => Found::Nobody,
        Found::Ambiguous(kinds) => Found::Ambiguous(kinds),
    }
}

async fn link(w: &World<impl Harness>, identity: Identity) -> Linked {
    let store = w.store();
    let linked = store.link_identity(w.pool, identity, origin(w.pool));
    linked.await.unwrap()
}

/// At once, in whatever number of batches their rows are removed.
pub(crate) async fn a_deleted_source_takes_its_identities_along<H: Harness>(mut w: World<H>) {
    w.harness.set_end_batch(2);
    let (pool, other) = (w.pool, w.other_pool);
    let gone = stored_ext_idp(&w, pool, "gone").await;
    let kept = stored_ext_idp(&w, pool, "kept").await;
    let mut people = Vec::new();
    for name in ["a", "b", "c", "d", "e"] {
        let person = stored_user(&w, user(pool, name)).await.id;
        for source in [gone, kept] {
            assert_eq!(
                link(&w, identity(person, source, name)).await,
                Linked::Linked
            );
        }
        people.push(person);
    }
    assert!(!delete(&w, other, gone, None).await);
    assert!(!delete(&w, pool, gone, Some("acme")).await);
    assert_eq!(found(&w, gone, "a").await, Found::One(people[0]));
    assert!(delete(&w, pool, gone, None).await);
    for round in 0..4 {
        assert_eq!(w.store().ext_idp(pool, gone).await, Ok(None));
        let sources = w.store().ext_idps(pool).await.unwrap();
        assert_eq!(
            sources.iter().map(|source| source.id).collect::<Vec<_>>(),
            [kept]
        );
        for (person, name) in people.iter().zip(["a", "b", "c", "d", "e"]) {
            assert_eq!(found(&w, gone, name).await, Found::Nobody);
            assert_eq!(found(&w, kept, name).await, Found::One(*person));
            let theirs = w.store().identities(pool, vec![*person]).await.unwrap();
            let sources: Vec<_> = theirs.iter().map(|identity| identity.ext_idp).collect();
            assert_eq!(sources, [kept]);
            let store = w.store();
            let unlinked = store.unlink_identity(pool, *person, gone, None, origin(pool));
            assert_eq!(unlinked.await, Ok(false));
        }
        let linked = link(&w, identity(people[0], gone, "new")).await;
        assert_eq!(linked, Linked::ExtIdpNotFound);
        assert!(!delete(&w, pool, gone, None).await);
        // Two identities went with the commit; three and the source are left.
        let forgotten = w
            .store()
            .forget_old(limits::DEFAULT_RETENTION, 2)
            .await
            .unwrap();
        assert_eq!(forgotten.changed, [2, 2, 0, 0][round]);
        if round == 1 {
            w.harness.restart();
        }
    }
    let audit = audit_of(&w, pool, AuditResource::ExtIdp).await;
    let expected = (AuditAction::Delete, gone.to_string(), String::new());
    assert_eq!(audit[2..], [expected]);
}

pub(crate) async fn a_pool_has_its_sources_and_not_one_more<H: Harness>(w: World<H>) {
    let (pool, store) = (w.pool, w.store());
    let mut makers = Vec::new();
    for _ in 0..limits::MAX_EXT_IDPS_PER_POOL {
        let store = w.store();
        makers.push(tokio::spawn(async move {
            store
                .create_ext_idp(pool, ext_idp("source"), origin(pool))
                .await
        }));
    }
    for maker in makers {
        assert_eq!(maker.await.unwrap(), Ok(ExtIdpCreated::Created));
    }
    let one_more = store
        .create_ext_idp(pool, ext_idp("more"), origin(pool))
        .await;
    assert_eq!(one_more, Ok(ExtIdpCreated::TooMany));
    let listed = store.ext_idps(pool).await.unwrap();
    assert_eq!(listed.len(), limits::MAX_EXT_IDPS_PER_POOL as usize);
    assert!(delete(&w, pool, listed[0].id, None).await);
    let again = store
        .create_ext_idp(pool, ext_idp("again"), origin(pool))
        .await;
    assert_eq!(again, Ok(ExtIdpCreated::Created));
    let theirs = store.create_ext_idp(w.other_pool, ext_idp("theirs"), origin(w.other_pool));
    assert_eq!(theirs.await, Ok(ExtIdpCreated::Created));
}
