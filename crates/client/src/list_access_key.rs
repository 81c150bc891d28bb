//! All access keys.

use reqwest::Method;
use rollcall_wire::v3::access_keys::{AccessKeyDto, ListAccessKeyQuery};
use rollcall_wire::v3::paths::LIST_ACCESS_KEY;

use crate::{Error, ManagementClient};

impl ManagementClient {
    /// The access keys of the user pool for which the conditions hold, its root key
    /// and then the oldest first. Secrets are masked.
    ///
    /// # Errors
    ///
    /// See [`Error`].
    pub async fn list_access_key(
        &self,
        request: &ListAccessKeyQuery,
    ) -> Result<Vec<AccessKeyDto>, Error> {
        self.read(Method::GET, LIST_ACCESS_KEY, request).await
    }
}
