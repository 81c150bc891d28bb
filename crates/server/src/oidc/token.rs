//! `POST /oidc/token`: the grants.

use super::authorization_code::authorization_code;
use super::client_credentials::client_credentials;
use super::refresh_grant::refresh_grant;
use super::respond::{OAuthFailure, OAuthResult};
use crate::auth::ClientCall;
use crate::state::AppState;
use rollcall_wire::oidc::token::{TokenRequest, TokenResponse};

/// The grants that [`token`] knows: what discovery answers as
/// `grant_types_supported`. Never `password` (RFC 9700 section 2.4).
pub(super) const GRANTS: &[&str] = &[AUTHORIZATION_CODE, REFRESH_TOKEN, CLIENT_CREDENTIALS];

const AUTHORIZATION_CODE: &str = "authorization_code";
const REFRESH_TOKEN: &str = "refresh_token";
const CLIENT_CREDENTIALS: &str = "client_credentials";

pub(crate) async fn token(
    app: AppState,
    call: ClientCall<TokenRequest>,
) -> OAuthResult<TokenResponse> {
    match call.request.grant_type.as_deref() {
        Some(AUTHORIZATION_CODE) => authorization_code(&app, call).await,
        Some(REFRESH_TOKEN) => refresh_grant(&app, call).await,
        Some(CLIENT_CREDENTIALS) => client_credentials(&app, &call).await,
        Some(_) => Err(OAuthFailure::unsupported_grant_type(
            "grant_type must be authorization_code, refresh_token or client_credentials",
        )),
        None => Err(OAuthFailure::invalid_request("grant_type is missing")),
    }
}
