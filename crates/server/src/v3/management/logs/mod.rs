//! What people and administrators did.

pub(crate) mod get_admin_audit_logs;
pub(crate) mod get_user_action_logs;
