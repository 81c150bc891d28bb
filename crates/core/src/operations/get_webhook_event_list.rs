//! `get-webhook-event-list`: what webhooks can be told of.

use crate::model::access_key::{ManagementCaller, Permission};
use crate::model::webhook::WebhookEvent;
use crate::refusal::Refusal;

/// Exactly what is told, in the contract's order.
pub fn get_webhook_event_list(
    caller: &ManagementCaller,
) -> Result<&'static [WebhookEvent], Refusal> {
    caller.require(Permission::Settings)?;
    Ok(WebhookEvent::ALL)
}
