//! `GET /oidc/.well-known/jwks.json` (RFC 7517 section 5).

use super::respond::OAuthResult;
use crate::state::AppState;
use rollcall_wire::oidc::jwks::JwkSet;

/// Those that sign, that will, and whose tokens may live. Public keys alone: the
/// type has no member for a private part.
#[expect(
    clippy::unnecessary_wraps,
    reason = "what public routes answer may fail"
)]
pub(crate) fn jwks(app: &AppState) -> OAuthResult<JwkSet> {
    Ok(app.tokens.jwks(app.authority.store.now()))
}
