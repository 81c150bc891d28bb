//! `GET /api/v3/list-ext-idp`

use crate::auth::ManagementCall;
use crate::state::AppState;
use crate::v3::V3Result;
use crate::v3::convert::ext_idp::{ext_idp_list_dto, wanted_tenant};
use rollcall_core::operations::list_ext_idp as operation;
use rollcall_wire::v3::ext_idps::{ExtIdpListPagingDto, ListExtIdpQuery};

pub(crate) async fn list_ext_idp(
    app: AppState,
    call: ManagementCall<ListExtIdpQuery>,
) -> V3Result<ExtIdpListPagingDto> {
    let tenant_id = wanted_tenant(call.request)?;
    let sources = operation::list_ext_idp(&app.authority, &call.caller, tenant_id).await?;
    Ok(ext_idp_list_dto(&sources))
}
