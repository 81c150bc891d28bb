//! `POST /api/v3/update-ext-idp`

use crate::auth::ManagementCall;
use crate::state::AppState;
use crate::v3::V3Result;
use crate::v3::convert::ext_idp::ext_idp_dto;
use rollcall_core::operations::update_ext_idp::{self as operation, UpdateExtIdp};
use rollcall_wire::v3::ext_idps::{ExtIdpDto, UpdateExtIdpDto};

pub(crate) async fn update_ext_idp(
    app: AppState,
    call: ManagementCall<UpdateExtIdpDto>,
) -> V3Result<ExtIdpDto> {
    let request = UpdateExtIdp {
        id: call.request.id,
        tenant_id: call.request.tenant_id,
        name: call.request.name,
    };
    let source =
        operation::update_ext_idp(&app.authority, &call.caller, request, call.origin).await?;
    Ok(ext_idp_dto(&source))
}
