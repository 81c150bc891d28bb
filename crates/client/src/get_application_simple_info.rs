//! One application in few words.

use reqwest::Method;
use rollcall_wire::v3::applications::{ApplicationSimpleInfoDto, GetApplicationSimpleInfoQuery};
use rollcall_wire::v3::paths::GET_APPLICATION_SIMPLE_INFO;

use crate::{Error, ManagementClient};

impl ManagementClient {
    /// An application in few words.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] with API code 2011 for an unknown application; otherwise see
    /// [`Error`].
    pub async fn get_application_simple_info(
        &self,
        app_id: &str,
    ) -> Result<ApplicationSimpleInfoDto, Error> {
        let which = GetApplicationSimpleInfoQuery {
            app_id: app_id.to_owned(),
        };
        self.read(Method::GET, GET_APPLICATION_SIMPLE_INFO, &which)
            .await
    }
}
