//! Webhooks.

pub(crate) mod create_webhook;
pub(crate) mod delete_webhook;
pub(crate) mod get_webhook;
pub(crate) mod get_webhook_event_list;
pub(crate) mod get_webhook_logs;
pub(crate) mod list_webhooks;
pub(crate) mod trigger_webhook;
pub(crate) mod update_webhook;
