//! Changes to users.

use super::names::{gender, user_status};
use super::new_user::{clear_text, profile_of, refuse_encrypted_password};
use super::object_text;
use super::unsupported::refuse;
use super::user_reference::{agreed_user_id_type, identifier_kind, user_reference};
use rollcall_core::Refusal;
use rollcall_core::operations::UserFields;
use rollcall_core::operations::update_user::UpdateUser;
use rollcall_core::operations::update_user_batch::{ChangedUser, UpdateUserBatch};
use rollcall_wire::v3::users::{
    SendResetPasswordNotificationDto, UpdateUserBatchReqDto, UpdateUserOptionsDto, UpdateUserReqDto,
};

/// The change that a body asks for.
pub(crate) fn user_change(mut dto: UpdateUserReqDto) -> Result<UpdateUser, Refusal> {
    let options = dto.options.take().unwrap_or_default();
    refuse_what_is_not_built(&options)?;
    let user_id_type = agreed_user_id_type(dto.user_id_type, options.user_id_type)?;
    Ok(UpdateUser {
        user: user_reference(std::mem::take(&mut dto.user_id), user_id_type)?,
        fields: user_fields(dto, &options)?,
    })
}

/// The changes that a body asks for: its options are those of every row. What a row
/// asks for and is not built is the row's own failure.
pub(crate) fn user_changes(dto: UpdateUserBatchReqDto) -> Result<UpdateUserBatch, Refusal> {
    let options = dto.options.unwrap_or_default();
    refuse_what_is_not_built(&options)?;
    let user_id_type = agreed_user_id_type(dto.user_id_type, options.user_id_type)?;
    let rows = dto.list.into_iter().map(|mut row| {
        Ok(ChangedUser {
            user_id: std::mem::take(&mut row.user_id),
            fields: user_fields(row, &options)?,
        })
    });
    Ok(UpdateUserBatch {
        rows: rows.collect(),
        user_id_type: user_id_type.map(identifier_kind).transpose()?,
    })
}

/// What is said of the user.
fn user_fields(
    mut dto: UpdateUserReqDto,
    options: &UpdateUserOptionsDto,
) -> Result<UserFields, Refusal> {
    refuse(&[("metadata", &dto.metadata)])?;
    Ok(UserFields {
        status: dto.status.map(user_status),
        username: dto.username.take(),
        email: dto.email.take(),
        email_verified: dto.email_verified,
        phone: dto.phone.take(),
        phone_country_code: dto.phone_country_code.take(),
        phone_verified: dto.phone_verified,
        external_id: dto.external_id.take(),
        gender: dto.gender.map(gender),
        custom_data: dto.custom_data.take().map(object_text),
        password: dto.password.take().as_ref().map(clear_text),
        reset_on_next_login: reset_on_next_login(options),
        profile: profile_of!(dto),
    })
}

/// Two names for one setting: either switches it on.
fn reset_on_next_login(options: &UpdateUserOptionsDto) -> Option<bool> {
    let names = [
        options.reset_password_on_first_login,
        options.reset_password_on_next_login,
    ];
    names
        .into_iter()
        .flatten()
        .reduce(|one, other| one || other)
}

fn refuse_what_is_not_built(options: &UpdateUserOptionsDto) -> Result<(), Refusal> {
    let notification = &options.send_password_reseted_notification;
    let notifies = notification.as_ref().is_some_and(notifies_anybody);
    refuse(&[
        ("autoGeneratePassword", &options.auto_generate_password),
        ("sendPasswordResetedNotification", &notifies),
    ])?;
    refuse_encrypted_password(options.password_encrypt_type)
}

fn notifies_anybody(notification: &SendResetPasswordNotificationDto) -> bool {
    let addresses = [
        &notification.input_send_email_notification,
        &notification.input_send_phone_notification,
    ];
    notification.send_default_email_notification == Some(true)
        || notification.send_default_phone_notification == Some(true)
        || addresses.into_iter().flatten().any(|to| !to.is_empty())
}
