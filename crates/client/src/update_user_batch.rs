//! Changes of many users.

use reqwest::Method;
use rollcall_wire::v3::paths::UPDATE_USER_BATCH;
use rollcall_wire::v3::users::{UpdateUserBatchReqDto, UserDto};

use crate::{Batch, Error, ManagementClient};

impl ManagementClient {
    /// Changes 1 to 1,000 users in one commit: each that can be changed, and each
    /// once. A password, or a status other than `Activated`, ends the user's logins
    /// in that commit.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] as of the first row where none was carried out, and with
    /// status code 400 for more than 1,000 rows; otherwise see [`Error`].
    pub async fn update_user_batch(
        &self,
        changes: &UpdateUserBatchReqDto,
    ) -> Result<Batch<Vec<UserDto>>, Error> {
        self.call_batch(Method::POST, UPDATE_USER_BATCH, changes)
            .await
    }
}
