//! `grant_type=authorization_code` (RFC 6749 section 4.1.3, OIDC Core section 3.1.3).

use super::issue::issue;
use super::respond::{OAuthFailure, OAuthResult};
use crate::auth::ClientCall;
use crate::state::AppState;
use rollcall_core::Refusal;
use rollcall_core::operations::redeem_code::{self as operation, RedeemCode, RedeemError};
use rollcall_wire::oidc::token::{TokenRequest, TokenResponse};
use rollcall_wire::v3::SecretText;

pub(super) async fn authorization_code(
    app: &AppState,
    call: ClientCall<TokenRequest>,
) -> OAuthResult<TokenResponse> {
    let form = call.request;
    let application = call.client.application;
    let missing = |name: &str| OAuthFailure::invalid_request(&format!("{name} is missing"));
    let code = form.code.ok_or_else(|| missing("code"))?;
    let redirect_uri = form.redirect_uri.ok_or_else(|| missing("redirect_uri"))?;
    let request = RedeemCode {
        application: application.clone(),
        code: code.as_str().to_owned(),
        redirect_uri,
        verifier: form.code_verifier.map(|text| text.as_str().to_owned()),
    };
    let redeemed = operation::redeem_code(&app.authority, request, call.origin)
        .await
        .map_err(failure)?;
    let grant = redeemed.view.grant.clone().ok_or(Refusal::Fault)?;
    let nonce = redeemed.nonce.as_deref();
    let issued = issue(&app.tokens, &application, &redeemed.view, &grant, nonce).await?;
    Ok(TokenResponse {
        access_token: issued.access_token,
        token_type: "Bearer".to_owned(),
        expires_in: issued.expires_in,
        expire_in: Some(issued.expires_in),
        id_token: issued.id_token,
        refresh_token: redeemed
            .refresh_token
            .map(|token| SecretText::from(token.reveal())),
        scope: Some(grant.scope),
    })
}

fn failure(error: RedeemError) -> OAuthFailure {
    match error {
        RedeemError::InvalidGrant => OAuthFailure::invalid_grant(
            "the code is unknown, expired, used, of another client or redirect_uri, \
             or without its code_verifier",
        ),
        RedeemError::UnauthorizedClient => {
            OAuthFailure::unauthorized_client("this client may not use authorization codes")
        }
        RedeemError::Refused(refusal) => refusal.into(),
    }
}
