//! A new user.

use reqwest::Method;
use rollcall_wire::v3::paths::CREATE_USER;
use rollcall_wire::v3::users::{CreateUserReqDto, UserDto};

use crate::{Error, ManagementClient};

impl ManagementClient {
    /// Makes a user, with at least one of `username`, `phone` and `email`. Names and ids
    /// have up to 256 characters, other texts up to 2,048, `customData` up to 16 KiB of
    /// JSON, a password 6 characters to 1,024 bytes.
    ///
    /// Not tried again by itself: after a failure without an answer the user may exist.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] with status code 409 if a name belongs to another user, 400 and 422
    /// for values that are not accepted; otherwise see [`Error`].
    pub async fn create_user(&self, request: &CreateUserReqDto) -> Result<UserDto, Error> {
        self.call(Method::POST, CREATE_USER, request).await
    }
}
