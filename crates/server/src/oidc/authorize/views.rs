//! The pages of an authorization request.

use super::evidence;
use super::form::Form;
use super::request::Authorization;
use crate::browser::Visitor;
use crate::pages::{
    Account, AccountPage, ConsentPage, Face, Frame, Nonce, SignInPage, SignInProblem, choose,
};
use crate::state::AppState;
use axum::response::Response;
use http::header::RETRY_AFTER;
use http::{HeaderValue, StatusCode};
use rollcall_core::Refusal;
use rollcall_core::ids::{PoolId, UserId};
use rollcall_core::model::application::Application;
use rollcall_core::model::user::{ProfileField, User};
use rollcall_core::operations::sign_on::browser_session;
use rollcall_wire::v3::Language;
use rollcall_wire::v3::paths::OIDC_END_SESSION;

/// A checked request in a browser.
#[derive(Debug)]
pub(super) struct View<'a> {
    pub(super) app: &'a AppState,
    pub(super) visitor: Visitor,
    pub(super) authorization: Authorization,
    pub(super) language: Language,
}

/// How a person is shown to themselves.
struct Shown {
    id: UserId,
    name: String,
    detail: Option<String>,
    /// What they would type to sign in.
    identifier: String,
}

impl<'a> View<'a> {
    pub(super) fn of(app: &'a AppState, visitor: Visitor, authorization: Authorization) -> Self {
        let locales = authorization.ui_locales.as_deref();
        Self {
            language: choose(locales, visitor.accept_language()),
            app,
            visitor,
            authorization,
        }
    }

    pub(super) fn pool(&self) -> PoolId {
        self.authorization.application.pool
    }

    fn nonce(&self) -> Nonce {
        Nonce::generate(self.app.authority.entropy.as_ref())
    }

    fn frame<'b>(&'b self, logo: Option<&'b str>) -> Frame<'b> {
        Frame {
            language: self.language,
            application: Some(face(&self.authorization.application, logo)),
            request_id: self.visitor.request_id(),
            continues_to: Some(&self.authorization.target.redirect_uri),
        }
    }

    /// Whoever the browser's session belongs to, if it is live.
    async fn person(&self) -> Result<Option<Shown>, Refusal> {
        let Some(cookie) = self.visitor.session(self.pool()) else {
            return Ok(None);
        };
        let application = &self.authorization.application;
        let found = browser_session(&self.app.authority, application, cookie).await?;
        let live = found.filter(|(browser, _)| browser.standing.is_live());
        Ok(live.map(|(_, user)| shown(&user)))
    }

    /// The sign-in page. `typed` is what the person has typed; without it the page
    /// begins with who is meant.
    pub(super) async fn sign_in_page(
        self,
        typed: Option<String>,
        problem: Option<SignInProblem>,
    ) -> Response {
        let (identifier, reauthenticate) = match typed {
            Some(typed) => (typed, false),
            None => match self.expected().await {
                Ok(expected) => expected,
                Err(refusal) => return self.refused(refusal),
            },
        };
        let status = status(problem);
        let logo = logo_path(&self.authorization.application);
        let csrf = self.form_token(Form::SignIn, "");
        let page = SignInPage {
            frame: self.frame(logo.as_deref()),
            request: &self.authorization.query,
            csrf: &csrf,
            identifier: &identifier,
            problem,
            reauthenticate,
        };
        let mut response = page.respond(status, &self.nonce());
        if status == StatusCode::SERVICE_UNAVAILABLE {
            let headers = response.headers_mut();
            headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
        }
        self.visitor.answer(response)
    }

    /// Where the person of this session is asked whether to sign out.
    fn sign_out_path(&self) -> String {
        let client = self.authorization.application.id;
        let language = self.language.as_str();
        format!("{OIDC_END_SESSION}?client_id={client}&ui_locales={language}")
    }

