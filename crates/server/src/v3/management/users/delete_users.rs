//! `POST /api/v3/delete-users-batch`

use crate::auth::ManagementCall;
use crate::state::AppState;
use crate::v3::V3Result;
use crate::v3::convert::user_reference::{agreed_user_id_type, identifier_kind};
use rollcall_core::operations::delete_users::{self as operation, DeleteUsers};
use rollcall_wire::v3::success::IsSuccessDto;
use rollcall_wire::v3::users::DeleteUsersBatchDto;

pub(crate) async fn delete_users(
    app: AppState,
    call: ManagementCall<DeleteUsersBatchDto>,
) -> V3Result<IsSuccessDto> {
    let dto = call.request;
    let in_options = dto.options.and_then(|options| options.user_id_type);
    let user_id_type = agreed_user_id_type(dto.user_id_type, in_options)?;
    let request = DeleteUsers {
        user_ids: dto.user_ids,
        user_id_type: user_id_type.map(identifier_kind).transpose()?,
    };
    operation::delete_users(&app.authority, &call.caller, request, call.origin).await?;
    Ok(IsSuccessDto { success: true })
}
