//! External identities that a user signed in through.

use reqwest::Method;
use rollcall_wire::v3::paths::GET_USER_LOGGED_IN_IDENTITIES;
use rollcall_wire::v3::users::{GetUserLoggedInIdentitiesQuery, UserLoggedInIdentitiesDto};

use crate::{Error, ManagementClient};

impl ManagementClient {
    /// The external identities through which the user has signed in, now or before.
    /// Identities that are linked alone are not among them.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] with API code 2004 for an unknown user; otherwise see
    /// [`Error`].
    pub async fn get_user_logged_in_identities(
        &self,
        user: &GetUserLoggedInIdentitiesQuery,
    ) -> Result<Vec<UserLoggedInIdentitiesDto>, Error> {
        self.read(Method::GET, GET_USER_LOGGED_IN_IDENTITIES, user)
            .await
    }
}
