//! Answers under `/oidc`.

use crate::auth::client::ClientRefusal;
use crate::middleware::BodyError;
use crate::openapi::of;
use crate::routes::Describe;
use crate::tokens::{KeyFault, refusal_of};
use crate::v3::failure::retry_after;
use axum::Json;
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::header::{PRAGMA, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};
use rollcall_core::Refusal;
use rollcall_core::ports::StoreError;
use rollcall_wire::oidc::token::OAuthError;
use schemars::JsonSchema;
use serde::Serialize;

/// What a handler under `/oidc` answers.
pub(crate) type OAuthResult<R> = Result<R, OAuthFailure>;

/// Why a request under `/oidc` failed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct OAuthFailure {
    status: StatusCode,
    body: Option<OAuthError>,
    challenge: Option<&'static str>,
    retry_after: Option<i64>,
}

impl OAuthFailure {
    /// A failure with an error code and a text for developers.
    pub(crate) fn new(status: StatusCode, error: &str, description: &str) -> Self {
        Self {
            status,
            body: Some(OAuthError::new(error, description)),
            challenge: None,
            retry_after: None,
        }
    }

    /// 400: a parameter is missing, repeated or malformed (RFC 6749 section 5.2).
    pub(crate) fn invalid_request(description: &str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid_request", description)
    }

    /// 400: the code or refresh token does not count (section 5.2).
    pub(crate) fn invalid_grant(description: &str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid_grant", description)
    }

    /// 400: the client may not use this grant (section 5.2).
    pub(crate) fn unauthorized_client(description: &str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "unauthorized_client", description)
    }

    /// 400: there is no such grant here (section 5.2).
    pub(crate) fn unsupported_grant_type(description: &str) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "unsupported_grant_type",
            description,
        )
    }

    /// 400: the scope is unknown or malformed (section 5.2).
    pub(crate) fn invalid_scope(description: &str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid_scope", description)
    }

    /// 401: the client did not prove itself (section 5.2).
    pub(crate) fn invalid_client(by_basic: bool) -> Self {
        let challenge = by_basic.then_some(r#"Basic realm="rollcall", charset="UTF-8""#);
        Self {
            challenge,
            ..Self::new(
                StatusCode::UNAUTHORIZED,
                "invalid_client",
                "client authentication failed",
            )
        }
    }

    /// 401: the access token does not count (RFC 6750 section 3.1).
    pub(crate) fn invalid_token() -> Self {
        Self {
            challenge: Some(r#"Bearer realm="rollcall", error="invalid_token""#),
            ..Self::new(
                StatusCode::UNAUTHORIZED,
                "invalid_token",
                "the access token is expired, revoked or not one of ours",
            )
        }
    }

    /// 401 without a token: no error code, since nothing was tried (RFC 6750
    /// section 3.1).
    pub(crate) fn no_token() -> Self {
        Self {
            status: StatusCode::UNAUTHORIZED,
            body: None,
            challenge: Some(r#"Bearer realm="rollcall""#),
            retry_after: None,
        }
    }

    /// 403: the token's scope does not do (RFC 6750 section 3.1).
    pub(crate) fn insufficient_scope() -> Self {
        Self {
            challenge: Some(
                r#"Bearer realm="rollcall", error="insufficient_scope", scope="openid""#,
            ),
            ..Self::new(
                StatusCode::FORBIDDEN,
                "insufficient_scope",
                "the access token was not granted the scope for this",
            )
        }
    }
}

/// What operations refuse, where a handler has nothing more fitting to say.
impl From<Refusal> for OAuthFailure {
    fn from(refusal: Refusal) -> Self {
        let failure = match &refusal {
            Refusal::NotAuthenticated => Self::invalid_client(false),
            Refusal::NotSignedIn => Self::invalid_token(),
            Refusal::WrongCredentials | Refusal::WrongPassword => {
                Self::invalid_grant("account or password wrong")
            }
            Refusal::Invalid(fields) => {
                Self::invalid_request(&format!("missing or malformed: {}", fields.join(", ")))
            }
            Refusal::LimitTooLarge
            | Refusal::NoName
            | Refusal::NotFound(_)
            | Refusal::AmbiguousUser(_)
            | Refusal::Taken(_)
            | Refusal::Rule(_)
            | Refusal::ThirdPartyUnreachable(_)
            | Refusal::ThirdPartyError(_) => {
                Self::invalid_request("the request cannot be carried out")
            }
            Refusal::PermissionMissing(_)
            | Refusal::ServerRootNeeded
            | Refusal::RootKeyNeeded
            | Refusal::OutsideOfCaller(_)
            | Refusal::SignInNotAllowed
            | Refusal::RegistrationDisabled
            | Refusal::SessionLimit
            | Refusal::RecentSignInNeeded
            | Refusal::UserLocked
            | Refusal::PasswordMustBeReset => {
                Self::new(StatusCode::FORBIDDEN, "access_denied", "not allowed")
            }
            Refusal::NotSupported(name) => {
                Self::new(StatusCode::NOT_IMPLEMENTED, "not_supported", name)
            }
            Refusal::Throttled(_) => Self::new(
                StatusCode::TOO_MANY_REQUESTS,
                "temporarily_unavailable",
                "too many attempts",
            ),
            Refusal::Unavailable => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "temporarily_unavailable",
                "try again",
            ),
            Refusal::Fault => Self::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "server_error",
                "see the server's log under the answer's x-request-id",
            ),
        };
        Self {
            retry_after: retry_after(&refusal),
            ..failure
        }
    }
}

