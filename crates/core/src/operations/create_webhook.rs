//! `create-webhook`: somebody wants to be told of what happens in the pool.

use super::Authority;
use super::webhook_input::{check_webhook, once};
use crate::ids::WebhookId;
use crate::model::access_key::{ManagementCaller, Permission};
use crate::model::event::Origin;
use crate::model::webhook::{
    Webhook, WebhookChange, WebhookContentType, WebhookEvent, WebhookWithSecret,
};
use crate::ports::webhooks::WebhookCreated;
use crate::refusal::{Refusal, Rule};
use crate::secret::Secret;

/// The webhook to make.
#[derive(Clone, Debug)]
pub struct CreateWebhook {
    /// Its name.
    pub name: String,
    /// Where it is told: https, or http on a loopback host.
    pub url: String,
    /// How.
    pub content_type: WebhookContentType,
    /// Whether it is told of anything yet.
    pub enabled: bool,
    /// Of what.
    pub events: Vec<WebhookEvent>,
    /// What its calls are signed with; without one they are not signed.
    pub secret: Option<Secret>,
}

/// Makes a webhook. It is told of what is committed after it.
pub async fn create_webhook(
    authority: &Authority,
    caller: &ManagementCaller,
    request: CreateWebhook,
    origin: Origin,
) -> Result<Webhook, Refusal> {
    caller.require(Permission::Settings)?;
    check_webhook(&WebhookChange {
        name: Some(request.name.clone()),
        url: Some(request.url.clone()),
        events: Some(request.events.clone()),
        secret: request.secret.clone(),
        ..WebhookChange::default()
    })?;
    let now = authority.now();
    let webhook = Webhook {
        id: WebhookId::generate(now, authority.entropy.as_ref()),
        pool: caller.pool,
        name: request.name,
        url: request.url,
        content_type: request.content_type,
        enabled: request.enabled,
        events: once(request.events),
        created_at: now,
        updated_at: now,
    };
    let new = WebhookWithSecret {
        webhook: webhook.clone(),
        secret: request.secret.filter(|secret| !secret.reveal().is_empty()),
    };
    match authority.store.create_webhook(new, origin).await? {
        WebhookCreated::Created => Ok(webhook),
        WebhookCreated::TooMany => Err(Refusal::Rule(Rule::TooMany("webhooks"))),
    }
}
