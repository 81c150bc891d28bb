//! Registering by oneself.

use serde::{Deserialize, Serialize};

use super::string_enum::string_enum;
use super::users::{Gender, PasswordEncryptType};
use super::{JsonObject, Request, SecretText};

/// Body of `signup` (schema `SignUpDto`, and the client's credentials as in `signin`). Its
/// answer is [`super::users::UserDto`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct SignUpDto {
    /// Which payload says who it is.
    pub connection: SignUpConnection,
    /// For `PASSWORD`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password_payload: Option<SignUpByPasswordDto>,
    /// For `PASSCODE`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pass_code_payload: Option<SignUpByPassCodeDto>,
    /// What the person says of themselves.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<SignUpProfileDto>,
    /// Options; all have defaults.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub options: Option<SignUpOptionsDto>,
    /// Ours: the application, if the app-id header does not name it.
    #[serde(rename = "client_id", skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// Ours: its secret, if it shows one.
    #[serde(rename = "client_secret", skip_serializing_if = "Option::is_none")]
    pub client_secret: Option<SecretText>,
}

impl Request for SignUpDto {
    const REQUIRED: &'static [&'static str] = &["connection"];
}

string_enum! {
    /// Ways of registering.
    pub enum SignUpConnection {
        Password = "PASSWORD",
        Passcode = "PASSCODE",
    }
}

/// A password and a name (schema `SignUpByPasswordDto`): a username, an e-mail address or
/// both.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct SignUpByPasswordDto {
    /// The password, in the form that `passwordEncryptType` says.
    pub password: SecretText,
    /// The chosen username.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// E-mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
}

/// A one-time code (schema `SignUpByPassCodeDto`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct SignUpByPassCodeDto {
    /// The one-time code.
    pub pass_code: SecretText,
    /// E-mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Phone number, without the country code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Country code of `phone`; the pool's default if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_country_code: Option<String>,
}

/// What a person says of themselves (schema `SignUpProfileDto`).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct SignUpProfileDto {
    /// Nickname.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nickname: Option<String>,
    /// Company.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub company: Option<String>,
    /// URL of a picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub photo: Option<String>,
    /// Device.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
    /// Browser.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub browser: Option<String>,
    /// Name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Given name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub given_name: Option<String>,
    /// Family name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub family_name: Option<String>,
    /// Middle name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub middle_name: Option<String>,
    /// URL of a page about the person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// Name to be called by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preferred_username: Option<String>,
    /// Web site.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub website: Option<String>,
    /// Gender.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gender: Option<Gender>,
    /// Date of birth.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub birthdate: Option<String>,
    /// Time zone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zoneinfo: Option<String>,
    /// Language.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    /// Address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// Address as it is written on a letter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub formatted: Option<String>,
    /// Street and number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub street_address: Option<String>,
    /// City; `city` of a user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locality: Option<String>,
    /// Region.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Postal code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<String>,
    /// Country.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// E-mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Phone number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Custom data.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub custom_data: Option<JsonObject>,
}

/// Options of [`SignUpDto`] (schema `SignUpOptionsDto`). The contract requires `context`, which
/// is for pipelines; its absence asks for none.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct SignUpOptionsDto {
    /// The person's address; counts only from an authenticated confidential client.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_ip: Option<String>,
    /// A code that was sent to the phone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_pass_code_for_information_completion: Option<String>,
    /// A code that was sent to the e-mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email_pass_code_for_information_completion: Option<String>,
    /// Context for pipelines.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub context: Option<JsonObject>,
    /// How the password is encrypted; `none` if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password_encrypt_type: Option<PasswordEncryptType>,
}
