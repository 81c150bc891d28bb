//! The error page: where a person ends who can not be sent back.

use super::Frame;
use super::nonce::Nonce;
use super::shell::Shell;
use super::texts::{ErrorText, Texts};
use askama::Template;
use axum::response::Response;
use http::StatusCode;

/// Tells that and why nothing goes on.
#[derive(Clone, Debug)]
pub(crate) struct ErrorPage<'a> {
    /// What all pages are told.
    pub(crate) frame: Frame<'a>,
    /// What is wrong.
    pub(crate) problem: ErrorProblem<'a>,
}

/// What is wrong.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ErrorProblem<'a> {
    /// The error code of OAuth or OIDC, for developers.
    pub(crate) code: &'a str,
    /// What it is, for people.
    pub(crate) kind: ErrorKind,
}

/// What people can be told is wrong.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum ErrorKind {
    /// The application sent what can not be understood.
    BadRequest,
    /// There is no such application, or it is switched off.
    UnknownApplication,
    /// The redirect URI is missing or not registered.
    UnknownRedirectUri,
    /// The form is too old, or another browser's.
    FormExpired,
    /// The user has as many sessions as the policy lets.
    SessionLimit,
    /// The person or the application may not do this.
    NotAllowed,
    /// The server can not answer at the moment.
    Unavailable,
    /// A fault of ours.
    Fault,
}

impl ErrorKind {
    const fn text(self, texts: &Texts) -> &ErrorText {
        let errors = &texts.errors;
        match self {
            Self::BadRequest => &errors.bad_request,
            Self::UnknownApplication => &errors.unknown_application,
            Self::UnknownRedirectUri => &errors.unknown_redirect_uri,
            Self::FormExpired => &errors.form_expired,
            Self::SessionLimit => &errors.session_limit,
            Self::NotAllowed => &errors.not_allowed,
            Self::Unavailable => &errors.unavailable,
            Self::Fault => &errors.fault,
        }
    }
}

#[derive(Template)]
#[template(path = "pages/error.html")]
struct View<'a> {
    shell: Shell<'a>,
    page: &'a ErrorPage<'a>,
    text: &'static ErrorText,
}

impl ErrorPage<'_> {
    /// The page as an answer.
    pub(crate) fn respond(&self, status: StatusCode, nonce: &Nonce) -> Response {
        let text = self.problem.kind.text(Texts::of(self.frame.language));
        let view = View {
            shell: Shell::new(&self.frame, nonce, "error", text.title).with_problem(),
            page: self,
            text,
        };
        view.shell.answer(status, &view)
    }
}
