//! Options of an application's client.

use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use rollcall_wire::v3::SecretText;
use rollcall_wire::v3::headers::Header;

use super::client::{AuthenticationClient, Inner};
use super::key_set::KeySet;
use crate::Error;
use crate::options::{Options, base_url, common_options};
use crate::surroundings::Clock;

/// How an application proves that it is the one it says (RFC 7591 section 2), at
/// `signin` and under `/oidc`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ClientAuthentication {
    /// `client_secret_basic`: in `Authorization`. What is used unless set, if there is
    /// a secret.
    Basic,
    /// `client_secret_post`: in the body.
    Post,
    /// `none`: it only names itself, as applications do that run on people's devices.
    /// What is used unless set, if there is no secret.
    None,
}

/// Makes an [`AuthenticationClient`]; see [`AuthenticationClient::builder`].
#[derive(Clone)]
pub struct AuthenticationClientBuilder {
    options: Options,
    app_id: String,
    secret: Option<SecretText>,
    client_authentication: Option<ClientAuthentication>,
    public_url: Option<String>,
    clock: Clock,
}

impl fmt::Debug for AuthenticationClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthenticationClientBuilder")
            .field("app_id", &self.app_id)
            .finish_non_exhaustive()
    }
}

impl AuthenticationClientBuilder {
    pub(crate) fn new(host: String, app_id: String) -> Self {
        Self {
            options: Options::new(host),
            app_id,
            secret: None,
            client_authentication: None,
            public_url: None,
            clock: Clock::of_the_system(),
        }
    }

    common_options!();

    /// The application's secret. An application that runs on people's devices has
    /// none that it could keep.
    #[must_use]
    pub fn secret(mut self, secret: impl Into<String>) -> Self {
        self.secret = Some(secret.into().into());
        self
    }

    /// How the application proves itself; as [`ClientAuthentication`] says if not set.
    #[must_use]
    pub fn client_authentication(mut self, way: ClientAuthentication) -> Self {
        self.client_authentication = Some(way);
        self
    }

    /// Where browsers reach the server, if that is not the host that this client
    /// calls: the server's `--public-url`. It is where people are sent, and with
    /// `/oidc` the issuer that ID tokens must name.
    #[must_use]
    pub fn public_url(mut self, url: impl Into<String>) -> Self {
        self.public_url = Some(url.into());
        self
    }

    /// Tells the date, in place of the machine's clock: for tests. ID tokens expire
    /// by it.
    #[must_use]
    pub fn clock(mut self, now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.clock = Clock::given(now);
        self
    }

    /// Checks the options. It makes no request: a wrong secret shows on the first
    /// call.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidHost`] for the host or the public URL, and
    /// [`Error::InvalidOption`].
    pub fn build(self) -> Result<AuthenticationClient, Error> {
        let http = self
            .options
            .http(&[(Header::AppId, &self.app_id, "app_id")])?;
        let public_url = match &self.public_url {
            Some(url) => base_url(url)?,
            None => http.base_url.clone(),
        };
        let unless_set = match self.secret {
            Some(_) => ClientAuthentication::Basic,
            None => ClientAuthentication::None,
        };
        let way = self.client_authentication.unwrap_or(unless_set);
        if way != ClientAuthentication::None && self.secret.is_none() {
            return Err(Error::InvalidOption(
                "client_authentication without a secret",
            ));
        }
        Ok(AuthenticationClient {
            inner: Arc::new(Inner {
                http,
                app_id: self.app_id,
                secret: self.secret,
                client_authentication: way,
                public_url,
                clock: self.clock,
                keys: KeySet::default(),
            }),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_that_do_not_fit_are_refused() {
        let builder = || AuthenticationClient::builder("https://id.example.com", "app");
        assert!(matches!(
            builder()
                .client_authentication(ClientAuthentication::Post)
                .build(),
            Err(Error::InvalidOption(_))
        ));
        assert!(matches!(
            builder().public_url("id.example.com").build(),
            Err(Error::InvalidHost)
        ));
        assert!(matches!(
            AuthenticationClient::builder("https://id.example.com", "a\nb").build(),
            Err(Error::InvalidOption("app_id"))
        ));
        let with_secret = builder().secret("hush");
        assert!(!format!("{with_secret:?}").contains("hush"));
        assert!(!format!("{:?}", with_secret.build().unwrap()).contains("hush"));
    }
}
