//! What webhooks can be told of.

use reqwest::Method;
use rollcall_wire::v3::paths::GET_WEBHOOK_EVENT_LIST;
use rollcall_wire::v3::webhooks::WebhookEventListData;

use crate::{Error, ManagementClient};

impl ManagementClient {
    /// The events that a webhook can ask for, with their groups.
    ///
    /// # Errors
    ///
    /// See [`Error`].
    pub async fn get_webhook_event_list(&self) -> Result<WebhookEventListData, Error> {
        let nothing: Vec<(&str, &str)> = Vec::new();
        self.read(Method::GET, GET_WEBHOOK_EVENT_LIST, &nothing)
            .await
    }
}
