//! `POST /api/v3/delete-application`

use crate::auth::ManagementCall;
use crate::state::AppState;
use crate::v3::V3Result;
use rollcall_core::operations::delete_application as operation;
use rollcall_wire::v3::applications::DeleteApplicationDto;
use rollcall_wire::v3::success::IsSuccessDto;

pub(crate) async fn delete_application(
    app: AppState,
    call: ManagementCall<DeleteApplicationDto>,
) -> V3Result<IsSuccessDto> {
    let app_id = &call.request.app_id;
    operation::delete_application(&app.authority, &call.caller, app_id, call.origin).await?;
    Ok(IsSuccessDto { success: true })
}
