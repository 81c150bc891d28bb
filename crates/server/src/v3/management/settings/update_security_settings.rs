//! `POST /api/v3/update-security-settings`

use crate::auth::ManagementCall;
use crate::state::AppState;
use crate::v3::V3Result;
use crate::v3::convert::security_settings::{security_settings_change, security_settings_dto};
use rollcall_core::operations::update_security_settings as operation;
use rollcall_wire::v3::security_settings::{SecuritySettingsDto, UpdateSecuritySettingsDto};

pub(crate) async fn update_security_settings(
    app: AppState,
    call: ManagementCall<UpdateSecuritySettingsDto>,
) -> V3Result<SecuritySettingsDto> {
    let said = security_settings_change(&call.request)?;
    let pool = operation::update_security_settings(&app.authority, &call.caller, said, call.origin)
        .await?;
    Ok(security_settings_dto(&pool))
}
