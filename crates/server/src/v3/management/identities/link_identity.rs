//! `POST /api/v3/link-identity`

use crate::auth::ManagementCall;
use crate::state::AppState;
use crate::v3::V3Result;
use rollcall_core::operations::link_identity::{self as operation, LinkIdentity};
use rollcall_wire::v3::identities::{LinkIdentityDataDto, LinkIdentityDto};

pub(crate) async fn link_identity(
    app: AppState,
    call: ManagementCall<LinkIdentityDto>,
) -> V3Result<LinkIdentityDataDto> {
    let dto = call.request;
    let request = LinkIdentity {
        ext_idp_id: dto.ext_idp_id,
        user_id: dto.user_id,
        kind: dto.r#type,
        user_id_in_idp: dto.user_id_in_idp,
        is_social: dto.is_social,
    };
    operation::link_identity(&app.authority, &call.caller, request, call.origin).await?;
    Ok(LinkIdentityDataDto { success: true })
}
