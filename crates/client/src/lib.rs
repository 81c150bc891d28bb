#![doc = include_str!("../README.md")]

mod builder;
mod call;
mod check_session_status;
mod create_webhook;
mod delete_webhook;
mod error;
mod get_webhook;
mod get_webhook_event_list;
mod get_webhook_logs;
mod list_webhooks;
mod management_client;
mod rotate_signing_keys;
mod token;
mod trigger_webhook;
mod update_webhook;

pub use builder::{DEFAULT_CONNECT_TIMEOUT, DEFAULT_TIMEOUT, ManagementClientBuilder};
pub use error::Error;
pub use management_client::ManagementClient;
pub use rollcall_wire::v3::signing_keys::{SigningKeyDto, SigningKeyState};
pub use rollcall_wire::v3::webhooks::{
    CreateWebhookDto, GetWebhooksData, ListWebhookLogsData, TriggerWebhookDto, UpdateWebhookDto,
    WebhookActorDto, WebhookCategoryDto, WebhookContentType, WebhookDto, WebhookEventDto,
    WebhookEventListData, WebhookEventName, WebhookLogDto, WebhookMessageDataDto,
    WebhookMessageDto,
};
pub use rollcall_wire::v3::{ApiCode, HeaderFamily, Language, UserIdType};
