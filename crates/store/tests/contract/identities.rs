//! Identities of users in external sources.

use super::records::{audit_of, fresh, identity, origin, stored_ext_idp, stored_user, user};
use super::{Harness, World};
use rollcall_core::ids::{ExtIdpId, PoolId, UserId};
use rollcall_core::limits;
use rollcall_core::model::audit::{AuditAction, AuditResource};
use rollcall_core::model::ext_idp::ProviderType;
use rollcall_core::model::user::Identity;
use rollcall_core::ports::users::Linked;
use rollcall_core::secret::Secret;

async fn link(w: &World<impl Harness>, pool: PoolId, identity: Identity) -> Linked {
    w.store()
        .link_identity(pool, identity, origin(pool))
        .await
        .unwrap()
}

async fn unlink(
    w: &World<impl Harness>,
    pool: PoolId,
    user: UserId,
    ext_idp: ExtIdpId,
    kind: Option<&str>,
) -> bool {
    let kind = kind.map(str::to_owned);
    w.store()
        .unlink_identity(pool, user, ext_idp, kind, origin(pool))
        .await
        .unwrap()
}

/// The ids in their sources, in the order of the answer.
async fn ids_of(w: &World<impl Harness>, pool: PoolId, users: &[UserId]) -> Vec<String> {
    let identities = w.store().identities(pool, users.to_vec()).await.unwrap();
    let ids = identities
        .into_iter()
        .map(|identity| identity.user_id_in_idp);
    ids.collect()
}

pub(crate) async fn an_identity_reads_back_whole_in_its_pool_alone<H: Harness>(w: World<H>) {
    let (pool, other) = (w.pool, w.other_pool);
    let source = stored_ext_idp(&w, pool, "GitHub").await;
    let bob = stored_user(&w, user(pool, "bob")).await.id;
    let new = Identity {
        provider: ProviderType::Github,
        kind: "unionid".to_owned(),
        user_info: r#"{"login":"bob"}"#.to_owned(),
        access_token: Some(Secret::new("access")),
        refresh_token: Some(Secret::new("refresh")),
        origin_connection_ids: vec!["c1".to_owned(), "c2".to_owned()],
        ..identity(bob, source, "gh:1")
    };
    assert_eq!(link(&w, pool, new.clone()).await, Linked::Linked);
    let stored = w.store().identities(pool, vec![bob]).await.unwrap();
    let [stored] = &stored[..] else {
        panic!("{stored:?}");
    };
    let secret = |token: &Option<Secret>| token.as_ref().map(|token| token.reveal().to_owned());
    assert_eq!(
        (stored.id, stored.user, stored.ext_idp),
        (new.id, bob, source)
    );
    assert_eq!(stored.provider, ProviderType::Github);
    assert_eq!(stored.kind, "unionid");
    assert_eq!(stored.user_id_in_idp, "gh:1");
    assert_eq!(stored.user_info, new.user_info);
    assert_eq!(secret(&stored.access_token).as_deref(), Some("access"));
    assert_eq!(secret(&stored.refresh_token).as_deref(), Some("refresh"));
    assert_eq!(stored.origin_connection_ids, new.origin_connection_ids);
    assert_eq!(ids_of(&w, other, &[bob]).await, [""; 0]);
    let audit = audit_of(&w, pool, AuditResource::Identity).await;
    let expected = (AuditAction::Create, bob.to_string(), source.to_string());
    assert_eq!(audit, [expected]);
    assert_eq!(audit_of(&w, other, AuditResource::Identity).await, []);
}

/// For each user in the order asked for, and there in the order of linking.
pub(crate) async fn identities_come_in_the_order_of_linking<H: Harness>(w: World<H>) {
    let pool = w.pool;
    let bob = stored_user(&w, user(pool, "bob")).await.id;
    let eve = stored_user(&w, user(pool, "eve")).await.id;
    let dan = stored_user(&w, user(pool, "dan")).await.id;
    for (user, name) in [(bob, "z"), (eve, "m"), (bob, "a"), (eve, "b")] {
        let source = stored_ext_idp(&w, pool, name).await;
        link(&w, pool, identity(user, source, name)).await;
    }
    assert_eq!(
        ids_of(&w, pool, &[eve, dan, bob]).await,
        ["m", "b", "z", "a"]
    );
    assert_eq!(ids_of(&w, pool, &[dan]).await, [""; 0]);
    assert_eq!(ids_of(&w, pool, &[]).await, [""; 0]);
}

pub(crate) async fn a_link_needs_a_user_and_a_source_of_its_pool<H: Harness>(w: World<H>) {
    let (pool, other) = (w.pool, w.other_pool);
    let source = stored_ext_idp(&w, pool, "GitHub").await;
    let foreign_source = stored_ext_idp(&w, other, "GitHub").await;
    let bob = stored_user(&w, user(pool, "bob")).await.id;
    let foreign = stored_user(&w, user(other, "bob")).await.id;
    for user in [foreign, UserId::from_bytes(fresh())] {
        let linked = link(&w, pool, identity(user, source, "gh")).await;
        assert_eq!(linked, Linked::UserNotFound);
    }
    for source in [foreign_source, ExtIdpId::from_bytes(fresh())] {
        let linked = link(&w, pool, identity(bob, source, "gh")).await;
        assert_eq!(linked, Linked::ExtIdpNotFound);
    }
    assert_eq!(audit_of(&w, pool, AuditResource::Identity).await, []);
}