    /// Who is expected on the sign-in page, and whether it is asked if it is still
    /// them: with `login` and a live session, unless somebody else is wanted.
    async fn expected(&self) -> Result<(String, bool), Refusal> {
        let wanted = self.authorization.demands.subject;
        let person = self.person().await?;
        let person = person.filter(|person| wanted.is_none_or(|wanted| wanted == person.id));
        let hint = self.authorization.login_hint.clone();
        let of_session = || person.as_ref().map(|person| person.identifier.clone());
        let identifier = hint.or_else(of_session).unwrap_or_default();
        let is_same = person.is_some_and(|person| person.identifier == identifier);
        Ok((identifier, is_same))
    }

    /// Continue as this account, or use another?
    pub(super) async fn account_page(self) -> Response {
        let person = match self.person().await {
            Ok(Some(person)) => person,
            Ok(None) => return self.sign_in_page(None, None).await,
            Err(refusal) => return self.refused(refusal),
        };
        let logo = logo_path(&self.authorization.application);
        let csrf = self.form_token(Form::Account, "");
        let page = AccountPage {
            frame: self.frame(logo.as_deref()),
            request: &self.authorization.query,
            csrf: &csrf,
            account: person.account(),
            sign_out: &self.sign_out_path(),
        };
        let response = page.respond(StatusCode::OK, &self.nonce());
        self.visitor.answer(response)
    }

    /// May the application have this?
    pub(super) async fn consent_page(self) -> Response {
        let person = match self.person().await {
            Ok(Some(person)) => person,
            Ok(None) => return self.sign_in_page(None, None).await,
            Err(refusal) => return self.refused(refusal),
        };
        let logo = logo_path(&self.authorization.application);
        let evidence = evidence::to_text(self.authorization.demands.done);
        let csrf = self.form_token(Form::Consent, &evidence);
        let scope = &self.authorization.demands.scope;
        let page = ConsentPage {
            frame: self.frame(logo.as_deref()),
            request: &self.authorization.query,
            csrf: &csrf,
            evidence: &evidence,
            account: person.account(),
            sign_out: &self.sign_out_path(),
            scopes: scope.split_ascii_whitespace().collect(),
        };
        let response = page.respond(StatusCode::OK, &self.nonce());
        self.visitor.answer(response)
    }
}

impl Shown {
    fn account(&self) -> Account<'_> {
        Account {
            name: &self.name,
            detail: self.detail.as_deref(),
        }
    }
}

fn shown(user: &User) -> Shown {
    let phone = user.phone.as_ref().map(|phone| phone.e164.clone());
    let own = [user.username.clone(), user.email.clone(), phone];
    let identifier = own.into_iter().flatten().next();
    let identifier = identifier.unwrap_or_else(|| user.id.to_string());
    let name = user.profile.get(&ProfileField::Name);
    let name = name.filter(|name| !name.is_empty()).cloned();
    let detail = user.email.clone().or_else(|| Some(identifier.clone()));
    let name = name.unwrap_or_else(|| identifier.clone());
    Shown {
        id: user.id,
        detail: detail.filter(|detail| *detail != name),
        name,
        identifier,
    }
}

/// How an application looks to people.
pub(crate) fn face<'a>(application: &'a Application, logo: Option<&'a str>) -> Face<'a> {
    Face {
        name: &application.name,
        logo,
    }
}

/// Where our own copy of an application's logo is.
pub(crate) fn logo_path(application: &Application) -> Option<String> {
    let has_logo = !application.logo.is_empty();
    has_logo.then(|| format!("/oidc/logo/{}", application.id))
}

fn status(problem: Option<SignInProblem>) -> StatusCode {
    match problem {
        None => StatusCode::OK,
        Some(SignInProblem::MissingIdentifier | SignInProblem::MissingPassword) => {
            StatusCode::BAD_REQUEST
        }
        Some(SignInProblem::WrongCredentials) => StatusCode::UNAUTHORIZED,
        Some(SignInProblem::TooManyAttempts { .. }) => StatusCode::TOO_MANY_REQUESTS,
        Some(SignInProblem::Unavailable) => StatusCode::SERVICE_UNAVAILABLE,
        Some(
            SignInProblem::AccountLocked
            | SignInProblem::PasswordMustBeReset
            | SignInProblem::FormExpired,
        ) => StatusCode::FORBIDDEN,
    }
}
