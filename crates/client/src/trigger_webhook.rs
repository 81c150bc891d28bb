//! A webhook, called to see what it answers.

use reqwest::Method;
use rollcall_wire::v3::paths::TRIGGER_WEBHOOK;
use rollcall_wire::v3::webhooks::{TriggerWebhookData, TriggerWebhookDto};
use serde_json::Value;

use crate::{Error, ManagementClient};

impl ManagementClient {
    /// Calls a webhook now, switched on or not, and gives the body of its answer:
    /// JSON, or the text as it came.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] with status code 404 for an unknown webhook, 601 if it cannot
    /// be reached, 602 if it answers with an error; otherwise see [`Error`].
    pub async fn trigger_webhook(&self, call: &TriggerWebhookDto) -> Result<Value, Error> {
        let answer: TriggerWebhookData = self.call(Method::POST, TRIGGER_WEBHOOK, call).await?;
        Ok(answer.response)
    }
}
