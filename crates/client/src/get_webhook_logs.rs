//! Each call of a webhook, and what came of it.

use reqwest::Method;
use rollcall_wire::v3::Whole;
use rollcall_wire::v3::paths::GET_WEBHOOK_LOGS;
use rollcall_wire::v3::webhooks::{ListWebhookLogsData, ListWebhookLogsDto};

use crate::{Error, ManagementClient};

impl ManagementClient {
    /// A page of a webhook's log, the last call first. Pages count from 1 and have 1
    /// to 50 entries.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] with status code 404 for an unknown webhook; otherwise see
    /// [`Error`].
    pub async fn get_webhook_logs(
        &self,
        webhook_id: &str,
        page: u32,
        limit: u32,
    ) -> Result<ListWebhookLogsData, Error> {
        let which = ListWebhookLogsDto {
            webhook_id: webhook_id.to_owned(),
            page: Some(Whole::from_u32(page)),
            limit: Some(Whole::from_u32(limit)),
        };
        self.read(Method::POST, GET_WEBHOOK_LOGS, &which).await
    }
}
