//! Access keys.

pub(crate) mod create_access_key;
pub(crate) mod delete_access_key;
pub(crate) mod get_access_key;
pub(crate) mod list_access_key;
pub(crate) mod rotate_access_key;
pub(crate) mod update_access_key;
