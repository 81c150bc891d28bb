//! External identity sources, as records.

use super::StoreResult;
use crate::ids::{ExtIdpId, PoolId};
use crate::model::event::Origin;
use crate::model::ext_idp::ExtIdp;
use async_trait::async_trait;

/// What became of a new source.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ExtIdpCreated {
    /// It is stored.
    Created,
    /// The pool has `limits::MAX_EXT_IDPS_PER_POOL`.
    TooMany,
}

/// External identity sources of a pool.
#[async_trait]
pub trait ExtIdps: Send + Sync {
    /// Stores a new source, with an audit row.
    async fn create_ext_idp(
        &self,
        pool: PoolId,
        new: ExtIdp,
        origin: Origin,
    ) -> StoreResult<ExtIdpCreated>;

    /// A source by its id.
    async fn ext_idp(&self, pool: PoolId, id: ExtIdpId) -> StoreResult<Option<ExtIdp>>;

    /// The pool's sources, the oldest first.
    async fn ext_idps(&self, pool: PoolId) -> StoreResult<Vec<ExtIdp>>;

    /// Gives a source another name, with an audit row; answers it as it is now.
    /// Where a tenant is named, only a source of that tenant is found.
    async fn rename_ext_idp(
        &self,
        pool: PoolId,
        id: ExtIdpId,
        tenant_id: Option<String>,
        name: String,
        origin: Origin,
    ) -> StoreResult<Option<ExtIdp>>;

    /// Deletes a source, with an audit row; false if it was not found, as above.
    /// Its identities are gone with this commit, however many: nobody is found by
    /// one of them any more. Their rows are removed at once, or, beyond
    /// `limits::END_BATCH`, in batches by `Maintenance::forget_old`.
    async fn delete_ext_idp(
        &self,
        pool: PoolId,
        id: ExtIdpId,
        tenant_id: Option<String>,
        origin: Origin,
    ) -> StoreResult<bool>;
}
