//! `grant_type=client_credentials` (RFC 6749 section 4.4): no user, no login.

use super::issue::seconds;
use super::respond::{OAuthFailure, OAuthResult};
use super::scope;
use crate::auth::ClientCall;
use crate::state::AppState;
use rollcall_core::operations::client_credentials::may_have_own_token;
use rollcall_wire::oidc::token::{TokenRequest, TokenResponse};

/// Every scope that this server grants tells of a person, and here is none: so
/// none remains, and the answer has no scope (RFC 6749 section 3.3 lets a server
/// ignore scopes, and its grammar has no empty one).
const NO_SCOPE: &str = "";

pub(super) async fn client_credentials(
    app: &AppState,
    call: &ClientCall<TokenRequest>,
) -> OAuthResult<TokenResponse> {
    let client = &call.client;
    // RFC 6749 section 4.4: by confidential clients only, so by a secret shown.
    if !client.is_authenticated() || !may_have_own_token(&client.application) {
        return Err(OAuthFailure::unauthorized_client(
            "the client may not use client_credentials",
        ));
    }
    scope::requested(call.request.scope.as_deref())?;
    let now = app.authority.store.now();
    let minted = app
        .tokens
        .mint_client_token(&client.application, NO_SCOPE, now)
        .await?;
    let expires_in = seconds(minted.lifetime);
    Ok(TokenResponse {
        access_token: minted.token.into(),
        token_type: "Bearer".to_owned(),
        expires_in,
        expire_in: Some(expires_in),
        id_token: None,
        refresh_token: None,
        scope: None,
    })
}
