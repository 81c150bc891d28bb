//! `POST /api/v3/get-management-token`

use crate::state::AppState;
use crate::v3::{AnyoneCall, V3Result};
use rollcall_core::operations::authenticate_access_key::authenticate_access_key;
use rollcall_wire::v3::management_token::{AccessTokenResDto, GetManagementAccessTokenDto};

pub(crate) async fn get_management_token(
    app: AppState,
    call: AnyoneCall<GetManagementAccessTokenDto>,
) -> V3Result<AccessTokenResDto> {
    let secret = call.request.access_key_secret.as_str();
    let key = authenticate_access_key(&app.authority, &call.request.access_key_id, secret).await?;
    call.check_pool(key.pool)?;
    let minted = app
        .tokens
        .mint_management_token(&key, app.authority.store.now())?;
    Ok(AccessTokenResDto {
        expires_in: minted.expires_in(),
        access_token: minted.token.into(),
    })
}
