//! `GET /api/v3/get-access-key`

use crate::auth::ManagementCall;
use crate::state::AppState;
use crate::v3::V3Result;
use crate::v3::convert::access_key::access_key_dto;
use rollcall_core::operations::get_access_key as operation;
use rollcall_wire::v3::access_keys::{AccessKeyDto, GetAccessKeyQuery};

/// The contract's schema says that `data` is a list.
pub(crate) async fn get_access_key(
    app: AppState,
    call: ManagementCall<GetAccessKeyQuery>,
) -> V3Result<Vec<AccessKeyDto>> {
    let (owner, id) = (&call.request.user_id, &call.request.access_key_id);
    let key = operation::get_access_key(&app.authority, &call.caller, owner, id).await?;
    Ok(vec![access_key_dto(&key, None)])
}
