//! `GET /api/v3/get-my-accessible-apps`

use crate::auth::PersonCall;
use crate::state::AppState;
use crate::v3::{NoParameters, V3Result};
use rollcall_core::operations::get_my_accessible_apps as operation;
use rollcall_core::ports::applications::AccessibleApplication;
use rollcall_wire::v3::my_account::AccessibleAppsDto;

pub(crate) async fn get_my_accessible_apps(
    app: AppState,
    call: PersonCall<NoParameters>,
) -> V3Result<Vec<AccessibleAppsDto>> {
    let found =
        operation::get_my_accessible_apps(&app.authority, &call.person, call.origin).await?;
    Ok(found.into_iter().map(accessible_apps_dto).collect())
}

/// The list has applications that are switched on, so each is active.
fn accessible_apps_dto(application: AccessibleApplication) -> AccessibleAppsDto {
    AccessibleAppsDto {
        app_id: application.id.to_string(),
        app_name: application.name,
        app_login_url: application.login_url,
        app_logo: application.logo,
        active: true,
    }
}