impl From<ClientRefusal> for OAuthFailure {
    fn from(refusal: ClientRefusal) -> Self {
        match refusal {
            ClientRefusal::TwoWays => {
                Self::invalid_request("the client authenticates in two ways at once")
            }
            ClientRefusal::Unproven { by_basic } => Self::invalid_client(by_basic),
            ClientRefusal::NamesAnother(refusal) => refusal.into(),
            ClientRefusal::Store(error) => error.into(),
        }
    }
}

impl From<StoreError> for OAuthFailure {
    fn from(error: StoreError) -> Self {
        Refusal::from(error).into()
    }
}

impl From<KeyFault> for OAuthFailure {
    fn from(fault: KeyFault) -> Self {
        refusal_of(fault).into()
    }
}

impl From<BodyError> for OAuthFailure {
    fn from(error: BodyError) -> Self {
        match error {
            BodyError::TooLarge => Self::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                "invalid_request",
                "the body is larger than 1 MiB",
            ),
            BodyError::Broken => Self::invalid_request("the body could not be read to its end"),
            BodyError::Busy => Refusal::Unavailable.into(),
        }
    }
}

impl IntoResponse for OAuthFailure {
    fn into_response(self) -> Response {
        let mut response = match self.body {
            Some(body) => (self.status, Json(body)).into_response(),
            None => self.status.into_response(),
        };
        let headers = response.headers_mut();
        if let Some(challenge) = self.challenge {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
        }
        if let Some(seconds) = self.retry_after {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

/// What a handler under `/oidc` can answer a success with: anything that
/// serialises becomes the body; [`Empty`] is 200 without one.
pub(crate) trait OAuthReply: Send + 'static {
    /// The body's schema, if there is a body.
    const SCHEMA: Option<Describe>;

    /// The answer.
    fn into_answer(self) -> Response;
}

/// 200 with an empty body (RFC 7009 section 2.2).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Empty;

impl OAuthReply for Empty {
    const SCHEMA: Option<Describe> = None;

    fn into_answer(self) -> Response {
        Response::new(Body::empty())
    }
}

impl<T: Serialize + JsonSchema + Send + 'static> OAuthReply for T {
    const SCHEMA: Option<Describe> = Some(of::<T>);

    fn into_answer(self) -> Response {
        Json(self).into_response()
    }
}

/// A success. RFC 6749 section 5.1 asks for both headers; `Cache-Control` is on
/// every answer anyway.
pub(crate) fn success(reply: impl OAuthReply) -> Response {
    let mut response = reply.into_answer();
    let no_cache = HeaderValue::from_static("no-cache");
    response.headers_mut().insert(PRAGMA, no_cache);
    response
}
