//! A new application.

use reqwest::Method;
use rollcall_wire::v3::applications::{ApplicationDto, CreateApplicationDto};
use rollcall_wire::v3::paths::CREATE_APPLICATION;

use crate::{Error, ManagementClient};

impl ManagementClient {
    /// Makes an application. Its secret is not in the answer: see
    /// [`get_application_secret`](Self::get_application_secret). Names have up to 256
    /// characters, redirect URIs are 50 at the most, of 2,048 bytes each.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] with status code 409 if `appIdentifier` is taken, 400 and 422 for
    /// values that are not accepted, 501 for settings that are not built; otherwise see
    /// [`Error`].
    pub async fn create_application(
        &self,
        request: &CreateApplicationDto,
    ) -> Result<ApplicationDto, Error> {
        self.call(Method::POST, CREATE_APPLICATION, request).await
    }
}
