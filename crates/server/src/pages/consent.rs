//! The consent page.

use super::nonce::Nonce;
use super::shell::Shell;
use super::texts::{ScopeText, Texts};
use super::{Account, Frame, action};
use askama::Template;
use axum::response::Response;
use http::StatusCode;

/// Asks whether an application may be told what it asks for.
#[derive(Clone, Debug)]
pub(crate) struct ConsentPage<'a> {
    /// What all pages are told.
    pub(crate) frame: Frame<'a>,
    /// The authorization request's query string.
    pub(crate) request: &'a str,
    /// What proves that the form is ours.
    pub(crate) csrf: &'a str,
    /// What proves how the person came here.
    pub(crate) evidence: &'a str,
    /// As whom the person would consent.
    pub(crate) account: Account<'a>,
    /// Where that account can be signed out (ASVS 5.0, 7.4.4).
    pub(crate) sign_out: &'a str,
    /// What is asked for.
    pub(crate) scopes: Vec<&'a str>,
}

#[derive(Template)]
#[template(path = "pages/consent.html")]
struct View<'a> {
    shell: Shell<'a>,
    page: &'a ConsentPage<'a>,
}

impl View<'_> {
    /// What a scope tells; `None` of one that has no words here, which is then
    /// shown as it is: nothing is consented to unseen.
    fn told_by(&self, scope: &str) -> Option<&'static ScopeText> {
        let scopes = &self.shell.texts().scopes;
        match scope {
            "openid" => Some(&scopes.openid),
            "offline_access" => Some(&scopes.offline_access),
            "profile" => Some(&scopes.profile),
            "email" => Some(&scopes.email),
            "phone" => Some(&scopes.phone),
            "address" => Some(&scopes.address),
            "username" => Some(&scopes.username),
            "external_id" => Some(&scopes.external_id),
            _ => None,
        }
    }
}

impl ConsentPage<'_> {
    /// The page as an answer.
    pub(crate) fn respond(&self, status: StatusCode, nonce: &Nonce) -> Response {
        let title = Texts::of(self.frame.language).consent;
        let shell = Shell::new(&self.frame, nonce, "consent", title);
        let view = View { shell, page: self };
        view.shell.answer(status, &view)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::tests::{NONCE, frame};
    use rollcall_core::model::grant::SUPPORTED_SCOPES;
    use rollcall_wire::v3::Language;

    #[test]
    fn every_scope_that_is_granted_has_words() {
        let page = ConsentPage {
            frame: frame(Language::EnUs),
            request: "",
            csrf: "",
            evidence: "",
            account: Account {
                name: "Ann",
                detail: None,
            },
            sign_out: "",
            scopes: Vec::new(),
        };
        let view = View {
            shell: Shell::new(&page.frame, &NONCE, "consent", ""),
            page: &page,
        };
        for scope in SUPPORTED_SCOPES {
            assert!(view.told_by(scope).is_some(), "{scope}");
        }
        assert!(view.told_by("openid ").is_none());
    }
}
