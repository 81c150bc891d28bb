//! Signing a person in with a password.

use std::fmt;

use reqwest::Method;
use rollcall_wire::v3::SecretText;
use rollcall_wire::v3::authentication::{
    LoginTokenResponseDataDto, SignInByPasswordPayloadDto, SignInOptionsDto,
    SigninByCredentialsDto, SigninConnection,
};
use rollcall_wire::v3::paths::SIGNIN;

use super::client::AuthenticationClient;
use crate::Error;
use crate::http::{Excerpt, data};

/// Whom to sign in, and what for.
///
/// ```
/// use rollcall_client::SignIn;
///
/// let sign_in = SignIn::by_username("alice", "correct horse")
///     .scope("openid profile offline_access")
///     .client_ip("203.0.113.7");
/// ```
#[derive(Clone)]
pub struct SignIn {
    payload: SignInByPasswordPayloadDto,
    options: SignInOptionsDto,
}

impl SignIn {
    fn new(password: String) -> Self {
        Self {
            payload: SignInByPasswordPayloadDto {
                password: SecretText::from(password),
                account: None,
                email: None,
                username: None,
                phone: None,
            },
            options: SignInOptionsDto::default(),
        }
    }

    /// By what the person typed: a username, e-mail address or phone number.
    pub fn by_account(account: impl Into<String>, password: impl Into<String>) -> Self {
        let mut sign_in = Self::new(password.into());
        sign_in.payload.account = Some(account.into());
        sign_in
    }

    /// By username alone.
    pub fn by_username(username: impl Into<String>, password: impl Into<String>) -> Self {
        let mut sign_in = Self::new(password.into());
        sign_in.payload.username = Some(username.into());
        sign_in
    }

    /// By e-mail address alone.
    pub fn by_email(email: impl Into<String>, password: impl Into<String>) -> Self {
        let mut sign_in = Self::new(password.into());
        sign_in.payload.email = Some(email.into());
        sign_in
    }

    /// By phone number alone.
    pub fn by_phone(phone: impl Into<String>, password: impl Into<String>) -> Self {
        let mut sign_in = Self::new(password.into());
        sign_in.payload.phone = Some(phone.into());
        sign_in
    }

    /// The scopes to grant, separated by spaces. `openid` gives an ID token,
    /// `offline_access` a refresh token.
    #[must_use]
    pub fn scope(mut self, scope: impl Into<String>) -> Self {
        self.options.scope = Some(scope.into());
        self
    }

    /// The person's address, for the history of logins. It is believed only of an
    /// application that has shown its secret.
    #[must_use]
    pub fn client_ip(mut self, address: impl Into<String>) -> Self {
        self.options.client_ip = Some(address.into());
        self
    }
}

/// Without the account: a log of sign-ins is no list of people.
impl fmt::Debug for SignIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignIn").finish_non_exhaustive()
    }
}

impl AuthenticationClient {
    /// Signs a person in: from the answer on, check-session-status says yes.
    /// `expire_in` counts seconds, for the access token.
    ///
    /// It is a call for applications whose makers also run the server; others send
    /// people to the server's pages, with [`sign_on`](Self::sign_on). It is not tried
    /// again by itself: after a failure without an answer the person may be signed
    /// in.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] with API code 2333 for an unknown account or a wrong password,
    /// without telling which; 2005 for a locked one and 2058 where the password must
    /// be reset, both only after the right password; status code 429, with
    /// [`Error::retry_after`], after too many failures; 401 if the application did
    /// not prove itself, 403 if it may not use this call. Otherwise see [`Error`].
    pub async fn signin(&self, sign_in: &SignIn) -> Result<LoginTokenResponseDataDto, Error> {
        let inner = &*self.inner;
        let credentials = inner.in_body(&());
        let body = SigninByCredentialsDto {
            connection: SigninConnection::Password,
            password_payload: Some(sign_in.payload.clone()),
            pass_code_payload: None,
            ad_payload: None,
            ldap_payload: None,
            options: Some(sign_in.options.clone()),
            client_id: credentials.client_id.map(ToOwned::to_owned),
            client_secret: credentials.client_secret.cloned(),
        };
        let request = inner.http.v3(&Method::POST, SIGNIN, &body)?;
        let request = inner.in_header(request)?;
        let excerpt = Excerpt::Hidden("not an envelope with tokens");
        inner
            .http
            .in_time(inner.http.open(request, &excerpt, data))
            .await
    }
}
