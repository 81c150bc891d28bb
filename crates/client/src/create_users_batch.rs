//! Many new users.

use reqwest::Method;
use rollcall_wire::v3::paths::CREATE_USERS_BATCH;
use rollcall_wire::v3::users::{CreateUserBatchReqDto, UserDto};

use crate::{Batch, Error, ManagementClient};

impl ManagementClient {
    /// Makes 1 to 1,000 users in one commit: each that can be made. The answer has
    /// those that were, and what became of each row. Passwords in clear are hashed
    /// first, which takes some 25 ms each: give the client a timeout for that.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] as of the first row where none was carried out, and with
    /// status code 400 for more than 1,000 rows; otherwise see [`Error`].
    pub async fn create_users_batch(
        &self,
        users: &CreateUserBatchReqDto,
    ) -> Result<Batch<Vec<UserDto>>, Error> {
        self.call_batch(Method::POST, CREATE_USERS_BATCH, users)
            .await
    }
}
