//! `POST /oidc/auth/sign-in`: identifier and password.

use super::form::{self, Form};
use super::issue;
use super::views::View;
use crate::pages::SignInProblem;
use crate::routes::Incoming;
use crate::state::AppState;
use crate::to_its_end::to_its_end;
use crate::v3::retry_after;
use axum::response::Response;
use rollcall_core::Refusal;
use rollcall_core::limits;
use rollcall_core::model::sign_on::Done;
use rollcall_core::operations::sign_on::{SignInOutcome, sign_in_browser};
use rollcall_core::time::Span;

pub(crate) async fn sign_in(app: AppState, incoming: Incoming) -> Response {
    let (mut view, fields) = match form::read(&app, &incoming).await {
        Ok(read) => read,
        Err(response) => return response,
    };
    let mut identifier = fields.identifier.trim().to_owned();
    // Longer than any: nobody's, and not sent back.
    let is_nobodys = identifier.chars().count() > limits::MAX_NAME_CHARS;
    if is_nobodys {
        identifier.clear();
    }
    if view.visitor.is_cross_site() {
        return view.expired();
    }
    if !view.is_genuine(Form::SignIn, &fields) {
        return view
            .sign_in_page(Some(identifier), Some(SignInProblem::FormExpired))
            .await;
    }
    if is_nobodys {
        let problem = SignInProblem::WrongCredentials;
        return view.sign_in_page(Some(identifier), Some(problem)).await;
    }
    let Some(password) = fields.password.filter(|_| !identifier.is_empty()) else {
        let problem = match identifier.as_str() {
            "" => SignInProblem::MissingIdentifier,
            _ => SignInProblem::MissingPassword,
        };
        return view.sign_in_page(Some(identifier), Some(problem)).await;
    };
    // Before the commit: a session whose cookie nobody got would be a ghost.
    let lifetime = match view.cookie_lifetime().await {
        Ok(lifetime) => lifetime,
        Err(refusal) => return view.refused(refusal),
    };
    let pool = view.pool();
    match view.try_sign_in(&identifier, password.as_str()).await {
        Ok(SignInOutcome::Issued(cookie, issued)) => {
            view.visitor.begin_session(pool, cookie.reveal(), lifetime);
            issue(view, &issued)
        }
        Ok(SignInOutcome::NeedsConsent(cookie, session)) => {
            view.visitor.begin_session(pool, cookie.reveal(), lifetime);
            view.authorization.demands.done = Done {
                authenticated_at: Some(session.authenticated_at),
                ..Done::default()
            };
            view.consent_page().await
        }
        Ok(SignInOutcome::AnotherPerson) => {
            view.return_error("login_required", "somebody else signed in")
        }
        Err(refusal) => match problem(&refusal) {
            Some(problem) => view.sign_in_page(Some(identifier), Some(problem)).await,
            None => view.refused(refusal),
        },
    }
}

/// What the page says of a refusal, if the person can try again there.
fn problem(refusal: &Refusal) -> Option<SignInProblem> {
    match refusal {
        // Longer than any, or with characters that no account has: nobody's.
        Refusal::Invalid(_) | Refusal::WrongCredentials | Refusal::WrongPassword => {
            Some(SignInProblem::WrongCredentials)
        }
        Refusal::Throttled(_) => Some(SignInProblem::TooManyAttempts {
            seconds: retry_after(refusal).unwrap_or(1),
        }),
        Refusal::UserLocked => Some(SignInProblem::AccountLocked),
        Refusal::PasswordMustBeReset => Some(SignInProblem::PasswordMustBeReset),
        Refusal::Unavailable => Some(SignInProblem::Unavailable),
        _ => None,
    }
}

impl View<'_> {
    async fn try_sign_in(
        &self,
        identifier: &str,
        password: &str,
    ) -> Result<SignInOutcome, Refusal> {
        let authority = self.app.authority.clone();
        let request = self.sign_on_request();
        let presented = self.visitor.session(self.pool());
        let origin = self.visitor.origin();
        let (identifier, password) = (identifier.to_owned(), password.to_owned());
        to_its_end(async move {
            sign_in_browser(&authority, request, identifier, password, presented, origin).await
        })
        .await
    }

    /// The browser keeps the session's cookie as long as the session can last, or
    /// until it is closed, as the pool wishes.
    async fn cookie_lifetime(&self) -> Result<Option<Span>, Refusal> {
        let settings = self.app.authority.store.pool(self.pool()).await?;
        let settings = settings.ok_or(Refusal::Fault)?;
        let lifetime = settings.session_limits.max_lifetime;
        Ok((!settings.cookie_ends_with_browser).then_some(lifetime))
    }
}
