//! The audit log.

use super::StoreResult;
use crate::ids::PoolId;
use crate::model::audit::AuditRow;
use crate::page::{PageOf, PageRequest};
use async_trait::async_trait;

/// The audit log of a pool. Rows are written by the changes themselves.
#[async_trait]
pub trait AuditLog: Send + Sync {
    /// A page of the log, the newest first.
    async fn audit_rows(&self, pool: PoolId, page: PageRequest) -> StoreResult<PageOf<AuditRow>>;
}
