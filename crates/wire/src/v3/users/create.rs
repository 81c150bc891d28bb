//! Creating a user.

use serde::{Deserialize, Serialize};

use super::{DepartmentIdType, Gender, PasswordEncryptType, UserStatus};
use crate::v3::identities::CreateIdentityDto;
use crate::v3::{JsonObject, Request, SecretText};

/// Body of `create-user` (schema `CreateUserReqDto`): at least one of `username`,
/// `phone` and `email`. Its answer is [`super::UserDto`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct CreateUserReqDto {
    /// The account's state; only `Activated` users can be signed in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<UserStatus>,
    /// E-mail address, in lower case in answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Phone number as it was given, without the country code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Country code of `phone`, such as `+86`; the pool's default if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_country_code: Option<String>,
    /// Username, unique in the pool without regard to case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// The caller's own id of the user, unique in the pool, up to 256 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// The person's full name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The person's nickname.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nickname: Option<String>,
    /// URL of the person's picture; never empty in answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub photo: Option<String>,
    /// The person's gender; `U` if not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gender: Option<Gender>,
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
    /// The password, in the form that `passwordEncryptType` says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password: Option<SecretText>,
    /// Salt of an imported password.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub salt: Option<SecretText>,
    /// Tenants to put the user in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant_ids: Option<Vec<String>>,
    /// A one-time-password enrolment to import.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub otp: Option<CreateUserOtpDto>,
    /// Departments.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub department_ids: Option<Vec<String>>,
    /// Fields that the pool's administrators defined.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub custom_data: Option<JsonObject>,
    /// Metadata from an import.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata_source: Option<JsonObject>,
    /// Federated identities.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identities: Option<Vec<CreateIdentityDto>>,
    /// Number of an identity document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity_number: Option<String>,
    /// Options; all have defaults.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub options: Option<CreateUserOptionsDto>,
}

impl Request for CreateUserReqDto {
    const REQUIRED: &'static [&'static str] = &[];
}

/// A one-time-password enrolment (schema `CreateUserOtpDto`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct CreateUserOtpDto {
    /// Base32 seed.
    pub secret: SecretText,
    /// Recovery code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recovery_code: Option<SecretText>,
}

/// Options of [`CreateUserReqDto`] (schema `CreateUserOptionsDto`).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct CreateUserOptionsDto {
    /// Whether the password is imported as a hash; false if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keep_password: Option<bool>,
    /// Whether the server makes up a password; false if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_generate_password: Option<bool>,
    /// Whether the person must set a new password at the first sign-in; false if
    /// absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reset_password_on_first_login: Option<bool>,
    /// What `departmentIds` are; `department_id` if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub department_id_type: Option<DepartmentIdType>,
    /// Whom to tell about the new account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub send_notification: Option<SendCreateAccountNotificationDto>,
    /// How the password is encrypted; `none` if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password_encrypt_type: Option<PasswordEncryptType>,
}

/// Whom to tell about a new account (schema `SendCreateAccountNotificationDto`).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct SendCreateAccountNotificationDto {
    /// By e-mail; false if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub send_email_notification: Option<bool>,
    /// By text message; false if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub send_phone_notification: Option<bool>,
    /// The application that the message comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app_id: Option<String>,
}
