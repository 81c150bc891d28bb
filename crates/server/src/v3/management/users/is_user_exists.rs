//! `POST /api/v3/is-user-exists`

use crate::auth::ManagementCall;
use crate::state::AppState;
use crate::v3::V3Result;
use rollcall_core::operations::is_user_exists::{self as operation, IsUserExists};
use rollcall_wire::v3::users::{IsUserExistsDto, IsUserExistsReqDto};

pub(crate) async fn is_user_exists(
    app: AppState,
    call: ManagementCall<IsUserExistsReqDto>,
) -> V3Result<IsUserExistsDto> {
    let request = IsUserExists {
        username: call.request.username,
        email: call.request.email,
        phone: call.request.phone,
        external_id: call.request.external_id,
    };
    let exists = operation::is_user_exists(&app.authority, &call.caller, request).await?;
    Ok(IsUserExistsDto { exists })
}
