//! Users to be made.

use super::identity::new_identity;
use super::names::{gender, user_status};
use super::object_text;
use super::unsupported::{refuse, refuse_unless};
use rollcall_core::Refusal;
use rollcall_core::model::user::{Profile, ProfileField};
use rollcall_core::operations::create_user::CreateUser;
use rollcall_core::operations::{GivenPassword, RowOutcome, UserFields};
use rollcall_wire::v3::SecretText;
use rollcall_wire::v3::users::{
    CreateUserBatchReqDto, CreateUserOptionsDto, CreateUserReqDto, PasswordEncryptType,
};

/// The user that a body asks for.
pub(crate) fn new_user(mut dto: CreateUserReqDto) -> Result<CreateUser, Refusal> {
    refuse_what_is_not_built(&dto)?;
    let options = dto.options.take().unwrap_or_default();
    refuse_options_that_are_not_built(&options)?;
    let identities = dto.identities.take().unwrap_or_default();
    Ok(CreateUser {
        identities: identities.into_iter().map(new_identity).collect(),
        fields: UserFields {
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
            password: given_password(&mut dto, &options)?,
            reset_on_next_login: options.reset_password_on_first_login,
            profile: profile_of!(dto),
        },
    })
}

/// The new users that a body asks for: its options are those of every row. What a
/// row asks for and is not built is the row's own failure.
pub(crate) fn new_users(
    dto: CreateUserBatchReqDto,
) -> Result<Vec<RowOutcome<CreateUser>>, Refusal> {
    let options = dto.options.unwrap_or_default();
    refuse_options_that_are_not_built(&options)?;
    let rows = dto.list.into_iter().map(|row| {
        new_user(CreateUserReqDto {
            options: Some(options.clone()),
            ..row
        })
    });
    Ok(rows.collect())
}

/// A password as it was sent, on its way to be hashed.
pub(super) fn clear_text(password: &SecretText) -> GivenPassword {
    GivenPassword::Clear(password.as_str().to_owned())
}

/// The password, which is a hash already where `keepPassword` says so. A salt beside
/// a password in clear would be a hash's whose form nobody knows.
fn given_password(
    dto: &mut CreateUserReqDto,
    options: &CreateUserOptionsDto,
) -> Result<Option<GivenPassword>, Refusal> {
    let text = |secret: &SecretText| secret.as_str().to_owned();
    let password = dto.password.take();
    let salt = dto.salt.take().as_ref().map(text);
    if options.keep_password == Some(true) {
        let imported = password.as_ref().map(|hash| GivenPassword::Imported {
            hash: text(hash),
            salt,
        });
        return Ok(imported);
    }
    refuse(&[("salt", &salt)])?;
    Ok(password.as_ref().map(clear_text))
}

/// Refuses passwords that are encrypted beneath TLS.
pub(super) fn refuse_encrypted_password(
    encryption: Option<PasswordEncryptType>,
) -> Result<(), Refusal> {
    refuse_unless(
        "passwordEncryptType",
        encryption.as_ref(),
        &PasswordEncryptType::None,
    )
}

fn refuse_what_is_not_built(dto: &CreateUserReqDto) -> Result<(), Refusal> {
    if dto.otp.is_some() {
        return Err(Refusal::NotSupported("otp"));
    }
    refuse(&[
        ("tenantIds", &dto.tenant_ids),
        ("departmentIds", &dto.department_ids),
        ("metadataSource", &dto.metadata_source),
    ])
}

/// `departmentIdType` says how `departmentIds` are meant, which are refused
/// already: without them it says nothing.
fn refuse_options_that_are_not_built(options: &CreateUserOptionsDto) -> Result<(), Refusal> {
    let notification = options.send_notification.as_ref().is_some_and(|to| {
        to.send_email_notification == Some(true) || to.send_phone_notification == Some(true)
    });
    refuse(&[
        ("autoGeneratePassword", &options.auto_generate_password),
        ("sendNotification", &notification),
    ])?;
    refuse_encrypted_password(options.password_encrypt_type)
}

/// The profile texts that a body gives. Creating and changing a user share their
/// names and not their type.
macro_rules! profile_of {
    ($dto:expr) => {{
        use ::rollcall_core::model::user::ProfileField;
        $crate::v3::convert::new_user::given([
            (ProfileField::Name, $dto.name),
            (ProfileField::Nickname, $dto.nickname),
            (ProfileField::Photo, $dto.photo),
            (ProfileField::Birthdate, $dto.birthdate),
            (ProfileField::Country, $dto.country),
            (ProfileField::Province, $dto.province),
            (ProfileField::City, $dto.city),
            (ProfileField::Address, $dto.address),
            (ProfileField::StreetAddress, $dto.street_address),
            (ProfileField::PostalCode, $dto.postal_code),
            (ProfileField::Company, $dto.company),
            (ProfileField::Browser, $dto.browser),
            (ProfileField::Device, $dto.device),
            (ProfileField::GivenName, $dto.given_name),
            (ProfileField::FamilyName, $dto.family_name),
            (ProfileField::MiddleName, $dto.middle_name),
            (ProfileField::Profile, $dto.profile),
            (ProfileField::PreferredUsername, $dto.preferred_username),
            (ProfileField::Website, $dto.website),
            (ProfileField::Zoneinfo, $dto.zoneinfo),
            (ProfileField::Locale, $dto.locale),
            (ProfileField::Formatted, $dto.formatted),
            (ProfileField::Region, $dto.region),
            (ProfileField::IdentityNumber, $dto.identity_number),
        ])
    }};
}
pub(super) use profile_of;

/// The texts that were given.
pub(super) fn given<const N: usize>(texts: [(ProfileField, Option<String>); N]) -> Profile {
    let given = |(field, text): (ProfileField, Option<String>)| Some((field, text?));
    texts.into_iter().filter_map(given).collect()
}
