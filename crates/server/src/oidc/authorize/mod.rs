//! `/oidc/auth`: the authorization endpoint (RFC 6749 section 3.1, OIDC Core section
//! 3.1.2), and the forms of its pages.
//!
//! Nothing about a request in progress is kept here: its query goes through the
//! pages' forms and is checked again at each step, so any node can go on with it.

mod account;
mod answer;
mod consent;
mod evidence;
mod form;
mod parameters;
mod rejection;
mod request;
mod sign_in;
mod target;
mod views;

pub(crate) use account::account;
pub(crate) use answer::see_other;
pub(crate) use consent::consent;
#[cfg(test)]
pub(crate) use form::Fields;
pub(crate) use parameters::Parameters;
pub(crate) use rejection::{Rejection, told};
pub(crate) use request::{KNOWN, PROMPTS};
pub(crate) use sign_in::sign_in;
pub(crate) use target::ResponseMode;
pub(crate) use views::{face, logo_path};

use self::request::Authorization;
use self::views::View;
use super::form::is_form;
use crate::browser::Visitor;
use crate::pages::{ErrorKind, ErrorPage, ErrorProblem, Frame, Nonce, choose};
use crate::routes::Incoming;
use crate::state::AppState;
use axum::response::{IntoResponse as _, Response};
use http::header::RETRY_AFTER;
use http::{HeaderValue, Method, StatusCode};
use rollcall_core::Refusal;
use rollcall_core::entropy::Entropy;
use rollcall_core::model::sign_on::{Done, Need};
use rollcall_core::operations::sign_on::{Issued, SignOnOutcome, SignOnRequest, sign_on};
use rollcall_wire::v3::Language;
use rollcall_wire::v3::paths::OIDC_AUTHORIZATION;

/// `GET` and `POST /oidc/auth`.
pub(crate) async fn authorize(app: AppState, incoming: Incoming) -> Response {
    let visitor = Visitor::of(&app, &incoming);
    if incoming.parts.method == Method::POST {
        return bounce(&app, visitor, &incoming, OIDC_AUTHORIZATION, request::KNOWN);
    }
    let query = incoming.parts.uri.query().unwrap_or_default().as_bytes();
    go_on(&app, visitor, query, Done::default()).await
}

/// A cross-site `POST` comes without `SameSite=Lax` cookies: who is signed in is
/// asked again by a `GET` of the same, which brings them. Only what means something
/// goes on: the rest has no business in a URL, where it is kept and logged.
pub(crate) fn bounce(
    app: &AppState,
    mut visitor: Visitor,
    incoming: &Incoming,
    path: &str,
    known: &[&str],
) -> Response {
    visitor.forget_cookies();
    let body = match &incoming.body {
        Ok(body) => body,
        Err(error) => return reject(app, visitor, None, &(*error).into()),
    };
    let fits = is_form(&incoming.parts.headers);
    let parameters = Parameters::read(body, known).ok().filter(|_| fits);
    let Some(parameters) = parameters else {
        let rejection = Rejection::local(ErrorKind::BadRequest, "invalid_request");
        return reject(app, visitor, None, &rejection);
    };
    see_other(&format!("{path}?{}", parameters.to_query()))
}

/// Goes on with a request, as far as it was got: to the application if nothing
/// stands in the way, otherwise to the page for what does.
async fn go_on(app: &AppState, visitor: Visitor, query: &[u8], done: Done) -> Response {
    let authorization = match checked(app, query).await {
        Ok(authorization) => authorization,
        Err((locales, rejection)) => return reject(app, visitor, locales.as_deref(), &rejection),
    };
    proceed(app, visitor, authorization, done).await
}

/// Checks a request; a rejection comes with the languages that were asked for.
async fn checked(
    app: &AppState,
    query: &[u8],
) -> Result<Authorization, (Option<String>, Rejection)> {
    let parameters = request::parameters(query).map_err(|rejection| (None, rejection))?;
    let checked = request::check(app, &parameters).await;
    let locales = || parameters.get("ui_locales").map(ToOwned::to_owned);
    checked.map_err(|rejection| (locales(), rejection))
}

