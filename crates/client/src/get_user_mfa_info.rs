//! Further factors of a user.

use reqwest::Method;
use rollcall_wire::v3::paths::GET_USER_MFA_INFO;
use rollcall_wire::v3::users::{GetUserMfaInfoQuery, UserMfaRespDto};

use crate::{Error, ManagementClient};

impl ManagementClient {
    /// Which further factors the user has bound.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] with API code 2004 for an unknown user; otherwise see
    /// [`Error`].
    pub async fn get_user_mfa_info(
        &self,
        user: &GetUserMfaInfoQuery,
    ) -> Result<UserMfaRespDto, Error> {
        self.read(Method::GET, GET_USER_MFA_INFO, user).await
    }
}
