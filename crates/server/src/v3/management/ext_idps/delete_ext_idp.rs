//! `POST /api/v3/delete-ext-idp`

use crate::auth::ManagementCall;
use crate::state::AppState;
use crate::v3::V3Result;
use rollcall_core::operations::delete_ext_idp as operation;
use rollcall_wire::v3::ext_idps::DeleteExtIdpDto;
use rollcall_wire::v3::success::IsSuccessDto;

pub(crate) async fn delete_ext_idp(
    app: AppState,
    call: ManagementCall<DeleteExtIdpDto>,
) -> V3Result<IsSuccessDto> {
    let DeleteExtIdpDto { id, tenant_id } = call.request;
    operation::delete_ext_idp(&app.authority, &call.caller, &id, tenant_id, call.origin).await?;
    Ok(IsSuccessDto { success: true })
}
