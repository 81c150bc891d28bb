//! `GET /api/v3/get-my-logged-in-apps`

use crate::auth::PersonCall;
use crate::state::AppState;
use crate::v3::{NoParameters, V3Result};
use rollcall_core::operations::my_logged_in_apps;
use rollcall_core::ports::logins::LoggedInApplication;
use rollcall_wire::v3::authentication::LoggedInAppsDto;

pub(crate) async fn get_my_logged_in_apps(
    app: AppState,
    call: PersonCall<NoParameters>,
) -> V3Result<Vec<LoggedInAppsDto>> {
    let found =
        my_logged_in_apps::my_logged_in_apps(&app.authority, &call.person, call.origin).await?;
    Ok(found.into_iter().map(logged_in_apps_dto).collect())
}

/// The list has live logins only, so each is active.
fn logged_in_apps_dto(application: LoggedInApplication) -> LoggedInAppsDto {
    LoggedInAppsDto {
        app_id: application.id.to_string(),
        app_name: application.name,
        app_login_url: application.login_url,
        app_logo: application.logo,
        active: true,
    }
}
