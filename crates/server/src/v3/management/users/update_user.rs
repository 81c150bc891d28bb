//! `POST /api/v3/update-user`

use crate::auth::ManagementCall;
use crate::state::AppState;
use crate::v3::V3Result;
use crate::v3::convert::user::{UserView, user_dto};
use crate::v3::convert::user_change::user_change;
use rollcall_core::operations::update_user as operation;
use rollcall_wire::v3::users::{UpdateUserReqDto, UserDto};

pub(crate) async fn update_user(
    app: AppState,
    call: ManagementCall<UpdateUserReqDto>,
) -> V3Result<UserDto> {
    let request = user_change(call.request)?;
    let user = operation::update_user(&app.authority, &call.caller, request, call.origin).await?;
    Ok(user_dto(&user, &UserView::default()))
}
