//! What can go wrong with a call.

use std::sync::Arc;
use std::time::Duration;

use rollcall_wire::v3::{ApiCode, RowResultDto};

/// Why a call has no answer. It holds no secret and no token.
///
/// It can be cloned, since one failed token request is the failure of every
/// call that waited for it.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The server refused, in a V3 envelope.
    #[error("the server refused with status code {status_code}{}: {message} (request {request_id})",
        api_code.map(|code| format!(", API code {code}")).unwrap_or_default())]
    #[non_exhaustive]
    Api {
        /// `statusCode`, such as 404; see [`rollcall_wire::v3::StatusCode`].
        status_code: u16,
        /// `apiCode`, such as 2004 for an unknown user, if there is one.
        api_code: Option<u32>,
        /// The server's text, in the client's language.
        message: String,
        /// What to look for in the server's log.
        request_id: String,
        /// How long to wait before the next try, in whole seconds; with 429 and 503.
        retry_after: Option<Duration>,
        /// What became of each row of a bulk change of which none was carried out, in
        /// order; empty for every other call.
        results: Vec<RowResultDto>,
    },

    /// An endpoint under `/oidc` refused (RFC 6749 section 5.2).
    #[error("the server refused with {error}{}",
        description.as_ref().map(|text| format!(": {text}")).unwrap_or_default())]
    #[non_exhaustive]
    OAuth {
        /// The HTTP status code, such as 400.
        http_status: u16,
        /// The error's code, such as `invalid_grant` for a code or refresh token that
        /// is used, expired or revoked.
        error: String,
        /// The server's text for developers.
        description: Option<String>,
        /// How long to wait before the next try, in whole seconds; with 429 and 503.
        retry_after: Option<Duration>,
    },

    /// The browser came back without a sign-in (RFC 6749 section 4.1.2.1), with a
    /// code such as `access_denied` or, after `prompt=none`, `login_required`.
    #[error("the sign-on was refused with {error}{}",
        description.as_ref().map(|text| format!(": {text}")).unwrap_or_default())]
    #[non_exhaustive]
    SignOnRefused {
        /// The error's code.
        error: String,
        /// The server's text for developers.
        description: Option<String>,
    },

    /// What the browser came back with does not belong to this sign-on, or not to
    /// this server: it may be an attack. Nothing was redeemed.
    #[error("the browser's answer is not that of this sign-on: {0}")]
    ForeignCallback(&'static str),

    /// An ID token that must not be believed.
    #[error("the ID token is not valid: {0}")]
    InvalidIdToken(&'static str),

    /// The server could not be reached, or the connection broke.
    #[error("the server could not be reached")]
    Transport(#[source] Arc<dyn std::error::Error + Send + Sync>),

    /// There was no answer within the client's timeout.
    #[error("the server did not answer in time")]
    Timeout,

    /// What answered is not a V3 API, perhaps a proxy before it.
    #[error("unexpected answer with HTTP status {http_status}: {excerpt}")]
    UnexpectedAnswer {
        /// The HTTP status code.
        http_status: u16,
        /// What was wrong, or the beginning of the answer, at most 200
        /// characters, without the client's secrets.
        excerpt: String,
    },

    /// The host is not an `http` or `https` URL without query, fragment and
    /// credentials.
    #[error("the host must be a URL such as https://id.example.com")]
    InvalidHost,

    /// An option of the builder holds characters that no header can carry, or
    /// the client's TLS could not be set up.
    #[error("invalid option: {0}")]
    InvalidOption(&'static str),
}

impl Error {
    /// The server's finer reason, if it gave one that this version knows.
    pub fn api_code(&self) -> Option<ApiCode> {
        match self {
            Self::Api { api_code, .. } => api_code.and_then(ApiCode::from_number),
            _ => None,
        }
    }

    /// How long the server asks to wait before the next try, if it does.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Api { retry_after, .. } | Self::OAuth { retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    /// Whether the server did not accept the caller's token or key.
    pub(crate) fn is_not_authenticated(&self) -> bool {
        match self {
            Self::Api { status_code, .. } => *status_code == 401,
            Self::UnexpectedAnswer { http_status, .. } => *http_status == 401,
            _ => false,
        }
    }
}

impl From<reqwest::Error> for Error {
    fn from(error: reqwest::Error) -> Self {
        if error.is_timeout() {
            Self::Timeout
        } else {
            Self::Transport(Arc::new(error))
        }
    }
}
