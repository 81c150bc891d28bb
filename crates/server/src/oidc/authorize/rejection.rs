//! Why an authorization request is not answered with a code, and where that is
//! said.

use super::target::Target;
use crate::middleware::BodyError;
use crate::pages::ErrorKind;
use rollcall_core::Refusal;
use rollcall_core::ports::StoreError;

/// Said to the person, or to the application.
#[derive(Clone, Debug)]
pub(crate) enum Rejection {
    /// On a page of ours: there is nowhere safe to send it.
    Local { kind: ErrorKind, code: &'static str },
    /// To the application, at its redirect URI (RFC 6749 section 4.1.2.1; OIDC Core
    /// section 3.1.2.6).
    Return {
        target: Box<Target>,
        error: &'static str,
        description: &'static str,
    },
}

impl Rejection {
    pub(crate) fn local(kind: ErrorKind, code: &'static str) -> Self {
        Self::Local { kind, code }
    }

    pub(crate) fn to(target: &Target, error: &'static str, description: &'static str) -> Self {
        Self::Return {
            target: Box::new(target.clone()),
            error,
            description,
        }
    }
}

impl From<StoreError> for Rejection {
    fn from(error: StoreError) -> Self {
        Refusal::from(error).into()
    }
}

/// Why the body of a form was not read.
impl From<BodyError> for Rejection {
    fn from(error: BodyError) -> Self {
        match error {
            BodyError::Busy => Refusal::Unavailable.into(),
            BodyError::TooLarge | BodyError::Broken => {
                Self::local(ErrorKind::BadRequest, "invalid_request")
            }
        }
    }
}

/// What operations refuse, said to the person.
impl From<Refusal> for Rejection {
    fn from(refusal: Refusal) -> Self {
        let (kind, code) = told(&refusal);
        Self::Local { kind, code }
    }
}

/// What a page of ours says of a refusal.
pub(crate) fn told(refusal: &Refusal) -> (ErrorKind, &'static str) {
    match refusal {
        Refusal::Unavailable => (ErrorKind::Unavailable, "temporarily_unavailable"),
        Refusal::Fault => (ErrorKind::Fault, "server_error"),
        Refusal::SessionLimit => (ErrorKind::SessionLimit, "access_denied"),
        Refusal::SignInNotAllowed | Refusal::UserLocked | Refusal::PasswordMustBeReset => {
            (ErrorKind::NotAllowed, "access_denied")
        }
        _ => (ErrorKind::BadRequest, "invalid_request"),
    }
}
