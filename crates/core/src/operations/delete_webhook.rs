//! `delete-webhook`: they are told of nothing more.

use super::Authority;
use super::webhook_input::webhook_id;
use crate::limits;
use crate::model::access_key::{ManagementCaller, Permission};
use crate::model::event::Origin;
use crate::refusal::{Record, Refusal};

/// Deletes all of these webhooks with their logs and what waits for them, or none.
pub async fn delete_webhook(
    authority: &Authority,
    caller: &ManagementCaller,
    ids: &[String],
    origin: Origin,
) -> Result<(), Refusal> {
    caller.require(Permission::Settings)?;
    if !(1..=limits::MAX_BATCH_IDS).contains(&ids.len()) {
        return Err(Refusal::invalid("webhookIds"));
    }
    let ids = ids.iter().map(|id| match webhook_id(id) {
        Err(Refusal::Invalid(_)) => Err(Refusal::invalid("webhookIds")),
        read => read,
    });
    let ids = ids.collect::<Result<Vec<_>, _>>()?;
    let store = &authority.store;
    if store.delete_webhooks(caller.pool, ids, origin).await? {
        Ok(())
    } else {
        Err(Refusal::NotFound(Record::Webhook))
    }
}
