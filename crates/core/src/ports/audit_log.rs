//! The audit log.

use super::StoreResult;
use crate::ids::PoolId;
use crate::model::audit::{AuditAction, AuditResource, AuditRow};
use crate::model::event::Actor;
use crate::page::{PageOf, PageRequest};
use crate::time::Timestamp;
use async_trait::async_trait;
use std::net::IpAddr;

/// Which rows of the management log: those that every given member fits.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct AuditFilter {
    /// Only what this one did.
    pub actor: Option<Actor>,
    /// Only what this call did.
    pub request_id: Option<String>,
    /// Only what was done from this address.
    pub address: Option<IpAddr>,
    /// Only one of these things, done to a record of that kind.
    pub changes: Option<Vec<(AuditAction, AuditResource)>>,
    /// Only at this instant or later.
    pub from: Option<Timestamp>,
    /// Only until this instant, itself included.
    pub until: Option<Timestamp>,
}

/// The audit log of a pool. Rows are written by the changes themselves.
#[async_trait]
pub trait AuditLog: Send + Sync {
    /// A page of the log, the newest first.
    async fn audit_rows(&self, pool: PoolId, page: PageRequest) -> StoreResult<PageOf<AuditRow>>;

    /// A page of the management log, the newest first: the audit log without what
    /// people changed of their own, which is among their actions.
    async fn management_rows(
        &self,
        pool: PoolId,
        filter: AuditFilter,
        page: PageRequest,
    ) -> StoreResult<PageOf<AuditRow>>;
}
