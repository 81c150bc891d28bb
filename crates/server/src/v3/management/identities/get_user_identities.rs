//! `GET /api/v3/get-user-identities`

use crate::auth::ManagementCall;
use crate::state::AppState;
use crate::v3::V3Result;
use crate::v3::convert::identity::identity_dto;
use crate::v3::convert::user_reference::user_reference;
use rollcall_core::operations::get_user_identities as operation;
use rollcall_wire::v3::identities::{GetUserIdentitiesQuery, IdentityDto};

pub(crate) async fn get_user_identities(
    app: AppState,
    call: ManagementCall<GetUserIdentitiesQuery>,
) -> V3Result<Vec<IdentityDto>> {
    let user = user_reference(call.request.user_id, call.request.user_id_type)?;
    let identities = operation::get_user_identities(&app.authority, &call.caller, user).await?;
    Ok(identities.iter().map(identity_dto).collect())
}
