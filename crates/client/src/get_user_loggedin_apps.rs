//! Where a user is signed in.

use reqwest::Method;
use rollcall_wire::v3::paths::GET_USER_LOGGEDIN_APPS;
use rollcall_wire::v3::sessions::{GetUserLoggedinAppsQuery, UserLoggedInAppsDto};

use crate::{Error, ManagementClient};

impl ManagementClient {
    /// The applications that the user is signed in to now.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] with API code 2004 for an unknown user; otherwise see [`Error`].
    pub async fn get_user_loggedin_apps(
        &self,
        request: &GetUserLoggedinAppsQuery,
    ) -> Result<Vec<UserLoggedInAppsDto>, Error> {
        self.read(Method::GET, GET_USER_LOGGEDIN_APPS, request)
            .await
    }
}
