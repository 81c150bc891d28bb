//! Somebody wants to be told of what happens.

use reqwest::Method;
use rollcall_wire::v3::paths::CREATE_WEBHOOK;
use rollcall_wire::v3::webhooks::{CreateWebhookDto, WebhookDto};

use crate::{Error, ManagementClient};

impl ManagementClient {
    /// Makes a webhook. It is told of what is committed after it.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] with status code 400 for a URL that is neither https nor http
    /// on a loopback host, 501 for an event that never happens, 422 if the pool has
    /// 50 webhooks; otherwise see [`Error`].
    pub async fn create_webhook(&self, webhook: &CreateWebhookDto) -> Result<WebhookDto, Error> {
        self.call(Method::POST, CREATE_WEBHOOK, webhook).await
    }
}
