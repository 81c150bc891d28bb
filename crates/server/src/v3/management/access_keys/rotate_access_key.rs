//! `POST /api/v3/rotate-access-key` (ours)

use crate::auth::ManagementCall;
use crate::state::AppState;
use crate::v3::V3Result;
use crate::v3::convert::access_key::access_key_dto;
use rollcall_core::operations::rotate_access_key as operation;
use rollcall_wire::v3::access_keys::{AccessKeyDto, RotateAccessKeyDto};

pub(crate) async fn rotate_access_key(
    app: AppState,
    call: ManagementCall<RotateAccessKeyDto>,
) -> V3Result<AccessKeyDto> {
    let id = &call.request.access_key_id;
    let (key, secret) =
        operation::rotate_access_key(&app.authority, &call.caller, id, call.origin).await?;
    Ok(access_key_dto(&key, Some(&secret)))
}
