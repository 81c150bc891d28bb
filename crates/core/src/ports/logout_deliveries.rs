//! What applications are owed for ends of logins, and the ledger of it. The store
//! writes a delivery in the commit that records the end, whatever its reason, if
//! the application has a back-channel logout URI.

use super::StoreResult;
use crate::ids::{ApplicationId, LoginId, PoolId, UserId};
use crate::model::logout_delivery::{
    Attempt, Delivery, DeliveryPlaces, DeliveryState, DeliveryStatus, LogoutDelivery,
};
use crate::page::{PageOf, PageRequest};
use async_trait::async_trait;

/// What became of an attempt.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AttemptRecorded {
    /// It is in the ledger, and the delivery stands like this.
    Recorded(DeliveryState),
    /// The pool has no such delivery.
    NotFound,
}

/// Which entries of the ledger.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct DeliveryFilter {
    /// Only this user's.
    pub user: Option<UserId>,
    /// Only those that this application is owed.
    pub application: Option<ApplicationId>,
    /// Only this login's.
    pub login: Option<LoginId>,
    /// Only those that stand like this.
    pub status: Option<DeliveryStatus>,
}

/// Deliveries of ends to applications.
#[async_trait]
pub trait LogoutDeliveries: Send + Sync {
    /// Background work, and so of all pools: each delivery names its own. Leases
    /// deliveries that are due, as many as there are places
    /// for: nobody else is given them before `limits::DELIVERY_LEASE` is over. The
    /// applications after the last served one come first. However many deliveries
    /// wait for an application, the others cost no more.
    async fn claim_deliveries(&self, places: &DeliveryPlaces) -> StoreResult<Vec<Delivery>>;

    /// Writes an attempt into the ledger, and how the delivery stands after it. A
    /// delivery that is finished stays as it is.
    async fn record_attempt(
        &self,
        pool: PoolId,
        login: LoginId,
        attempt: Attempt,
    ) -> StoreResult<AttemptRecorded>;

    /// Whether one of these logins has a delivery that was never attempted.
    async fn awaits_first_attempt(&self, pool: PoolId, logins: &[LoginId]) -> StoreResult<bool>;

    /// The ledger: each end that an application had to be told of, the one that was
    /// recorded last first, with all attempts.
    async fn list_logout_deliveries(
        &self,
        pool: PoolId,
        filter: DeliveryFilter,
        page: PageRequest,
    ) -> StoreResult<PageOf<LogoutDelivery>>;

    /// Passes once a commit has added deliveries since this passed last. For one
    /// waiting caller.
    async fn deliveries_added(&self);
}
