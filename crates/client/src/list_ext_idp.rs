//! All identity sources.

use reqwest::Method;
use rollcall_wire::v3::ext_idps::{ExtIdpListPagingDto, ListExtIdpQuery};
use rollcall_wire::v3::paths::LIST_EXT_IDP;

use crate::{Error, ManagementClient};

impl ManagementClient {
    /// The identity sources of the user pool, the oldest first.
    ///
    /// # Errors
    ///
    /// See [`Error`].
    pub async fn list_ext_idp(
        &self,
        request: &ListExtIdpQuery,
    ) -> Result<ExtIdpListPagingDto, Error> {
        self.read(Method::GET, LIST_EXT_IDP, request).await
    }
}
