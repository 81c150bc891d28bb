//! `POST /api/v3/update-access-key`

use crate::auth::ManagementCall;
use crate::state::AppState;
use crate::v3::V3Result;
use rollcall_core::operations::update_access_key::{self as operation, UpdateAccessKey};
use rollcall_wire::v3::access_keys::UpdateAccessKeyDto;
use rollcall_wire::v3::success::IsSuccessDto;

pub(crate) async fn update_access_key(
    app: AppState,
    call: ManagementCall<UpdateAccessKeyDto>,
) -> V3Result<IsSuccessDto> {
    let request = UpdateAccessKey {
        access_key_id: call.request.access_key_id,
        enabled: call.request.enable,
        permissions: call.request.permissions,
    };
    operation::update_access_key(&app.authority, &call.caller, request, call.origin).await?;
    Ok(IsSuccessDto { success: true })
}
