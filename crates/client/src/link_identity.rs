//! Giving a user a federated identity.

use reqwest::Method;
use rollcall_wire::v3::identities::{LinkIdentityDataDto, LinkIdentityDto};
use rollcall_wire::v3::paths::LINK_IDENTITY;

use crate::{Error, ManagementClient};

impl ManagementClient {
    /// Links an identity at another provider to the user, who may have 50.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] with API code 2004 for an unknown user, status code 404 for an
    /// unknown identity source, 409 if the identity is another user's; otherwise see
    /// [`Error`].
    pub async fn link_identity(&self, request: &LinkIdentityDto) -> Result<(), Error> {
        let _: LinkIdentityDataDto = self.call(Method::POST, LINK_IDENTITY, request).await?;
        Ok(())
    }
}
