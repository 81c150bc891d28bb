//! Making the deliveries.

use crate::delivery::{self, Outbox};
use crate::metrics::Metrics;
use async_trait::async_trait;
use rollcall_core::ids::WebhookId;
use rollcall_core::limits;
use rollcall_core::model::delivery::{DeliveryState, Verdict};
use rollcall_core::model::webhook::{
    CallResult, WebhookContent, WebhookDelivery, WebhookMessage, WebhookPlaces,
};
use rollcall_core::ports::webhook_sender::WebhookSender;
use rollcall_core::ports::webhooks::CallRecorded;
use rollcall_core::ports::{Store, StoreResult};
use std::fmt;
use std::sync::Arc;
use tokio::sync::watch;

/// Tells webhooks what the store owes them. One for a store.
#[derive(Clone)]
pub struct WebhookDeliverer {
    store: Arc<dyn Store>,
    sender: Arc<dyn WebhookSender>,
    metrics: Arc<Metrics>,
}

impl WebhookDeliverer {
    /// Tells them through this sender.
    pub fn new(store: Arc<dyn Store>, sender: Arc<dyn WebhookSender>) -> Self {
        Self {
            store,
            sender,
            metrics: Arc::default(),
        }
    }

    /// Counts calls there.
    #[must_use]
    pub fn counting(self, metrics: Arc<Metrics>) -> Self {
        Self { metrics, ..self }
    }

    /// Makes deliveries until it is stopped.
    pub async fn run(self, stop: watch::Receiver<bool>) {
        delivery::run(self, stop).await;
    }
}

#[async_trait]
impl Outbox for WebhookDeliverer {
    type Receiver = WebhookId;
    type Delivery = WebhookDelivery;
    const WHAT: &'static str = "webhooks";

    async fn added(&self) {
        self.store.webhook_deliveries_added().await;
    }

    async fn claim(&self, places: &WebhookPlaces) -> StoreResult<Vec<WebhookDelivery>> {
        self.store.claim_webhook_deliveries(places).await
    }

    fn receiver(delivery: &WebhookDelivery) -> WebhookId {
        delivery.target.webhook.id
    }

    async fn attempt(self, delivery: WebhookDelivery) -> bool {
        let WebhookDelivery {
            target,
            event_id,
            happening,
            claimed_at,
        } = delivery;
        let (pool, id) = (target.webhook.pool, target.webhook.id);
        let message = WebhookMessage {
            event_id,
            event: happening.event,
            content: WebhookContent::Happening(Box::new(happening)),
        };
        // Signed as of now: a receiver refuses what is old.
        let call = self.sender.call(&target, &message, self.store.now()).await;
        let result = call.result.clone();
        let took = self.store.now().since(claimed_at);
        let was_prompt = result.verdict() != Verdict::Recoverable && took < limits::PROMPT_DELIVERY;
        match self
            .store
            .record_webhook_call(pool, id, event_id, call)
            .await
        {
            Ok(recorded) => {
                if let CallRecorded::Recorded(state) = recorded {
                    self.metrics.webhooks.count(state);
                }
                log(&message, id, &result, recorded);
            }
            Err(error) => tracing::error!(%error, webhook = %id, "a call is not in the log"),
        }
        was_prompt
    }
}

/// The URL is not logged, which may have a secret of the receiver in it.
fn log(message: &WebhookMessage, webhook: WebhookId, result: &CallResult, recorded: CallRecorded) {
    let (event, id) = (message.event.as_str(), message.event_id);
    let status = result.status();
    match recorded {
        CallRecorded::Recorded(DeliveryState::Confirmed { .. }) => {
            tracing::debug!(%webhook, event, %id, status, "a webhook was told");
        }
        CallRecorded::Recorded(DeliveryState::Waiting { next_at }) => tracing::warn!(
            %webhook, event, %id, status,
            next_at_ms = next_at.as_millis(),
            "a webhook could not be told: it is tried again"
        ),
        CallRecorded::Recorded(DeliveryState::GivenUp { .. }) => tracing::warn!(
            %webhook, event, %id, status, "a webhook could not be told: it was given up"
        ),
        CallRecorded::NotFound => tracing::info!(
            %webhook, event, %id, status, "a webhook was told what waited for it no longer"
        ),
    }
}

impl fmt::Debug for WebhookDeliverer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebhookDeliverer")
    }
}
