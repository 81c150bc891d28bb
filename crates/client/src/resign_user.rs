//! Somebody has left.

use reqwest::Method;
use rollcall_wire::v3::paths::RESIGN_USER;
use rollcall_wire::v3::users::{ResignUserDataDto, ResignUserReqDto};

use crate::{Error, ManagementClient};

impl ManagementClient {
    /// Resigns a user: the record stays, nobody signs in with it, and all logins
    /// have ended when this returns. One who is resigned stays so.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] with API code 2004 for an unknown user; otherwise see
    /// [`Error`].
    pub async fn resign_user(&self, user: &ResignUserReqDto) -> Result<(), Error> {
        let _: ResignUserDataDto = self.call(Method::POST, RESIGN_USER, user).await?;
        Ok(())
    }
}
