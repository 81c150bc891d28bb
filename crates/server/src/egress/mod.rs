//! The one way out: every request of ours whose URL comes from data goes through
//! here. Whoever manages an application or webhooks names its logo, where it is told
//! of sign-outs, and where webhooks are, and must not reach with our hands what they cannot reach with
//! their own (OWASP ASVS 5.0, 1.3.6).

mod address;
mod image;
mod resolve;

#[cfg(test)]
mod tests;

pub use address::EgressPolicy;
pub use image::Image;
pub use resolve::Lookup;

use crate::config::is_loopback_host;
use bytes::Bytes;
use http::header::ACCEPT;
use http::{HeaderMap, StatusCode};
use reqwest::redirect;
use reqwest::{Client, ClientBuilder, Response, retry};
use resolve::{Guarded, NoAddress, System};
use rollcall_core::limits;
use std::error::Error;
use std::fmt;
use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use url::{Host, Url};

/// What other servers see of us.
const USER_AGENT: &str = concat!("Rollcall/", env!("CARGO_PKG_VERSION"));

/// Sends requests whose URL comes from data. A clone is another reference to
/// the same.
#[derive(Clone)]
pub struct Egress {
    policy: Arc<EgressPolicy>,
    http: Client,
}

/// A request was sent and answered, whatever the answer is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Sent {
    /// The answer's status. A redirect is not followed: it is the answer.
    pub status: u16,
}

/// An answer as far as it was read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Answer {
    /// Its status. A redirect is not followed: it is the answer.
    pub status: u16,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body, up to [`limits::MAX_EGRESS_ANSWER_BYTES`] and up to where it broke.
    pub body: Bytes,
}

/// Why there was no answer, or none that can be used.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, thiserror::Error)]
pub enum EgressError {
    /// It is no https URL, nor http on a loopback host, or has user information.
    #[error("the URL is not one that requests are sent to")]
    BadUrl,
    /// No address of the host may be reached.
    #[error("the host is at no address that may be reached")]
    Refused,
    /// The name has no address.
    #[error("the name has no address")]
    Unresolved,
    /// It took longer than [`limits::EGRESS_TIMEOUT`].
    #[error("there was no answer in time")]
    TimedOut,
    /// There is no connection, or it broke, or what came is no HTTP.
    #[error("there was no connection, or no answer on it")]
    Unreachable,
    /// The other side did not prove who it is, or does not speak TLS.
    #[error("TLS failed")]
    TlsFailed,
    /// The answer is longer than [`limits::MAX_EGRESS_ANSWER_BYTES`].
    #[error("the answer is too large")]
    TooLarge,
    /// The answer is no image of a kind that is shown.
    #[error("the answer is no image")]
    NotAnImage,
}

impl EgressError {
    /// A code that stays the same.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BadUrl => "bad_url",
            Self::Refused => "refused",
            Self::Unresolved => "unresolved",
            Self::TimedOut => "timed_out",
            Self::Unreachable => "unreachable",
            Self::TlsFailed => "tls_failed",
            Self::TooLarge => "too_large",
            Self::NotAnImage => "not_an_image",
        }
    }
}

impl fmt::Debug for Egress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Egress")
            .field("policy", &self.policy)
            .finish_non_exhaustive()
    }
}

impl Egress {
    /// A way out under this policy, with the system's names.
    pub fn new(policy: EgressPolicy) -> Result<Self, EgressError> {
        Self::with_lookup(policy, Arc::new(System::default()))
    }

    /// A way out under this policy; names have the addresses that are said here.
    pub fn with_lookup(policy: EgressPolicy, lookup: Arc<dyn Lookup>) -> Result<Self, EgressError> {
        Self::build(Arc::new(policy), lookup, |error| {
            tracing::warn!(
                detail = detail(error),
                "no root certificates: logos, webhooks and notices of sign-outs over https will \
                 fail; name a file of them with SSL_CERT_FILE"
            );
        })
    }

    /// Another way out under the same policy, which has nothing else in common with
    /// this one: names that are never found hold up no other's.
    pub fn apart(&self) -> Result<Self, EgressError> {
        let policy = Arc::clone(&self.policy);
        // What is wrong was told with the first.
        Self::build(policy, Arc::new(System::default()), |_| ())
    }

    fn build(
        policy: Arc<EgressPolicy>,
        lookup: Arc<dyn Lookup>,
        without_roots: impl FnOnce(&reqwest::Error),
    ) -> Result<Self, EgressError> {
        let resolver = Arc::new(Guarded {
            policy: Arc::clone(&policy),
            lookup,
        });
        let http = builder(&resolver).build().or_else(|error| {
            // Without roots nothing can be verified, but all else goes on.
            without_roots(&error);
            builder(&resolver).tls_certs_only([]).build()
        });
        let http = http.map_err(|_| EgressError::TlsFailed)?;
        Ok(Self { policy, http })
    }

    /// Posts a form. The answer's body is not looked at.
    pub async fn post_form(&self, url: &str, fields: &[(&str, &str)]) -> Result<Sent, EgressError> {
        let url = self.checked(url)?;
        let answer = self.http.post(url).form(fields).send().await;
        let status = answer.map_err(told)?.status().as_u16();
        Ok(Sent { status })
    }

