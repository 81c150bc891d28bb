//! Webhooks that are told of nothing more.

use reqwest::Method;
use rollcall_wire::v3::paths::DELETE_WEBHOOK;
use rollcall_wire::v3::webhooks::DeleteWebhookDto;

use crate::{Error, ManagementClient};

impl ManagementClient {
    /// Deletes all of these webhooks, 1 to 50, with their logs and what waits for
    /// them; or none.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] with status code 404 if one of them is not there; otherwise see
    /// [`Error`].
    pub async fn delete_webhook(&self, webhook_ids: &[&str]) -> Result<(), Error> {
        let webhook_ids = webhook_ids.iter().map(|id| (*id).to_owned()).collect();
        let which = DeleteWebhookDto { webhook_ids };
        self.call(Method::POST, DELETE_WEBHOOK, &which).await
    }
}
