//! `GET /api/v3/get-user-login-history`

use crate::auth::ManagementCall;
use crate::state::AppState;
use crate::v3::V3Result;
use crate::v3::convert::login::login_history_dto;
use crate::v3::convert::page::{instant_of_millis, page};
use crate::v3::convert::user_reference::user_reference;
use rollcall_core::operations::get_user_login_history::{self as operation, GetUserLoginHistory};
use rollcall_wire::v3::sessions::{GetUserLoginHistoryQuery, UserLoginHistoryPagingDto};

pub(crate) async fn get_user_login_history(
    app: AppState,
    call: ManagementCall<GetUserLoginHistoryQuery>,
) -> V3Result<UserLoginHistoryPagingDto> {
    let query = call.request;
    let page = page(query.page, query.limit)?;
    let request = GetUserLoginHistory {
        user: user_reference(query.user_id, query.user_id_type)?,
        app_id: query.app_id,
        client_ip: query.client_ip,
        start: query.start.map(instant_of_millis),
        end: query.end.map(instant_of_millis),
    };
    let rows =
        operation::get_user_login_history(&app.authority, &call.caller, request, page).await?;
    Ok(login_history_dto(&rows))
}
