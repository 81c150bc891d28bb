//! What end users call for themselves.

use serde::{Deserialize, Serialize};

use super::string_enum::string_enum;
use super::users::PasswordEncryptType;
use super::{JsonObject, Request, SecretText, Whole, query};

/// Body of `signin` (schema `SigninByCredentialsDto`). Its answer is
/// [`LoginTokenResponseDataDto`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct SigninByCredentialsDto {
    /// Which payload proves who it is.
    pub connection: SigninConnection,
    /// For `PASSWORD`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password_payload: Option<SignInByPasswordPayloadDto>,
    /// For `PASSCODE`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pass_code_payload: Option<SignInByPassCodePayloadDto>,
    /// For `AD`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ad_payload: Option<SignInByAdPayloadDto>,
    /// For `LDAP`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ldap_payload: Option<SignInByLdapPayloadDto>,
    /// Options; all have defaults.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub options: Option<SignInOptionsDto>,
    /// The application, with `client_secret_post` or `none`.
    #[serde(rename = "client_id", skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// Its secret, with `client_secret_post`.
    #[serde(rename = "client_secret", skip_serializing_if = "Option::is_none")]
    pub client_secret: Option<SecretText>,
}

impl Request for SigninByCredentialsDto {
    const REQUIRED: &'static [&'static str] = &["connection"];
}

string_enum! {
    /// Ways of proving who one is.
    pub enum SigninConnection {
        Password = "PASSWORD",
        Passcode = "PASSCODE",
        Ldap = "LDAP",
        Ad = "AD",
    }
}

/// A password (schema `SignInByPasswordPayloadDto`), with exactly one of `account`,
/// `email`, `username` and `phone`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SignInByPasswordPayloadDto {
    /// The password, in the form that `passwordEncryptType` says.
    pub password: SecretText,
    /// Any of username, e-mail address and phone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// E-mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Username.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// Phone number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
}

/// A one-time code (schema `SignInByPassCodePayloadDto`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct SignInByPassCodePayloadDto {
    /// The one-time code.
    pub pass_code: SecretText,
    /// E-mail address, in lower case in answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Phone number as it was given, without the country code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Country code of `phone`, such as `+86`; the pool's default if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_country_code: Option<String>,
}

/// A password of Active Directory (schema `SignInByAdPayloadDto`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct SignInByAdPayloadDto {
    /// The password, in the form that `passwordEncryptType` says.
    pub password: SecretText,
    /// Account name in the directory.
    #[serde(rename = "sAMAccountName")]
    pub sam_account_name: String,
}

/// A password of an LDAP directory (schema `SignInByLdapPayloadDto`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct SignInByLdapPayloadDto {
    /// The password, in the form that `passwordEncryptType` says.
    pub password: SecretText,
    /// Account name in the directory.
    #[serde(rename = "sAMAccountName")]
    pub sam_account_name: String,
}

/// Options of [`SigninByCredentialsDto`] (schema `SignInOptionsDto`).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct SignInOptionsDto {
    /// OAuth scopes, separated by spaces.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// The person's address; counts only from an authenticated confidential client.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_ip: Option<String>,
    /// Context for pipelines.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub context: Option<JsonObject>,
    /// Tenant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant_id: Option<String>,
    /// Custom data for a registration that this sign-in makes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub custom_data: Option<JsonObject>,
    /// Whether to register unknown people; false if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_register: Option<bool>,
    /// Captcha code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub captcha_code: Option<String>,
    /// How the password is encrypted; `none` if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password_encrypt_type: Option<PasswordEncryptType>,
}

/// Tokens (schema `LoginTokenResponseDataDto`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct LoginTokenResponseDataDto {
    /// Access token, a JWT (RFC 9068).
    #[serde(rename = "access_token", skip_serializing_if = "Option::is_none")]
    pub access_token: Option<SecretText>,
    /// ID token.
    #[serde(rename = "id_token", skip_serializing_if = "Option::is_none")]
    pub id_token: Option<SecretText>,
    /// Refresh token, with scope `offline_access`.
    #[serde(rename = "refresh_token", skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<SecretText>,
    /// `Bearer`.
    #[serde(rename = "token_type")]
    pub token_type: String,
    /// Seconds until the access token expires; the schema's spelling.
    #[serde(rename = "expire_in")]
    pub expire_in: Whole,
    /// The same in RFC 6749's spelling. We send both.
    #[serde(rename = "expires_in", skip_serializing_if = "Option::is_none")]
    pub expires_in: Option<Whole>,
}

/// Parameters of `get-profile`. Its answer is [`super::users::UserDto`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct GetProfileQuery {
    /// Whether to answer `customData`; false if absent.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "query::optional_bool"
    )]
    pub with_custom_data: Option<bool>,
    /// Whether to answer `identities`; false if absent.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "query::optional_bool"
    )]
    pub with_identities: Option<bool>,
    /// Whether to answer `departmentIds`; false if absent.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "query::optional_bool"
    )]
    pub with_department_ids: Option<bool>,
}

impl Request for GetProfileQuery {
    const REQUIRED: &'static [&'static str] = &[];
}

/// Body of `update-password` (schema `UpdatePasswordDto`). Its answer has no data
/// ([`super::NoData`]).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct UpdatePasswordDto {
    /// The new password.
    pub new_password: SecretText,
    /// The old one; without it the last interactive sign-in must be less than 10
    /// minutes ago.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old_password: Option<SecretText>,
    /// How the password is encrypted; `none` if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password_encrypt_type: Option<PasswordEncryptType>,
}

impl Request for UpdatePasswordDto {
    const REQUIRED: &'static [&'static str] = &["newPassword"];
}

/// An application that the person signed in to (schema `LoggedInAppsDto`), of
/// `get-my-logged-in-apps`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct LoggedInAppsDto {
    /// The application, 24 hex digits.
    pub app_id: String,
    /// The application's name for people, up to 256 characters.
    pub app_name: String,
    /// URL where people sign in to the application.
    pub app_login_url: String,
    /// URL of the application's logo.
    pub app_logo: String,
    /// Whether that login is live now.
    pub active: bool,
}
