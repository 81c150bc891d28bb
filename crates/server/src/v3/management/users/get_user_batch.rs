//! `GET /api/v3/get-user-batch`

use crate::auth::ManagementCall;
use crate::state::AppState;
use crate::v3::V3Result;
use crate::v3::convert::unsupported::refuse;
use crate::v3::convert::user::{UserView, user_dto};
use crate::v3::convert::user_reference::identifier_kind;
use rollcall_core::operations::get_user_batch::{self as operation, GetUserBatch};
use rollcall_wire::v3::users::{GetUserBatchQuery, UserDto};

pub(crate) async fn get_user_batch(
    app: AppState,
    call: ManagementCall<GetUserBatchQuery>,
) -> V3Result<Vec<UserDto>> {
    let query = call.request;
    refuse(&[("flatCustomData", &query.flat_custom_data)])?;
    let view = UserView {
        with_custom_data: query.with_custom_data.unwrap_or(false),
        with_identities: query.with_identities.unwrap_or(false),
        with_department_ids: query.with_department_ids.unwrap_or(false),
    };
    let request = GetUserBatch {
        user_ids: query.user_ids,
        user_id_type: query.user_id_type.map(identifier_kind).transpose()?,
        with_identities: view.with_identities,
    };
    let users = operation::get_user_batch(&app.authority, &call.caller, request).await?;
    Ok(users.iter().map(|user| user_dto(user, &view)).collect())
}
