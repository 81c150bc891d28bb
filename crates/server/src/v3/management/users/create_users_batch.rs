//! `POST /api/v3/create-users-batch`

use crate::auth::ManagementCall;
use crate::state::AppState;
use crate::v3::convert::new_user::new_users;
use crate::v3::convert::user_list::saved_users;
use crate::v3::{V3Result, WithResults};
use rollcall_core::operations::create_users_batch as operation;
use rollcall_wire::v3::users::{CreateUserBatchReqDto, UserDto};

pub(crate) async fn create_users_batch(
    app: AppState,
    call: ManagementCall<CreateUserBatchReqDto>,
) -> V3Result<WithResults<Vec<UserDto>>> {
    let rows = new_users(call.request)?;
    let outcomes =
        operation::create_users_batch(&app.authority, &call.caller, rows, call.origin).await?;
    saved_users(outcomes)
}
