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

/// Tells that the browser's session is over, or that it goes on.
#[derive(Clone, Debug)]
pub(crate) struct SignedOutPage<'a> {
    /// What all pages are told.
    pub(crate) frame: Frame<'a>,
    /// Whether it is over.
    pub(crate) is_signed_out: bool,
}

#[derive(Template)]
#[template(path = "pages/signed_out.html")]
struct DoneView<'a> {
    shell: Shell<'a>,
    told: &'static str,
}

impl SignedOutPage<'_> {
    /// The page as an answer.
    pub(crate) fn respond(&self, status: StatusCode, nonce: &Nonce) -> Response {
        let texts = Texts::of(self.frame.language);
        let (hook, told) = if self.is_signed_out {
            ("signed-out", texts.signed_out)
        } else {
            ("signed-in", texts.still_signed_in)
        };
        let shell = Shell::new(&self.frame, nonce, hook, told);
        let view = DoneView { shell, told };
        view.shell.answer(status, &view)
    }
}
