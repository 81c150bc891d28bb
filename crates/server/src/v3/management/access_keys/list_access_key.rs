//! `GET /api/v3/list-access-key`

use crate::auth::ManagementCall;
use crate::state::AppState;
use crate::v3::V3Result;
use crate::v3::convert::access_key::{access_key_dto, key_filter};
use rollcall_core::operations::list_access_key as operation;
use rollcall_wire::v3::access_keys::{AccessKeyDto, ListAccessKeyQuery};

pub(crate) async fn list_access_key(
    app: AppState,
    call: ManagementCall<ListAccessKeyQuery>,
) -> V3Result<Vec<AccessKeyDto>> {
    let filter = key_filter(call.request);
    let keys = operation::list_access_key(&app.authority, &call.caller, filter).await?;
    Ok(keys.iter().map(|key| access_key_dto(key, None)).collect())
}
