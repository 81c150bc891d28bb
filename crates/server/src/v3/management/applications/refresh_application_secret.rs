//! `POST /api/v3/refresh-application-secret`

use crate::auth::ManagementCall;
use crate::state::AppState;
use crate::v3::V3Result;
use rollcall_core::operations::refresh_application_secret as operation;
use rollcall_wire::v3::applications::{
    RefreshApplicationSecretDataDto, RefreshApplicationSecretDto,
};

pub(crate) async fn refresh_application_secret(
    app: AppState,
    call: ManagementCall<RefreshApplicationSecretDto>,
) -> V3Result<RefreshApplicationSecretDataDto> {
    let secret = operation::refresh_application_secret(
        &app.authority,
        &call.caller,
        &call.request.app_id,
        call.origin,
    )
    .await?;
    Ok(RefreshApplicationSecretDataDto {
        secret: secret.reveal().into(),
    })
}
