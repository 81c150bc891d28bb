#![doc = include_str!("../README.md")]

mod builder;
mod call;
mod check_session_status;
mod create_access_key;
mod create_user_pool;
mod create_users_batch;
mod create_webhook;
mod delete_ext_idp;
mod delete_webhook;
mod end_all_sessions;
mod error;
mod get_access_key;
mod get_admin_audit_logs;
mod get_application_simple_info;
mod get_user_accessible_apps;
mod get_user_action_logs;
mod get_user_batch;
mod get_user_logged_in_identities;
mod get_user_mfa_info;
mod get_webhook;
mod get_webhook_event_list;
mod get_webhook_logs;
mod list_access_key;
mod list_application_simple_info;
mod list_archived_users;
mod list_ext_idp;
mod list_webhooks;
mod management_client;
mod resign_user;
mod resign_user_batch;
mod rotate_access_key;
mod rotate_signing_keys;
mod token;
mod trigger_webhook;
mod update_access_key;
mod update_ext_idp;
mod update_user_batch;
mod update_webhook;

pub use builder::{DEFAULT_CONNECT_TIMEOUT, DEFAULT_TIMEOUT, ManagementClientBuilder};
pub use call::Batch;
pub use error::Error;
pub use management_client::ManagementClient;
pub use rollcall_wire::v3::access_keys::{
    AccessKeyDto, AccessKeyStatus, CreateAccessKeyDto, GetAccessKeyQuery, ListAccessKeyQuery,
    UpdateAccessKeyDto,
};
pub use rollcall_wire::v3::applications::{
    ApplicationSimpleInfoDto, ApplicationSimpleInfoPaginatedDataDto, ListApplicationSimpleInfoQuery,
};
pub use rollcall_wire::v3::ext_idps::{
    DeleteExtIdpDto, ExtIdpDto, ExtIdpListPagingDto, ListExtIdpQuery, UpdateExtIdpDto,
};
pub use rollcall_wire::v3::logs::{
    AdminAuditLogDto, AdminAuditLogRespData, GetAdminAuditLogsDto, GetUserActionLogsDto,
    OperationType, ResourceType, UserActionLogDto, UserActionLogRespData, UserEventType,
};
pub use rollcall_wire::v3::sessions::{EndAllScope, EndAllSessionsDto};
pub use rollcall_wire::v3::signing_keys::{SigningKeyDto, SigningKeyState};
pub use rollcall_wire::v3::user_pools::{CreateUserPoolDataDto, RootKeyDto};
pub use rollcall_wire::v3::users;
pub use rollcall_wire::v3::webhooks::{
    CreateWebhookDto, GetWebhooksData, ListWebhookLogsData, TriggerWebhookDto, UpdateWebhookDto,
    WebhookActorDto, WebhookCategoryDto, WebhookContentType, WebhookDto, WebhookEventDto,
    WebhookEventListData, WebhookEventName, WebhookLogDto, WebhookMessageDataDto,
    WebhookMessageDto,
};
pub use rollcall_wire::v3::{ApiCode, HeaderFamily, Language, RowResultDto, UserIdType};
