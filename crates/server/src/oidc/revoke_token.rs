//! `POST /oidc/token/revocation` (RFC 7009).

use super::presented::{self, Presented};
use super::respond::{Empty, OAuthFailure, OAuthResult};
use crate::auth::ClientCall;
use crate::state::AppState;
use rollcall_core::operations::introspect_token::PresentedToken;
use rollcall_core::operations::revoke_token as operation;
use rollcall_wire::oidc::introspection::TokenQuery;

/// 200 for every token of a client that has proved itself: an unknown, expired
/// or foreign one is no error, since it is no token of this client's any more
/// (RFC 7009 section 2.2).
pub(crate) async fn revoke_token(
    app: AppState,
    call: ClientCall<TokenQuery>,
) -> OAuthResult<Empty> {
    let token = call.request.token;
    let token = token.ok_or_else(|| OAuthFailure::invalid_request("token is missing"))?;
    let now = app.authority.store.now();
    let (revoked, expires_at) = match Presented::read(&app.tokens, token.as_str(), now).await? {
        Presented::Expired => return Ok(Empty),
        Presented::Access(token) => (presented::access(&token), token.expires_at),
        // Its own expiry is with its digest in the store.
        Presented::Opaque(digest) => (PresentedToken::Opaque(digest), now),
    };
    let client = &call.client.application;
    operation::revoke_token(&app.authority, client, revoked, expires_at, call.origin).await?;
    Ok(Empty)
}
