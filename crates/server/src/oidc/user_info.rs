//! `GET` and `POST /oidc/me` (OIDC Core section 5.3).

use super::claims::claims;
use super::respond::{OAuthFailure, OAuthResult};
use crate::auth::PersonCall;
use crate::state::AppState;
use rollcall_core::model::grant::has_scope;
use rollcall_core::operations::user_info as operation;
use rollcall_wire::oidc::userinfo::UserinfoClaims;

/// A token that is not live is `invalid_token` whatever its scope, so that is
/// asked first (RFC 6750 section 3.1).
pub(crate) async fn user_info(app: AppState, call: PersonCall<()>) -> OAuthResult<UserinfoClaims> {
    let user = operation::user_info(&app.authority, &call.person, call.origin).await?;
    let scope = &call.token.scope;
    if !has_scope(scope, "openid") {
        return Err(OAuthFailure::insufficient_scope());
    }
    Ok(claims(&user, scope))
}
