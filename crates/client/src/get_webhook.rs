//! One webhook.

use reqwest::Method;
use rollcall_wire::v3::paths::GET_WEBHOOK;
use rollcall_wire::v3::webhooks::{GetWebhookQuery, WebhookDto};

use crate::{Error, ManagementClient};

impl ManagementClient {
    /// The webhook with this id. Its secret is not answered.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] with status code 404 for an unknown one; otherwise see [`Error`].
    pub async fn get_webhook(&self, webhook_id: &str) -> Result<WebhookDto, Error> {
        let which = GetWebhookQuery {
            webhook_id: webhook_id.to_owned(),
        };
        self.read(Method::GET, GET_WEBHOOK, &which).await
    }
}
