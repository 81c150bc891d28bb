//! A new password, set by the person.

use reqwest::Method;
use rollcall_wire::v3::authentication::UpdatePasswordDto;
use rollcall_wire::v3::paths::UPDATE_PASSWORD;

use super::client::AuthenticationClient;
use crate::Error;
use crate::http::data;

impl AuthenticationClient {
    /// Sets a new password, 6 characters to 1,024 bytes, and ends the person's other
    /// logins. Without the old password, the last sign-in by the person's own hand
    /// must be less than 10 minutes ago.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] with API code 2006 for a wrong old password, 2020 if the person
    /// is signed out, status code 422 for a new password that is not accepted, 429,
    /// with [`Error::retry_after`], after too many failures; otherwise see [`Error`].
    pub async fn update_password(
        &self,
        access_token: &str,
        new_password: &str,
        old_password: Option<&str>,
    ) -> Result<(), Error> {
        let inner = &*self.inner;
        let body = UpdatePasswordDto {
            new_password: new_password.into(),
            old_password: old_password.map(Into::into),
            password_encrypt_type: None,
        };
        let update = inner.personal(&Method::POST, UPDATE_PASSWORD, access_token, &body, data);
        inner.http.in_time(update).await
    }
}
