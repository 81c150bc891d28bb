//! `POST /api/v3/update-password`

use crate::auth::PersonCall;
use crate::state::AppState;
use crate::to_its_end::to_its_end;
use crate::v3::convert::unsupported::refuse_unless;
use crate::v3::{Done, V3Result};
use rollcall_core::operations::update_password::{self, UpdatePassword};
use rollcall_wire::v3::authentication::UpdatePasswordDto;
use rollcall_wire::v3::users::PasswordEncryptType;

pub(crate) async fn update_password(
    app: AppState,
    call: PersonCall<UpdatePasswordDto>,
) -> V3Result<Done> {
    let dto = call.request;
    refuse_unless(
        "passwordEncryptType",
        dto.password_encrypt_type.as_ref(),
        &PasswordEncryptType::None,
    )?;
    let change = UpdatePassword {
        new_password: dto.new_password.as_str().to_owned(),
        old_password: dto.old_password.map(|old| old.as_str().to_owned()),
    };
    let (person, origin) = (call.person, call.origin);
    to_its_end(async move {
        update_password::update_password(&app.authority, &person, change, origin).await
    })
    .await?;
    Ok(Done)
}
