//! `get-webhook`: one webhook of the pool.

use super::Authority;
use super::webhook_input::webhook_id;
use crate::model::access_key::{ManagementCaller, Permission};
use crate::model::webhook::Webhook;
use crate::refusal::{Record, Refusal};

/// The webhook with this id, without its secret.
pub async fn get_webhook(
    authority: &Authority,
    caller: &ManagementCaller,
    id: &str,
) -> Result<Webhook, Refusal> {
    caller.require(Permission::Settings)?;
    let webhook = authority.store.webhook(caller.pool, webhook_id(id)?);
    webhook.await?.ok_or(Refusal::NotFound(Record::Webhook))
}
