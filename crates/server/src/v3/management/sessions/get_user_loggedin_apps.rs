//! `GET /api/v3/get-user-loggedin-apps`

use crate::auth::ManagementCall;
use crate::state::AppState;
use crate::v3::V3Result;
use crate::v3::convert::login::logged_in_app_dto;
use crate::v3::convert::user_reference::user_reference;
use rollcall_core::operations::get_user_loggedin_apps as operation;
use rollcall_wire::v3::sessions::{GetUserLoggedinAppsQuery, UserLoggedInAppsDto};

pub(crate) async fn get_user_loggedin_apps(
    app: AppState,
    call: ManagementCall<GetUserLoggedinAppsQuery>,
) -> V3Result<Vec<UserLoggedInAppsDto>> {
    let user = user_reference(call.request.user_id, call.request.user_id_type)?;
    let applications =
        operation::get_user_loggedin_apps(&app.authority, &call.caller, user).await?;
    Ok(applications.iter().map(logged_in_app_dto).collect())
}
