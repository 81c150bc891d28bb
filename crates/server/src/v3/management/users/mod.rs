//! Users.

pub(crate) mod create_user;
pub(crate) mod create_users_batch;
pub(crate) mod delete_users;
pub(crate) mod get_user;
pub(crate) mod get_user_accessible_apps;
pub(crate) mod get_user_batch;
pub(crate) mod get_user_mfa_info;
pub(crate) mod is_user_exists;
pub(crate) mod list_archived_users;
pub(crate) mod list_users;
pub(crate) mod resign_user;
pub(crate) mod resign_user_batch;
pub(crate) mod update_user;
pub(crate) mod update_user_batch;
