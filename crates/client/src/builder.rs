//! Options of a client.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{ACCEPT, HeaderMap, HeaderName, HeaderValue};
use reqwest::redirect;
use rollcall_wire::v3::headers::Header;
use rollcall_wire::v3::{HeaderFamily, Language, SecretText};
use url::Url;

use crate::Error;
use crate::management_client::{Inner, ManagementClient};
use crate::token::TokenCache;

/// How long a call may take in all, unless set.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(10);

/// How long connecting may take, unless the whole call's time is shorter.
pub const DEFAULT_CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

const SDK_VERSION: &str = concat!("rollcall-client:", env!("CARGO_PKG_VERSION"));

/// Makes a [`ManagementClient`]; see [`ManagementClient::builder`].
#[derive(Clone)]
pub struct ManagementClientBuilder {
    host: String,
    access_key_id: String,
    access_key_secret: SecretText,
    timeout: Duration,
    connect_timeout: Duration,
    language: Language,
    header_family: HeaderFamily,
    authorization_scheme: String,
    user_pool_id: Option<String>,
}

impl fmt::Debug for ManagementClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ManagementClientBuilder")
            .field("access_key_id", &self.access_key_id)
            .finish_non_exhaustive()
    }
}

impl ManagementClientBuilder {
    pub(crate) fn new(host: String, access_key_id: String, access_key_secret: SecretText) -> Self {
        Self {
            host,
            access_key_id,
            access_key_secret,
            timeout: DEFAULT_TIMEOUT,
            connect_timeout: DEFAULT_CONNECT_TIMEOUT,
            language: Language::default(),
            header_family: HeaderFamily::default(),
            authorization_scheme: "Bearer".to_owned(),
            user_pool_id: None,
        }
    }

    /// How long a call may take in all, the token and a second try included;
    /// [`DEFAULT_TIMEOUT`] if not set.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// How long connecting may take; [`DEFAULT_CONNECT_TIMEOUT`] if not set.
    #[must_use]
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// The language of the server's messages; American English if not set.
    #[must_use]
    pub fn language(mut self, language: Language) -> Self {
        self.language = language;
        self
    }

    /// Which family of V3 headers to send; `x-genauth-…` if not set.
    #[must_use]
    pub fn header_family(mut self, family: HeaderFamily) -> Self {
        self.header_family = family;
        self
    }

    /// The word before the token in `Authorization`; `Bearer` if not set, and
    /// no word at all if empty.
    #[must_use]
    pub fn authorization_scheme(mut self, scheme: impl Into<String>) -> Self {
        self.authorization_scheme = scheme.into();
        self
    }

    /// The user pool to name in every call. Without it none is named, and the
    /// pool follows from the access key; another pool than the key's is 403.
    #[must_use]
    pub fn user_pool_id(mut self, id: impl Into<String>) -> Self {
        self.user_pool_id = Some(id.into());
        self
    }

    /// Checks the options. It makes no request: a wrong key shows on the first
    /// call.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidHost`] and [`Error::InvalidOption`].
    pub fn build(self) -> Result<ManagementClient, Error> {
        let base_url = base_url(&self.host)?;
        let http = reqwest::Client::builder()
            .connect_timeout(self.connect_timeout)
            .redirect(redirect::Policy::none())
            .default_headers(self.headers()?)
            .build()
            .map_err(|_| Error::InvalidOption("TLS"))?;
        if HeaderValue::from_str(&self.authorization_scheme).is_err() {
            return Err(Error::InvalidOption("authorization_scheme"));
        }
        Ok(ManagementClient {
            inner: Arc::new(Inner {
                http,
                base_url,
                access_key_id: self.access_key_id,
                access_key_secret: self.access_key_secret,
                authorization_scheme: self.authorization_scheme,
                timeout: self.timeout,
                tokens: TokenCache::default(),
            }),
        })
    }

    fn headers(&self) -> Result<HeaderMap, Error> {
        let name = |header| HeaderName::from_static(self.header_family.header(header));
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        headers.insert(
            name(Header::SdkVersion),
            HeaderValue::from_static(SDK_VERSION),
        );
        headers.insert(name(Header::RequestFrom), HeaderValue::from_static("sdk"));
        headers.insert(
            name(Header::Language),
            HeaderValue::from_static(self.language.as_str()),
        );
        if let Some(id) = &self.user_pool_id {
            let value =
                HeaderValue::from_str(id).map_err(|_| Error::InvalidOption("user_pool_id"))?;
            headers.insert(name(Header::UserPoolId), value);
        }
        Ok(headers)
    }
}

/// The host as the beginning of every URL, without a slash at its end. A path
/// stays: a server may lie below one behind a proxy.
fn base_url(host: &str) -> Result<String, Error> {
    let url = Url::parse(host).map_err(|_| Error::InvalidHost)?;
    let plain = matches!(url.scheme(), "http" | "https")
        && url.has_host()
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none();
    if !plain {
        return Err(Error::InvalidHost);
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_a_plain_url() {
        assert_eq!(
            base_url("https://id.example.com").unwrap(),
            "https://id.example.com"
        );
        assert_eq!(
            base_url("https://id.example.com/").unwrap(),
            "https://id.example.com"
        );
        assert_eq!(
            base_url("http://[::1]:3000/a/").unwrap(),
            "http://[::1]:3000/a"
        );
        for host in [
            "",
            "id.example.com",
            "ftp://id.example.com",
            "https://",
            "https://u:p@id.example.com",
            "https://id.example.com?x",
            "https://id.example.com#x",
        ] {
            assert!(matches!(base_url(host), Err(Error::InvalidHost)), "{host}");
        }
    }

    #[test]
    fn options_that_no_header_can_carry_are_refused() {
        let builder = || ManagementClient::builder("https://id.example.com", "id", "hush");
        assert!(matches!(
            builder().user_pool_id("a\nb").build(),
            Err(Error::InvalidOption("user_pool_id"))
        ));
        assert!(matches!(
            builder().authorization_scheme("a\nb").build(),
            Err(Error::InvalidOption("authorization_scheme"))
        ));
        assert!(!format!("{:?}", builder()).contains("hush"));
        assert!(!format!("{:?}", builder().build().unwrap()).contains("hush"));
    }
}
