//! Tokens of an application's own (RFC 6749, section 4.4): no user, no login.

use super::Authority;
use crate::ids::{ApplicationId, PoolId};
use crate::model::application::{Application, GrantType};
use crate::refusal::Refusal;

/// Whether the application may have a token of its own.
pub fn may_have_own_token(application: &Application) -> bool {
    application.enabled
        && application.kind.is_confidential()
        && application
            .oauth
            .grant_types
            .contains(&GrantType::ClientCredentials)
}

/// A token of an application, as verified.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ClientToken {
    /// Its pool.
    pub pool: PoolId,
    /// The application.
    pub application: ApplicationId,
    /// The version of the secret with which it was obtained.
    pub secret_version: i64,
    /// Its `jti`.
    pub token_id: String,
}

/// Whether the token still holds: it dies with revocation, rotation of the
/// secret, and a disabled application.
pub async fn is_client_token_live(
    authority: &Authority,
    token: &ClientToken,
) -> Result<bool, Refusal> {
    let application = authority
        .store
        .application(token.pool, token.application)
        .await?;
    let holds = application
        .is_some_and(|app| may_have_own_token(&app) && app.secret_version == token.secret_version);
    Ok(holds
        && !authority
            .store
            .is_revoked(token.pool, &token.token_id)
            .await?)
}
