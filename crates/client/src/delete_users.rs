//! Deleting users.

use reqwest::Method;
use rollcall_wire::v3::paths::DELETE_USERS_BATCH;
use rollcall_wire::v3::success::IsSuccessDto;
use rollcall_wire::v3::users::DeleteUsersBatchDto;

use crate::{Error, ManagementClient};

impl ManagementClient {
    /// Deletes 1 to 50 users (`delete-users-batch`), and ends all their logins: all of
    /// them or, on a failure, none. It cannot be undone.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] with API code 2004 if one of them is unknown; otherwise see
    /// [`Error`].
    pub async fn delete_users(&self, request: &DeleteUsersBatchDto) -> Result<(), Error> {
        let _: IsSuccessDto = self.call(Method::POST, DELETE_USERS_BATCH, request).await?;
        Ok(())
    }
}
