//! What access keys call: one file for each path.

pub(crate) mod applications;
pub(crate) mod ext_idps;
pub(crate) mod get_management_token;
pub(crate) mod identities;
pub(crate) mod logs;
pub(crate) mod sessions;
pub(crate) mod settings;
pub(crate) mod signing_keys;
pub(crate) mod users;
