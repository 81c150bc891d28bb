//! What can go wrong with a call.

use std::sync::Arc;

use rollcall_wire::v3::ApiCode;

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
    Api {
        /// `statusCode`, such as 404; see [`rollcall_wire::v3::StatusCode`].
        status_code: u16,
        /// `apiCode`, such as 2004 for an unknown user, if there is one.
        api_code: Option<u32>,
        /// The server's text, in the client's language.
        message: String,
        /// What to look for in the server's log.
        request_id: String,
    },

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
