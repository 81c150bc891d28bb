//! One identity source.

use reqwest::Method;
use rollcall_wire::v3::ext_idps::{ExtIdpDetail, GetExtIdpQuery};
use rollcall_wire::v3::paths::GET_EXT_IDP;

use crate::{Error, ManagementClient};

impl ManagementClient {
    /// An identity source with its connections.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] with status code 404 for an unknown one; otherwise see [`Error`].
    pub async fn get_ext_idp(&self, request: &GetExtIdpQuery) -> Result<ExtIdpDetail, Error> {
        self.read(Method::GET, GET_EXT_IDP, request).await
    }
}
