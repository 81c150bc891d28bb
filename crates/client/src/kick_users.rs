//! Ending what a user has in applications.

use reqwest::Method;
use rollcall_wire::v3::paths::KICK_USERS;
use rollcall_wire::v3::sessions::{IsSuccessDto, KickUsersDto};

use crate::{Error, ManagementClient};

impl ManagementClient {
    /// Signs the user out of the applications: 1 to 50 of them. When this returns, no
    /// check says yes any more; refresh tokens and codes of the ended logins are dead,
    /// and applications with a back-channel logout URI will be told.
    ///
    /// A user who is not signed in there is a success: the call may be repeated. It is
    /// not tried again by itself.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] with API code 2004 for an unknown user and 2011 for an unknown
    /// application, where nothing was ended; otherwise see [`Error`].
    pub async fn kick_users(&self, request: &KickUsersDto) -> Result<(), Error> {
        let _: IsSuccessDto = self.call(Method::POST, KICK_USERS, request).await?;
        Ok(())
    }
}
