//! `POST /api/v3/kick-users`

use crate::auth::ManagementCall;
use crate::state::AppState;
use crate::v3::V3Result;
use crate::v3::convert::user_reference::{agreed_user_id_type, user_reference};
use rollcall_core::operations::kick_users::{self as operation, KickUsers};
use rollcall_wire::v3::sessions::{IsSuccessDto, KickUsersDto};

pub(crate) async fn kick_users(
    app: AppState,
    call: ManagementCall<KickUsersDto>,
) -> V3Result<IsSuccessDto> {
    let dto = call.request;
    let in_options = dto.options.and_then(|options| options.user_id_type);
    let user_id_type = agreed_user_id_type(dto.user_id_type, in_options)?;
    let request = KickUsers {
        user: user_reference(dto.user_id, user_id_type)?,
        app_ids: dto.app_ids,
    };
    operation::kick_users(&app.authority, &call.caller, request, call.origin).await?;
    Ok(IsSuccessDto { success: true })
}
