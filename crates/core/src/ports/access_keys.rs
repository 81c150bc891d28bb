//! Access keys.

use super::StoreResult;
use crate::ids::AccessKeyId;
use crate::model::access_key::AccessKey;
use crate::model::event::Origin;
use async_trait::async_trait;

/// Access keys, root keys included.
#[async_trait]
pub trait AccessKeys: Send + Sync {
    /// The key with this id; the caller's pool follows from it.
    async fn access_key(&self, key: AccessKeyId) -> StoreResult<Option<AccessKey>>;

    /// Stores a new key of its pool, with an audit row.
    async fn create_access_key(&self, key: AccessKey, origin: Origin) -> StoreResult<()>;
}
