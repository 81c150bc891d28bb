//! The secret of an application.

use reqwest::Method;
use rollcall_wire::v3::SecretText;
use rollcall_wire::v3::applications::{GetApplicationSecretDataDto, GetApplicationSecretQuery};
use rollcall_wire::v3::paths::GET_APPLICATION_SECRET;

use crate::{Error, ManagementClient};

impl ManagementClient {
    /// The application's secret, in the clear. Asking leaves a row in the audit log.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] with API code 2011 for an unknown application; otherwise see
    /// [`Error`].
    pub async fn get_application_secret(&self, app_id: &str) -> Result<SecretText, Error> {
        let question = GetApplicationSecretQuery {
            app_id: app_id.to_owned(),
        };
        let answer: GetApplicationSecretDataDto = self
            .read(Method::GET, GET_APPLICATION_SECRET, &question)
            .await?;
        Ok(answer.secret)
    }
}
