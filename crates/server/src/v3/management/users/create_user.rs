//! `POST /api/v3/create-user`

use crate::auth::ManagementCall;
use crate::state::AppState;
use crate::v3::V3Result;
use crate::v3::convert::new_user::new_user;
use crate::v3::convert::user::{UserView, user_dto};
use rollcall_core::operations::create_user as operation;
use rollcall_wire::v3::users::{CreateUserReqDto, UserDto};

pub(crate) async fn create_user(
    app: AppState,
    call: ManagementCall<CreateUserReqDto>,
) -> V3Result<UserDto> {
    let request = new_user(call.request)?;
    let user = operation::create_user(&app.authority, &call.caller, request, call.origin).await?;
    Ok(user_dto(&user, &UserView::default()))
}
