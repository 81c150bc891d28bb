//! What people did, what administrators did, and somebody's own sign-ins.

use serde::{Deserialize, Serialize};

use super::string_enum::string_enum;
use super::{PaginationDto, Request, Whole, query};
use crate::time::Timestamp;

string_enum! {
    /// What somebody did.
    pub enum UserEventType {
        Login = "login",
        Logout = "logout",
        Register = "register",
        VerifyMfa = "verifyMfa",
        /// Their profile; the contract's spelling.
        UpdateUserProfile = "updateUserPrefile",
        UpdateUserPassword = "updateUserPassword",
        UpdateUserEmail = "updateUserEmail",
        UpdateUserPhone = "updateUserPhone",
        BindMfa = "bindMfa",
        BindEmail = "bindEmail",
        BindPhone = "bindPhone",
        UnbindPhone = "unbindPhone",
        UnbindEmail = "unbindEmail",
        UnbindMfa = "unbindMFA",
        RefreshUserTokenBySelf = "refreshUserTokenBySelf",
        DeleteAccount = "deleteAccount",
        VerifyFirstLogin = "verifyFirstLogin",
        SecurityResourceAccess = "securityResourceAccess",
    }
}

string_enum! {
    /// What an administrator did; `all` in a filter is no filter.
    pub enum OperationType {
        All = "all",
        Create = "create",
        Delete = "delete",
        Import = "import",
        Export = "export",
        Update = "update",
        Refresh = "refresh",
        Sync = "sync",
        Invite = "invite",
        Resign = "resign",
        Recover = "recover",
        Disable = "disable",
        Enable = "enable",
        Activate = "activate",
        Deactivate = "deactivate",
        Add = "add",
        Remove = "remove",
        Query = "query",
    }
}

string_enum! {
    /// To what an administrator did it; `all` in a filter is no filter.
    pub enum ResourceType {
        All = "all",
        User = "user",
        Userpool = "userpool",
        Tenant = "tenant",
        UserLoginState = "userLoginState",
        UserAccountState = "userAccountState",
        UserGroup = "userGroup",
        FieldEncryptState = "fieldEncryptState",
        SyncTask = "syncTask",
        SocialConnection = "socialConnection",
        EnterpriseConnection = "enterpriseConnection",
        CustomDatabase = "customDatabase",
        Org = "org",
        Cooperator = "cooperator",
        Application = "application",
        ResourceNamespace = "resourceNamespace",
        Resource = "resource",
        Role = "role",
        RoleAssign = "roleAssign",
        Policy = "policy",
        CustomDomain = "customDomain",
        PermitSpace = "permitSpace",
        GeneralResource = "generalResource",
        GeneralResourceAuthorization = "generalResourceAuthorization",
        RoleSubject = "roleSubject",
        SubjectOfRole = "subjectOfRole",
        DataResource = "dataResource",
        DataPolicy = "dataPolicy",
        Authorization = "authorization",
        UserAuthorization = "userAuthorization",
    }
}

/// Body of `get-user-action-logs` (schema `GetUserActionLogsDto`). What is absent
/// narrows nothing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct GetUserActionLogsDto {
    /// Only what this call did, up to 256 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// Only from this address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_ip: Option<String>,
    /// Only of this kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event_type: Option<UserEventType>,
    /// Only of this user, 24 hex digits; a deleted one's too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// Only in this application, 24 hex digits; a deleted one's too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app_id: Option<String>,
    /// Only from this instant on, milliseconds since the Unix epoch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start: Option<Whole>,
    /// Only up to this instant, milliseconds since the Unix epoch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end: Option<Whole>,
    /// Only what was done, or only what was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub success: Option<bool>,
    /// Which page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pagination: Option<PaginationDto>,
}

impl Request for GetUserActionLogsDto {
    const REQUIRED: &'static [&'static str] = &[];
}

/// Data of `get-user-action-logs` (schema `UserActionLogRespData`), the newest first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct UserActionLogRespData {
    /// How many there are on all pages together.
    pub total_count: Whole,
    /// The entries of this page.
    pub list: Vec<UserActionLogDto>,
}

/// Something that somebody did or tried (schema `UserActionLogDto`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct UserActionLogDto {
    /// Who, 24 hex digits.
    pub user_id: String,
    /// URL of their picture; empty once they are deleted.
    pub user_avatar: String,
    /// What they are called; empty once they are deleted.
    pub user_display_name: String,
    /// How often they have signed in until now; 0 once they are deleted.
    pub user_logins_count: Whole,
    /// In which application, 24 hex digits; empty if in none.
    pub app_id: String,
    /// Its name; empty once it is deleted.
    pub app_name: String,
    /// From which address; absent once the user is deleted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_ip: Option<String>,
    /// What.
    pub event_type: UserEventType,
    /// How it was done, the names of what was changed, or why it was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event_detail: Option<String>,
    /// Whether it was done.
    pub success: bool,
    /// Where people sign in to the application; empty once it is deleted.
    pub app_login_url: String,
    /// The application's logo; empty once it is deleted.
    pub app_logo: String,
    /// With which browser; empty once the user is deleted.
    pub user_agent: String,
    /// What that says.
    pub parsed_user_agent: ParsedUserAgent,
    /// Where the address is.
    pub geoip: GeoIp,
    /// When.
    pub timestamp: Timestamp,
    /// The `requestId` of the call.
    pub request_id: String,
}

