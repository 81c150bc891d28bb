//! The choice between the account that is signed in and another.

use super::nonce::Nonce;
use super::shell::Shell;
use super::texts::Texts;
use super::{Account, Frame, action};
use askama::Template;
use axum::response::Response;
use http::StatusCode;

/// Asks whether to go on as the account that is signed in.
///
/// Neither here nor on the consent page has a button the focus or an id: another
/// window could open the page under somebody who holds a key down, who would then
/// have answered it.
#[derive(Clone, Debug)]
pub(crate) struct AccountPage<'a> {
    /// What all pages are told.
    pub(crate) frame: Frame<'a>,
    /// The authorization request's query string.
    pub(crate) request: &'a str,
    /// What proves that the form is ours.
    pub(crate) csrf: &'a str,
    /// Who is signed in.
    pub(crate) account: Account<'a>,
    /// Where that account can be signed out (ASVS 5.0, 7.4.4).
    pub(crate) sign_out: &'a str,
}

#[derive(Template)]
#[template(path = "pages/account.html")]
struct View<'a> {
    shell: Shell<'a>,
    page: &'a AccountPage<'a>,
}

impl AccountPage<'_> {
    /// The page as an answer.
    pub(crate) fn respond(&self, status: StatusCode, nonce: &Nonce) -> Response {
        let title = Texts::of(self.frame.language).choose_account;
        let shell = Shell::new(&self.frame, nonce, "account", title);
        let view = View { shell, page: self };
        view.shell.answer(status, &view)
    }
}
