//! Webhooks, their outbox and their log. The store writes a delivery for each
//! webhook that wants to be told in the commit of what it is told of.

use super::StoreResult;
use crate::ids::{PoolId, WebhookEventId, WebhookId};
use crate::model::delivery::DeliveryState;
use crate::model::event::Origin;
use crate::model::webhook::{
    Webhook, WebhookCall, WebhookChange, WebhookDelivery, WebhookLog, WebhookPlaces,
    WebhookWithSecret,
};
use crate::page::{PageOf, PageRequest};
use async_trait::async_trait;

/// What became of a new webhook.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum WebhookCreated {
    /// It is stored.
    Created,
    /// The pool has `limits::MAX_WEBHOOKS_PER_POOL` already.
    TooMany,
}

/// What became of an attempt.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CallRecorded {
    /// It is in the log, and the delivery stands like this.
    Recorded(DeliveryState),
    /// There is no such delivery any more: another attempt finished it, or its
    /// webhook was switched off or deleted.
    NotFound,
}

/// Webhooks of a pool.
#[async_trait]
pub trait Webhooks: Send + Sync {
    /// Stores a new webhook, with an audit row.
    async fn create_webhook(
        &self,
        new: WebhookWithSecret,
        origin: Origin,
    ) -> StoreResult<WebhookCreated>;

    /// A webhook by its id.
    async fn webhook(&self, pool: PoolId, id: WebhookId) -> StoreResult<Option<Webhook>>;

    /// A webhook with its secret, to call it.
    async fn webhook_with_secret(
        &self,
        pool: PoolId,
        id: WebhookId,
    ) -> StoreResult<Option<WebhookWithSecret>>;

    /// A page of the pool's webhooks, the newest first.
    async fn list_webhooks(&self, pool: PoolId, page: PageRequest) -> StoreResult<PageOf<Webhook>>;

    /// Changes a webhook, with an audit row; nothing if there is none. What waits
    /// goes to the changed one. One that is switched off is sent nothing any more,
    /// and what waited is forgotten.
    async fn update_webhook(
        &self,
        pool: PoolId,
        id: WebhookId,
        change: WebhookChange,
        origin: Origin,
    ) -> StoreResult<Option<Webhook>>;

    /// Deletes all of these with their logs and what waits for them, or none: false
    /// if one of them is not there.
    async fn delete_webhooks(
        &self,
        pool: PoolId,
        ids: Vec<WebhookId>,
        origin: Origin,
    ) -> StoreResult<bool>;

    /// Background work, and so of all pools: each delivery names its own. Leases
    /// deliveries that are due, as `LogoutDeliveries::claim_deliveries` does.
    async fn claim_webhook_deliveries(
        &self,
        places: &WebhookPlaces,
    ) -> StoreResult<Vec<WebhookDelivery>>;

    /// Writes an attempt into the log, and how the delivery stands after it; one that
    /// is finished is forgotten, since the log has it.
    async fn record_webhook_call(
        &self,
        pool: PoolId,
        webhook: WebhookId,
        event: WebhookEventId,
        call: WebhookCall,
    ) -> StoreResult<CallRecorded>;

    /// Writes a call that no delivery asked for into the log; nothing if there is
    /// no such webhook any more.
    async fn log_webhook_call(
        &self,
        pool: PoolId,
        webhook: WebhookId,
        call: WebhookCall,
    ) -> StoreResult<()>;

    /// A page of the log, the last call first.
    async fn webhook_logs(
        &self,
        pool: PoolId,
        webhook: WebhookId,
        page: PageRequest,
    ) -> StoreResult<PageOf<WebhookLog>>;

    /// Passes once a commit has added deliveries since this passed last. For one
    /// waiting caller.
    async fn webhook_deliveries_added(&self);
}
