//! The way to webhooks.

use crate::model::webhook::{WebhookCall, WebhookMessage, WebhookWithSecret};
use crate::time::Timestamp;
use async_trait::async_trait;

/// Calls webhooks.
#[async_trait]
pub trait WebhookSender: Send + Sync {
    /// Sends a message, signed as of this instant, and answers what came of it;
    /// gives up in less time than `limits::DELIVERY_LEASE`.
    async fn call(
        &self,
        target: &WebhookWithSecret,
        message: &WebhookMessage,
        now: Timestamp,
    ) -> WebhookCall;
}
