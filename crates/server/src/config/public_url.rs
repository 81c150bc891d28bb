//! The public URL: an origin, https unless it is on loopback.

use std::fmt;
use std::net::SocketAddr;
use url::{Host, Url};

/// What clients call this server: an origin without a trailing slash.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PublicUrl {
    origin: String,
    loopback: bool,
}

/// The text is no public URL.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum PublicUrlError {
    /// It is no http or https URL.
    #[error("is not an http or https URL")]
    NotAUrl,
    /// It has more than an origin.
    #[error("must be an origin alone, without user name, path, query or fragment")]
    NotAnOrigin,
    /// It is http and not on loopback.
    #[error("must be https: over http, cookies and tokens could be read on the way")]
    NotHttps,
}

impl PublicUrl {
    /// Reads a public URL.
    pub fn parse(text: &str) -> Result<Self, PublicUrlError> {
        // The parser would accept `https:host` and `https:/host`, and cut blanks.
        let has_scheme = text.starts_with("http://") || text.starts_with("https://");
        if !has_scheme || text.contains(char::is_whitespace) {
            return Err(PublicUrlError::NotAUrl);
        }
        let url = Url::parse(text).map_err(|_| PublicUrlError::NotAUrl)?;
        // `@`, `?` and `#` alone mean an empty user name, query or fragment.
        if url.path() != "/" || text.contains(['@', '?', '#', '\\']) {
            return Err(PublicUrlError::NotAnOrigin);
        }
        let host = url.host().ok_or(PublicUrlError::NotAUrl)?;
        let loopback = is_loopback_host(&host);
        if url.scheme() != "https" && !loopback {
            return Err(PublicUrlError::NotHttps);
        }
        Ok(Self {
            origin: url.origin().ascii_serialization(),
            loopback,
        })
    }

    /// The public URL of a listener on loopback.
    pub(super) fn of_loopback(address: SocketAddr, tls: bool) -> Self {
        let scheme = if tls { "https" } else { "http" };
        Self {
            origin: format!("{scheme}://{address}"),
            loopback: true,
        }
    }

    /// The origin as text, without a trailing slash.
    pub fn as_str(&self) -> &str {
        &self.origin
    }

    /// The host, without a port.
    pub(super) fn host(&self) -> &str {
        let (_, place) = self.origin.split_once("://").unwrap_or_default();
        let end = place
            .rfind(':')
            .filter(|at| place[*at..].find(']').is_none());
        &place[..end.unwrap_or(place.len())]
    }

    /// Whether people reach it over TLS.
    pub fn is_https(&self) -> bool {
        self.origin.starts_with("https://")
    }

    /// Whether its host is on loopback.
    pub fn is_loopback(&self) -> bool {
        self.loopback
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.origin)
    }
}

/// Whether the host is this machine by definition: 127.0.0.0/8, `[::1]`,
/// `localhost` and names under `.localhost` (RFC 6761 section 6.3).
pub fn is_loopback_host<S: AsRef<str>>(host: &Host<S>) -> bool {
    match host {
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
        Host::Domain(name) => {
            let name = name.as_ref().trim_end_matches('.').to_ascii_lowercase();
            name == "localhost" || name.ends_with(".localhost")
        }
    }
}
