//! One access key.

use reqwest::Method;
use rollcall_wire::v3::access_keys::{AccessKeyDto, GetAccessKeyQuery};
use rollcall_wire::v3::paths::GET_ACCESS_KEY;

use crate::{Error, ManagementClient};

impl ManagementClient {
    /// An access key, with a mask for its secret. `user_id` is for whom it was made,
    /// or else its user pool's id.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] with status code 404 for an unknown one; otherwise see [`Error`].
    pub async fn get_access_key(&self, request: &GetAccessKeyQuery) -> Result<AccessKeyDto, Error> {
        let found: [AccessKeyDto; 1] = self.read(Method::GET, GET_ACCESS_KEY, request).await?;
        let [key] = found;
        Ok(key)
    }
}
