//! Another user pool.

use reqwest::Method;
use rollcall_wire::v3::paths::CREATE_USER_POOL;
use rollcall_wire::v3::user_pools::{CreateUserPoolDataDto, CreateUserPoolDto};

use crate::{Error, ManagementClient};

impl ManagementClient {
    /// Makes a user pool, and answers it with its root key, this once. It is an
    /// addition of Rollcall to the V3 API.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] with status code 403 unless the access key is the root key of the
    /// server's first user pool, and 422 for more pools than a server may have;
    /// otherwise see [`Error`].
    pub async fn create_user_pool(&self, name: &str) -> Result<CreateUserPoolDataDto, Error> {
        let new = CreateUserPoolDto {
            name: name.to_owned(),
        };
        self.call(Method::POST, CREATE_USER_POOL, &new).await
    }
}
