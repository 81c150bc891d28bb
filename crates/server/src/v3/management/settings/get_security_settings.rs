//! `GET /api/v3/get-security-settings`

use crate::auth::ManagementCall;
use crate::state::AppState;
use crate::v3::convert::security_settings::security_settings_dto;
use crate::v3::{NoParameters, V3Result};
use rollcall_core::operations::get_security_settings as operation;
use rollcall_wire::v3::security_settings::SecuritySettingsDto;

pub(crate) async fn get_security_settings(
    app: AppState,
    call: ManagementCall<NoParameters>,
) -> V3Result<SecuritySettingsDto> {
    let pool = operation::get_security_settings(&app.authority, &call.caller).await?;
    Ok(security_settings_dto(&pool))
}
