//! Settings of the caller's pool.

pub(crate) mod get_security_settings;
pub(crate) mod update_security_settings;
