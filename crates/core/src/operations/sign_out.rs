//! Signing out at the server (OIDC RP-Initiated Logout 1.0).

use super::Authority;
use crate::ids::{LoginId, PoolId};
use crate::model::event::{Actor, Origin, Reason};
use crate::model::session::Session;
use crate::ports::logins::{SessionEnd, SessionKey};
use crate::refusal::Refusal;
use crate::secret::TokenDigest;

/// The live session of a browser's cookie.
pub async fn live_session(
    authority: &Authority,
    pool: PoolId,
    cookie: TokenDigest,
) -> Result<Option<Session>, Refusal> {
    Ok(authority
        .store
        .live_session(pool, SessionKey::Cookie(cookie))
        .await?)
}

/// The live session of a login.
pub async fn live_session_of_login(
    authority: &Authority,
    pool: PoolId,
    login: LoginId,
) -> Result<Option<Session>, Refusal> {
    Ok(authority
        .store
        .live_session(pool, SessionKey::Login(login))
        .await?)
}

/// Ends a session and all its logins, as its person's own act. Answers the logins
/// that ended; signing out of what has ended is no error.
pub async fn sign_out(
    authority: &Authority,
    pool: PoolId,
    key: SessionKey,
    origin: Origin,
) -> Result<Vec<LoginId>, Refusal> {
    let Some(session) = authority.store.live_session(pool, key).await? else {
        return Ok(Vec::new());
    };
    let origin = Origin {
        actor: Actor::Person(session.user),
        ..origin
    };
    let ended = authority
        .store
        .end_session(pool, key, Reason::SignedOut, origin)
        .await?;
    match ended {
        SessionEnd::Ended(logins) => Ok(logins),
        SessionEnd::AlreadyEnded | SessionEnd::NotFound => Ok(Vec::new()),
    }
}
