//! What a signed-in person sees and changes of their own account.

use serde::{Deserialize, Serialize};

use super::string_enum::string_enum;
use super::users::Gender;
use super::{JsonObject, Request, Whole, query};

/// Body of `update-profile` (schema `UpdateUserProfileDto`): what is absent stays. Its answer
/// is [`super::users::UserDto`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct UpdateUserProfileDto {
    /// Name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Nickname.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nickname: Option<String>,
    /// URL of a picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub photo: Option<String>,
    /// The id that an administrator gave the user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// Date of birth.
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
    /// Address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// Street and number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub street_address: Option<String>,
    /// Postal code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<String>,
    /// Gender.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gender: Option<Gender>,
    /// Username.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// Company.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub company: Option<String>,
    /// Custom data.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub custom_data: Option<JsonObject>,
    /// Number of an identity document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity_number: Option<String>,
}

impl Request for UpdateUserProfileDto {
    const REQUIRED: &'static [&'static str] = &[];
}

/// How safe the account is (schema `GetSecurityInfoDto`), of `get-security-info`.
#[expect(clippy::struct_excessive_bools, reason = "the contract's shape")]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct GetSecurityInfoDto {
    /// 1 weak, 2 medium, 3 strong; 0: there is no password.
    pub password_security_level: Whole,
    /// Whether there is a further factor.
    pub mfa_enrolled: bool,
    /// Whether there is a password.
    pub password_set: bool,
    /// Whether there is an e-mail by which the person is found.
    pub email_binded: bool,
    /// Whether there is a phone by which the person is found.
    pub phone_binded: bool,
    /// Of a hundred.
    pub security_score: Whole,
}

/// An application that the person may sign in to (schema `AccessibleAppsDto`), of
/// `get-my-accessible-apps`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct AccessibleAppsDto {
    /// The application, 24 hex digits.
    pub app_id: String,
    /// The application's name for people, up to 256 characters.
    pub app_name: String,
    /// URL where people sign in to the application.
    pub app_login_url: String,
    /// URL of the application's logo.
    pub app_logo: String,
    /// Whether the application is switched on.
    pub active: bool,
}

/// Parameters of `mydevices/list`. Its answer is a list of [`TerminalSessionDto`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct MyDevicesQuery {
    /// Page number from 1; 1 if absent.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "query::optional_number"
    )]
    pub page: Option<Whole>,
    /// Entries per page, 1 to 50; 10 if absent.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "query::optional_number"
    )]
    pub limit: Option<Whole>,
}

impl Request for MyDevicesQuery {
    const REQUIRED: &'static [&'static str] = &[];
}

/// A device on which the person is signed in (schema `TerminalSessionDto`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct TerminalSessionDto {
    /// The device.
    pub device: DeviceInfo,
    /// When the person last signed in on it, as an instant.
    pub last_login_time: String,
    /// From where.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_ip: Option<String>,
    /// Whether one of its logins is live.
    pub online: bool,
}

/// A device (schema `DeviceInfo`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct DeviceInfo {
    /// The session's public id, 32 hex digits.
    pub device_id: String,
    /// What people would call it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Version of the browser or client.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// What kind it is.
    pub r#type: DeviceType,
    /// Model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub r#mod: Option<String>,
    /// Operating system.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub os: Option<String>,
    /// `activated` for a session that is live.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<DeviceStatus>,
    /// The user agent as it was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_agent: Option<String>,
}

string_enum! {
    /// Kinds of devices.
    pub enum DeviceType {
        Browser = "Browser",
        Mobile = "Mobile",
        Desktop = "Desktop",
    }
}

string_enum! {
    /// States of devices.
    pub enum DeviceStatus {
        Activated = "activated",
        Suspended = "suspended",
        Deactivated = "deactivated",
    }
}

/// Body of `mydevices/revoke-session` (schema `RevokeDeviceSessionDto`). Its answer
/// has no data ([`super::NoData`]).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct RevokeDeviceSessionDto {
    /// The device, as `mydevices/list` names it.
    pub device_id: String,
}

impl Request for RevokeDeviceSessionDto {
    const REQUIRED: &'static [&'static str] = &["deviceId"];
}

/// Body of `mydevices/unbind` (schema `UnbindDeviceDto`). Its answer
/// has no data ([`super::NoData`]).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct UnbindDeviceDto {
    /// The device, as `mydevices/list` names it.
    pub device_id: String,
}

impl Request for UnbindDeviceDto {
    const REQUIRED: &'static [&'static str] = &["deviceId"];
}
