//! Taking a federated identity from a user.

use reqwest::Method;
use rollcall_wire::v3::identities::{UnlinkIdentity, UnlinkIdentityDataDto};
use rollcall_wire::v3::paths::UNLINK_IDENTITY;

use crate::{Error, ManagementClient};

impl ManagementClient {
    /// Takes the user's identities at the identity source away.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] with API code 2004 for an unknown user; otherwise see [`Error`].
    pub async fn unlink_identity(&self, request: &UnlinkIdentity) -> Result<(), Error> {
        let _: UnlinkIdentityDataDto = self.call(Method::POST, UNLINK_IDENTITY, request).await?;
        Ok(())
    }
}
