//! `POST /api/v3/resign-user-batch`

use crate::auth::ManagementCall;
use crate::state::AppState;
use crate::v3::convert::user_reference::identifier_kind;
use crate::v3::{RowIds, V3Result, WithResults, with_results};
use rollcall_core::operations::resign_user_batch::{self as operation, ResignUserBatch};
use rollcall_wire::v3::users::{ResignUserBatchReqDto, ResignUserDataDto};

pub(crate) async fn resign_user_batch(
    app: AppState,
    call: ManagementCall<ResignUserBatchReqDto>,
) -> V3Result<WithResults<ResignUserDataDto>> {
    let request = ResignUserBatch {
        user_ids: call.request.user_ids,
        user_id_type: call.request.user_id_type.map(identifier_kind).transpose()?,
    };
    let outcomes =
        operation::resign_user_batch(&app.authority, &call.caller, request, call.origin).await?;
    let success = outcomes.iter().all(Result::is_ok);
    let rows: RowIds = outcomes
        .into_iter()
        .map(|row| row.map(|user| user.to_string()))
        .collect();
    with_results(ResignUserDataDto { success }, rows)
}
