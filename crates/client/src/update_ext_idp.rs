//! Another name for an identity source.

use reqwest::Method;
use rollcall_wire::v3::ext_idps::{ExtIdpDto, UpdateExtIdpDto};
use rollcall_wire::v3::paths::UPDATE_EXT_IDP;

use crate::{Error, ManagementClient};

impl ManagementClient {
    /// Renames an identity source.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] with status code 404 for an unknown one; otherwise see [`Error`].
    pub async fn update_ext_idp(&self, request: &UpdateExtIdpDto) -> Result<ExtIdpDto, Error> {
        self.call(Method::POST, UPDATE_EXT_IDP, request).await
    }
}
