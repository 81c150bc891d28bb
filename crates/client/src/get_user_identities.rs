//! The federated identities of a user.

use reqwest::Method;
use rollcall_wire::v3::identities::{GetUserIdentitiesQuery, IdentityDto};
use rollcall_wire::v3::paths::GET_USER_IDENTITIES;

use crate::{Error, ManagementClient};

impl ManagementClient {
    /// The user's identities at other providers, 50 at the most.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] with API code 2004 for an unknown user; otherwise see [`Error`].
    pub async fn get_user_identities(
        &self,
        request: &GetUserIdentitiesQuery,
    ) -> Result<Vec<IdentityDto>, Error> {
        self.read(Method::GET, GET_USER_IDENTITIES, request).await
    }
}
