//! The pool's webhooks.

use reqwest::Method;
use rollcall_wire::v3::Whole;
use rollcall_wire::v3::paths::LIST_WEBHOOKS;
use rollcall_wire::v3::webhooks::{GetWebhooksData, ListWebhooksQuery};

use crate::{Error, ManagementClient};

impl ManagementClient {
    /// A page of the pool's webhooks, the newest first. Pages count from 1 and have 1
    /// to 50 entries.
    ///
    /// # Errors
    ///
    /// See [`Error`].
    pub async fn list_webhooks(&self, page: u32, limit: u32) -> Result<GetWebhooksData, Error> {
        let which = ListWebhooksQuery {
            page: Some(Whole::from_u32(page)),
            limit: Some(Whole::from_u32(limit)),
        };
        self.read(Method::GET, LIST_WEBHOOKS, &which).await
    }
}
