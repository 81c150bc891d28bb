//! The forms of our pages, as they come back.

use super::views::View;
use super::{checked, error_page, reject};
use crate::browser::Visitor;
use crate::oidc::form;
use crate::pages::ErrorKind;
use crate::routes::Incoming;
use crate::state::AppState;
use axum::response::Response;
use rollcall_core::model::sign_on::Done;
use rollcall_wire::v3::SecretText;
use serde::Deserialize;

/// Fields of all forms; each form has some of them.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Fields {
    #[serde(default)]
    pub(super) request: String,
    #[serde(default)]
    pub(super) csrf: String,
    #[serde(default)]
    pub(super) identifier: String,
    pub(super) password: Option<SecretText>,
    #[serde(default)]
    pub(super) choice: String,
    #[serde(default)]
    pub(super) decision: String,
    #[serde(default)]
    pub(super) evidence: String,
}

/// Which form.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Form {
    SignIn,
    Account,
    Consent,
}

impl Form {
    const fn name(self) -> &'static str {
        match self {
            Self::SignIn => "sign-in",
            Self::Account => "account",
            Self::Consent => "consent",
        }
    }
}

/// The request that a form carries on, checked again, and its fields.
pub(super) async fn read<'a>(
    app: &'a AppState,
    incoming: &Incoming,
) -> Result<(View<'a>, Fields), Response> {
    let visitor = Visitor::of(app, incoming);
    let fields: Fields = match form::read_from(incoming) {
        Ok(fields) => fields,
        Err(rejection) => return Err(reject(app, visitor, None, &rejection)),
    };
    match checked(app, fields.request.as_bytes()).await {
        Ok(authorization) => Ok((View::of(app, visitor, authorization), fields)),
        Err((locales, rejection)) => Err(reject(app, visitor, locales.as_deref(), &rejection)),
    }
}

impl View<'_> {
    /// The token of a form on a page of this request. What a session decides is
    /// bound to the session's cookie too; a sign-in is not, since another tab may
    /// have signed in meanwhile.
    pub(super) fn form_token(&self, form: Form, evidence: &str) -> String {
        let now = self.app.authority.store.now();
        self.app.forms.token(now, &self.bound_to(form, evidence))
    }

    /// Whether a form comes back from the browser that it was given to, from a page
    /// of ours, for this request.
    pub(super) fn is_genuine(&self, form: Form, fields: &Fields) -> bool {
        let now = self.app.authority.store.now();
        let parts = self.bound_to(form, &fields.evidence);
        !self.visitor.is_cross_site() && self.app.forms.check(now, &fields.csrf, &parts)
    }

    fn bound_to<'a>(&'a self, form: Form, evidence: &'a str) -> [&'a str; 5] {
        let session = match form {
            Form::SignIn => "",
            Form::Account | Form::Consent => self.visitor.session_value(self.pool()),
        };
        let query = &self.authorization.query;
        [
            form.name(),
            self.visitor.browser(),
            session,
            query,
            evidence,
        ]
    }

    /// A form that is too old, or of somebody else.
    pub(super) fn expired(self) -> Response {
        let kind = ErrorKind::FormExpired;
        let response = error_page(self.app, &self.visitor, self.language, kind, "form_expired");
        self.visitor.answer(response)
    }

    /// The same request with more done for it.
    pub(super) async fn with(self, done: Done) -> Response {
        super::proceed(self.app, self.visitor, self.authorization, done).await
    }
}
