//! The sign-out question, and the page after it.

use super::nonce::Nonce;
use super::shell::Shell;
use super::texts::Texts;
use super::{Frame, action};
use askama::Template;
use axum::response::Response;
use http::StatusCode;

/// Asks whether to sign out (OIDC RP-Initiated Logout 1.0, section 2: a site
/// that proves nothing may not end a session by itself).
#[derive(Clone, Debug)]
pub(crate) struct SignOutPage<'a> {
    /// What all pages are told.
    pub(crate) frame: Frame<'a>,
    /// The logout request's query string.
    pub(crate) request: &'a str,
    /// What proves that the form is ours.
    pub(crate) csrf: &'a str,
    /// Whether the application asks, and not a link of ours.
    pub(crate) is_asked_by_application: bool,
}

#[derive(Template)]
#[template(path = "pages/sign_out.html")]
struct QuestionView<'a> {
    shell: Shell<'a>,
    page: &'a SignOutPage<'a>,
}

impl SignOutPage<'_> {
    /// The page as an answer.
    pub(crate) fn respond(&self, status: StatusCode, nonce: &Nonce) -> Response {
        let title = Texts::of(self.frame.language).sign_out_question;
        let shell = Shell::new(&self.frame, nonce, "sign-out", title);
        let view = QuestionView { shell, page: self };
        view.shell.answer(status, &view)
    }
}

/// Tells that the browser's session is over.
#[derive(Clone, Debug)]
pub(crate) struct SignedOutPage<'a> {
    /// What all pages are told.
    pub(crate) frame: Frame<'a>,
}

#[derive(Template)]
#[template(path = "pages/signed_out.html")]
struct DoneView<'a> {
    shell: Shell<'a>,
}

impl SignedOutPage<'_> {
    /// The page as an answer.
    pub(crate) fn respond(&self, status: StatusCode, nonce: &Nonce) -> Response {
        let title = Texts::of(self.frame.language).signed_out;
        let shell = Shell::new(&self.frame, nonce, "signed-out", title);
        let view = DoneView { shell };
        view.shell.answer(status, &view)
    }
}

/// Tells that nothing was done: the answer to the question was not yes.
#[derive(Clone, Debug)]
pub(crate) struct NotSignedOutPage<'a> {
    /// What all pages are told.
    pub(crate) frame: Frame<'a>,
}

#[derive(Template)]
#[template(path = "pages/not_signed_out.html")]
struct NotDoneView<'a> {
    shell: Shell<'a>,
}

impl NotSignedOutPage<'_> {
    /// The page as an answer.
    pub(crate) fn respond(&self, status: StatusCode, nonce: &Nonce) -> Response {
        let title = Texts::of(self.frame.language).not_signed_out;
        let shell = Shell::new(&self.frame, nonce, "not-signed-out", title);
        let view = NotDoneView { shell };
        view.shell.answer(status, &view)
    }
}
