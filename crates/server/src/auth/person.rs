//! End users: people with an access token of theirs.

use super::authorization::{authorization, bearer};
use super::family;
use crate::middleware::Context;
use crate::state::AppState;
use crate::tokens::{AccessToken, TokenSubject, unknown_keys};
use http::HeaderMap;
use rollcall_core::Refusal;
use rollcall_core::ids::UserId;
use rollcall_core::model::event::{Actor, Origin};
use rollcall_core::operations::person::PersonCaller;

/// A call of an end user.
#[derive(Debug)]
pub(crate) struct PersonCall<T> {
    /// Who calls. Whether the login still lives is for the operation to ask:
    /// nothing before it has looked at the store.
    pub(crate) person: PersonCaller,
    /// What the verified token says besides.
    pub(crate) token: AccessToken,
    /// What is kept with every change that the call makes.
    pub(crate) origin: Origin,
    /// What is asked for.
    pub(crate) request: T,
}

impl<T> PersonCall<T> {
    pub(crate) fn new(verified: Person, context: &Context, request: T) -> Self {
        let Person {
            user,
            caller,
            token,
        } = verified;
        let origin = context.origin(Actor::Person(user));
        Self {
            person: caller,
            token,
            origin,
            request,
        }
    }
}

/// The person that a verified access token speaks for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Person {
    user: UserId,
    caller: PersonCaller,
    token: AccessToken,
}

/// The person behind an access token. A client's own token speaks for nobody.
pub(crate) async fn from_token(app: &AppState, token: &str) -> Result<Person, Refusal> {
    app.tokens.keep_up_with(token).await.map_err(unknown_keys)?;
    let now = app.authority.store.now();
    let verified = app.tokens.verify_access_token(token, now);
    let token = verified.map_err(|_| Refusal::NotSignedIn)?;
    person(token).ok_or(Refusal::NotSignedIn)
}

/// The person behind `Authorization`, with or without `Bearer`, as V3 has it.
pub(crate) async fn from_v3_headers(
    app: &AppState,
    headers: &HeaderMap,
) -> Result<Person, Refusal> {
    let value = authorization(headers).ok_or(Refusal::NotSignedIn)?;
    let person = from_token(app, bearer(value).unwrap_or(value)).await?;
    check_named(headers, &person)?;
    Ok(person)
}

/// V3's headers may name the token's application and pool, but no others.
pub(crate) fn check_named(headers: &HeaderMap, person: &Person) -> Result<(), Refusal> {
    family::check_pool(headers, person.caller.pool)?;
    family::check_application(headers, person.caller.application)
}

/// The bearer token of a request under `/oidc`: in `Authorization`, where
/// `Bearer` is required (RFC 6750 section 2.1).
pub(crate) fn bearer_token(headers: &HeaderMap) -> Option<&str> {
    bearer(authorization(headers)?)
}

fn person(token: AccessToken) -> Option<Person> {
    match token.subject {
        TokenSubject::Login {
            user,
            login,
            number,
        } => Some(Person {
            user,
            caller: PersonCaller {
                pool: token.pool,
                application: token.client,
                login,
                number,
            },
            token,
        }),
        TokenSubject::Client { .. } => None,
    }
}
