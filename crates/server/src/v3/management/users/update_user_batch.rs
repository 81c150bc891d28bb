//! `POST /api/v3/update-user-batch`

use crate::auth::ManagementCall;
use crate::state::AppState;
use crate::v3::convert::user_change::user_changes;
use crate::v3::convert::user_list::saved_users;
use crate::v3::{V3Result, WithResults};
use rollcall_core::operations::update_user_batch as operation;
use rollcall_wire::v3::users::{UpdateUserBatchReqDto, UserDto};

pub(crate) async fn update_user_batch(
    app: AppState,
    call: ManagementCall<UpdateUserBatchReqDto>,
) -> V3Result<WithResults<Vec<UserDto>>> {
    let request = user_changes(call.request)?;
    let outcomes =
        operation::update_user_batch(&app.authority, &call.caller, request, call.origin).await?;
    saved_users(outcomes)
}
