//! Users' identities in external sources.

pub(crate) mod get_user_identities;
pub(crate) mod get_user_logged_in_identities;
pub(crate) mod link_identity;
pub(crate) mod unlink_identity;