async fn proceed(
    app: &AppState,
    visitor: Visitor,
    mut authorization: Authorization,
    done: Done,
) -> Response {
    authorization.demands.done = done;
    let view = View::of(app, visitor, authorization);
    let cookie = view.visitor.session(view.pool());
    let request = view.sign_on_request();
    let outcome = sign_on(&app.authority, request, cookie, view.visitor.origin()).await;
    match outcome {
        Ok(SignOnOutcome::Issued(issued)) => issue(view, &issued),
        Ok(SignOnOutcome::Needs(need)) if view.authorization.silent => {
            let error = match need {
                Need::SignIn => "login_required",
                Need::ChooseAccount => "account_selection_required",
                Need::Consent => "consent_required",
            };
            view.return_error(error, "the person must do something first")
        }
        Ok(SignOnOutcome::Needs(Need::SignIn)) => view.sign_in_page(None, None).await,
        Ok(SignOnOutcome::Needs(Need::ChooseAccount)) => view.account_page().await,
        Ok(SignOnOutcome::Needs(Need::Consent)) => view.consent_page().await,
        Err(refusal) => view.refused(refusal),
    }
}

/// The code goes to the application (RFC 6749 section 4.1.2).
fn issue(view: View<'_>, issued: &Issued) -> Response {
    view.return_fields(&[("code", issued.code.reveal())])
}

/// Says why there is no code: to the application where that is safe.
pub(crate) fn reject(
    app: &AppState,
    visitor: Visitor,
    locales: Option<&str>,
    rejection: &Rejection,
) -> Response {
    let language = choose(locales, visitor.accept_language());
    let response = match rejection {
        Rejection::Local { kind, code } => error_page(app, &visitor, language, *kind, code),
        Rejection::Return {
            target,
            error,
            description,
        } => {
            let fields = [("error", *error), ("error_description", *description)];
            answer::send(app, &visitor, language, target, &fields)
        }
    };
    visitor.answer(response)
}

/// A page that says what is wrong, and nothing that a stranger should not know.
pub(crate) fn error_page(
    app: &AppState,
    visitor: &Visitor,
    language: Language,
    kind: ErrorKind,
    code: &str,
) -> Response {
    let entropy = app.authority.entropy.as_ref();
    error_answer(entropy, visitor.request_id(), language, kind, code)
}

/// The same where no handler has seen the request, or none has answered it.
pub(crate) fn error_answer(
    entropy: &dyn Entropy,
    request_id: &str,
    language: Language,
    kind: ErrorKind,
    code: &str,
) -> Response {
    let page = ErrorPage {
        frame: Frame {
            language,
            application: None,
            request_id,
            continues_to: None,
        },
        problem: ErrorProblem { code, kind },
    };
    let status = match kind {
        ErrorKind::BadRequest | ErrorKind::UnknownApplication | ErrorKind::UnknownRedirectUri => {
            StatusCode::BAD_REQUEST
        }
        ErrorKind::FormExpired | ErrorKind::SessionLimit | ErrorKind::NotAllowed => {
            StatusCode::FORBIDDEN
        }
        ErrorKind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        ErrorKind::Fault => StatusCode::INTERNAL_SERVER_ERROR,
    };
    let nonce = Nonce::generate(entropy);
    let mut response = page.respond(status, &nonce).into_response();
    if kind == ErrorKind::Unavailable {
        let headers = response.headers_mut();
        headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
    }
    response
}

impl View<'_> {
    /// What the store is asked for.
    fn sign_on_request(&self) -> SignOnRequest {
        let Authorization {
            application,
            target,
            demands,
            challenge,
            nonce,
            ..
        } = &self.authorization;
        SignOnRequest {
            application: application.clone(),
            redirect_uri: target.redirect_uri.clone(),
            challenge: challenge.clone(),
            nonce: nonce.clone(),
            demands: demands.clone(),
            device: self.visitor.device(),
        }
    }

    /// What an operation refused: the person is told, unless no page may be shown
    /// or the application is the one to know.
    pub(crate) fn refused(self, refusal: Refusal) -> Response {
        match &refusal {
            Refusal::SessionLimit => self.return_error(
                "access_denied",
                "the person has as many sessions as allowed",
            ),
            Refusal::Unavailable if self.authorization.silent => {
                self.return_error("temporarily_unavailable", "try again")
            }
            Refusal::Fault if self.authorization.silent => {
                self.return_error("server_error", "see the server's log")
            }
            _ => {
                let rejection = Rejection::from(refusal);
                let locales = self.authorization.ui_locales.clone();
                reject(self.app, self.visitor, locales.as_deref(), &rejection)
            }
        }
    }

    fn return_error(self, error: &str, description: &str) -> Response {
        self.return_fields(&[("error", error), ("error_description", description)])
    }

    fn return_fields(self, fields: &[(&str, &str)]) -> Response {
        let target = &self.authorization.target;
        let response = answer::send(self.app, &self.visitor, self.language, target, fields);
        self.visitor.answer(response)
    }
}
