//! A webhook that changes.

use reqwest::Method;
use rollcall_wire::v3::paths::UPDATE_WEBHOOK;
use rollcall_wire::v3::webhooks::{UpdateWebhookDto, WebhookDto};

use crate::{Error, ManagementClient};

impl ManagementClient {
    /// Changes a webhook; absent members stay as they are. What waits for it goes to
    /// the changed one, and is forgotten if it is switched off.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] with status code 404 for an unknown one; otherwise see [`Error`].
    pub async fn update_webhook(&self, change: &UpdateWebhookDto) -> Result<WebhookDto, Error> {
        self.call(Method::POST, UPDATE_WEBHOOK, change).await
    }
}
