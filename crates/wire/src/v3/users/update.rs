//! Changing and deleting users.

use serde::{Deserialize, Serialize};

use super::{Gender, PasswordEncryptType, UserIdType, UserStatus};
use crate::v3::{JsonObject, Request, SecretText};

/// Body of `update-user` (schema `UpdateUserReqDto`): what is absent stays. Its answer
/// is [`super::UserDto`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct UpdateUserReqDto {
    /// Whom: an identifier of the kind that `userIdType` says, up to 256 characters.
    pub user_id: String,
    /// Country code of `phone`, such as `+86`; the pool's default if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_country_code: Option<String>,
    /// The person's full name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The person's nickname.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nickname: Option<String>,
    /// URL of the person's picture; never empty in answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub photo: Option<String>,
    /// The caller's own id of the user, unique in the pool, up to 256 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// The account's state; only `Activated` users can be signed in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<UserStatus>,
    /// Whether the e-mail address is verified.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email_verified: Option<bool>,
    /// Whether the phone number is verified.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_verified: Option<bool>,
    /// Date of birth, `YYYY-MM-DD`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub birthdate: Option<String>,
    /// Country.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// Province.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub province: Option<String>,
    /// City.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    /// Address in one line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// Street and number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub street_address: Option<String>,
    /// Postal code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<String>,
    /// The person's gender; `U` if not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gender: Option<Gender>,
    /// Username, unique in the pool without regard to case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// E-mail address, in lower case in answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Phone number as it was given, without the country code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// The password, in the form that `passwordEncryptType` says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password: Option<SecretText>,
    /// Employer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub company: Option<String>,
    /// `User-Agent` of the last sign-in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub browser: Option<String>,
    /// Device of the last sign-in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
    /// Given name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub given_name: Option<String>,
    /// Family name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub family_name: Option<String>,
    /// Middle name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub middle_name: Option<String>,
    /// URL of the profile page (OIDC claim `profile`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// Preferred username (OIDC claim `preferred_username`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preferred_username: Option<String>,
    /// URL of the person's web site.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub website: Option<String>,
    /// Time zone (OIDC claim `zoneinfo`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zoneinfo: Option<String>,
    /// Locale (OIDC claim `locale`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    /// Full address for display.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub formatted: Option<String>,
    /// Region or state.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Number of an identity document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity_number: Option<String>,
    /// Fields that the pool's administrators defined.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub custom_data: Option<JsonObject>,
    /// Metadata from an import.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<JsonObject>,
    /// Options; all have defaults.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub options: Option<UpdateUserOptionsDto>,
    /// Ours: the same as `options.userIdType`; both given and differing is an error.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id_type: Option<UserIdType>,
}

impl Request for UpdateUserReqDto {
    const REQUIRED: &'static [&'static str] = &["userId"];
}

/// Options of [`UpdateUserReqDto`] (schema `UpdateUserOptionsDto`).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct UpdateUserOptionsDto {
    /// What kind of identifier the user is named by; `user_id` if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id_type: Option<UserIdType>,
    /// Whether the person must set a new password at the first sign-in; false if
    /// absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reset_password_on_first_login: Option<bool>,
    /// Whether the person must set a new password at the next sign-in; false if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reset_password_on_next_login: Option<bool>,
    /// How the password is encrypted; `none` if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password_encrypt_type: Option<PasswordEncryptType>,
    /// Whether the server makes up a password; false if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_generate_password: Option<bool>,
    /// Whom to tell about the new password.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub send_password_reseted_notification: Option<SendResetPasswordNotificationDto>,
}

/// Whom to tell about a new password (schema `SendResetPasswordNotificationDto`).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct SendResetPasswordNotificationDto {
    /// To the user's e-mail address; false if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub send_default_email_notification: Option<bool>,
    /// To the user's phone; false if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub send_default_phone_notification: Option<bool>,
    /// To this e-mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input_send_email_notification: Option<String>,
    /// To this phone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input_send_phone_notification: Option<String>,
    /// The application that the message comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app_id: Option<String>,
}

/// Body of `delete-users-batch` (schema `DeleteUsersBatchDto`). Its answer is
/// [`crate::v3::success::IsSuccessDto`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct DeleteUsersBatchDto {
    /// The users, 1 to 1,000.
    pub user_ids: Vec<String>,
    /// Options; all have defaults.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub options: Option<DeleteUsersBatchOptionsDto>,
    /// Ours: the same as `options.userIdType`; both given and differing is an error.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id_type: Option<UserIdType>,
}

impl Request for DeleteUsersBatchDto {
    const REQUIRED: &'static [&'static str] = &["userIds"];
}

/// Options of [`DeleteUsersBatchDto`] (schema `DeleteUsersBatchOptionsDto`).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct DeleteUsersBatchOptionsDto {
    /// What kind of identifier the user is named by; `user_id` if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id_type: Option<UserIdType>,
}
