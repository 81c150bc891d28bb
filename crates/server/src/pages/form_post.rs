//! The page that carries an authorization response to the application (OAuth 2.0
//! Form Post Response Mode).

use super::Frame;
use super::nonce::Nonce;
use super::shell::Shell;
use super::texts::Texts;
use askama::Template;
use axum::response::Response;
use http::StatusCode;

/// Posts `fields` to `action` by itself, or by its button where scripts do not run.
///
/// Browsers write line breaks in form fields as CR LF (HTML, section 4.10.22.8),
/// so that a field with another line break does not arrive as it was.
#[derive(Clone, Debug)]
pub(crate) struct FormPostPage<'a> {
    /// What all pages are told.
    pub(crate) frame: Frame<'a>,
    /// The redirect URI. It decides the policy, as `continues_to` does elsewhere.
    pub(crate) action: &'a str,
    /// Names and values of the response.
    pub(crate) fields: &'a [(&'a str, &'a str)],
}

#[derive(Template)]
#[template(path = "pages/form_post.html")]
struct View<'a> {
    shell: Shell<'a>,
    page: &'a FormPostPage<'a>,
}

impl FormPostPage<'_> {
    /// The page as an answer.
    pub(crate) fn respond(&self, status: StatusCode, nonce: &Nonce) -> Response {
        let frame = Frame {
            continues_to: Some(self.action),
            ..self.frame.clone()
        };
        let title = Texts::of(frame.language).returning;
        let shell = Shell::new(&frame, nonce, "form-post", title).with_script();
        let view = View { shell, page: self };
        view.shell.answer(status, &view)
    }
}
