//! `/oidc/session/end`: RP-initiated logout (OIDC RP-Initiated Logout 1.0).
//!
//! A valid hint of this browser's session signs out at once; anything less asks
//! first, so that no other site can sign a person out (ASVS 5.0, 10.6.2).

use super::authorize::{Parameters, bounce, error_page, face, logo_path, see_other};
use super::form;
use crate::browser::Visitor;
use crate::pages::{ErrorKind, Frame, Nonce, NotSignedOutPage, SignOutPage, SignedOutPage, choose};
use crate::routes::Incoming;
use crate::state::AppState;
use crate::tokens::IdTokenHint;
use axum::response::Response;
use http::{Method, StatusCode};
use rollcall_core::Refusal;
use rollcall_core::ids::{ApplicationId, LoginId, PoolId};
use rollcall_core::limits::{LOGOUT_REDIRECT_WAIT, MAX_STATE_BYTES};
use rollcall_core::model::application::Application;
use rollcall_core::operations::sign_out::{live_session, live_session_of_login, sign_out};
use rollcall_core::ports::logins::SessionKey;
use rollcall_wire::v3::Language;
use rollcall_wire::v3::paths::OIDC_END_SESSION;
use serde::Deserialize;

/// What means something here; `logout_hint` is taken and not needed: the session
/// says who signs out (section 2).
const KNOWN: &[&str] = &[
    "id_token_hint",
    "client_id",
    "post_logout_redirect_uri",
    "state",
    "ui_locales",
];

/// The form of the question.
const FORM: &str = "sign-out";

/// A checked request to sign out.
struct Logout<'a> {
    app: &'a AppState,
    visitor: Visitor,
    language: Language,
    query: String,
    application: Option<Application>,
    hint: Option<IdTokenHint>,
    /// Where to go afterwards: registered, and with its state.
    redirect_to: Option<String>,
}

/// `GET` and `POST /oidc/session/end`.
pub(crate) async fn end_session(app: AppState, incoming: Incoming) -> Response {
    let visitor = Visitor::of(&app, &incoming);
    if incoming.parts.method == Method::POST {
        return bounce(&app, visitor, &incoming, OIDC_END_SESSION);
    }
    let query = incoming.parts.uri.query().unwrap_or_default().as_bytes();
    let logout = match check(&app, visitor, query).await {
        Ok(logout) => logout,
        Err(response) => return response,
    };
    let answered = match logout.sessions_of_hint().await {
        Ok(Some(sessions)) => logout.sign_out(sessions).await,
        Ok(None) => return logout.ask(),
        Err(refusal) => return logout.failed(&refusal),
    };
    answered.unwrap_or_else(|(logout, refusal)| logout.failed(&refusal))
}

#[derive(Default, Deserialize)]
struct Fields {
    #[serde(default)]
    request: String,
    #[serde(default)]
    csrf: String,
    #[serde(default)]
    decision: String,
}

/// `POST /oidc/session/end/confirm`: the person's answer.
pub(crate) async fn confirm(app: AppState, incoming: Incoming) -> Response {
    let visitor = Visitor::of(&app, &incoming);
    let bytes = incoming.body.as_ref().ok();
    let fields = bytes.and_then(|bytes| form::read(&incoming.parts.headers, bytes).ok());
    let fields: Fields = fields.unwrap_or_default();
    let logout = match check(&app, visitor, fields.request.as_bytes()).await {
        Ok(logout) => logout,
        Err(response) => return response,
    };
    let now = app.authority.store.now();
    let is_genuine =
        !logout.visitor.is_cross_site() && app.forms.check(now, &fields.csrf, &logout.bound_to());
    if !is_genuine {
        return logout.error(ErrorKind::FormExpired, "form_expired");
    }
    if fields.decision != "yes" {
        return logout.not_done();
    }
    let sessions = logout.presented();
    let answered = logout.sign_out(sessions).await;
    answered.unwrap_or_else(|(logout, refusal)| logout.failed(&refusal))
}

