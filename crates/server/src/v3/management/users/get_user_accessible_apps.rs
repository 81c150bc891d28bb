//! `GET /api/v3/get-user-accessible-apps`

use crate::auth::ManagementCall;
use crate::state::AppState;
use crate::v3::V3Result;
use crate::v3::convert::application::app_dto;
use crate::v3::convert::user_reference::user_reference;
use rollcall_core::operations::get_user_accessible_apps as operation;
use rollcall_wire::v3::users::{AppDto, GetUserAccessibleAppsQuery};

pub(crate) async fn get_user_accessible_apps(
    app: AppState,
    call: ManagementCall<GetUserAccessibleAppsQuery>,
) -> V3Result<Vec<AppDto>> {
    let user = user_reference(call.request.user_id, call.request.user_id_type)?;
    let applications =
        operation::get_user_accessible_apps(&app.authority, &call.caller, user).await?;
    Ok(applications.into_iter().map(app_dto).collect())
}
