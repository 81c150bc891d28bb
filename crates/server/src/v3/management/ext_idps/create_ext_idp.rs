//! `POST /api/v3/create-ext-idp`

use crate::auth::ManagementCall;
use crate::state::AppState;
use crate::v3::V3Result;
use crate::v3::convert::ext_idp::{ext_idp_dto, new_ext_idp};
use rollcall_core::operations::create_ext_idp as operation;
use rollcall_wire::v3::ext_idps::{CreateExtIdpDto, ExtIdpDto};

pub(crate) async fn create_ext_idp(
    app: AppState,
    call: ManagementCall<CreateExtIdpDto>,
) -> V3Result<ExtIdpDto> {
    let request = new_ext_idp(call.request);
    let source =
        operation::create_ext_idp(&app.authority, &call.caller, request, call.origin).await?;
    Ok(ext_idp_dto(&source))
}