    /// Posts a body with these headers. Who answers has heard it, so however the
    /// answer's body ends, it is an answer.
    pub async fn post(
        &self,
        url: &str,
        headers: HeaderMap,
        body: Bytes,
    ) -> Result<Answer, EgressError> {
        let url = self.checked(url)?;
        let request = self.http.post(url).headers(headers).body(body);
        let mut answer = request.send().await.map_err(told)?;
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let mut bytes = Vec::new();
        // Why it broke is in the log of requests that fail.
        let _ = begin_to_read(&mut answer, &mut bytes).await;
        Ok(Answer {
            status,
            headers,
            body: bytes.into(),
        })
    }

    /// Gets an image.
    pub async fn get_image(&self, url: &str) -> Result<Image, EgressError> {
        let url = self.checked(url)?;
        let request = self.http.get(url).header(ACCEPT, image::ACCEPTED);
        let answer = request.send().await.map_err(told)?;
        if answer.status() != StatusCode::OK {
            return Err(EgressError::NotAnImage);
        }
        let declared = image::declared_type(answer.headers()).ok_or(EgressError::NotAnImage)?;
        let bytes = read(answer).await?;
        image::image(declared, bytes).ok_or(EgressError::NotAnImage)
    }

    /// The URL, if a request may be sent to it. An address in it is judged here;
    /// the resolver is asked for names alone. Forms like `127.1`, `0x7f000001`
    /// and `[::ffff:7f00:1]` are addresses by now: the parser has read them.
    fn checked(&self, text: &str) -> Result<Url, EgressError> {
        let url = Url::parse(text).map_err(|_| EgressError::BadUrl)?;
        let host = url.host().ok_or(EgressError::BadUrl)?;
        let https = match url.scheme() {
            "https" => true,
            "http" => false,
            _ => return Err(EgressError::BadUrl),
        };
        // User information would be sent as credentials.
        let plain = url.username().is_empty() && url.password().is_none();
        if !plain || !(https || is_loopback_host(&host)) {
            return Err(EgressError::BadUrl);
        }
        let permitted = match host {
            Host::Ipv4(address) => self.policy.permits(IpAddr::V4(address)),
            Host::Ipv6(address) => self.policy.permits(IpAddr::V6(address)),
            Host::Domain(_) => true,
        };
        if !permitted {
            return Err(EgressError::Refused);
        }
        Ok(url)
    }
}

/// No proxy, since it would resolve the name again; nothing kept from one answer
/// for the next request; nothing unpacked; nothing sent twice.
fn builder(resolver: &Arc<Guarded>) -> ClientBuilder {
    Client::builder()
        .tls_backend_rustls()
        .dns_resolver(Arc::clone(resolver))
        .user_agent(USER_AGENT)
        .no_proxy()
        .redirect(redirect::Policy::none())
        .retry(retry::never())
        .referer(false)
        .no_gzip()
        .no_brotli()
        .no_zstd()
        .no_deflate()
        .timeout(limits::EGRESS_TIMEOUT)
        // For a connection whose request has been given up already.
        .connect_timeout(limits::EGRESS_TIMEOUT)
        .pool_max_idle_per_host(limits::MAX_IDLE_EGRESS_CONNECTIONS)
        .pool_idle_timeout(limits::EGRESS_IDLE_TIMEOUT)
}

/// The body, if it is not too large.
async fn read(mut answer: Response) -> Result<Bytes, EgressError> {
    let most = limits::MAX_EGRESS_ANSWER_BYTES;
    let declared = answer.content_length().unwrap_or_default();
    if usize::try_from(declared).map_or(true, |declared| declared > most) {
        return Err(EgressError::TooLarge);
    }
    let mut bytes = Vec::new();
    if !begin_to_read(&mut answer, &mut bytes).await? {
        return Err(EgressError::TooLarge);
    }
    // It may be kept: without what the vector has in reserve.
    Ok(Bytes::from(bytes.into_boxed_slice()))
}

/// Reads a body up to the limit; answers whether that is all of it.
async fn begin_to_read(answer: &mut Response, bytes: &mut Vec<u8>) -> Result<bool, EgressError> {
    while let Some(chunk) = answer.chunk().await.map_err(told)? {
        let room = limits::MAX_EGRESS_ANSWER_BYTES - bytes.len();
        if let Some(beginning) = chunk.get(..room)
            && chunk.len() > room
        {
            bytes.extend_from_slice(beginning);
            return Ok(false);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(true)
}

/// What the client's error means. Its causes say more than it does.
fn told(error: reqwest::Error) -> EgressError {
    let error = error.without_url();
    let meaning = if let Some(no_address) = cause::<NoAddress>(&error) {
        match no_address {
            NoAddress::Unknown => EgressError::Unresolved,
            NoAddress::Refused => EgressError::Refused,
        }
    } else if error.is_timeout() {
        EgressError::TimedOut
    } else if cause::<rustls::Error>(&error).is_some() {
        EgressError::TlsFailed
    } else {
        EgressError::Unreachable
    };
    tracing::debug!(
        code = meaning.as_str(),
        detail = detail(&error),
        "an outgoing request failed"
    );
    meaning
}

/// The cause of this type, if there is one.
fn cause<'a, E: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a E> {
    causes(error).find_map(|cause| cause.downcast_ref())
}

/// The error and its causes, one after the other.
fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |error| {
        let error: &'a (dyn Error + 'static) = *error;
        // `source` of an I/O error leaves out what is in it, and names its cause.
        let io = error.downcast_ref::<io::Error>();
        match io.and_then(io::Error::get_ref) {
            Some(inside) => Some(inside),
            None => error.source(),
        }
    })
}

fn detail(error: &(dyn Error + 'static)) -> String {
    causes(error)
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(": ")
}
