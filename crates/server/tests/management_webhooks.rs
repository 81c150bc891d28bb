//! Webhooks: what is kept of them, what is sent, and what the log says.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

#[path = "webhooks/calling.rs"]
mod calling;
#[path = "webhooks/receiver.rs"]
mod receiver;
#[path = "webhooks/records.rs"]
mod records;
mod support;
#[path = "webhooks/telling.rs"]
mod telling;

use serde_json::{Value, json};
use support::TestServer;

/// A good body of create-webhook.
fn new_webhook(url: &str, events: &[&str]) -> Value {
    json!({
        "name": "audit",
        "url": url,
        "events": events,
        "contentType": "application/json",
        "secret": "hush",
    })
}

impl TestServer {
    /// A webhook of the first pool; its id.
    async fn add_webhook(&self, url: &str, events: &[&str]) -> String {
        let made = self.post("create-webhook", new_webhook(url, events)).await;
        made.data()["webhookId"].as_str().unwrap().to_owned()
    }

    /// The log of a webhook, the last call first.
    async fn logs_of(&self, id: &str) -> Vec<Value> {
        let body = json!({ "webhookId": id, "limit": 50 });
        let logs = self.post("get-webhook-logs", body).await;
        logs.data()["list"].as_array().unwrap().clone()
    }
}
