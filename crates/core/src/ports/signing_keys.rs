//! Keys that sign tokens.

use super::StoreResult;
use crate::model::signing_key::SigningKey;
use async_trait::async_trait;

/// The server's signing keys, encrypted under the master key.
#[async_trait]
pub trait SigningKeys: Send + Sync {
    /// All keys, oldest first.
    async fn signing_keys(&self) -> StoreResult<Vec<SigningKey>>;

    /// Stores a key unless one of its purpose is there; answers whether it did.
    /// Nodes that start together agree on one key that way.
    async fn add_first_signing_key(&self, key: SigningKey) -> StoreResult<bool>;
}
