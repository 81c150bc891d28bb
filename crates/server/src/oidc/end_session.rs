//! `/oidc/session/end`: RP-initiated logout (OIDC RP-Initiated Logout 1.0).
//!
//! A valid hint of this browser's session signs out at once; anything less asks
//! first, so that no other site can sign a person out (ASVS 5.0, 10.6.2).
//!
//! A sign-out may be on its way while the same browser authenticates once more. It
//! then comes with a cookie that has been replaced meanwhile, and ends what took its
//! place: the person was told that nobody is signed in any more. What begins after
//! the sign-out began is spared only if the sign-out did not reach us before it.

use super::authorize::{Parameters, bounce, error_page, face, logo_path, reject, see_other};
use super::form;
use crate::browser::Visitor;
use crate::pages::{ErrorKind, Frame, Nonce, NotSignedOutPage, SignOutPage, SignedOutPage, choose};
use crate::routes::Incoming;
use crate::state::AppState;
use crate::tokens::{IdTokenHint, unknown_keys};
use axum::response::Response;
use http::{Method, StatusCode};
use rollcall_core::Refusal;
use rollcall_core::ids::{ApplicationId, LoginId, PoolId};
use rollcall_core::limits::{LOGOUT_REDIRECT_WAIT, MAX_STATE_BYTES};
use rollcall_core::model::application::Application;
use rollcall_core::model::session::Session;
use rollcall_core::operations::sign_out::{live_session, live_session_of_login, sign_out};
use rollcall_core::ports::logins::SessionKey;
use rollcall_core::secret::TokenDigest;
use rollcall_core::time::Timestamp;
use rollcall_wire::v3::Language;
use rollcall_wire::v3::paths::OIDC_END_SESSION;
use serde::Deserialize;
use std::collections::BTreeMap;

/// What means something here (section 2). `logout_hint` is not needed: the session says
/// who signs out.
pub(crate) const KNOWN: &[&str] = &[
    "id_token_hint",
    "logout_hint",
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
        return bounce(&app, visitor, &incoming, OIDC_END_SESSION, KNOWN);
    }
    let began_at = app.authority.store.now();
    let query = incoming.parts.uri.query().unwrap_or_default().as_bytes();
    let logout = match check(&app, visitor, query).await {
        Ok(logout) => logout,
        Err(response) => return response,
    };
    let answered = match logout.sessions_of_hint(began_at).await {
        Ok(Some(sessions)) => logout.sign_out(sessions).await,
        Ok(None) => return logout.ask(),
        Err(refusal) => return logout.failed(&refusal),
    };
    answered.unwrap_or_else(|(logout, refusal)| logout.failed(&refusal))
}

