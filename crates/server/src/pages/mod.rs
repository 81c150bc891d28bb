//! The pages of hosted sign-in, made on the server.
//!
//! They work without JavaScript: no person is kept out by a blocked script, and a
//! page that runs none has no script to attack. One page has a script, form-post,
//! which can not submit itself otherwise; it has a button too.
//!
//! Templates are in `templates/pages`. They escape what they are given; what they
//! may load is in [`policy`]. All words are in [`texts`].

mod account;
mod consent;
mod error;
mod form_post;
mod language;
mod nonce;
mod policy;
mod shell;
mod sign_in;
mod sign_out;
mod texts;

pub(crate) use account::AccountPage;
pub(crate) use consent::ConsentPage;
pub(crate) use error::{ErrorKind, ErrorPage, ErrorProblem};
pub(crate) use form_post::FormPostPage;
pub(crate) use language::choose;
pub(crate) use nonce::Nonce;
pub(crate) use sign_in::{SignInPage, SignInProblem};
pub(crate) use sign_out::{NotSignedOutPage, SignOutPage, SignedOutPage};

use rollcall_wire::v3::Language;
use rollcall_wire::v3::paths::{OIDC_AUTHORIZATION, OIDC_END_SESSION};

/// Where the forms go.
pub(crate) mod action {
    /// The sign-in page's.
    pub(crate) const SIGN_IN: &str = "/oidc/auth/sign-in";
    /// The account choice's.
    pub(crate) const ACCOUNT: &str = "/oidc/auth/account";
    /// The consent page's.
    pub(crate) const CONSENT: &str = "/oidc/auth/consent";
    /// The sign-out question's.
    pub(crate) const SIGN_OUT: &str = "/oidc/session/end/confirm";
}

/// Whether a path is one that people's browsers go to: it answers pages.
pub(crate) fn is_of_browsers(path: &str) -> bool {
    if path == "/console" || path.starts_with("/console/") {
        return true;
    }
    matches!(
        path,
        OIDC_AUTHORIZATION
            | OIDC_END_SESSION
            | action::SIGN_IN
            | action::ACCOUNT
            | action::CONSENT
            | action::SIGN_OUT
    )
}

/// What all pages are told.
#[derive(Clone, Debug)]
pub(crate) struct Frame<'a> {
    /// In which language the page speaks.
    pub(crate) language: Language,
    /// The application that the person came from, if it is known.
    pub(crate) application: Option<Face<'a>>,
    /// The request's id, shown where something went wrong.
    pub(crate) request_id: &'a str,
    /// The registered redirect URI to which the page's form leads in the end, if
    /// it does: browsers hold a form's redirects to the policy too.
    pub(crate) continues_to: Option<&'a str>,
}

/// How an application looks to people.
#[derive(Clone, Debug)]
pub(crate) struct Face<'a> {
    /// Its name.
    pub(crate) name: &'a str,
    /// The path of its logo on our origin; without one its initial is shown.
    pub(crate) logo: Option<&'a str>,
}

impl Face<'_> {
    fn initial(&self) -> String {
        initial(self.name)
    }
}

/// How a user looks to themselves.
#[derive(Clone, Debug)]
pub(crate) struct Account<'a> {
    /// The display name, or an identifier if there is none.
    pub(crate) name: &'a str,
    /// What tells the account from others of that name.
    pub(crate) detail: Option<&'a str>,
}

impl Account<'_> {
    fn initial(&self) -> String {
        initial(self.name)
    }
}

/// The letter that stands for a name: its first letter or number, large. Some
/// letters grow to two (`ß`), and the first of those does.
pub(crate) fn initial(name: &str) -> String {
    let letter = name.chars().find(|c| c.is_alphanumeric());
    letter
        .and_then(|c| c.to_uppercase().next())
        .map_or_else(|| "·".to_owned(), String::from)
}

#[cfg(test)]
mod tests;
