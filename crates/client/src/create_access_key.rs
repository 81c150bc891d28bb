//! A new access key.

use reqwest::Method;
use rollcall_wire::v3::access_keys::{AccessKeyDto, CreateAccessKeyDto};
use rollcall_wire::v3::paths::CREATE_ACCESS_KEY;

use crate::{Error, ManagementClient};

impl ManagementClient {
    /// Makes an access key, and answers it with its secret, this once. Without
    /// `permissions` it may do what the caller may.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] with status code 403 for a permission that the caller lacks, and
    /// 422 for more keys than a user pool may have; otherwise see [`Error`].
    pub async fn create_access_key(
        &self,
        request: &CreateAccessKeyDto,
    ) -> Result<AccessKeyDto, Error> {
        let made: [AccessKeyDto; 1] = self.call(Method::POST, CREATE_ACCESS_KEY, request).await?;
        let [key] = made;
        Ok(key)
    }
}
