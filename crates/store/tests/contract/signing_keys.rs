//! Keys that sign tokens.

use super::records::{at, origin, page};
use super::{Harness, World};
use rollcall_core::limits;
use rollcall_core::model::audit::{AuditAction, AuditResource};
use rollcall_core::model::signing_key::{KeyPurpose, SigningKey};
use rollcall_core::time::Span;
use zeroize::Zeroizing;

fn key(purpose: KeyPurpose, key_id: &str, created_at: i64) -> SigningKey {
    SigningKey {
        key_id: key_id.to_owned(),
        purpose,
        private: Zeroizing::new(key_id.as_bytes().repeat(3)),
        created_at: at(created_at),
        active_from: at(created_at),
    }
}

/// Nodes that start together all end up with the first one's key.
pub(crate) async fn only_the_first_key_of_a_purpose_is_stored<H: Harness>(w: World<H>) {
    let rs256 = |name, created_at| key(KeyPurpose::Rs256, name, created_at);
    let store = w.store();
    let add = |key| store.add_first_signing_key(key);
    assert_eq!(add(rs256("first", 20)).await, Ok(true));
    assert_eq!(add(rs256("second", 10)).await, Ok(false));
    assert_eq!(
        add(key(KeyPurpose::Management, "other", 10)).await,
        Ok(true)
    );
    let keys = w.store().signing_keys().await.unwrap();
    let names: Vec<_> = keys.iter().map(|key| key.key_id.as_str()).collect();
    assert_eq!(names, ["other", "first"], "oldest first");
    assert_eq!(keys[0].purpose, KeyPurpose::Management);
    assert_eq!(keys[1].private.as_slice(), b"firstfirstfirst");
    assert_eq!(keys[1].created_at, at(20));
}

pub(crate) async fn a_key_is_there_after_a_restart<H: Harness>(mut w: World<H>) {
    let first = key(KeyPurpose::Management, "first", 1);
    assert_eq!(w.store().add_first_signing_key(first).await, Ok(true));
    w.harness.restart();
    let keys = w.store().signing_keys().await.unwrap();
    assert_eq!(keys[0].private.as_slice(), b"firstfirstfirst");
    let second = key(KeyPurpose::Management, "second", 1);
    assert_eq!(w.store().add_first_signing_key(second).await, Ok(false));
}

impl<H: Harness> World<H> {
    /// A key that signs from ten minutes after the present on.
    fn next_key(&self, purpose: KeyPurpose, key_id: &str) -> SigningKey {
        SigningKey {
            created_at: self.now(),
            active_from: self.now() + limits::KEY_PUBLISHED_AHEAD,
            ..key(purpose, key_id, 0)
        }
    }

    async fn add_next(&self, keys: Vec<SigningKey>) {
        let store = self.store();
        let added = store.add_next_signing_keys(self.pool, keys, origin(self.pool));
        assert_eq!(added.await, Ok(()));
    }

    async fn key_ids(&self) -> Vec<String> {
        let keys = self.store().signing_keys().await.unwrap().into_iter();
        keys.map(|key| key.key_id).collect()
    }
}

/// However often and from however many nodes it is asked for.
pub(crate) async fn one_next_key_of_a_purpose_waits_at_a_time<H: Harness>(w: World<H>) {
    let (rs256, es256) = (KeyPurpose::Rs256, KeyPurpose::Es256);
    let first = key(rs256, "first", 1);
    assert_eq!(w.store().add_first_signing_key(first).await, Ok(true));
    w.add_next(vec![w.next_key(rs256, "second")]).await;
    w.advance(Span::from_millis(
        limits::KEY_PUBLISHED_AHEAD.as_millis() - 1,
    ));
    let two = vec![w.next_key(rs256, "early"), w.next_key(es256, "other")];
    w.add_next(two).await;
    assert_eq!(w.key_ids().await, ["first", "second", "other"]);
    let keys = w.store().signing_keys().await.unwrap();
    let second = &keys[1];
    let waited = second.active_from.since(second.created_at);
    assert_eq!(waited, limits::KEY_PUBLISHED_AHEAD);
    assert_eq!(second.private.as_slice(), b"secondsecondsecond");
    w.advance(Span::from_millis(1));
    w.add_next(vec![w.next_key(rs256, "third")]).await;
    assert_eq!(w.key_ids().await, ["first", "second", "other", "third"]);
}

pub(crate) async fn a_next_key_leaves_an_audit_row_and_none_where_one_waits<H: Harness>(
    w: World<H>,
) {
    let before = w.store().audit_rows(w.pool, page(1, 50)).await.unwrap();
    for name in ["stored", "refused"] {
        w.add_next(vec![w.next_key(KeyPurpose::EdDsa, name)]).await;
    }
    let after = w.store().audit_rows(w.pool, page(1, 50)).await.unwrap();
    assert_eq!(after.total_count, before.total_count + 1);
    let row = &after.list[0];
    let kind = (row.action, row.resource);
    assert_eq!(kind, (AuditAction::Create, AuditResource::SigningKey));
    assert_eq!(
        (row.resource_id.as_str(), row.detail.as_str()),
        ("stored", "EdDSA")
    );
    let theirs = w.store().audit_rows(w.other_pool, page(1, 50)).await;
    let theirs = theirs.unwrap().list;
    assert!(
        theirs
            .iter()
            .all(|row| row.resource != AuditResource::SigningKey)
    );
}

pub(crate) async fn the_oldest_keys_of_a_purpose_are_forgotten<H: Harness>(w: World<H>) {
    let other = key(KeyPurpose::Management, "other", 1);
    assert_eq!(w.store().add_first_signing_key(other).await, Ok(true));
    for number in 0..=limits::MAX_KEYS_OF_A_PURPOSE {
        let ids = w.key_ids().await;
        assert_eq!(ids.len(), 1 + number as usize, "all so far are kept");
        w.add_next(vec![w.next_key(KeyPurpose::Rs256, &number.to_string())])
            .await;
        w.advance(limits::KEY_PUBLISHED_AHEAD);
    }
    let ids = w.key_ids().await;
    assert_eq!(ids.len(), 1 + limits::MAX_KEYS_OF_A_PURPOSE as usize);
    assert_eq!(ids[..2], ["other", "1"], "all but the very first");
}
