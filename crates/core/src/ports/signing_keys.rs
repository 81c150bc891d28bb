//! Keys that sign tokens.

use super::StoreResult;
use crate::ids::PoolId;
use crate::model::event::Origin;
use crate::model::signing_key::{KeyPurpose, SigningKey};
use crate::time::Timestamp;
use async_trait::async_trait;

/// The server's signing keys, encrypted under the master key.
#[async_trait]
pub trait SigningKeys: Send + Sync {
    /// All keys, oldest first.
    async fn signing_keys(&self) -> StoreResult<Vec<SigningKey>>;

    /// The ids of all keys: whether another node has made or forgotten one costs no
    /// decryption.
    async fn signing_key_ids(&self) -> StoreResult<Vec<String>>;

    /// Stores a key unless one of its purpose is there; answers whether it did.
    /// Nodes that start together agree on one key that way.
    async fn add_first_signing_key(&self, key: SigningKey) -> StoreResult<bool>;

    /// Stores each of these keys unless one of its purpose is waiting to sign
    /// already, with an audit row in this pool for each that is stored. Of a
    /// purpose the first is kept, and of the others the newest
    /// `limits::MAX_KEYS_OF_A_PURPOSE`.
    async fn add_next_signing_keys(
        &self,
        pool: PoolId,
        keys: Vec<SigningKey>,
        origin: Origin,
    ) -> StoreResult<()>;
}

/// A key could not be made.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("a signing key could not be made")]
pub struct KeyNotMade;

/// Makes keys: how is the server's business.
#[async_trait]
pub trait KeyMaker: Send + Sync {
    /// A new key for this purpose, not stored yet.
    async fn make_key(
        &self,
        purpose: KeyPurpose,
        created_at: Timestamp,
        active_from: Timestamp,
    ) -> Result<SigningKey, KeyNotMade>;
}
