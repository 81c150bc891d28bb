//! One application.

use reqwest::Method;
use rollcall_wire::v3::applications::{ApplicationDto, GetApplicationQuery};
use rollcall_wire::v3::paths::GET_APPLICATION;

use crate::{Error, ManagementClient};

impl ManagementClient {
    /// The application with its settings, without its secret.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] with API code 2011 for an unknown application; otherwise see
    /// [`Error`].
    pub async fn get_application(&self, app_id: &str) -> Result<ApplicationDto, Error> {
        let question = GetApplicationQuery {
            app_id: app_id.to_owned(),
        };
        self.read(Method::GET, GET_APPLICATION, &question).await
    }
}
