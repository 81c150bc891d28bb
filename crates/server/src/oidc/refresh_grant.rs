//! `grant_type=refresh_token` (RFC 6749 section 6, OIDC Core section 12).

use super::issue::issue;
use super::respond::{OAuthFailure, OAuthResult};
use super::scope;
use crate::auth::ClientCall;
use crate::state::AppState;
use rollcall_core::Refusal;
use rollcall_core::model::grant::Grant;
use rollcall_core::operations::refresh_grant::{self as operation, RefreshError, RefreshGrant};
use rollcall_wire::oidc::token::{TokenRequest, TokenResponse};
use rollcall_wire::v3::SecretText;

pub(super) async fn refresh_grant(
    app: &AppState,
    call: ClientCall<TokenRequest>,
) -> OAuthResult<TokenResponse> {
    let form = call.request;
    let application = call.client.application;
    let presented = form.refresh_token;
    let presented =
        presented.ok_or_else(|| OAuthFailure::invalid_request("refresh_token is missing"))?;
    let request = RefreshGrant {
        application: application.clone(),
        refresh_token: presented.as_str().to_owned(),
        scope: scope::requested(form.scope.as_deref())?,
    };
    let refreshed = operation::refresh_grant(&app.authority, request, call.origin)
        .await
        .map_err(failure)?;
    let grant = refreshed.view.grant.clone().ok_or(Refusal::Fault)?;
    // A narrower scope is this access token's; the grant keeps its own.
    let grant = Grant {
        scope: refreshed.scope,
        ..grant
    };
    let issued = issue(&app.tokens, &application, &refreshed.view, &grant, None).await?;
    Ok(TokenResponse {
        access_token: issued.access_token,
        token_type: "Bearer".to_owned(),
        expires_in: issued.expires_in,
        expire_in: Some(issued.expires_in),
        id_token: issued.id_token,
        refresh_token: Some(SecretText::from(refreshed.refresh_token.reveal())),
        scope: (!grant.scope.is_empty()).then_some(grant.scope),
    })
}

fn failure(error: RefreshError) -> OAuthFailure {
    match error {
        // One text for all of them: whose token it was, and whether it was ever
        // one, is nobody else's business.
        RefreshError::InvalidGrant => {
            OAuthFailure::invalid_grant("the refresh token is unknown, used, expired or revoked")
        }
        RefreshError::InvalidScope => {
            OAuthFailure::invalid_scope("scope goes beyond what was granted")
        }
        RefreshError::UnauthorizedClient => {
            OAuthFailure::unauthorized_client("the client may not use refresh_token")
        }
        RefreshError::Refused(refusal) => refusal.into(),
    }
}
