//! Many people have left.

use reqwest::Method;
use rollcall_wire::v3::paths::RESIGN_USER_BATCH;
use rollcall_wire::v3::users::{ResignUserBatchReqDto, ResignUserDataDto};

use crate::{Batch, Error, ManagementClient};

impl ManagementClient {
    /// Resigns 1 to 1,000 users in one commit: each that there is. `success` in the
    /// answer says whether all of them were; the results, who was not.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] as of the first user where none could be resigned, and with
    /// status code 400 for more than 1,000; otherwise see [`Error`].
    pub async fn resign_user_batch(
        &self,
        users: &ResignUserBatchReqDto,
    ) -> Result<Batch<ResignUserDataDto>, Error> {
        self.call_batch(Method::POST, RESIGN_USER_BATCH, users)
            .await
    }
}
