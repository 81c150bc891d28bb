//! `GET /api/v3/get-ext-idp`

use crate::auth::ManagementCall;
use crate::state::AppState;
use crate::v3::V3Result;
use crate::v3::convert::ext_idp::{ext_idp_detail, wanted_ext_idp};
use rollcall_core::operations::get_ext_idp as operation;
use rollcall_wire::v3::ext_idps::{ExtIdpDetail, GetExtIdpQuery};

pub(crate) async fn get_ext_idp(
    app: AppState,
    call: ManagementCall<GetExtIdpQuery>,
) -> V3Result<ExtIdpDetail> {
    let request = wanted_ext_idp(call.request);
    let source = operation::get_ext_idp(&app.authority, &call.caller, request).await?;
    Ok(ext_idp_detail(&source))
}
