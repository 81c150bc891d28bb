//! What people sign in to.

pub(crate) mod create_application;
pub(crate) mod delete_application;
pub(crate) mod get_application;
pub(crate) mod get_application_secret;
pub(crate) mod get_application_simple_info;
pub(crate) mod list_application_simple_info;
pub(crate) mod list_applications;
pub(crate) mod refresh_application_secret;
pub(crate) mod update_application;
