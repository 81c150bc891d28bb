//! What a caller can do: one verb, one file. Each is called by the API, the
//! console and the CLI alike, and checks the caller's permission itself.

use crate::entropy::Entropy;
use crate::ports::Store;
use crate::ports::passwords::PasswordHasher;
use std::sync::Arc;

pub mod authenticate_access_key;
pub mod batch;
pub mod check_session_status;
pub mod client_credentials;
pub mod console_access;
pub mod console_reads;
pub mod create_access_key;
pub mod create_application;
pub mod create_ext_idp;
pub mod create_user;
pub mod create_user_pool;
pub mod create_users_batch;
pub mod create_webhook;
pub mod delete_access_key;
pub mod delete_application;
pub mod delete_ext_idp;
pub mod delete_users;
pub mod delete_webhook;
pub mod end_all_sessions;
pub mod explain_session_status;
pub mod get_access_key;
pub mod get_admin_audit_logs;
pub mod get_application;
pub mod get_application_secret;
pub mod get_ext_idp;
pub mod get_my_accessible_apps;
pub mod get_my_identities;
pub mod get_my_login_history;
pub mod get_profile;
pub mod get_security_info;
pub mod get_security_settings;
pub mod get_user;
pub mod get_user_accessible_apps;
pub mod get_user_action_logs;
pub mod get_user_batch;
pub mod get_user_identities;
pub mod get_user_logged_in_identities;
pub mod get_user_loggedin_apps;
pub mod get_user_login_history;
pub mod get_user_mfa_info;
pub mod get_webhook;
pub mod get_webhook_event_list;
pub mod get_webhook_logs;
pub mod introspect_token;
pub mod is_user_exists;
pub mod kick_users;
pub mod link_identity;
pub mod list_access_key;
pub mod list_application_active_users;
pub mod list_applications;
pub mod list_archived_users;
pub mod list_ext_idp;
pub mod list_logout_deliveries;
pub mod list_my_devices;
pub mod list_users;
pub mod list_webhooks;
pub mod my_logged_in_apps;
pub mod person;
pub mod redeem_code;
pub mod refresh_application_secret;
pub mod refresh_grant;
pub mod resign_user;
pub mod resign_user_batch;
pub mod revoke_device_session;
pub mod revoke_token;
pub mod rotate_access_key;
pub mod rotate_signing_keys;
pub mod sign_in;
pub mod sign_on;
pub mod sign_out;
pub mod sign_up;
pub mod trigger_webhook;
pub mod unlink_identity;
pub mod update_access_key;
pub mod update_application;
pub mod update_ext_idp;
pub mod update_password;
pub mod update_profile;
pub mod update_security_settings;
pub mod update_user;
pub mod update_user_batch;
pub mod update_webhook;
pub mod user_info;

mod accessible_apps;
mod application_input;
mod given_password;
mod log_filter;
mod own_profile;
mod select_user;
mod user_input;
mod verify_password;
mod webhook_input;

pub use application_input::check_uri;
pub use batch::RowOutcome;
pub use given_password::GivenPassword;
pub use select_user::UserReference;
pub use user_input::{NewIdentity, UserFields};

/// What operations work with.
#[derive(Clone)]
pub struct Authority {
    /// Where everything is kept.
    pub store: Arc<dyn Store>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// The password hasher.
    pub passwords: Arc<dyn PasswordHasher>,
}

impl std::fmt::Debug for Authority {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Authority")
    }
}
