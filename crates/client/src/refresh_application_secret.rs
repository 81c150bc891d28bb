//! A new secret for an application.

use reqwest::Method;
use rollcall_wire::v3::SecretText;
use rollcall_wire::v3::applications::{
    RefreshApplicationSecretDataDto, RefreshApplicationSecretDto,
};
use rollcall_wire::v3::paths::REFRESH_APPLICATION_SECRET;

use crate::{Error, ManagementClient};

impl ManagementClient {
    /// Gives the application a new secret, and answers it in the clear. The former one
    /// is refused from then on.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] with API code 2011 for an unknown application; otherwise see
    /// [`Error`].
    pub async fn refresh_application_secret(&self, app_id: &str) -> Result<SecretText, Error> {
        let whom = RefreshApplicationSecretDto {
            app_id: app_id.to_owned(),
        };
        let answer: RefreshApplicationSecretDataDto = self
            .call(Method::POST, REFRESH_APPLICATION_SECRET, &whom)
            .await?;
        Ok(answer.secret)
    }
}
