//! The sign-in page.

use super::nonce::Nonce;
use super::shell::Shell;
use super::texts::Texts;
use super::{Frame, action};
use askama::Template;
use axum::response::Response;
use http::header::RETRY_AFTER;
use http::{HeaderValue, StatusCode};

/// Beyond this many seconds a wait is told in minutes.
const SECONDS_TOLD: i64 = 120;

/// Asks for identifier and password, together: a password manager fills both.
#[derive(Clone, Debug)]
pub(crate) struct SignInPage<'a> {
    /// What all pages are told.
    pub(crate) frame: Frame<'a>,
    /// The authorization request's query string.
    pub(crate) request: &'a str,
    /// What proves that the form is ours.
    pub(crate) csrf: &'a str,
    /// What the identifier's field holds at first.
    pub(crate) identifier: &'a str,
    /// Why the person is asked once more.
    pub(crate) problem: Option<SignInProblem>,
    /// Whether a person who is signed in is to prove it anew.
    pub(crate) reauthenticate: bool,
}

/// Why nobody was signed in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum SignInProblem {
    /// No identifier was given.
    MissingIdentifier,
    /// No password was given.
    MissingPassword,
    /// No such account, or not its password.
    WrongCredentials,
    /// Too many attempts; the next counts after `seconds`.
    TooManyAttempts {
        /// From now.
        seconds: i64,
    },
    /// The account is locked or disabled.
    AccountLocked,
    /// The password may only be used to set another.
    PasswordMustBeReset,
    /// The form is too old, or another browser's.
    FormExpired,
    /// The server can not answer at the moment.
    Unavailable,
}

impl SignInProblem {
    /// The page's `data-error`.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::MissingIdentifier => "missing_identifier",
            Self::MissingPassword => "missing_password",
            Self::WrongCredentials => "wrong_credentials",
            Self::TooManyAttempts { .. } => "too_many_attempts",
            Self::AccountLocked => "account_locked",
            Self::PasswordMustBeReset => "password_must_be_reset",
            Self::FormExpired => "form_expired",
            Self::Unavailable => "unavailable",
        }
    }

    fn text(self, texts: &Texts) -> String {
        let text = match self {
            Self::MissingIdentifier => texts.missing_identifier,
            Self::MissingPassword => texts.missing_password,
            Self::WrongCredentials => texts.wrong_credentials,
            Self::TooManyAttempts { seconds } => return wait(seconds, texts),
            Self::AccountLocked => texts.account_locked,
            Self::PasswordMustBeReset => texts.password_must_be_reset,
            Self::FormExpired => texts.sign_in_form_expired,
            Self::Unavailable => texts.sign_in_unavailable,
        };
        text.to_owned()
    }

    const fn is_of_identifier(self) -> bool {
        matches!(self, Self::MissingIdentifier | Self::WrongCredentials)
    }

    const fn is_of_password(self) -> bool {
        matches!(self, Self::MissingPassword | Self::WrongCredentials)
    }
}

/// Rounded up, so that who waits as told is let in; and never one second or one
/// minute, so that no language needs a singular.
fn wait(seconds: i64, texts: &Texts) -> String {
    if seconds <= SECONDS_TOLD {
        return texts.wait_seconds.with(&seconds.max(2).to_string());
    }
    let minutes = seconds / 60 + i64::from(seconds % 60 != 0);
    texts.wait_minutes.with(&minutes.to_string())
}

#[derive(Template)]
#[template(path = "pages/sign_in.html")]
struct View<'a> {
    shell: Shell<'a>,
    page: &'a SignInPage<'a>,
}

impl View<'_> {
    /// Focus goes to the first field that needs the person.
    fn starts_at_password(&self) -> bool {
        !self.page.identifier.is_empty()
    }
}

impl SignInPage<'_> {
    /// The page as an answer; with `Retry-After` where the person is to wait.
    pub(crate) fn respond(&self, status: StatusCode, nonce: &Nonce) -> Response {
        let texts = Texts::of(self.frame.language);
        let title = if self.reauthenticate {
            texts.reauthenticate
        } else {
            texts.sign_in
        };
        let shell = Shell::new(&self.frame, nonce, "sign-in", title);
        let shell = match self.problem {
            Some(_) => shell.with_problem(),
            None => shell,
        };
        let view = View { shell, page: self };
        let mut response = view.shell.answer(status, &view);
        if let Some(SignInProblem::TooManyAttempts { seconds }) = self.problem {
            let seconds = HeaderValue::from(seconds.max(1));
            response.headers_mut().insert(RETRY_AFTER, seconds);
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rollcall_wire::v3::Language;

    #[test]
    fn a_wait_is_rounded_up() {
        let text = |seconds| wait(seconds, Texts::of(Language::EnUs));
        for (seconds, told) in [
            (-1, "2 seconds"),
            (1, "2 seconds"),
            (45, "45 seconds"),
            (120, "120 seconds"),
            (121, "3 minutes"),
            (180, "3 minutes"),
            (181, "4 minutes"),
            (900, "15 minutes"),
        ] {
            assert!(text(seconds).contains(told), "{seconds}: {}", text(seconds));
        }
    }
}
