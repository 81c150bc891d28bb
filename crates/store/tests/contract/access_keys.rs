//! Access keys.

use super::records::{at, audit_of, fresh, origin, unknown_key};
use super::{Harness, MILLISECOND, World};
use rollcall_core::ids::{AccessKeyId, PoolId};
use rollcall_core::limits;
use rollcall_core::model::access_key::{
    AccessKey, KeyChange, KeyLabels, KeyReport, Permission, Permissions,
};
use rollcall_core::model::audit::{AuditAction, AuditResource};
use rollcall_core::model::event::{Actor, Origin};
use rollcall_core::ports::access_keys::{KeyChanged, KeyCreated};
use rollcall_core::secret::Secret;
use rollcall_core::time::Timestamp;

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
        last_used_at: None,
        labels: KeyLabels {
            kind: "robot".to_owned(),
            owner: Some("Alice".to_owned()),
        },
    }
}

/// A key that is on, with these permissions.
pub(crate) async fn stored_key(
    w: &World<impl Harness>,
    pool: PoolId,
    permissions: Permissions,
) -> AccessKey {
    let new = AccessKey {
        permissions,
        enabled: true,
        ..new_key(pool)
    };
    let created = w.store().create_access_key(new.clone(), origin(pool)).await;
    assert_eq!(created, Ok(KeyCreated::Created));
    new
}

/// A call with this key.
fn by(key: AccessKeyId) -> Origin {
    Origin {
        actor: Actor::Key(key),
        ..origin(PoolId::from_bytes([0; 12]))
    }
}

fn set(permissions: &[Permission]) -> Permissions {
    permissions.iter().copied().collect()
}

fn switched(enabled: bool) -> KeyChange {
    KeyChange {
        enabled: Some(enabled),
        permissions: None,
    }
}

