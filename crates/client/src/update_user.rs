//! Changing a user.

use reqwest::Method;
use rollcall_wire::v3::paths::UPDATE_USER;
use rollcall_wire::v3::users::{UpdateUserReqDto, UserDto};

use crate::{Error, ManagementClient};

impl ManagementClient {
    /// Changes what the request has; what is absent stays. Any status but `Activated`,
    /// and a new password, end every login of the user before this returns. Limits as for
    /// [`create_user`](Self::create_user).
    ///
    /// # Errors
    ///
    /// [`Error::Api`] with API code 2004 for an unknown user, status code 409 if a name
    /// belongs to another user; otherwise see [`Error`].
    pub async fn update_user(&self, request: &UpdateUserReqDto) -> Result<UserDto, Error> {
        self.call(Method::POST, UPDATE_USER, request).await
    }
}
