#![doc = include_str!("../README.md")]

mod builder;
mod call;
mod check_session_status;
mod create_users_batch;
mod error;
mod get_admin_audit_logs;
mod get_user_accessible_apps;
mod get_user_action_logs;
mod get_user_batch;
mod get_user_logged_in_identities;
mod get_user_mfa_info;
mod list_archived_users;
mod management_client;
mod resign_user;
mod resign_user_batch;
mod rotate_signing_keys;
mod token;
mod update_user_batch;

pub use builder::{DEFAULT_CONNECT_TIMEOUT, DEFAULT_TIMEOUT, ManagementClientBuilder};
pub use call::Batch;
pub use error::Error;
pub use management_client::ManagementClient;
pub use rollcall_wire::v3::logs::{
    AdminAuditLogDto, AdminAuditLogRespData, GetAdminAuditLogsDto, GetUserActionLogsDto,
    OperationType, ResourceType, UserActionLogDto, UserActionLogRespData, UserEventType,
};
pub use rollcall_wire::v3::signing_keys::{SigningKeyDto, SigningKeyState};
pub use rollcall_wire::v3::users;
pub use rollcall_wire::v3::{ApiCode, HeaderFamily, Language, RowResultDto, UserIdType};
