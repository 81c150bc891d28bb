//! Changing an application.

use reqwest::Method;
use rollcall_wire::v3::applications::{ApplicationDto, UpdateApplicationDto};
use rollcall_wire::v3::paths::UPDATE_APPLICATION;

use crate::{Error, ManagementClient};

impl ManagementClient {
    /// Changes what the request has; what is absent stays. `enabled: false` ends every
    /// login of the application before this returns. Lifetimes in `oidcConfig` and
    /// `sessionPolicy` are seconds. It is an addition of Rollcall to the V3 API.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] with API code 2011 for an unknown application, status codes as for
    /// [`create_application`](Self::create_application); otherwise see [`Error`].
    pub async fn update_application(
        &self,
        request: &UpdateApplicationDto,
    ) -> Result<ApplicationDto, Error> {
        self.call(Method::POST, UPDATE_APPLICATION, request).await
    }
}
