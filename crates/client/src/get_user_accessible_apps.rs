//! Applications that a user may use.

use reqwest::Method;
use rollcall_wire::v3::paths::GET_USER_ACCESSIBLE_APPS;
use rollcall_wire::v3::users::{AppDto, GetUserAccessibleAppsQuery};

use crate::{Error, ManagementClient};

impl ManagementClient {
    /// The applications that the user may use, by name; none unless the user is
    /// `Activated`.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] with API code 2004 for an unknown user; otherwise see
    /// [`Error`].
    pub async fn get_user_accessible_apps(
        &self,
        user: &GetUserAccessibleAppsQuery,
    ) -> Result<Vec<AppDto>, Error> {
        self.read(Method::GET, GET_USER_ACCESSIBLE_APPS, user).await
    }
}
