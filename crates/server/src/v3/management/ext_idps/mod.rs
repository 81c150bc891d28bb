//! External identity sources.

pub(crate) mod create_ext_idp;
pub(crate) mod delete_ext_idp;
pub(crate) mod get_ext_idp;
pub(crate) mod list_ext_idp;
pub(crate) mod update_ext_idp;
