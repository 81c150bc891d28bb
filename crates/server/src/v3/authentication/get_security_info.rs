//! `GET /api/v3/get-security-info`

use crate::auth::PersonCall;
use crate::state::AppState;
use crate::v3::convert::page::whole;
use crate::v3::{NoParameters, V3Result};
use rollcall_core::operations::get_security_info as operation;
use rollcall_wire::v3::my_account::GetSecurityInfoDto;

pub(crate) async fn get_security_info(
    app: AppState,
    call: PersonCall<NoParameters>,
) -> V3Result<GetSecurityInfoDto> {
    let info = operation::get_security_info(&app.authority, &call.person, call.origin).await?;
    Ok(GetSecurityInfoDto {
        password_security_level: whole(info.password_level.into()),
        // There is no second factor.
        mfa_enrolled: false,
        password_set: info.has_password,
        email_binded: info.has_email,
        phone_binded: info.has_phone,
        security_score: whole(info.score().into()),
    })
}
