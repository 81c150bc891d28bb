//! Who is signed in where.

pub(crate) mod check_session_status;
pub(crate) mod end_all_sessions;
pub(crate) mod get_user_loggedin_apps;
pub(crate) mod get_user_login_history;
pub(crate) mod kick_users;
pub(crate) mod list_application_active_users;
pub(crate) mod list_logout_deliveries;
