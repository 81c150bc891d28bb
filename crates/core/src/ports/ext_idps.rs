//! External identity sources, as records.

use super::StoreResult;
use crate::ids::{ExtIdpId, PoolId};
use crate::model::event::Origin;
use crate::model::ext_idp::ExtIdp;
use async_trait::async_trait;

/// External identity sources of a pool.
#[async_trait]
pub trait ExtIdps: Send + Sync {
    /// Stores a new source, with an audit row.
    async fn create_ext_idp(&self, pool: PoolId, new: ExtIdp, origin: Origin) -> StoreResult<()>;

    /// A source by its id.
    async fn ext_idp(&self, pool: PoolId, id: ExtIdpId) -> StoreResult<Option<ExtIdp>>;
}
