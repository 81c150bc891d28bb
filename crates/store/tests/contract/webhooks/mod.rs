//! Webhooks: as records, what they are told of and when, and the log of it.

mod deliveries;
mod records;
mod telling;

pub(crate) use deliveries::*;
pub(crate) use records::*;
pub(crate) use telling::*;

use super::{Harness, World};
use rollcall_core::ids::{PoolId, WebhookId};
use rollcall_core::model::delivery::DeliveryState;
use rollcall_core::model::webhook::{
    CallAnswer, CallResult, Webhook, WebhookCall, WebhookChange, WebhookContentType,
    WebhookDelivery, WebhookEvent, WebhookLog, WebhookPlaces, WebhookWithSecret,
};
use rollcall_core::page::{PageOf, PageRequest};
use rollcall_core::ports::webhooks::{CallRecorded, WebhookCreated};
use rollcall_core::secret::Secret;

impl<H: Harness> World<H> {
    /// A webhook that is not stored yet.
    fn webhook(&self, pool: PoolId, events: &[WebhookEvent]) -> Webhook {
        let id = WebhookId::generate(self.now(), self.harness.entropy());
        Webhook {
            id,
            pool,
            name: format!("Webhook {id}"),
            url: "https://hook.example/in".to_owned(),
            content_type: WebhookContentType::Json,
            enabled: true,
            events: events.to_vec(),
            created_at: self.now(),
            updated_at: self.now(),
        }
    }

    /// A new webhook that wants to be told of these.
    pub(crate) async fn new_webhook(&self, pool: PoolId, events: &[WebhookEvent]) -> WebhookId {
        let webhook = self.webhook(pool, events);
        let id = webhook.id;
        let secret = Some(Secret::new("hush"));
        let new = WebhookWithSecret { webhook, secret };
        let created = self.store().create_webhook(new, self.origin()).await;
        assert_eq!(created, Ok(WebhookCreated::Created));
        id
    }

    async fn change_webhook(&self, id: WebhookId, change: WebhookChange) -> Option<Webhook> {
        let (store, origin) = (self.store(), self.origin());
        let changed = store.update_webhook(self.pool, id, change, origin);
        changed.await.unwrap()
    }

    async fn switch_webhook(&self, id: WebhookId, enabled: bool) {
        let change = WebhookChange {
            enabled: Some(enabled),
            ..WebhookChange::default()
        };
        assert!(self.change_webhook(id, change).await.is_some());
    }

    pub(crate) async fn claim_calls(&self, places: &WebhookPlaces) -> Vec<WebhookDelivery> {
        self.store().claim_webhook_deliveries(places).await.unwrap()
    }

    /// What is claimed when nothing is under way and nothing known.
    pub(crate) async fn claim_any_call(&self) -> Vec<WebhookDelivery> {
        self.claim_calls(&WebhookPlaces::default()).await
    }

    /// Everything that is due, each confirmed at once.
    pub(crate) async fn all_told(&self) -> Vec<WebhookDelivery> {
        let mut all = Vec::new();
        loop {
            let claimed = self.claim_any_call().await;
            if claimed.is_empty() {
                return all;
            }
            for delivery in claimed {
                let state = self.called(&delivery, answered(200)).await;
                assert!(matches!(state, DeliveryState::Confirmed { .. }));
                all.push(delivery);
            }
        }
    }

    async fn record_call(&self, delivery: &WebhookDelivery, result: CallResult) -> CallRecorded {
        let webhook = &delivery.target.webhook;
        let call = call(self.now(), delivery.happening.event, result);
        let store = self.store();
        let recorded = store.record_webhook_call(webhook.pool, webhook.id, delivery.event_id, call);
        recorded.await.unwrap()
    }

    async fn called(&self, delivery: &WebhookDelivery, result: CallResult) -> DeliveryState {
        match self.record_call(delivery, result).await {
            CallRecorded::Recorded(state) => state,
            other @ CallRecorded::NotFound => panic!("{other:?}"),
        }
    }

    async fn call_logs(&self, pool: PoolId, id: WebhookId) -> PageOf<WebhookLog> {
        let page = PageRequest::new(None, Some(50)).unwrap();
        self.store().webhook_logs(pool, id, page).await.unwrap()
    }
}

fn answered(status: u16) -> CallResult {
    CallResult::Answered(CallAnswer {
        status,
        headers: vec![("server".to_owned(), "a hook".to_owned())],
        body: r#"{"ok":true}"#.to_owned(),
    })
}

fn call(
    at: rollcall_core::time::Timestamp,
    event: WebhookEvent,
    result: CallResult,
) -> WebhookCall {
    WebhookCall {
        event,
        at,
        request_headers: vec![("x-rollcall-webhook-timestamp".to_owned(), "1".to_owned())],
        request_body: "{}".to_owned(),
        result,
    }
}
