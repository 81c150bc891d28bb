//! `GET /api/v3/get-application-secret`

use crate::auth::ManagementCall;
use crate::state::AppState;
use crate::v3::V3Result;
use rollcall_core::operations::get_application_secret as operation;
use rollcall_wire::v3::applications::{GetApplicationSecretDataDto, GetApplicationSecretQuery};

pub(crate) async fn get_application_secret(
    app: AppState,
    call: ManagementCall<GetApplicationSecretQuery>,
) -> V3Result<GetApplicationSecretDataDto> {
    let secret = operation::get_application_secret(
        &app.authority,
        &call.caller,
        &call.request.app_id,
        call.origin,
    )
    .await?;
    Ok(GetApplicationSecretDataDto {
        secret: secret.reveal().into(),
    })
}