/// Checks a request: nothing that is wrong redirects anywhere (section 4).
async fn check<'a>(
    app: &'a AppState,
    visitor: Visitor,
    query: &[u8],
) -> Result<Logout<'a>, Response> {
    let mut logout = Logout {
        app,
        language: choose(None, visitor.accept_language()),
        visitor,
        query: String::new(),
        application: None,
        hint: None,
        redirect_to: None,
    };
    let Ok(parameters) = Parameters::read(query, KNOWN) else {
        return Err(logout.error(ErrorKind::BadRequest, "invalid_request"));
    };
    let locales = parameters.get("ui_locales");
    logout.language = choose(locales, logout.visitor.accept_language());
    logout.query = parameters.to_query();
    let too_long = |state: &str| state.len() > MAX_STATE_BYTES;
    if parameters.repeated().is_some() || parameters.get("state").is_some_and(too_long) {
        return Err(logout.error(ErrorKind::BadRequest, "invalid_request"));
    }
    if let Some(hint) = parameters.get("id_token_hint") {
        let Ok(hint) = app.tokens.verify_id_token_hint(hint) else {
            return Err(logout.error(ErrorKind::BadRequest, "invalid_request"));
        };
        logout.hint = Some(hint);
    }
    let client = match client(&parameters, logout.hint.as_ref()) {
        Ok(client) => client,
        Err((kind, code)) => return Err(logout.error(kind, code)),
    };
    if let Some(client) = client {
        let found = match app.authority.store.client(client).await {
            Ok(found) => found,
            Err(error) => return Err(logout.failed(&error.into())),
        };
        let Some(found) = found else {
            return Err(logout.error(ErrorKind::UnknownApplication, "invalid_client"));
        };
        logout.application = Some(found.application);
    }
    if let Some(uri) = parameters.get("post_logout_redirect_uri") {
        let known = logout.application.as_ref().map(|a| &a.logout_redirect_uris);
        match known {
            Some(known) if known.iter().any(|known| known == uri) => {
                logout.redirect_to = Some(with_state(uri, parameters.get("state")));
            }
            Some(_) => {
                return Err(logout.error(ErrorKind::UnknownRedirectUri, "invalid_request"));
            }
            // Of nobody in particular: asked, signed out, and not followed.
            None => {}
        }
    }
    Ok(logout)
}

/// The client that the request is of: both ways of naming it must agree (section 2).
fn client(
    parameters: &Parameters,
    hint: Option<&IdTokenHint>,
) -> Result<Option<ApplicationId>, (ErrorKind, &'static str)> {
    let named = match parameters.get("client_id") {
        None => None,
        Some(text) => match text.parse::<ApplicationId>() {
            Ok(id) => Some(id),
            Err(_) => return Err((ErrorKind::UnknownApplication, "invalid_client")),
        },
    };
    match (named, hint.map(|hint| hint.client)) {
        (Some(named), Some(hinted)) if named != hinted => {
            Err((ErrorKind::BadRequest, "invalid_request"))
        }
        (named, hinted) => Ok(hinted.or(named)),
    }
}

/// `state` goes back as it came (section 3).
fn with_state(uri: &str, state: Option<&str>) -> String {
    let Some(state) = state else {
        return uri.to_owned();
    };
    let joint = if uri.contains('?') { '&' } else { '?' };
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("state", state)
        .finish();
    format!("{uri}{joint}{query}")
}

type Sessions = Vec<(PoolId, SessionKey)>;

impl<'a> Logout<'a> {
    /// The sessions that this browser presents: of the application's pool, or, if
    /// no application is named, of all pools.
    fn presented(&self) -> Sessions {
        let only = self
            .application
            .as_ref()
            .map(|application| application.pool);
        let presented = self.visitor.sessions().into_iter();
        presented
            .filter(|(pool, _)| only.is_none_or(|only| only == *pool))
            .map(|(pool, cookie)| (pool, SessionKey::Cookie(cookie)))
            .collect()
    }