fn allowed(permissions: Permissions) -> KeyChange {
    KeyChange {
        enabled: None,
        permissions: Some(permissions),
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
    assert_eq!((stored.last_used_at, &stored.labels), (None, &new.labels));
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
    assert_eq!(created, Ok(KeyCreated::Created));
    w.harness.restart();
    let stored = w.store().access_key(new.id).await.unwrap().unwrap();
    assert_eq!(stored.secret.reveal(), "hush-hush");
}

fn changed(answer: KeyChanged) -> KeyReport {
    match answer {
        KeyChanged::Changed(key) => *key,
        refused => panic!("{refused:?}"),
    }
}

pub(crate) async fn keys_are_listed_with_the_root_key_first<H: Harness>(w: World<H>) {
    let (pool, other) = (w.pool, w.other_pool);
    // They are older than the pool.
    let first = stored_key(&w, pool, Permissions::all()).await;
    let second = stored_key(&w, pool, set(&[Permission::Check])).await;
    let listed = w.store().access_keys(pool).await.unwrap();
    let root = w
        .store()
        .access_key(pool.root_key())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(listed, [root.report(), first.report(), second.report()]);
    let theirs = w.store().access_keys(other).await.unwrap();
    let ids: Vec<_> = theirs.iter().map(|key| key.id).collect();
    assert_eq!(ids, [other.root_key()]);
}

pub(crate) async fn a_change_applies_in_its_pool_alone<H: Harness>(w: World<H>) {
    let (pool, other, store) = (w.pool, w.other_pool, w.store());
    let key = stored_key(&w, pool, Permissions::all()).await;
    let answer = store.update_access_key(other, key.id, switched(false), origin(other));
    assert_eq!(answer.await, Ok(KeyChanged::NotFound));
    let answer = store.update_access_key(pool, unknown_key(), switched(false), origin(pool));
    assert_eq!(answer.await, Ok(KeyChanged::NotFound));
    let answer = store.update_access_key(pool, key.id, switched(false), origin(pool));
    assert!(!changed(answer.await.unwrap()).enabled);
    let few = set(&[Permission::Check, Permission::Keys]);
    let answer = store.update_access_key(pool, key.id, allowed(few), origin(pool));
    let told = changed(answer.await.unwrap());
    let stored = store.access_key(key.id).await.unwrap().unwrap();
    assert_eq!((stored.enabled, stored.permissions), (false, few));
    assert_eq!(told, stored.report());
    assert_eq!(stored.secret.reveal(), key.secret.reveal());
    let audit = audit_of(&w, pool, AuditResource::AccessKey).await;
    let details: Vec<_> = audit.iter().map(|(_, _, detail)| detail.as_str()).collect();
    assert_eq!(details, ["", "enable", "permissions"]);
    assert_eq!(audit_of(&w, other, AuditResource::AccessKey).await, []);
}

pub(crate) async fn a_deleted_key_is_gone_from_its_pool_alone<H: Harness>(w: World<H>) {
    let (pool, other, store) = (w.pool, w.other_pool, w.store());
    let key = stored_key(&w, pool, Permissions::all()).await;
    let answer = store.delete_access_key(other, key.id, origin(other));
    assert_eq!(answer.await, Ok(KeyChanged::NotFound));
    assert!(store.access_key(key.id).await.unwrap().is_some());
    let answer = store.delete_access_key(pool, key.id, origin(pool));
    assert_eq!(changed(answer.await.unwrap()), key.report());
    assert!(store.access_key(key.id).await.unwrap().is_none());
    let answer = store.delete_access_key(pool, key.id, origin(pool));
    assert_eq!(answer.await, Ok(KeyChanged::NotFound));
    let audit = audit_of(&w, pool, AuditResource::AccessKey).await;
    let expected = (AuditAction::Delete, key.id.to_string(), String::new());
    assert_eq!(audit[1..], [expected]);
}

pub(crate) async fn a_rotated_secret_replaces_the_former_one<H: Harness>(mut w: World<H>) {
    let (pool, other, store) = (w.pool, w.other_pool, w.store());
    let key = stored_key(&w, pool, Permissions::all()).await;
    let new = || Secret::new("another secret");
    let answer = store.rotate_access_key(other, key.id, new(), origin(other));
    assert_eq!(answer.await, Ok(KeyChanged::NotFound));
    let answer = store.rotate_access_key(pool, key.id, new(), origin(pool));
    assert_eq!(changed(answer.await.unwrap()), key.report());
    let audit = audit_of(&w, pool, AuditResource::AccessKey).await;
    let expected = (AuditAction::RotateSecret, key.id.to_string(), String::new());
    assert_eq!(audit[1..], [expected]);
    drop(store);
    w.harness.restart();
    let stored = w.store().access_key(key.id).await.unwrap().unwrap();
    assert_eq!(stored.secret.reveal(), "another secret");
    assert_eq!(stored.secret_version, key.secret_version + 1);
}

pub(crate) async fn a_root_key_stays_whole_and_is_rotated_by_itself<H: Harness>(w: World<H>) {
    let (pool, store) = (w.pool, w.store());
    let root = pool.root_key();
    let all = stored_key(&w, pool, Permissions::all()).await;
    for change in [switched(false), allowed(set(&[Permission::Keys]))] {
        for maker in [origin(pool), by(all.id), Origin::system()] {
            let answer = store.update_access_key(pool, root, change, maker).await;
            assert_eq!(answer, Ok(KeyChanged::RootKeyStays));
        }
    }
    for maker in [origin(pool), by(all.id), Origin::system()] {
        let answer = store.delete_access_key(pool, root, maker).await;
        assert_eq!(answer, Ok(KeyChanged::RootKeyStays));
    }
    let whole = KeyChange {
        enabled: Some(true),
        permissions: Some(Permissions::all()),
    };
    let answer = store.update_access_key(pool, root, whole, by(all.id));
    assert!(changed(answer.await.unwrap()).enabled);
    let answer = store.rotate_access_key(pool, root, Secret::new("stolen"), by(all.id));
    assert_eq!(answer.await, Ok(KeyChanged::RootKeyNeeded));
    for maker in [origin(pool), Origin::system()] {
        let answer = store.rotate_access_key(pool, root, Secret::new("its own"), maker);
        changed(answer.await.unwrap());
    }
    let stored = store.access_key(root).await.unwrap().unwrap();
    assert_eq!(
        (stored.secret.reveal(), stored.secret_version),
        ("its own", 3)
    );
    assert_eq!(
        (stored.permissions, stored.enabled),
        (Permissions::all(), true)
    );
}

/// Nobody gives, or touches, what may do more than the maker.
pub(crate) async fn a_key_reaches_no_further_than_its_makers<H: Harness>(w: World<H>) {
    let (pool, store) = (w.pool, w.store());
    let few = set(&[Permission::Keys, Permission::Check]);
    let more = set(&[Permission::Keys, Permission::Check, Permission::Audit]);
    let maker = stored_key(&w, pool, few).await;
    let above = stored_key(&w, pool, more).await;
    let below = stored_key(&w, pool, set(&[Permission::Check])).await;
    let beyond = Ok(KeyChanged::Beyond(Permission::Audit));
    let of = |permissions| AccessKey {
        permissions,
        ..new_key(pool)
    };
    let create = store.create_access_key(of(more), by(maker.id)).await;
    assert_eq!(create, Ok(KeyCreated::Beyond(Permission::Audit)));
    let create = store.create_access_key(of(few), by(maker.id)).await;
    assert_eq!(create, Ok(KeyCreated::Created));
    for change in [switched(false), switched(true), allowed(few)] {
        let answer = store.update_access_key(pool, above.id, change, by(maker.id));
        assert_eq!(answer.await, beyond);
    }
    let answer = store.update_access_key(pool, below.id, allowed(more), by(maker.id));
    assert_eq!(answer.await, beyond);
    let answer = store.delete_access_key(pool, above.id, by(maker.id));
    assert_eq!(answer.await, beyond);
    let answer = store.rotate_access_key(pool, above.id, Secret::new("mine"), by(maker.id));
    assert_eq!(answer.await, beyond);
    let answer = store.update_access_key(pool, below.id, allowed(few), by(maker.id));
    assert_eq!(changed(answer.await.unwrap()).permissions, few);
    let own = store.update_access_key(
        pool,
        maker.id,
        allowed(set(&[Permission::Keys])),
        by(maker.id),
    );
    changed(own.await.unwrap());
    let back = store.update_access_key(pool, maker.id, allowed(few), by(maker.id));
    assert_eq!(back.await, Ok(KeyChanged::Beyond(Permission::Check)));
}

/// The commit looks at the maker again: what it was when the call began counts not.
pub(crate) async fn a_maker_that_is_gone_makes_nothing<H: Harness>(w: World<H>) {
    let (pool, other, store) = (w.pool, w.other_pool, w.store());
    let off = stored_key(&w, pool, Permissions::all()).await;
    let answer = store.update_access_key(pool, off.id, switched(false), origin(pool));
    changed(answer.await.unwrap());
    let deleted = stored_key(&w, pool, Permissions::all()).await;
    let answer = store.delete_access_key(pool, deleted.id, origin(pool));
    changed(answer.await.unwrap());
    let victim = stored_key(&w, pool, Permissions::all()).await.id;
    let before = store.access_keys(pool).await.unwrap();
    for maker in [off.id, deleted.id, other.root_key(), unknown_key()] {
        let create = store.create_access_key(new_key(pool), by(maker)).await;
        assert_eq!(create, Ok(KeyCreated::MakerGone));
        let gone = Ok(KeyChanged::MakerGone);
        let answer = store.update_access_key(pool, victim, switched(false), by(maker));
        assert_eq!(answer.await, gone);
        assert_eq!(store.delete_access_key(pool, victim, by(maker)).await, gone);
        let answer = store.rotate_access_key(pool, victim, Secret::new("mine"), by(maker));
        assert_eq!(answer.await, gone);
    }
    assert_eq!(store.access_keys(pool).await.unwrap(), before);
}

pub(crate) async fn a_pool_has_its_keys_and_not_one_more<H: Harness>(w: World<H>) {
    let (pool, store) = (w.pool, w.store());
    // The root key is one of them.
    let mut makers = Vec::new();
    for _ in 1..limits::MAX_ACCESS_KEYS_PER_POOL {
        let store = w.store();
        makers.push(tokio::spawn(async move {
            store.create_access_key(new_key(pool), origin(pool)).await
        }));
    }
    for maker in makers {
        assert_eq!(maker.await.unwrap(), Ok(KeyCreated::Created));
    }
    let one_more = store.create_access_key(new_key(pool), origin(pool)).await;
    assert_eq!(one_more, Ok(KeyCreated::TooMany));
    let listed = store.access_keys(pool).await.unwrap();
    assert_eq!(listed.len(), limits::MAX_ACCESS_KEYS_PER_POOL as usize);
    let answer = store.delete_access_key(pool, listed[1].id, origin(pool));
    changed(answer.await.unwrap());
    let again = store.create_access_key(new_key(pool), origin(pool)).await;
    assert_eq!(again, Ok(KeyCreated::Created));
    let theirs = store.create_access_key(new_key(w.other_pool), origin(w.other_pool));
    assert_eq!(theirs.await, Ok(KeyCreated::Created));
}

async fn last_use(w: &World<impl Harness>, key: AccessKeyId) -> Option<Timestamp> {
    let key = w.store().access_key(key).await.unwrap();
    key.unwrap().last_used_at
}

async fn note(w: &World<impl Harness>, key: AccessKeyId) {
    let store = w.store();
    let key = store.access_key(key).await.unwrap().unwrap();
    store.note_key_use(&key.calling());
}

async fn record(w: &World<impl Harness>) -> u64 {
    let progress = w.store().record_key_uses(10).await.unwrap();
    assert!(!progress.more);
    progress.changed
}

/// At the minute itself, and never for each call.
pub(crate) async fn a_use_is_written_when_it_moves_by_a_minute<H: Harness>(mut w: World<H>) {
    let (key, other) = (
        stored_key(&w, w.pool, Permissions::all()).await.id,
        w.other_pool.root_key(),
    );
    assert_eq!(record(&w).await, 0);
    note(&w, key).await;
    assert_eq!(
        last_use(&w, key).await,
        None,
        "nothing is told before it is stored"
    );
    let first = w.now();
    assert_eq!(record(&w).await, 1);
    assert_eq!(last_use(&w, key).await, Some(first));
    w.advance_to(first + limits::KEY_USE_GRANULARITY - MILLISECOND);
    note(&w, key).await;
    assert_eq!(record(&w).await, 0);
    w.advance(MILLISECOND);
    note(&w, key).await;
    note(&w, other).await;
    note(&w, key).await;
    assert_eq!(record(&w).await, 2);
    let second = Some(first + limits::KEY_USE_GRANULARITY);
    assert_eq!(
        [last_use(&w, key).await, last_use(&w, other).await],
        [second; 2]
    );
    w.harness.restart();
    assert_eq!(last_use(&w, key).await, second);
}

/// Another node wrote a later use meanwhile, or the key was deleted.
pub(crate) async fn a_noted_use_that_is_no_news_changes_nothing<H: Harness>(w: World<H>) {
    let store = w.store();
    let key = stored_key(&w, w.pool, Permissions::all()).await;
    let deleted = stored_key(&w, w.pool, Permissions::all()).await;
    store.note_key_use(&key.calling());
    assert_eq!(record(&w).await, 1);
    let written = last_use(&w, key.id).await;
    w.advance(MILLISECOND);
    // As it was read before the first use.
    store.note_key_use(&key.calling());
    store.note_key_use(&deleted.calling());
    let answer = store.delete_access_key(w.pool, deleted.id, origin(w.pool));
    changed(answer.await.unwrap());
    assert_eq!(record(&w).await, 0);
    assert_eq!(last_use(&w, key.id).await, written);
}

pub(crate) async fn uses_are_written_in_batches<H: Harness>(w: World<H>) {
    for _ in 0..3 {
        let key = stored_key(&w, w.pool, Permissions::all()).await;
        w.store().note_key_use(&key.calling());
    }
    let mut told = Vec::new();
    for _ in 0..3 {
        let progress = w.store().record_key_uses(2).await.unwrap();
        told.push((progress.changed, progress.more));
    }
    assert_eq!(told, [(2, true), (1, false), (0, false)]);
}
