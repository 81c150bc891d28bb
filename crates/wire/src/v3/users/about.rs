//! What else there is to know of a user.

use serde::{Deserialize, Serialize};

use super::UserIdType;
use crate::time::Timestamp;
use crate::v3::string_enum::string_enum;
use crate::v3::{Request, Whole, query};

/// Parameters of a `GET` about one user.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct AboutUserQuery {
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

impl Request for AboutUserQuery {
    const REQUIRED: &'static [&'static str] = &["userId"];
}

/// Parameters of `get-user-mfa-info`. Its answer is [`UserMfaRespDto`].
pub type GetUserMfaInfoQuery = AboutUserQuery;

/// Parameters of `get-user-logged-in-identities`. Its answer is a list of
/// [`UserLoggedInIdentitiesDto`].
pub type GetUserLoggedInIdentitiesQuery = AboutUserQuery;

/// Parameters of `get-user-accessible-apps`. Its answer is a list of [`AppDto`].
pub type GetUserAccessibleAppsQuery = AboutUserQuery;

string_enum! {
    /// Whether a further factor is bound.
    pub enum MfaStatus {
        Enabled = "enabled",
        Disabled = "disabled",
    }
}

/// The further factors of a user (schema `UserMfaRespDto`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct UserMfaRespDto {
    /// One-time passwords.
    pub totp_status: MfaStatus,
    /// Face.
    pub face_mfa_status: MfaStatus,
    /// Codes by text message.
    pub sms_mfa_status: MfaStatus,
    /// Codes by e-mail.
    pub email_mfa_status: MfaStatus,
}

/// An external identity through which a user has signed in (schema
/// `UserLoggedInIdentitiesDto`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct UserLoggedInIdentitiesDto {
    /// Our id of the identity.
    pub identity_id: String,
    /// Name of the source.
    pub idp_name: String,
    /// English name of the source.
    pub idp_name_en: String,
    /// Logo of the source.
    pub idp_logo: String,
    /// The source.
    pub idp_id: String,
}

string_enum! {
    /// Who may use an application that nothing more is said of.
    pub enum DefaultLoginStrategy {
        AllowAll = "ALLOW_ALL",
        DenyAll = "DENY_ALL",
    }
}

/// An application that a user may use (schema `AppDto`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct AppDto {
    /// The application, 24 hex digits.
    pub app_id: String,
    /// Its name.
    pub app_name: String,
    /// URL of its logo.
    pub app_logo: String,
    /// Where people sign in to it.
    pub app_login_url: String,
    /// Who may use it.
    pub app_default_login_strategy: DefaultLoginStrategy,
}

/// Parameters of `list-archived-users`. Its answer is [`ArchivedUsersListPagingDto`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ListArchivedUsersQuery {
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
    /// Only who was archived then or later, in seconds since the Unix epoch.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "query::optional_number"
    )]
    pub start_at: Option<Whole>,
}

impl Request for ListArchivedUsersQuery {
    const REQUIRED: &'static [&'static str] = &[];
}

/// A page of archived users, who was archived last first (schema
/// `ArchivedUsersListPagingDto`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ArchivedUsersListPagingDto {
    /// How many there are on all pages.
    pub total_count: Whole,
    /// The page.
    pub list: Vec<ListArchivedUsersRespDto>,
}

/// An archived user (schema `ListArchivedUsersRespDto`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ListArchivedUsersRespDto {
    /// Our id of the user.
    pub user_id: String,
    /// When the user was archived.
    pub archived_at: Timestamp,
}