pub(crate) async fn an_id_in_a_source_belongs_to_one_user<H: Harness>(w: World<H>) {
    let (pool, other) = (w.pool, w.other_pool);
    let source = stored_ext_idp(&w, pool, "WeChat").await;
    let second = stored_ext_idp(&w, pool, "WeChat 2").await;
    let bob = stored_user(&w, user(pool, "bob")).await.id;
    let eve = stored_user(&w, user(pool, "eve")).await.id;
    assert_eq!(
        link(&w, pool, identity(bob, source, "wx")).await,
        Linked::Linked
    );
    let again = link(&w, pool, identity(bob, source, "wx")).await;
    assert_eq!(again, Linked::Linked, "was there already");
    assert_eq!(ids_of(&w, pool, &[bob]).await, ["wx"]);
    assert_eq!(
        link(&w, pool, identity(eve, source, "wx")).await,
        Linked::Taken
    );
    let another = link(&w, pool, identity(bob, source, "wx-2")).await;
    assert_eq!(another, Linked::Taken, "bob has another id there");
    let of_another_kind = Identity {
        kind: "unionid".to_owned(),
        ..identity(bob, source, "union")
    };
    assert_eq!(link(&w, pool, of_another_kind).await, Linked::Linked);
    assert_eq!(
        link(&w, pool, identity(eve, second, "wx")).await,
        Linked::Linked
    );
    let elsewhere = stored_ext_idp(&w, other, "WeChat").await;
    let twin = stored_user(&w, user(other, "bob")).await.id;
    assert_eq!(
        link(&w, other, identity(twin, elsewhere, "wx")).await,
        Linked::Linked
    );
    assert_eq!(audit_of(&w, pool, AuditResource::Identity).await.len(), 3);
}

pub(crate) async fn a_user_has_fifty_identities_and_not_one_more<H: Harness>(w: World<H>) {
    let pool = w.pool;
    let bob = user(pool, "bob");
    let mut identities = Vec::new();
    for n in 1..limits::MAX_IDENTITIES_PER_USER {
        let source = stored_ext_idp(&w, pool, "Source").await;
        identities.push(identity(bob.id, source, &n.to_string()));
    }
    let id = bob.id;
    w.store()
        .create_user(bob, identities, origin(pool))
        .await
        .unwrap();
    let source = stored_ext_idp(&w, pool, "Source").await;
    assert_eq!(
        link(&w, pool, identity(id, source, "50")).await,
        Linked::Linked
    );
    let source = stored_ext_idp(&w, pool, "Source").await;
    assert_eq!(
        link(&w, pool, identity(id, source, "51")).await,
        Linked::TooMany
    );
    assert_eq!(
        ids_of(&w, pool, &[id]).await.len(),
        limits::MAX_IDENTITIES_PER_USER
    );
}

/// Of one kind, or all of the source; never another user's or pool's.
pub(crate) async fn unlinking_removes_what_was_named<H: Harness>(w: World<H>) {
    let (pool, other) = (w.pool, w.other_pool);
    let source = stored_ext_idp(&w, pool, "WeChat").await;
    let second = stored_ext_idp(&w, pool, "GitHub").await;
    let bob = stored_user(&w, user(pool, "bob")).await.id;
    let eve = stored_user(&w, user(pool, "eve")).await.id;
    for (kind, id) in [("openid", "o"), ("unionid", "u"), ("custom", "c")] {
        let new = Identity {
            kind: kind.to_owned(),
            ..identity(bob, source, id)
        };
        assert_eq!(link(&w, pool, new).await, Linked::Linked);
    }
    link(&w, pool, identity(bob, second, "gh")).await;
    link(&w, pool, identity(eve, source, "e")).await;
    assert!(!unlink(&w, other, bob, source, None).await);
    assert!(!unlink(&w, pool, bob, source, Some("phone")).await);
    assert!(!unlink(&w, pool, eve, second, None).await);
    assert_eq!(ids_of(&w, pool, &[bob]).await, ["o", "u", "c", "gh"]);
    assert!(unlink(&w, pool, bob, source, Some("unionid")).await);
    assert_eq!(ids_of(&w, pool, &[bob]).await, ["o", "c", "gh"]);
    assert!(unlink(&w, pool, bob, source, None).await);
    assert_eq!(ids_of(&w, pool, &[bob]).await, ["gh"]);
    assert!(!unlink(&w, pool, bob, source, None).await);
    assert_eq!(ids_of(&w, pool, &[eve]).await, ["e"]);
    let audit = audit_of(&w, pool, AuditResource::Identity).await;
    let removed = (AuditAction::Delete, bob.to_string(), source.to_string());
    assert_eq!(audit.iter().filter(|row| **row == removed).count(), 2);
    // What was unlinked can be linked again, and comes last.
    assert_eq!(
        link(&w, pool, identity(bob, source, "o")).await,
        Linked::Linked
    );
    assert_eq!(ids_of(&w, pool, &[bob]).await, ["gh", "o"]);
}

pub(crate) async fn tokens_are_there_after_a_restart<H: Harness>(mut w: World<H>) {
    let source = stored_ext_idp(&w, w.pool, "GitHub").await;
    let bob = stored_user(&w, user(w.pool, "bob")).await.id;
    let new = Identity {
        access_token: Some(Secret::new("access")),
        ..identity(bob, source, "gh")
    };
    assert_eq!(link(&w, w.pool, new).await, Linked::Linked);
    w.harness.restart();
    let stored = w.store().identities(w.pool, vec![bob]).await.unwrap();
    let token = stored[0].access_token.as_ref().unwrap();
    assert_eq!(token.reveal(), "access");
    assert!(stored[0].refresh_token.is_none());
}
