//! One user.

use reqwest::Method;
use rollcall_wire::v3::paths::GET_USER;
use rollcall_wire::v3::users::{GetUserQuery, UserDto};

use crate::{Error, ManagementClient};

impl ManagementClient {
    /// The user, with `customData`, `identities` and `departmentIds` only when asked for.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] with API code 2004 for an unknown user; otherwise see [`Error`].
    pub async fn get_user(&self, request: &GetUserQuery) -> Result<UserDto, Error> {
        self.read(Method::GET, GET_USER, request).await
    }
}
