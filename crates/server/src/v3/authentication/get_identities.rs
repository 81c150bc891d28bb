//! `GET /api/v3/get-identities`

use crate::auth::PersonCall;
use crate::state::AppState;
use crate::v3::convert::identity::own_identity_dto;
use crate::v3::{NoParameters, V3Result};
use rollcall_core::operations::get_my_identities as operation;
use rollcall_wire::v3::identities::IdentityDto;

pub(crate) async fn get_identities(
    app: AppState,
    call: PersonCall<NoParameters>,
) -> V3Result<Vec<IdentityDto>> {
    let found = operation::get_my_identities(&app.authority, &call.person, call.origin).await?;
    Ok(found.iter().map(own_identity_dto).collect())
}
