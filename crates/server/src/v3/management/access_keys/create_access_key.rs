//! `POST /api/v3/create-access-key`

use crate::auth::ManagementCall;
use crate::state::AppState;
use crate::v3::V3Result;
use crate::v3::convert::access_key::{access_key_dto, new_access_key};
use rollcall_core::operations::create_access_key as operation;
use rollcall_wire::v3::access_keys::{AccessKeyDto, CreateAccessKeyDto};

/// The contract's schema says that `data` is a list.
pub(crate) async fn create_access_key(
    app: AppState,
    call: ManagementCall<CreateAccessKeyDto>,
) -> V3Result<Vec<AccessKeyDto>> {
    let request = new_access_key(call.request)?;
    let key =
        operation::create_access_key(&app.authority, &call.caller, request, call.origin).await?;
    Ok(vec![access_key_dto(&key.report(), Some(&key.secret))])
}