    /// What a hint signs out without a question: the session that it was issued in,
    /// if that is this browser's or the browser presents none that lives. None: the
    /// person must be asked (section 2).
    async fn sessions_of_hint(&self) -> Result<Option<Sessions>, Refusal> {
        let (Some(hint), Some(application)) = (&self.hint, &self.application) else {
            return Ok(None);
        };
        let (authority, pool) = (&self.app.authority, application.pool);
        let hinted = live_session_of_login(authority, pool, hint.login).await?;
        let present = match self.visitor.session(pool) {
            Some(cookie) => live_session(authority, pool, cookie).await?,
            None => None,
        };
        let is_another =
            present.is_some_and(|present| hinted.is_none_or(|hinted| hinted.id != present.id));
        let session = (pool, SessionKey::Login(hint.login));
        Ok((!is_another).then(|| vec![session]))
    }

    async fn sign_out(mut self, sessions: Sessions) -> Result<Response, (Self, Refusal)> {
        let mut ended: Vec<(PoolId, Vec<LoginId>)> = Vec::new();
        for (pool, key) in sessions {
            let origin = self.visitor.origin();
            match sign_out(&self.app.authority, pool, key, origin).await {
                Ok(logins) => ended.push((pool, logins)),
                Err(refusal) => return Err((self, refusal)),
            }
            self.visitor.end_session(pool);
        }
        self.tell(&ended).await;
        Ok(self.done())
    }

    /// The applications are told before the browser goes back to one of them (OIDC
    /// Back-Channel Logout section 2.5), but no dead one holds it up.
    async fn tell(&self, ended: &[(PoolId, Vec<LoginId>)]) {
        let told = async {
            for (pool, logins) in ended {
                let first_attempts = &self.app.first_attempts;
                first_attempts
                    .told(*pool, logins, LOGOUT_REDIRECT_WAIT)
                    .await;
            }
        };
        // Told or not: the deliveries go on.
        let _ = tokio::time::timeout(LOGOUT_REDIRECT_WAIT, told).await;
    }

    /// Back to the application, or to a page that says so.
    fn done(self) -> Response {
        if let Some(uri) = &self.redirect_to {
            let response = see_other(uri);
            return self.visitor.answer(response);
        }
        let logo = self.application.as_ref().and_then(logo_path);
        let page = SignedOutPage {
            frame: self.frame(logo.as_deref()),
        };
        let response = page.respond(StatusCode::OK, &self.nonce());
        self.visitor.answer(response)
    }

    /// The person does not want to. The application would take a redirect for a
    /// sign-out.
    fn not_done(self) -> Response {
        let logo = self.application.as_ref().and_then(logo_path);
        let page = NotSignedOutPage {
            frame: self.frame(logo.as_deref()),
        };
        let response = page.respond(StatusCode::OK, &self.nonce());
        self.visitor.answer(response)
    }

    /// Do you want to sign out?
    fn ask(self) -> Response {
        let now = self.app.authority.store.now();
        let csrf = self.app.forms.token(now, &self.bound_to());
        let logo = self.application.as_ref().and_then(logo_path);
        let page = SignOutPage {
            frame: self.frame(logo.as_deref()),
            request: &self.query,
            csrf: &csrf,
        };
        let response = page.respond(StatusCode::OK, &self.nonce());
        self.visitor.answer(response)
    }

    fn bound_to(&self) -> [&str; 3] {
        [FORM, self.visitor.browser(), &self.query]
    }

    fn frame<'b>(&'b self, logo: Option<&'b str>) -> Frame<'b> {
        let application = self.application.as_ref();
        Frame {
            language: self.language,
            application: application.map(|application| face(application, logo)),
            request_id: self.visitor.request_id(),
            continues_to: self.redirect_to.as_deref(),
        }
    }

    fn nonce(&self) -> Nonce {
        Nonce::generate(self.app.authority.entropy.as_ref())
    }

    fn failed(self, refusal: &Refusal) -> Response {
        match refusal {
            Refusal::Unavailable => self.error(ErrorKind::Unavailable, "temporarily_unavailable"),
            _ => self.error(ErrorKind::Fault, "server_error"),
        }
    }

    fn error(self, kind: ErrorKind, code: &str) -> Response {
        let response = error_page(self.app, &self.visitor, self.language, kind, code);
        self.visitor.answer(response)
    }
}
