//! `POST /api/v3/unlink-identity`

use crate::auth::ManagementCall;
use crate::state::AppState;
use crate::v3::V3Result;
use rollcall_core::operations::unlink_identity as operation;
use rollcall_wire::v3::identities::{UnlinkIdentity, UnlinkIdentityDataDto};

/// `isSocial` is not looked at: the source's id says which one is meant.
pub(crate) async fn unlink_identity(
    app: AppState,
    call: ManagementCall<UnlinkIdentity>,
) -> V3Result<UnlinkIdentityDataDto> {
    let request = operation::UnlinkIdentity {
        ext_idp_id: call.request.ext_idp_id,
        user_id: call.request.user_id,
        kind: call.request.r#type,
    };
    operation::unlink_identity(&app.authority, &call.caller, request, call.origin).await?;
    Ok(UnlinkIdentityDataDto { success: true })
}
