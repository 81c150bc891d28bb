//! Which applications a user may sign in to.

use super::Authority;
use crate::ids::PoolId;
use crate::limits;
use crate::ports::applications::AccessibleApplication;
use crate::refusal::Refusal;

impl Authority {
    /// Every application of the pool that is switched on: there are no access
    /// rules between users and applications of one pool.
    pub(super) async fn accessible_apps(
        &self,
        pool: PoolId,
    ) -> Result<Vec<AccessibleApplication>, Refusal> {
        let limit = limits::MAX_ACCESSIBLE_APPLICATIONS;
        Ok(self.store.enabled_applications(pool, limit).await?)
    }
}
