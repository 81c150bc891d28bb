//! Who is signed in where: asking, ending and listing.

use serde::{Deserialize, Serialize};

use super::string_enum::string_enum;
use super::{PaginationDto, Request, UserIdType, Whole, query};
use crate::time::Timestamp;

pub use super::success::IsSuccessDto;
pub use super::users::UserPagingDto;

/// Body of `check-session-status` (schema `CheckSessionStatusDto`).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct CheckSessionStatusDto {
    /// Whom: any identifier of the user, unless a `userIdType` narrows it; up to 256
    /// characters.
    pub user_id: String,
    /// The application, 24 hex digits.
    pub app_id: String,
    /// Ours, not in the contract: which kind of identifier `userId` is. If absent,
    /// every kind is searched.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id_type: Option<UserIdType>,
    /// Options; all have defaults.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub options: Option<CheckSessionStatusOptionsDto>,
}

impl Request for CheckSessionStatusDto {
    const REQUIRED: &'static [&'static str] = &["userId", "appId"];
}

/// Options of [`CheckSessionStatusDto`]. Ours, not in the contract.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct CheckSessionStatusOptionsDto {
    /// The same as at the top level; both given and differing is an error.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id_type: Option<UserIdType>,
}

/// Data of `check-session-status` (schema `CheckSessionStatusDataDto`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CheckSessionStatusDataDto {
    /// Whether some login of the user in the application is live now.
    pub active: bool,
}

/// Body of `kick-users` (schema `KickUsersDto`). Its answer is [`IsSuccessDto`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct KickUsersDto {
    /// Whom: an identifier of the kind that `userIdType` says, up to 256 characters.
    pub user_id: String,
    /// The applications, 1 to 50.
    pub app_ids: Vec<String>,
    /// Options; all have defaults.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub options: Option<KickUsersOptionsDto>,
    /// Ours: the same as `options.userIdType`; both given and differing is an error.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id_type: Option<UserIdType>,
}

impl Request for KickUsersDto {
    const REQUIRED: &'static [&'static str] = &["userId", "appIds"];
}

/// Options of [`KickUsersDto`] (schema `KickUsersOptionsDto`).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct KickUsersOptionsDto {
    /// What kind of identifier the user is named by; `user_id` if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id_type: Option<UserIdType>,
}

/// Body of `end-all-sessions`. Ours, not in the contract. Its answer is
/// [`IsSuccessDto`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct EndAllSessionsDto {
    /// Whose sessions. It is always said, so that a member that is missing or
    /// misspelt never ends more than was meant.
    pub scope: EndAllScope,
    /// With the scope `user`, and no other: whom, by an identifier of the kind that
    /// `userIdType` says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// What kind of identifier the user is named by; `user_id` if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id_type: Option<UserIdType>,
    /// Options; all have defaults.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub options: Option<EndAllSessionsOptionsDto>,
    /// With the scope `application`, and no other: the application, 24 hex digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app_id: Option<String>,
}

impl Request for EndAllSessionsDto {
    const REQUIRED: &'static [&'static str] = &["scope"];
}

/// Options of [`EndAllSessionsDto`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct EndAllSessionsOptionsDto {
    /// The same as at the top level; both given and differing is an error.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id_type: Option<UserIdType>,
}

string_enum! {
    /// Whose sessions `end-all-sessions` ends.
    pub enum EndAllScope {
        User = "user",
        Application = "application",
        Pool = "pool",
    }
}

/// Body of `list-application-active-users` (schema `ListApplicationActiveUsersDto`).
/// Its answer is [`UserPagingDto`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ListApplicationActiveUsersDto {
    /// The application, 24 hex digits.
    pub app_id: String,
    /// Options; all have defaults.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub options: Option<ListApplicationActiveUsersOptionsDto>,
}

impl Request for ListApplicationActiveUsersDto {
    const REQUIRED: &'static [&'static str] = &["appId"];
}

/// Options of [`ListApplicationActiveUsersDto`] (schema
/// `ListApplicationActiveUsersOptionsDto`).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ListApplicationActiveUsersOptionsDto {
    /// Which page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pagination: Option<PaginationDto>,
    /// Whether to answer `customData`; false if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub with_custom_data: Option<bool>,
    /// Whether to answer `identities`; false if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub with_identities: Option<bool>,
    /// Whether to answer `departmentIds`; false if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub with_department_ids: Option<bool>,
}

/// Parameters of `get-user-login-history`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct GetUserLoginHistoryQuery {
    /// Whom: an identifier of the kind that `userIdType` says, up to 256 characters.
    #[serde(deserialize_with = "query::required_text")]
    pub user_id: String,
    /// What kind of identifier the user is named by; `user_id` if absent.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "query::optional"
    )]
    pub user_id_type: Option<UserIdType>,
    /// Only logins to this application.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "query::optional"
    )]
    pub app_id: Option<String>,
    /// Only logins from this address.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "query::optional"
    )]
    pub client_ip: Option<String>,
    /// Only from this instant on, milliseconds since the Unix epoch.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "query::optional_number"
    )]
    pub start: Option<Whole>,
    /// Only up to this instant, milliseconds since the Unix epoch.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "query::optional_number"
    )]
    pub end: Option<Whole>,
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

impl Request for GetUserLoginHistoryQuery {
    const REQUIRED: &'static [&'static str] = &["userId"];
}

/// Data of `get-user-login-history` (schema `UserLoginHistoryPagingDto`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct UserLoginHistoryPagingDto {
    /// How many there are on all pages together.
    pub total_count: Whole,
    /// The entries of this page.
    pub list: Vec<UserLoginHistoryDto>,
}

/// One login of a user (schema `UserLoginHistoryDto`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct UserLoginHistoryDto {
    /// The application, 24 hex digits.
    pub app_id: String,
    /// The application's name for people, up to 256 characters.
    pub app_name: String,
    /// URL of the application's logo.
    pub app_logo: String,
    /// URL where people sign in to the application.
    pub app_login_url: String,
    /// The address that the person signed in from.
    pub client_ip: String,
    /// The browser's `User-Agent`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_agent: Option<String>,
    /// When the login began.
    pub time: Timestamp,
}

/// Parameters of `get-user-loggedin-apps`. Its answer is a list of
/// [`UserLoggedInAppsDto`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct GetUserLoggedinAppsQuery {
    /// Whom: an identifier of the kind that `userIdType` says, up to 256 characters.
    #[serde(deserialize_with = "query::required_text")]
    pub user_id: String,
    /// What kind of identifier the user is named by; `user_id` if absent.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "query::optional"
    )]
    pub user_id_type: Option<UserIdType>,
}

impl Request for GetUserLoggedinAppsQuery {
    const REQUIRED: &'static [&'static str] = &["userId"];
}

/// An application that a user is signed in to (schema `UserLoggedInAppsDto`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct UserLoggedInAppsDto {
    /// The application, 24 hex digits.
    pub app_id: String,
    /// The application's name for people, up to 256 characters.
    pub app_name: String,
    /// URL of the application's logo.
    pub app_logo: String,
    /// URL where people sign in to the application.
    pub app_login_url: String,
}
