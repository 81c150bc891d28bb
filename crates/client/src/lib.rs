#![doc = include_str!("../README.md")]

mod builder;
mod call;
mod check_session_status;
mod error;
mod get_admin_audit_logs;
mod get_user_action_logs;
mod management_client;
mod rotate_signing_keys;
mod token;

pub use builder::{DEFAULT_CONNECT_TIMEOUT, DEFAULT_TIMEOUT, ManagementClientBuilder};
pub use error::Error;
pub use management_client::ManagementClient;
pub use rollcall_wire::v3::logs::{
    AdminAuditLogDto, AdminAuditLogRespData, GetAdminAuditLogsDto, GetUserActionLogsDto,
    OperationType, ResourceType, UserActionLogDto, UserActionLogRespData, UserEventType,
};
pub use rollcall_wire::v3::signing_keys::{SigningKeyDto, SigningKeyState};
pub use rollcall_wire::v3::{ApiCode, HeaderFamily, Language, UserIdType};