/// What a `User-Agent` says (schema `ParsedUserAgent`); empty where it says nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ParsedUserAgent {
    /// `Desktop`, `Mobile` or `Tablet`.
    pub device: String,
    /// The browser's name.
    pub browser: String,
    /// The operating system's name.
    pub os: String,
}

/// Where an address is (schema `GeoIp`); empty where that is not known.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GeoIp {
    /// The place; 0 and 0 where it is not known.
    pub location: GeoIpLocation,
    /// The country.
    pub country_name: String,
    /// Its two letters.
    pub country_code2: String,
    /// Its three letters.
    pub country_code3: String,
    /// The region.
    pub region_name: String,
    /// The region's letters.
    pub region_code: String,
    /// The city.
    pub city_name: String,
    /// The continent's letters.
    pub continent_code: String,
    /// The time zone.
    pub timezone: String,
}

/// A place (schema `GeoIpLocation`), in whole degrees.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GeoIpLocation {
    /// Longitude, degrees.
    pub lon: i32,
    /// Latitude, degrees.
    pub lat: i32,
}

/// Body of `get-admin-audit-logs` (schema `GetAdminAuditLogsDto`). What is absent
/// narrows nothing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct GetAdminAuditLogsDto {
    /// Only what this call did, up to 256 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// Only from this address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_ip: Option<String>,
    /// Only this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation_type: Option<OperationType>,
    /// Only to this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_type: Option<ResourceType>,
    /// Only by this administrator: an `adminUserId`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// Only what was done, or only what was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub success: Option<bool>,
    /// Only from this instant on, milliseconds since the Unix epoch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start: Option<Whole>,
    /// Only up to this instant, milliseconds since the Unix epoch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end: Option<Whole>,
    /// Which page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pagination: Option<PaginationDto>,
}

impl Request for GetAdminAuditLogsDto {
    const REQUIRED: &'static [&'static str] = &[];
}

/// Data of `get-admin-audit-logs` (schema `AdminAuditLogRespData`), the newest first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct AdminAuditLogRespData {
    /// How many there are on all pages together.
    pub total_count: Whole,
    /// The entries of this page.
    pub list: Vec<AdminAuditLogDto>,
}

/// Something that an administrator did (schema `AdminAuditLogDto`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct AdminAuditLogDto {
    /// Who: an access key's id, `operator` or `system`.
    pub admin_user_id: String,
    /// Empty: these are no people.
    pub admin_user_avatar: String,
    /// What that is.
    pub admin_user_display_name: String,
    /// From which address; absent if not over the network.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_ip: Option<String>,
    /// What was done.
    pub operation_type: OperationType,
    /// To what kind of record.
    pub resource_type: ResourceType,
    /// The same in our own words, with the record's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event_detail: Option<String>,
    /// The names of what was changed, or the named applications, comma-separated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation_param: Option<String>,
    /// The former value: never kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin_value: Option<String>,
    /// The new value: never kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_value: Option<String>,
    /// Whether it was done.
    pub success: bool,
    /// With which program; empty if not over the network.
    pub user_agent: String,
    /// What that says.
    pub parsed_user_agent: ParsedUserAgent,
    /// Where the address is.
    pub geoip: GeoIp,
    /// When.
    pub timestamp: Timestamp,
    /// The `requestId` of the call.
    pub request_id: String,
}

/// Parameters of `get-my-login-history`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct GetMyLoginHistoryQuery {
    /// Only in this application, 24 hex digits.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "query::optional"
    )]
    pub app_id: Option<String>,
    /// Only from this address.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "query::optional"
    )]
    pub client_ip: Option<String>,
    /// Only sign-ins, or only what was refused.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "query::optional_bool"
    )]
    pub success: Option<bool>,
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

impl Request for GetMyLoginHistoryQuery {
    const REQUIRED: &'static [&'static str] = &[];
}

/// Data of `get-my-login-history` (schema `LoginHistoryPaginatedRespDto`), the newest
/// first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct LoginHistoryPaginatedRespDto {
    /// How many there are on all pages together.
    pub total_count: Whole,
    /// The entries of this page.
    pub list: Vec<LoginHistoryDto>,
}

/// One sign-in, or an attempt (schema `LoginHistoryDto`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct LoginHistoryDto {
    /// Who, 24 hex digits.
    pub user_id: String,
    /// In which application, 24 hex digits.
    pub app_id: String,
    /// Its name; empty once it is deleted.
    pub app_name: String,
    /// Where people sign in to it; empty once it is deleted.
    pub app_login_url: String,
    /// Its logo; empty once it is deleted.
    pub app_logo: String,
    /// When.
    pub login_at: Timestamp,
    /// From which address; empty if that is not known.
    pub client_ip: String,
    /// Whether it was one.
    pub success: bool,
    /// If not: why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_message: Option<String>,
    /// With which browser; empty if that is not known.
    pub user_agent: String,
    /// What that says.
    pub parsed_user_agent: ParsedUserAgent,
    /// `password`, or `sso` with a session that was there.
    pub login_method: String,
    /// Where the address is.
    pub geoip: GeoIp,
    /// There are no tenants.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant_id: Option<String>,
}
