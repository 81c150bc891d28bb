//! A new secret for an access key.

use reqwest::Method;
use rollcall_wire::v3::access_keys::{AccessKeyDto, RotateAccessKeyDto};
use rollcall_wire::v3::paths::ROTATE_ACCESS_KEY;

use crate::{Error, ManagementClient};

impl ManagementClient {
    /// Replaces an access key's secret, and answers the new one, this once. The former
    /// one and the key's tokens are refused from then on: a client of that key must be
    /// made anew. It is an addition of Rollcall to the V3 API.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] with status code 403 for a key that may do more than the caller,
    /// and for a root key unless it is the caller, 404 for an unknown one; otherwise
    /// see [`Error`].
    pub async fn rotate_access_key(&self, access_key_id: &str) -> Result<AccessKeyDto, Error> {
        let which = RotateAccessKeyDto {
            access_key_id: access_key_id.to_owned(),
        };
        self.call(Method::POST, ROTATE_ACCESS_KEY, &which).await
    }
}
