//! Webhooks, their outbox and their log: the port, and what is written with each
//! change.

mod claim;
mod facts;
mod log;
mod rows;
mod tell;
mod write;

pub(super) use log::forget_old;
pub(super) use tell::{Subscriptions, tell_of_audited, tell_of_event, tell_of_status};

use super::outbox::any_due;
use super::{SqlStore, statements::webhooks as sql};
use async_trait::async_trait;
use claim::WebhookOutbox;
use rollcall_core::ids::{PoolId, WebhookEventId, WebhookId};
use rollcall_core::model::event::Origin;
use rollcall_core::model::webhook::{
    Webhook, WebhookCall, WebhookChange, WebhookDelivery, WebhookLog, WebhookPlaces,
    WebhookWithSecret,
};
use rollcall_core::page::{PageOf, PageRequest};
use rollcall_core::ports::StoreResult;
use rollcall_core::ports::webhooks::{CallRecorded, WebhookCreated, Webhooks};

/// Where sealed secrets of webhooks are.
const TABLE: &str = "webhooks";
const SECRET: &str = "secret";

#[async_trait]
impl Webhooks for SqlStore {
    async fn create_webhook(
        &self,
        new: WebhookWithSecret,
        origin: Origin,
    ) -> StoreResult<WebhookCreated> {
        self.write(move |commit| write::create(commit, &new, &origin))
            .await
    }

    async fn webhook(&self, pool: PoolId, id: WebhookId) -> StoreResult<Option<Webhook>> {
        let row = self.look(move |conn| rows::by_id(conn, pool, id)).await?;
        Ok(row.map(|row| row.webhook))
    }

    async fn webhook_with_secret(
        &self,
        pool: PoolId,
        id: WebhookId,
    ) -> StoreResult<Option<WebhookWithSecret>> {
        let store = self.clone();
        self.look(move |conn| {
            let Some(row) = rows::by_id(conn, pool, id)? else {
                return Ok(None);
            };
            let secret = match &row.secret {
                Some(sealed) => {
                    Some(store.open_secret(TABLE, pool, id.as_bytes(), SECRET, sealed)?)
                }
                None => None,
            };
            Ok(Some(WebhookWithSecret {
                webhook: row.webhook,
                secret,
            }))
        })
        .await
    }

    async fn list_webhooks(&self, pool: PoolId, page: PageRequest) -> StoreResult<PageOf<Webhook>> {
        self.scan(move |conn| rows::page(conn, pool, page)).await
    }

    async fn update_webhook(
        &self,
        pool: PoolId,
        id: WebhookId,
        change: WebhookChange,
        origin: Origin,
    ) -> StoreResult<Option<Webhook>> {
        self.write(move |commit| write::update(commit, pool, id, change, &origin))
            .await
    }

    async fn delete_webhooks(
        &self,
        pool: PoolId,
        ids: Vec<WebhookId>,
        origin: Origin,
    ) -> StoreResult<bool> {
        self.write(move |commit| write::delete(commit, pool, ids, &origin))
            .await
    }

    async fn claim_webhook_deliveries(
        &self,
        places: &WebhookPlaces,
    ) -> StoreResult<Vec<WebhookDelivery>> {
        let (looking, taking) = (places.clone(), places.clone());
        let any = self.scan(move |conn| any_due::<WebhookOutbox>(conn, looking, conn.now()?));
        if !any.await? {
            return Ok(Vec::new());
        }
        self.write(move |commit| claim::claim(commit, taking)).await
    }

    async fn record_webhook_call(
        &self,
        pool: PoolId,
        webhook: WebhookId,
        event: WebhookEventId,
        call: WebhookCall,
    ) -> StoreResult<CallRecorded> {
        self.write(move |commit| log::record(commit, pool, webhook, event, &call))
            .await
    }

    async fn log_webhook_call(
        &self,
        pool: PoolId,
        webhook: WebhookId,
        call: WebhookCall,
    ) -> StoreResult<()> {
        self.write(move |commit| log::write(commit, pool, webhook, &call))
            .await
    }

    async fn webhook_logs(
        &self,
        pool: PoolId,
        webhook: WebhookId,
        page: PageRequest,
    ) -> StoreResult<PageOf<WebhookLog>> {
        self.scan(move |conn| log::page(conn, pool, webhook, page))
            .await
    }

    async fn webhook_deliveries_added(&self) {
        self.inner.webhook_deliveries_added.notified().await;
    }
}
