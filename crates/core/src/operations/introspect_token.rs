//! Token introspection (RFC 7662): begins with "inactive" and adds.

use super::Authority;
use super::client_credentials::{ClientToken, is_client_token_live};
use super::person::{PersonCaller, belongs_to};
use crate::ids::ApplicationId;
use crate::model::application::Application;
use crate::ports::logins::LoginView;
use crate::refusal::Refusal;
use crate::secret::TokenDigest;

/// What was presented, after its signature and expiry were checked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PresentedToken {
    /// An access token of a login.
    Access(PersonCaller),
    /// An access token of an application.
    Client(ClientToken),
    /// Anything else: perhaps a refresh token.
    Opaque(TokenDigest),
}

/// What introspection tells of a token that is active.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ActiveToken {
    /// An access token of a live login.
    Access(Box<LoginView>),
    /// A usable refresh token of a live login.
    Refresh(Box<LoginView>),
    /// An application's own token.
    Client,
}

/// Whether the token is active, for the application that asks: one that is not
/// its business is inactive. Not activity.
pub async fn introspect_token(
    authority: &Authority,
    asker: &Application,
    token: PresentedToken,
) -> Result<Option<ActiveToken>, Refusal> {
    match token {
        PresentedToken::Access(person) => access(authority, asker, person).await,
        PresentedToken::Client(token) => client(authority, asker, token).await,
        PresentedToken::Opaque(digest) => refresh(authority, asker, digest).await,
    }
}

async fn access(
    authority: &Authority,
    asker: &Application,
    token: PersonCaller,
) -> Result<Option<ActiveToken>, Refusal> {
    if !is_own(asker, token.application) || token.pool != asker.pool {
        return Ok(None);
    }
    let grant = Some(token.number.grant);
    let Some(view) = authority
        .store
        .login(token.pool, token.login, grant)
        .await?
    else {
        return Ok(None);
    };
    if !view.standing.is_live() || !belongs_to(&view, &token) {
        return Ok(None);
    }
    if authority
        .store
        .is_revoked(token.pool, &token.number.to_string())
        .await?
    {
        return Ok(None);
    }
    Ok(Some(ActiveToken::Access(Box::new(view))))
}

async fn client(
    authority: &Authority,
    asker: &Application,
    token: ClientToken,
) -> Result<Option<ActiveToken>, Refusal> {
    let own = is_own(asker, token.application) && token.pool == asker.pool;
    let live = own && is_client_token_live(authority, &token).await?;
    Ok(live.then_some(ActiveToken::Client))
}

async fn refresh(
    authority: &Authority,
    asker: &Application,
    digest: TokenDigest,
) -> Result<Option<ActiveToken>, Refusal> {
    let found = authority
        .store
        .refresh_token_login(asker.pool, digest)
        .await?;
    let live =
        found.filter(|view| view.standing.is_live() && is_own(asker, view.login.application));
    Ok(live.map(|view| ActiveToken::Refresh(Box::new(view))))
}

fn is_own(asker: &Application, application: ApplicationId) -> bool {
    asker.id == application
}
