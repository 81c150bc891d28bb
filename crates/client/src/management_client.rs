//! The client of the management API.

use std::fmt;
use std::sync::Arc;

use rollcall_wire::v3::SecretText;

use crate::ManagementClientBuilder;
use crate::http::Http;
use crate::token::TokenCache;

/// A client of the management API. Cloning is cheap; clones share connections
/// and the management token.
#[derive(Clone)]
pub struct ManagementClient {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) http: Http,
    pub(crate) access_key_id: String,
    pub(crate) access_key_secret: SecretText,
    pub(crate) authorization_scheme: String,
    pub(crate) tokens: TokenCache,
}

impl ManagementClient {
    /// Starts a client for the server at `host`, a URL such as
    /// `https://id.example.com`, with an access key of the user pool. The key
    /// travels in the first request, so use `https` but on the own machine.
    pub fn builder(
        host: impl Into<String>,
        access_key_id: impl Into<String>,
        access_key_secret: impl Into<String>,
    ) -> ManagementClientBuilder {
        ManagementClientBuilder::new(
            host.into(),
            access_key_id.into(),
            access_key_secret.into().into(),
        )
    }
}

impl fmt::Debug for ManagementClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ManagementClient")
            .field("base_url", &self.inner.http.base_url)
            .field("access_key_id", &self.inner.access_key_id)
            .finish_non_exhaustive()
    }
}
