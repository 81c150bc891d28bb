//! `GET /api/v3/get-application`

use crate::auth::ManagementCall;
use crate::state::AppState;
use crate::v3::V3Result;
use crate::v3::convert::application::application_dto;
use rollcall_core::operations::get_application as operation;
use rollcall_wire::v3::applications::{ApplicationDto, GetApplicationQuery};

pub(crate) async fn get_application(
    app: AppState,
    call: ManagementCall<GetApplicationQuery>,
) -> V3Result<ApplicationDto> {
    let app_id = &call.request.app_id;
    let application = operation::get_application(&app.authority, &call.caller, app_id).await?;
    Ok(application_dto(&application))
}
