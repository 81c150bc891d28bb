//! Whether a name is taken.

use reqwest::Method;
use rollcall_wire::v3::paths::IS_USER_EXISTS;
use rollcall_wire::v3::users::{IsUserExistsDto, IsUserExistsReqDto};

use crate::{Error, ManagementClient};

impl ManagementClient {
    /// Whether there is a user with any of the names in the request, which must have one
    /// at least.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] with status code 400 for a request without a name; otherwise see
    /// [`Error`].
    pub async fn is_user_exists(&self, request: &IsUserExistsReqDto) -> Result<bool, Error> {
        let answer: IsUserExistsDto = self.read(Method::POST, IS_USER_EXISTS, request).await?;
        Ok(answer.exists)
    }
}
