//! `POST /api/v3/resign-user`

use crate::auth::ManagementCall;
use crate::state::AppState;
use crate::v3::V3Result;
use crate::v3::convert::user_reference::user_reference;
use rollcall_core::operations::resign_user as operation;
use rollcall_wire::v3::users::{ResignUserDataDto, ResignUserReqDto};

pub(crate) async fn resign_user(
    app: AppState,
    call: ManagementCall<ResignUserReqDto>,
) -> V3Result<ResignUserDataDto> {
    let user = user_reference(call.request.user_id, call.request.user_id_type)?;
    operation::resign_user(&app.authority, &call.caller, user, call.origin).await?;
    Ok(ResignUserDataDto { success: true })
}
