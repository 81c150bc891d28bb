//! `POST /api/v3/update-application` (ours)

use crate::auth::ManagementCall;
use crate::state::AppState;
use crate::v3::V3Result;
use crate::v3::convert::application::application_dto;
use crate::v3::convert::application_change::application_change;
use rollcall_core::operations::update_application as operation;
use rollcall_wire::v3::applications::{ApplicationDto, UpdateApplicationDto};

pub(crate) async fn update_application(
    app: AppState,
    mut call: ManagementCall<UpdateApplicationDto>,
) -> V3Result<ApplicationDto> {
    let app_id = std::mem::take(&mut call.request.app_id);
    let application = operation::update_application(
        &app.authority,
        &call.caller,
        &app_id,
        application_change(call.request)?,
        call.origin,
    )
    .await?;
    let algorithm = application.oauth.signing_algorithm;
    let now = app.authority.store.now();
    app.tokens.ensure_key(algorithm, now).await?;
    Ok(application_dto(&application))
}
