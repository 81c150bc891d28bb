//! Keys that sign tokens.

use super::records::at;
use super::{Harness, World};
use rollcall_core::model::signing_key::{KeyPurpose, SigningKey};
use zeroize::Zeroizing;

fn key(purpose: KeyPurpose, key_id: &str, created_at: i64) -> SigningKey {
    SigningKey {
        key_id: key_id.to_owned(),
        purpose,
        private: Zeroizing::new(key_id.as_bytes().repeat(3)),
        created_at: at(created_at),
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
