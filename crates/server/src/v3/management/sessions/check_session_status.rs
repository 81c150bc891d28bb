//! `POST /api/v3/check-session-status`

use crate::auth::ClaimedCall;
use crate::state::AppState;
use crate::v3::V3Result;
use crate::v3::convert::user_reference::{agreed_user_id_type, identifier_kind};
use rollcall_core::operations::check_session_status::{self as operation, CheckSessionStatus};
use rollcall_wire::v3::sessions::{CheckSessionStatusDataDto, CheckSessionStatusDto};

pub(crate) async fn check_session_status(
    app: AppState,
    call: ClaimedCall<CheckSessionStatusDto>,
) -> V3Result<CheckSessionStatusDataDto> {
    let request = call.request.and_then(in_core);
    let answer = operation::check_session_status(&app.authority, call.claim, request).await;
    app.node.metrics.checks.count(&answer);
    Ok(CheckSessionStatusDataDto { active: answer? })
}

fn in_core(dto: CheckSessionStatusDto) -> V3Result<CheckSessionStatus> {
    let in_options = dto.options.and_then(|options| options.user_id_type);
    let user_id_type = agreed_user_id_type(dto.user_id_type, in_options)?;
    Ok(CheckSessionStatus {
        app_id: dto.app_id,
        user_id: dto.user_id,
        user_id_type: user_id_type.map(identifier_kind).transpose()?,
    })
}
