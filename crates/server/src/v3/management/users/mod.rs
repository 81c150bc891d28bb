//! Users.

pub(crate) mod create_user;
pub(crate) mod delete_users;
pub(crate) mod get_user;
pub(crate) mod is_user_exists;
pub(crate) mod list_users;
pub(crate) mod update_user;
