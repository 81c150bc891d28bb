//! `GET /api/v3/get-application-simple-info`

use crate::auth::ManagementCall;
use crate::state::AppState;
use crate::v3::V3Result;
use crate::v3::convert::application::simple_info_dto;
use rollcall_core::operations::get_application as operation;
use rollcall_wire::v3::applications::{ApplicationSimpleInfoDto, GetApplicationSimpleInfoQuery};

pub(crate) async fn get_application_simple_info(
    app: AppState,
    call: ManagementCall<GetApplicationSimpleInfoQuery>,
) -> V3Result<ApplicationSimpleInfoDto> {
    let app_id = &call.request.app_id;
    let application = operation::get_application(&app.authority, &call.caller, app_id).await?;
    Ok(simple_info_dto(&application))
}
