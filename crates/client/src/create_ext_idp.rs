//! A new identity source.

use reqwest::Method;
use rollcall_wire::v3::ext_idps::{CreateExtIdpDto, ExtIdpDto};
use rollcall_wire::v3::paths::CREATE_EXT_IDP;

use crate::{Error, ManagementClient};

impl ManagementClient {
    /// Makes an identity source: what users' identities refer to. Nobody can sign in
    /// through it yet.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] with status code 400 for values that are not accepted; otherwise
    /// see [`Error`].
    pub async fn create_ext_idp(&self, request: &CreateExtIdpDto) -> Result<ExtIdpDto, Error> {
        self.call(Method::POST, CREATE_EXT_IDP, request).await
    }
}
