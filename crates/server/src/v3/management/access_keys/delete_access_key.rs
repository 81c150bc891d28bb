//! `POST /api/v3/delete-access-key`

use crate::auth::ManagementCall;
use crate::state::AppState;
use crate::v3::{Done, V3Result};
use rollcall_core::operations::delete_access_key as operation;
use rollcall_wire::v3::access_keys::DeleteAccessKeyDto;

pub(crate) async fn delete_access_key(
    app: AppState,
    call: ManagementCall<DeleteAccessKeyDto>,
) -> V3Result<Done> {
    let id = &call.request.access_key_id;
    operation::delete_access_key(&app.authority, &call.caller, id, call.origin).await?;
    Ok(Done)
}
