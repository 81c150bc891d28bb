//! Deleting an identity source.

use reqwest::Method;
use rollcall_wire::v3::ext_idps::DeleteExtIdpDto;
use rollcall_wire::v3::paths::DELETE_EXT_IDP;
use rollcall_wire::v3::success::IsSuccessDto;

use crate::{Error, ManagementClient};

impl ManagementClient {
    /// Deletes an identity source, and people's identities in it. They stay signed in.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] with status code 404 for an unknown one; otherwise see [`Error`].
    pub async fn delete_ext_idp(&self, request: &DeleteExtIdpDto) -> Result<(), Error> {
        let _: IsSuccessDto = self.call(Method::POST, DELETE_EXT_IDP, request).await?;
        Ok(())
    }
}
