//! Registering a person.

use reqwest::Method;
use rollcall_wire::v3::paths::SIGNUP;
use rollcall_wire::v3::sign_up::{
    SignUpByPasswordDto, SignUpConnection, SignUpDto, SignUpProfileDto,
};
use rollcall_wire::v3::users::UserDto;

use super::client::AuthenticationClient;
use crate::Error;
use crate::http::{Excerpt, data};

impl AuthenticationClient {
    /// Registers a person with a password and a username, an e-mail address or both.
    /// Nobody is signed in by it. It is not tried again by itself: after a failure
    /// without an answer the person may be registered.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] with API code 2031 where people cannot register, status code 409
    /// for a name that is taken, 400 and 422 for values that are not accepted, 429
    /// after too many; otherwise see [`Error`].
    pub async fn signup(
        &self,
        account: &SignUpByPasswordDto,
        profile: Option<&SignUpProfileDto>,
    ) -> Result<UserDto, Error> {
        let inner = &*self.inner;
        let credentials = inner.in_body(&());
        let body = SignUpDto {
            connection: SignUpConnection::Password,
            password_payload: Some(account.clone()),
            pass_code_payload: None,
            profile: profile.cloned(),
            options: None,
            client_id: credentials.client_id.map(ToOwned::to_owned),
            client_secret: credentials.client_secret.cloned(),
        };
        let request = inner.http.v3(&Method::POST, SIGNUP, &body)?;
        let request = inner.in_header(request)?;
        let excerpt = Excerpt::Hidden("not an envelope with a user");
        let signup = inner.http.open(request, &excerpt, data);
        inner.http.in_time(signup).await
    }
}
