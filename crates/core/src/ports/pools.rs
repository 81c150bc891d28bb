//! User pools.

use super::StoreResult;
use crate::ids::PoolId;
use crate::model::event::Origin;
use crate::model::pool::{NewPool, Pool, PoolChange};
use async_trait::async_trait;

/// What became of a new pool.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PoolCreated {
    /// It is stored.
    Created,
    /// The store has `limits::MAX_USER_POOLS`.
    TooMany,
}

/// User pools of the store.
#[async_trait]
pub trait Pools: Send + Sync {
    /// Makes a pool and its root access key, and an audit row in the new pool; one in
    /// the maker's pool too where that is an access key.
    async fn create_pool(&self, new: NewPool, origin: Origin) -> StoreResult<PoolCreated>;

    /// A pool by its id.
    async fn pool(&self, pool: PoolId) -> StoreResult<Option<Pool>>;

    /// Applies the change (`Pool::changed_by`), with an audit row that names the
    /// given fields; answers the pool as it is now, or none if there is no such
    /// pool. In the same commit, any change of its session limits is a mass end of
    /// `Effect::PoolLimits`; another number of sessions ends nobody.
    async fn update_pool_settings(
        &self,
        pool: PoolId,
        change: PoolChange,
        origin: Origin,
    ) -> StoreResult<Option<Pool>>;

    /// The store's first pool: the one that `init` made.
    async fn first_pool(&self) -> StoreResult<Option<Pool>>;
}
