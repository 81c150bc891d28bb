//! `POST /api/v3/create-application`

use crate::auth::ManagementCall;
use crate::state::AppState;
use crate::v3::V3Result;
use crate::v3::convert::application::application_dto;
use crate::v3::convert::application_change::new_application;
use rollcall_core::operations::create_application as operation;
use rollcall_wire::v3::applications::{CreateApplicationDto, CreateApplicationRespDataDto};

pub(crate) async fn create_application(
    app: AppState,
    call: ManagementCall<CreateApplicationDto>,
) -> V3Result<CreateApplicationRespDataDto> {
    let said = new_application(call.request)?;
    let application =
        operation::create_application(&app.authority, &call.caller, said, call.origin).await?;
    let algorithm = application.oauth.signing_algorithm;
    let now = app.authority.store.now();
    app.tokens.ensure_key(algorithm, now).await?;
    Ok(application_dto(&application))
}
