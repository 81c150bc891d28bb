//! An access key that is no more.

use reqwest::Method;
use rollcall_wire::v3::access_keys::DeleteAccessKeyDto;
use rollcall_wire::v3::paths::DELETE_ACCESS_KEY;

use crate::{Error, ManagementClient};

impl ManagementClient {
    /// Deletes an access key: it is refused from then on. It cannot be undone. A pool's
    /// root key is not deleted.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] with status code 404 for an unknown key, and 403 for a root key
    /// or one that may do more than the caller; otherwise see [`Error`].
    pub async fn delete_access_key(&self, access_key_id: &str) -> Result<(), Error> {
        let which = DeleteAccessKeyDto {
            access_key_id: access_key_id.to_owned(),
        };
        self.call(Method::POST, DELETE_ACCESS_KEY, &which).await
    }
}
