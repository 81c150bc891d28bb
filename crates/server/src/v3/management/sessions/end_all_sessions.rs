//! `POST /api/v3/end-all-sessions` (ours)

use crate::auth::ManagementCall;
use crate::state::AppState;
use crate::v3::V3Result;
use crate::v3::convert::end_all_sessions::end_all_scope;
use rollcall_core::operations::end_all_sessions as operation;
use rollcall_wire::v3::sessions::{EndAllSessionsDto, IsSuccessDto};

pub(crate) async fn end_all_sessions(
    app: AppState,
    call: ManagementCall<EndAllSessionsDto>,
) -> V3Result<IsSuccessDto> {
    let scope = end_all_scope(call.request)?;
    operation::end_all_sessions(&app.authority, &call.caller, scope, call.origin).await?;
    Ok(IsSuccessDto { success: true })
}
