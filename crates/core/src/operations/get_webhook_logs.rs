//! `get-webhook-logs`: each call of a webhook, and what came of it.

use super::Authority;
use super::webhook_input::webhook_id;
use crate::model::access_key::{ManagementCaller, Permission};
use crate::model::webhook::WebhookLog;
use crate::page::{PageOf, PageRequest};
use crate::refusal::{Record, Refusal};

/// The last call comes first.
pub async fn get_webhook_logs(
    authority: &Authority,
    caller: &ManagementCaller,
    id: &str,
    page: PageRequest,
) -> Result<PageOf<WebhookLog>, Refusal> {
    caller.require(Permission::Settings)?;
    let (store, id) = (&authority.store, webhook_id(id)?);
    if store.webhook(caller.pool, id).await?.is_none() {
        return Err(Refusal::NotFound(Record::Webhook));
    }
    Ok(store.webhook_logs(caller.pool, id, page).await?)
}
