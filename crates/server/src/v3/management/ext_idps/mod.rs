//! External identity sources.

pub(crate) mod create_ext_idp;
pub(crate) mod get_ext_idp;
