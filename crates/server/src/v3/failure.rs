//! Why a V3 call failed: what operations refuse, and what never reached one.

use super::rows::RowIds;
use crate::middleware::BodyError;
use crate::tokens::{KeyFault, LoadError, refusal_of};
use http::StatusCode as HttpStatus;
use rollcall_core::Refusal;
use rollcall_core::ports::StoreError;
use rollcall_core::refusal::Record;
use rollcall_wire::v3::{ApiCode, StatusCode};

/// What a V3 handler answers.
pub(crate) type V3Result<R> = Result<R, Failure>;

/// Why a V3 call failed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Failure {
    /// An operation refused it.
    Refused(Refusal),
    /// Every row of a bulk change was refused, the first one for this reason.
    Rows(Refusal, RowIds),
    /// The request's signature does not prove who calls.
    Signature(ApiCode),
    /// These fields are missing or have the wrong type or form, by their leaf names.
    Fields(Vec<String>),
    /// The body is not declared as JSON.
    NotJson,
    /// The body is no JSON.
    BrokenJson,
    /// The body is JSON, but no object.
    NotAnObject,
    /// The body is larger than the limit.
    BodyTooLarge,
    /// The body ended before its time.
    BodyBroken,
    /// The contract has this path, we do not.
    NotBuilt(&'static str),
    /// There is no such path.
    UnknownPath,
    /// The path has no such method.
    WrongMethod,
}

/// `statusCode` and, if there is one, `apiCode`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Codes {
    pub(super) status: u16,
    pub(super) api: Option<ApiCode>,
}

impl From<StatusCode> for Codes {
    fn from(status: StatusCode) -> Self {
        Self {
            status: status.number(),
            api: None,
        }
    }
}

impl From<ApiCode> for Codes {
    fn from(api: ApiCode) -> Self {
        Self {
            status: api.status_code().number(),
            api: Some(api),
        }
    }
}

impl Failure {
    pub(super) fn codes(&self) -> Codes {
        match self {
            Self::Refused(refusal) | Self::Rows(refusal, _) => codes_of(refusal),
            Self::Signature(code) => (*code).into(),
            Self::Fields(_) | Self::NotJson | Self::BrokenJson | Self::NotAnObject => {
                StatusCode::InvalidArgument.into()
            }
            Self::BodyTooLarge => StatusCode::BodyTooLarge.into(),
            Self::BodyBroken => StatusCode::OtherClientError.into(),
            Self::NotBuilt(_) => StatusCode::NotSupported.into(),
            Self::UnknownPath => StatusCode::NotFound.into(),
            // The contract's list of codes has none for this: HTTP's.
            Self::WrongMethod => Codes {
                status: self.http_status().as_u16(),
                api: None,
            },
        }
    }

    /// 200 but for what no route answers.
    pub(super) fn http_status(&self) -> HttpStatus {
        match self {
            Self::UnknownPath => HttpStatus::NOT_FOUND,
            Self::WrongMethod => HttpStatus::METHOD_NOT_ALLOWED,
            _ => HttpStatus::OK,
        }
    }

    /// The `Retry-After` of 429 and 503, in seconds.
    pub(super) fn retry_after(&self) -> Option<i64> {
        match self {
            Self::Refused(refusal) => retry_after(refusal),
            _ => None,
        }
    }

    /// What became of each row.
    pub(super) fn rows(&self) -> Option<&RowIds> {
        match self {
            Self::Rows(_, rows) => Some(rows),
            _ => None,
        }
    }
}

/// When a refused call may be tried again, in seconds rounded up: a client that
/// comes back a moment too early would be refused again.
pub(crate) fn retry_after(refusal: &Refusal) -> Option<i64> {
    match refusal {
        Refusal::Throttled(span) => Some(span.as_millis().div_euclid(1000) + 1)
            .map(|up| up - i64::from(span.as_millis() % 1000 == 0)),
        Refusal::Unavailable => Some(1),
        _ => None,
    }
}

fn codes_of(refusal: &Refusal) -> Codes {
    match refusal {
        Refusal::Invalid(_) | Refusal::LimitTooLarge | Refusal::NoName => {
            StatusCode::InvalidArgument.into()
        }
        Refusal::NotAuthenticated => StatusCode::NotAuthenticated.into(),
        Refusal::NotSignedIn => ApiCode::NotSignedIn.into(),
        Refusal::WrongCredentials => ApiCode::WrongCredentials.into(),
        Refusal::WrongPassword => ApiCode::WrongPassword.into(),
        Refusal::PermissionMissing(_)
        | Refusal::ServerRootNeeded
        | Refusal::OutsideOfCaller(_)
        | Refusal::SignInNotAllowed
        | Refusal::SessionLimit
        | Refusal::RecentSignInNeeded => StatusCode::NotAllowed.into(),
        Refusal::RegistrationDisabled => ApiCode::RegistrationDisabled.into(),
        Refusal::UserLocked => ApiCode::UserLocked.into(),
        Refusal::PasswordMustBeReset => ApiCode::PasswordResetRequired.into(),
        Refusal::NotFound(Record::User) => ApiCode::UserNotFound.into(),
        Refusal::NotFound(Record::Application) => ApiCode::ApplicationNotFound.into(),
        Refusal::NotFound(Record::Pool) => ApiCode::UserPoolNotFound.into(),
        Refusal::NotFound(Record::ExtIdp | Record::Identity | Record::Device) => {
            StatusCode::NotFound.into()
        }
        Refusal::AmbiguousUser(_) | Refusal::Taken(_) => StatusCode::Conflict.into(),
        Refusal::Rule(_) => StatusCode::AgainstARule.into(),
        Refusal::Throttled(_) => StatusCode::Throttled.into(),
        Refusal::NotSupported(_) => StatusCode::NotSupported.into(),
        Refusal::Unavailable => StatusCode::Unavailable.into(),
        Refusal::Fault => StatusCode::ServerFault.into(),
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Refused(error.into())
    }
}

impl From<KeyFault> for Failure {
    fn from(fault: KeyFault) -> Self {
        Self::Refused(refusal_of(fault))
    }
}

impl From<LoadError> for Failure {
    fn from(error: LoadError) -> Self {
        KeyFault::from(error).into()
    }
}

impl From<BodyError> for Failure {
    fn from(error: BodyError) -> Self {
        match error {
            BodyError::TooLarge => Self::BodyTooLarge,
            BodyError::Broken => Self::BodyBroken,
            BodyError::Busy => Self::Refused(Refusal::Unavailable),
        }
    }
}
