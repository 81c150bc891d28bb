//! `update-webhook`: what was said changes, the rest stays.

use super::Authority;
use super::webhook_input::{check_webhook, once, webhook_id};
use crate::model::access_key::{ManagementCaller, Permission};
use crate::model::event::Origin;
use crate::model::webhook::{Webhook, WebhookChange};
use crate::refusal::{Record, Refusal};

/// Changes a webhook. What waits for it goes to the changed one; if it is switched
/// off, nothing goes.
pub async fn update_webhook(
    authority: &Authority,
    caller: &ManagementCaller,
    id: &str,
    mut change: WebhookChange,
    origin: Origin,
) -> Result<Webhook, Refusal> {
    caller.require(Permission::Settings)?;
    let id = webhook_id(id)?;
    check_webhook(&change)?;
    change.events = change.events.map(once);
    let store = &authority.store;
    let changed = store.update_webhook(caller.pool, id, change, origin);
    changed.await?.ok_or(Refusal::NotFound(Record::Webhook))
}
