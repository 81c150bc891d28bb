//! What the two clients' builders have in common.

use std::time::Duration;

use reqwest::header::{ACCEPT, HeaderMap, HeaderName, HeaderValue};
use reqwest::redirect;
use rollcall_wire::v3::headers::Header;
use rollcall_wire::v3::{HeaderFamily, Language};
use url::Url;

use crate::http::Http;
use crate::surroundings::Randomness;
use crate::{Error, Retries};

/// How long a call may take in all, unless set.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(10);

/// How long connecting may take, unless the whole call's time is shorter.
pub const DEFAULT_CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

const SDK_VERSION: &str = concat!("rollcall-client:", env!("CARGO_PKG_VERSION"));

#[derive(Clone, Debug)]
pub(crate) struct Options {
    pub(crate) host: String,
    pub(crate) timeout: Duration,
    pub(crate) connect_timeout: Duration,
    pub(crate) language: Language,
    pub(crate) header_family: HeaderFamily,
    pub(crate) retries: Retries,
    pub(crate) randomness: Randomness,
}

impl Options {
    pub(crate) fn new(host: String) -> Self {
        Self {
            host,
            timeout: DEFAULT_TIMEOUT,
            connect_timeout: DEFAULT_CONNECT_TIMEOUT,
            language: Language::default(),
            header_family: HeaderFamily::default(),
            retries: Retries::NONE,
            randomness: Randomness::of_the_system(),
        }
    }

    /// The way out, with these headers in every request besides the usual ones.
    pub(crate) fn http(&self, further: &[(Header, &str, &'static str)]) -> Result<Http, Error> {
        let client = reqwest::Client::builder()
            .connect_timeout(self.connect_timeout)
            .redirect(redirect::Policy::none())
            .default_headers(self.headers(further)?)
            .build()
            .map_err(|_| Error::InvalidOption("TLS"))?;
        Ok(Http {
            client,
            base_url: base_url(&self.host)?,
            timeout: self.timeout,
            retries: self.retries,
            randomness: self.randomness.clone(),
        })
    }

    /// Each further header comes with the option that it is made of.
    fn headers(&self, further: &[(Header, &str, &'static str)]) -> Result<HeaderMap, Error> {
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
        for &(header, value, option) in further {
            let value = HeaderValue::from_str(value).map_err(|_| Error::InvalidOption(option))?;
            headers.insert(name(header), value);
        }
        Ok(headers)
    }
}

/// The host as the beginning of every URL, without a slash at its end. A path
/// stays: a server may lie below one behind a proxy.
pub(crate) fn base_url(host: &str) -> Result<String, Error> {
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

/// The options that both builders take, in their own `options`.
macro_rules! common_options {
    () => {
        /// How long a call may take in all, a token and further tries included;
        /// [`DEFAULT_TIMEOUT`](crate::DEFAULT_TIMEOUT), 10 seconds, if not set.
        #[must_use]
        pub fn timeout(mut self, timeout: std::time::Duration) -> Self {
            self.options.timeout = timeout;
            self
        }

        /// How long connecting may take;
        /// [`DEFAULT_CONNECT_TIMEOUT`](crate::DEFAULT_CONNECT_TIMEOUT), 5 seconds,
        /// if not set.
        #[must_use]
        pub fn connect_timeout(mut self, timeout: std::time::Duration) -> Self {
            self.options.connect_timeout = timeout;
            self
        }

        /// The language of the server's messages; American English if not set.
        #[must_use]
        pub fn language(mut self, language: crate::Language) -> Self {
            self.options.language = language;
            self
        }

        /// Which family of V3 headers to send; `x-genauth-…` if not set.
        #[must_use]
        pub fn header_family(mut self, family: crate::HeaderFamily) -> Self {
            self.options.header_family = family;
            self
        }

        /// Whether calls that change nothing are tried again when they were not
        /// answered; not at all if not set. See [`Retries`](crate::Retries).
        #[must_use]
        pub fn retries(mut self, retries: crate::Retries) -> Self {
            self.options.retries = retries;
            self
        }

        /// Fills bytes at random, in place of the operating system: for tests, and
        /// for machines with a source of their own. `state`, `nonce` and PKCE's
        /// verifier are made of it, so it must be fit for cryptography.
        #[must_use]
        pub fn randomness(mut self, fill: impl Fn(&mut [u8]) + Send + Sync + 'static) -> Self {
            self.options.randomness = crate::surroundings::Randomness::given(fill);
            self
        }
    };
}

pub(crate) use common_options;

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
}
