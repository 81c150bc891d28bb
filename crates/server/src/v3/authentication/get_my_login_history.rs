//! `GET /api/v3/get-my-login-history`

use crate::auth::PersonCall;
use crate::state::AppState;
use crate::v3::V3Result;
use crate::v3::convert::page::{instant_of_millis, page};
use crate::v3::convert::user_action::my_login_history_dto;
use rollcall_core::operations::get_my_login_history::{self as operation, GetMyLoginHistory};
use rollcall_wire::v3::logs::{GetMyLoginHistoryQuery, LoginHistoryPaginatedRespDto};

pub(crate) async fn get_my_login_history(
    app: AppState,
    call: PersonCall<GetMyLoginHistoryQuery>,
) -> V3Result<LoginHistoryPaginatedRespDto> {
    let query = call.request;
    let page = page(query.page, query.limit)?;
    let request = GetMyLoginHistory {
        app_id: query.app_id,
        client_ip: query.client_ip,
        success: query.success,
        start: query.start.map(instant_of_millis),
        end: query.end.map(instant_of_millis),
    };
    let (authority, person) = (&app.authority, &call.person);
    let rows =
        operation::get_my_login_history(authority, person, request, page, call.origin).await?;
    Ok(my_login_history_dto(&rows))
}
