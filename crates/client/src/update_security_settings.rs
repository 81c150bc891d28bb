//! Changing the settings of the pool.

use reqwest::Method;
use rollcall_wire::v3::paths::UPDATE_SECURITY_SETTINGS;
use rollcall_wire::v3::security_settings::{SecuritySettingsDto, UpdateSecuritySettingsDto};

use crate::{Error, ManagementClient};

impl ManagementClient {
    /// Changes what the request has; what is absent stays. Durations are seconds. A
    /// shorter limit of sessions ends at once what has outlived it, in the whole pool.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] with status code 501 for a setting that is not built, 400 and 422
    /// for values that are not accepted; otherwise see [`Error`].
    pub async fn update_security_settings(
        &self,
        request: &UpdateSecuritySettingsDto,
    ) -> Result<SecuritySettingsDto, Error> {
        self.call(Method::POST, UPDATE_SECURITY_SETTINGS, request)
            .await
    }
}
