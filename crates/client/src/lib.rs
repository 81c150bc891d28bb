#![doc = include_str!("../README.md")]

mod authentication;
mod batch;
mod builder;
mod call;
mod check_session_status;
mod create_application;
mod create_ext_idp;
mod create_user;
mod create_users_batch;
mod delete_application;
mod delete_users;
mod error;
mod get_admin_audit_logs;
mod get_application;
mod get_application_secret;
mod get_ext_idp;
mod get_security_settings;
mod get_user;
mod get_user_accessible_apps;
mod get_user_action_logs;
mod get_user_batch;
mod get_user_identities;
mod get_user_logged_in_identities;
mod get_user_loggedin_apps;
mod get_user_login_history;
mod get_user_mfa_info;
mod http;
mod is_user_exists;
mod kick_users;
mod link_identity;
mod list_application_active_users;
mod list_applications;
mod list_archived_users;
mod list_logout_deliveries;
mod list_users;
mod management_client;
mod options;
mod refresh_application_secret;
mod resign_user;
mod resign_user_batch;
mod retries;
mod rotate_signing_keys;
mod rows;
mod surroundings;
mod token;
mod unlink_identity;
mod update_application;
mod update_security_settings;
mod update_user;
mod update_user_batch;

pub mod types;

pub use authentication::{
    AuthenticationClient, AuthenticationClientBuilder, ClientAuthentication, PendingSignOn, SignIn,
    SignOn, SignedOn,
};
pub use batch::Batch;
pub use builder::ManagementClientBuilder;
pub use error::Error;
pub use management_client::ManagementClient;
pub use options::{DEFAULT_CONNECT_TIMEOUT, DEFAULT_TIMEOUT};
pub use retries::Retries;
pub use rollcall_wire::v3::signing_keys::{SigningKeyDto, SigningKeyState};
pub use rollcall_wire::v3::{ApiCode, HeaderFamily, Language, RowResultDto, UserIdType};
pub use rows::Rows;
