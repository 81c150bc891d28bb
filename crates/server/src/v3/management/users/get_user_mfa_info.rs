//! `GET /api/v3/get-user-mfa-info`

use crate::auth::ManagementCall;
use crate::state::AppState;
use crate::v3::V3Result;
use crate::v3::convert::user_reference::user_reference;
use rollcall_core::operations::get_user_mfa_info::{self as operation, MfaFactor};
use rollcall_wire::v3::users::{GetUserMfaInfoQuery, MfaStatus, UserMfaRespDto};

pub(crate) async fn get_user_mfa_info(
    app: AppState,
    call: ManagementCall<GetUserMfaInfoQuery>,
) -> V3Result<UserMfaRespDto> {
    let user = user_reference(call.request.user_id, call.request.user_id_type)?;
    let bound = operation::get_user_mfa_info(&app.authority, &call.caller, user).await?;
    let status = |factor: MfaFactor| {
        if bound.contains(&factor) {
            MfaStatus::Enabled
        } else {
            MfaStatus::Disabled
        }
    };
    Ok(UserMfaRespDto {
        totp_status: status(MfaFactor::Totp),
        face_mfa_status: status(MfaFactor::Face),
        sms_mfa_status: status(MfaFactor::Sms),
        email_mfa_status: status(MfaFactor::Email),
    })
}
