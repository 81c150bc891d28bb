//! The client that an application uses.

use std::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::{Method, RequestBuilder};
use rollcall_wire::v3::SecretText;
use serde::Serialize;
use url::form_urlencoded;

use super::builder::{AuthenticationClientBuilder, ClientAuthentication};
use super::key_set::KeySet;
use crate::Error;
use crate::http::{Excerpt, Http, ReadData, authorization};
use crate::surroundings::Clock;

/// A client for one application: it signs people in, with a password or through the
/// server's own pages, holds their tokens to the light, and makes the calls that
/// people make for themselves. Cloning is cheap; clones share connections and the
/// server's public keys.
///
/// Calls for a person take that person's access token. It is proof of who calls and
/// is kept nowhere in here.
#[derive(Clone)]
pub struct AuthenticationClient {
    pub(super) inner: Arc<Inner>,
}

pub(super) struct Inner {
    pub(super) http: Http,
    pub(super) app_id: String,
    pub(super) secret: Option<SecretText>,
    pub(super) client_authentication: ClientAuthentication,
    /// Without a slash at its end.
    pub(super) public_url: String,
    pub(super) clock: Clock,
    pub(super) keys: KeySet,
}

impl AuthenticationClient {
    /// Starts a client for the server at `host`, a URL such as
    /// `https://id.example.com`, and the application with this id (24 hex digits).
    /// Passwords and tokens travel in its requests, so use `https` but on the own
    /// machine.
    pub fn builder(
        host: impl Into<String>,
        app_id: impl Into<String>,
    ) -> AuthenticationClientBuilder {
        AuthenticationClientBuilder::new(host.into(), app_id.into())
    }

    /// The issuer that ID tokens must name.
    pub fn issuer(&self) -> String {
        format!("{}/oidc", self.inner.public_url)
    }
}

/// The application's credentials in a body.
#[derive(Serialize)]
pub(super) struct InBody<'a, T> {
    #[serde(flatten)]
    pub(super) request: &'a T,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) client_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) client_secret: Option<&'a SecretText>,
}

impl Inner {
    /// The request's body with what of the credentials belongs there.
    pub(super) fn in_body<'a, T>(&'a self, request: &'a T) -> InBody<'a, T> {
        let (client_id, client_secret) = match self.client_authentication {
            ClientAuthentication::Basic => (None, None),
            ClientAuthentication::Post => (Some(self.app_id.as_str()), self.secret.as_ref()),
            ClientAuthentication::None => (Some(self.app_id.as_str()), None),
        };
        InBody {
            request,
            client_id,
            client_secret,
        }
    }

    /// The request with what of the credentials belongs into its header. Both are
    /// form-encoded before they are joined (RFC 6749 section 2.3.1).
    pub(super) fn in_header(&self, request: RequestBuilder) -> Result<RequestBuilder, Error> {
        let (ClientAuthentication::Basic, Some(secret)) =
            (self.client_authentication, &self.secret)
        else {
            return Ok(request);
        };
        let encoded =
            |text: &str| -> String { form_urlencoded::byte_serialize(text.as_bytes()).collect() };
        let pair = format!("{}:{}", encoded(&self.app_id), encoded(secret.as_str()));
        authorization(request, &format!("Basic {}", STANDARD.encode(pair)))
    }

    /// A form to an endpoint under `/oidc`, with the application's credentials.
    pub(super) fn form(
        &self,
        path: &str,
        request: &impl Serialize,
    ) -> Result<RequestBuilder, Error> {
        let url = format!("{}{path}", self.http.base_url);
        let form = self.http.client.post(url).form(&self.in_body(request));
        self.in_header(form)
    }

    /// A V3 call of a person.
    pub(super) async fn personal<T>(
        &self,
        method: &Method,
        path: &str,
        access_token: &str,
        body: &impl Serialize,
        read_data: ReadData<T>,
    ) -> Result<T, Error> {
        let request = self.http.v3(method, path, body)?;
        let request = authorization(request, &format!("Bearer {access_token}"))?;
        let excerpt = Excerpt::Without(&[access_token]);
        self.http.open(request, &excerpt, read_data).await
    }
}

impl fmt::Debug for AuthenticationClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthenticationClient")
            .field("base_url", &self.inner.http.base_url)
            .field("app_id", &self.inner.app_id)
            .finish_non_exhaustive()
    }
}
