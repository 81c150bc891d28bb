//! Changing an access key.

use reqwest::Method;
use rollcall_wire::v3::access_keys::UpdateAccessKeyDto;
use rollcall_wire::v3::paths::UPDATE_ACCESS_KEY;
use rollcall_wire::v3::success::IsSuccessDto;

use crate::{Error, ManagementClient};

impl ManagementClient {
    /// Switches an access key on or off, and says what it may do. It acts at once, on
    /// its tokens too.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] with status code 403 for a key that may, or shall, do more than
    /// the caller, 404 for an unknown one, and 422 for a root key that would be
    /// switched off or limited; otherwise see [`Error`].
    pub async fn update_access_key(&self, request: &UpdateAccessKeyDto) -> Result<(), Error> {
        let _: IsSuccessDto = self.call(Method::POST, UPDATE_ACCESS_KEY, request).await?;
        Ok(())
    }
}
