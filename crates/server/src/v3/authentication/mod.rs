//! What applications call to sign people in, and people with a token of theirs:
//! one file for each path.

pub(crate) mod get_identities;
pub(crate) mod get_my_accessible_apps;
pub(crate) mod get_my_logged_in_apps;
pub(crate) mod get_my_login_history;
pub(crate) mod get_profile;
pub(crate) mod get_security_info;
pub(crate) mod my_devices;
pub(crate) mod signin;
pub(crate) mod signup;
pub(crate) mod system;
pub(crate) mod update_password;
pub(crate) mod update_profile;
