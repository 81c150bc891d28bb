//! `POST /api/v3/get-user-action-logs`

use crate::auth::ManagementCall;
use crate::state::AppState;
use crate::v3::V3Result;
use crate::v3::convert::page::{instant_of_millis, page_of_options};
use crate::v3::convert::user_action::{action_kind, action_logs_dto};
use rollcall_core::operations::get_user_action_logs::{self as operation, GetUserActionLogs};
use rollcall_wire::v3::logs::{GetUserActionLogsDto, UserActionLogRespData};

pub(crate) async fn get_user_action_logs(
    app: AppState,
    call: ManagementCall<GetUserActionLogsDto>,
) -> V3Result<UserActionLogRespData> {
    let dto = call.request;
    let page = page_of_options(dto.pagination.as_ref())?;
    let request = GetUserActionLogs {
        user_id: dto.user_id,
        app_id: dto.app_id,
        request_id: dto.request_id,
        client_ip: dto.client_ip,
        kind: dto.event_type.map(action_kind),
        success: dto.success,
        start: dto.start.map(instant_of_millis),
        end: dto.end.map(instant_of_millis),
    };
    let rows = operation::get_user_action_logs(&app.authority, &call.caller, request, page).await?;
    Ok(action_logs_dto(&rows))
}