/// Fields of the question's form.
#[derive(Deserialize)]
pub(super) struct Fields {
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
    let fields: Fields = match form::read_from(&incoming) {
        Ok(fields) => fields,
        Err(rejection) => return reject(&app, visitor, None, &rejection),
    };
    let logout = match check(&app, visitor, fields.request.as_bytes()).await {
        Ok(logout) => logout,
        Err(response) => return response,
    };
    let asked_at = logout.asked_at(&fields.csrf);
    let Some(asked_at) = asked_at.filter(|_| !logout.visitor.is_cross_site()) else {
        return logout.error(ErrorKind::FormExpired, "form_expired");
    };
    if fields.decision != "yes" {
        return logout.not_done();
    }
    let answered = match logout.sessions_of_yes(asked_at).await {
        Ok(sessions) => logout.sign_out(sessions).await,
        Err(refusal) => return logout.failed(&refusal),
    };
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
        if let Err(error) = app.tokens.keep_up_with(hint).await {
            return Err(logout.failed(&unknown_keys(error)));
        }
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
        // One that is switched off is signed out of, and not gone back to.
        let application = logout.application.as_ref().filter(|a| a.enabled);
        match application.map(|application| &application.logout_redirect_uris) {
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

/// What took the place of a cookie since a sign-out began.
fn successor(cookie: TokenDigest, since: Timestamp) -> SessionKey {
    SessionKey::FormerCookie { cookie, since }
}

impl Logout<'_> {
    /// The sessions that this browser presents: of the application's pool, or, if
    /// no application is named, of all pools.
    fn presented(&self) -> Vec<(PoolId, TokenDigest)> {
        let only = self
            .application
            .as_ref()
            .map(|application| application.pool);
        let presented = self.visitor.sessions().into_iter();
        presented
            .filter(|(pool, _)| only.is_none_or(|only| only == *pool))
            .collect()
    }

    /// The live session of this browser, and that of the hint.
    async fn present_and_hinted(
        &self,
        pool: PoolId,
        hint: &IdTokenHint,
    ) -> Result<(Option<Session>, Option<Session>), Refusal> {
        let authority = &self.app.authority;
        let present = match self.visitor.session(pool) {
            Some(cookie) => live_session(authority, pool, cookie).await?,
            None => None,
        };
        let hinted = live_session_of_login(authority, pool, hint.login).await?;
        Ok((present, hinted))
    }

    /// What a hint signs out without a question: the session that it was issued in,
    /// if that is this browser's, or if both are over, so that nothing is signed out
    /// any more. None: the person must be asked (section 2).
    async fn sessions_of_hint(&self, began_at: Timestamp) -> Result<Option<Sessions>, Refusal> {
        let (Some(hint), Some(application)) = (&self.hint, &self.application) else {
            return Ok(None);
        };
        let pool = application.pool;
        let (present, hinted) = self.present_and_hinted(pool, hint).await?;
        if present.map(|session| session.id) != hinted.map(|session| session.id) {
            return Ok(None);
        }
        let mut sessions = vec![(pool, SessionKey::Login(hint.login))];
        let presented = self.presented().into_iter();
        sessions.extend(presented.map(|(pool, cookie)| (pool, successor(cookie, began_at))));
        Ok(Some(sessions))
    }

    /// What a yes signs out: what this browser presents, or what it presented when it
    /// was asked; and if that is nothing that lives, the session of the hint, which
    /// whoever sent the person here has proved to know.
    async fn sessions_of_yes(&self, asked_at: Timestamp) -> Result<Sessions, Refusal> {
        let mut sessions = Vec::new();
        for (pool, cookie) in self.presented() {
            sessions.push((pool, SessionKey::Cookie(cookie)));
            sessions.push((pool, successor(cookie, asked_at)));
        }
        if let (Some(hint), Some(application)) = (&self.hint, &self.application) {
            let pool = application.pool;
            let (present, _) = self.present_and_hinted(pool, hint).await?;
            if present.is_none() {
                sessions.push((pool, SessionKey::Login(hint.login)));
            }
        }
        Ok(sessions)
    }

    async fn sign_out(mut self, sessions: Sessions) -> Result<Response, (Self, Refusal)> {
        let mut ended: BTreeMap<PoolId, Vec<LoginId>> = BTreeMap::new();
        for (pool, key) in sessions {
            let origin = self.visitor.origin();
            match sign_out(&self.app.authority, pool, key, origin).await {
                Ok(logins) => ended.entry(pool).or_default().extend(logins),
                Err(refusal) => return Err((self, refusal)),
            }
        }
        for pool in ended.keys() {
            self.visitor.end_session(*pool);
        }
        self.visitor.end_browser();
        self.tell(&ended).await;
        Ok(self.done())
    }

    /// The applications are told before the browser goes back to one of them (OIDC
    /// Back-Channel Logout section 2.5), but no dead one holds it up.
    async fn tell(&self, ended: &BTreeMap<PoolId, Vec<LoginId>>) {
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
        let sessions = self.presented_text();
        let csrf = self.app.forms.token(now, &self.bound_to(&sessions));
        let logo = self.application.as_ref().and_then(logo_path);
        let page = SignOutPage {
            frame: self.frame(logo.as_deref()),
            request: &self.query,
            csrf: &csrf,
            is_asked_by_application: self.hint.is_some() || self.redirect_to.is_some(),
        };
        let response = page.respond(StatusCode::OK, &self.nonce());
        self.visitor.answer(response)
    }

    /// When this browser was asked, if the form is of ours and of then.
    fn asked_at(&self, csrf: &str) -> Option<Timestamp> {
        let (now, sessions) = (self.app.authority.store.now(), self.presented_text());
        self.app.forms.issued(now, csrf, &self.bound_to(&sessions))
    }

    fn bound_to<'b>(&'b self, sessions: &'b str) -> [&'b str; 4] {
        [FORM, self.visitor.browser(), sessions, &self.query]
    }

    /// The sessions that a yes would end: those that the question was asked of.
    fn presented_text(&self) -> String {
        let presented = self.presented().into_iter();
        let mut texts: Vec<_> = presented
            .map(|(pool, cookie)| format!("{pool} {}", hex::encode(cookie.as_bytes())))
            .collect();
        texts.sort();
        texts.join(",")
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
