//! The settings of the pool.

use reqwest::Method;
use rollcall_wire::v3::JsonObject;
use rollcall_wire::v3::paths::GET_SECURITY_SETTINGS;
use rollcall_wire::v3::security_settings::SecuritySettingsDto;

use crate::{Error, ManagementClient};

impl ManagementClient {
    /// The pool's settings. Durations are seconds; what is not built is off, and its
    /// numbers 0.
    ///
    /// # Errors
    ///
    /// See [`Error`].
    pub async fn get_security_settings(&self) -> Result<SecuritySettingsDto, Error> {
        self.read(Method::GET, GET_SECURITY_SETTINGS, &JsonObject::new())
            .await
    }
}
