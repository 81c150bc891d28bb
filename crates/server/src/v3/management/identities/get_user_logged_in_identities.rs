//! `GET /api/v3/get-user-logged-in-identities`

use crate::auth::ManagementCall;
use crate::state::AppState;
use crate::v3::V3Result;
use crate::v3::convert::identity::logged_in_identity_dto;
use crate::v3::convert::user_reference::user_reference;
use rollcall_core::operations::get_user_logged_in_identities as operation;
use rollcall_wire::v3::users::{GetUserLoggedInIdentitiesQuery, UserLoggedInIdentitiesDto};

pub(crate) async fn get_user_logged_in_identities(
    app: AppState,
    call: ManagementCall<GetUserLoggedInIdentitiesQuery>,
) -> V3Result<Vec<UserLoggedInIdentitiesDto>> {
    let user = user_reference(call.request.user_id, call.request.user_id_type)?;
    let identities =
        operation::get_user_logged_in_identities(&app.authority, &call.caller, user).await?;
    Ok(identities.iter().map(logged_in_identity_dto).collect())
}
