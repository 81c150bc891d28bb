//! Some users by their identifiers.

use reqwest::Method;
use rollcall_wire::v3::paths::GET_USER_BATCH;
use rollcall_wire::v3::users::{GetUserBatchQuery, UserDto};

use crate::{Error, ManagementClient};

impl ManagementClient {
    /// Those of the users that there are, in the order in which they are named,
    /// each once; 1 to 50.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] with status code 400 for more than 50 users or a malformed
    /// one; otherwise see [`Error`].
    pub async fn get_user_batch(&self, query: &GetUserBatchQuery) -> Result<Vec<UserDto>, Error> {
        self.read(Method::GET, GET_USER_BATCH, query).await
    }
}
