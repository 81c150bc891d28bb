//! Access keys.
//!
//! Whoever makes or changes a key (`origin.actor`) is looked at again in the commit:
//! an access key must still be there, on, and of this pool, and it gives and touches
//! nothing beyond its own permissions. A key that was just taken away from somebody
//! can so not leave another one behind.

use super::StoreResult;
use crate::ids::{AccessKeyId, PoolId};
use crate::model::access_key::{AccessKey, CallingKey, KeyChange, KeyReport, Permission};
use crate::model::event::Origin;
use crate::secret::Secret;
use async_trait::async_trait;

/// What became of a new key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum KeyCreated {
    /// It is stored.
    Created,
    /// The pool has `limits::MAX_ACCESS_KEYS_PER_POOL`.
    TooMany,
    /// The maker lacks a permission that the key was to have.
    Beyond(Permission),
    /// The maker is no key of the pool, or is switched off.
    MakerGone,
}

/// What became of a change to a key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum KeyChanged {
    /// The key as it is, or was before it was deleted.
    Changed(Box<KeyReport>),
    /// A root key would have been switched off, limited or deleted.
    RootKeyStays,
    /// A root key's secret is replaced by itself, or by whoever runs the server.
    RootKeyNeeded,
    /// The key has, or was to get, a permission that the caller lacks.
    Beyond(Permission),
    /// The caller is no key of the pool any more, or is switched off.
    MakerGone,
    /// The pool has no such key.
    NotFound,
}

/// Access keys, root keys included.
#[async_trait]
pub trait AccessKeys: Send + Sync {
    /// The key with this id; the caller's pool follows from it.
    async fn access_key(&self, key: AccessKeyId) -> StoreResult<Option<AccessKey>>;

    /// A pool's keys, its root key and then the oldest first.
    async fn access_keys(&self, pool: PoolId) -> StoreResult<Vec<KeyReport>>;

    /// Stores a new key of its pool, with an audit row.
    async fn create_access_key(&self, key: AccessKey, origin: Origin) -> StoreResult<KeyCreated>;

    /// Applies the change, with an audit row that names the given fields.
    async fn update_access_key(
        &self,
        pool: PoolId,
        key: AccessKeyId,
        change: KeyChange,
        origin: Origin,
    ) -> StoreResult<KeyChanged>;

    /// Deletes a key, with an audit row.
    async fn delete_access_key(
        &self,
        pool: PoolId,
        key: AccessKeyId,
        origin: Origin,
    ) -> StoreResult<KeyChanged>;

    /// Replaces a key's secret, so that the former one and its tokens are refused,
    /// with an audit row.
    async fn rotate_access_key(
        &self,
        pool: PoolId,
        key: AccessKeyId,
        secret: Secret,
        origin: Origin,
    ) -> StoreResult<KeyChanged>;

    /// Notes that the key has just proved a caller. Nobody waits: it is kept in
    /// memory, and only where it moves `last_used_at` by
    /// `limits::KEY_USE_GRANULARITY`, until `Maintenance::record_key_uses` writes
    /// it. What is not written when the process dies is lost.
    fn note_key_use(&self, key: &CallingKey);
}
