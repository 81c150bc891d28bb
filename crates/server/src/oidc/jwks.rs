//! `GET /oidc/.well-known/jwks.json` (RFC 7517 section 5).

use super::respond::OAuthResult;
use crate::state::AppState;
use rollcall_wire::oidc::jwks::JwkSet;

/// Those that sign, that will, and whose tokens may live. Public keys alone: the
/// type has no member for a private part.
/// Also those that another node has just made: whoever met one asks here, and may be
/// answered by any node. While the store is away they are those that are known.
pub(crate) async fn jwks(app: AppState) -> OAuthResult<JwkSet> {
    if let Err(error) = app.tokens.keep_up().await {
        tracing::warn!(%error, "the key set may lack another node's newest key");
    }
    Ok(app.tokens.jwks(app.authority.store.now()))
}
