//! One user.

use serde::{Deserialize, Serialize};

use super::{Gender, UserIdType, UserSourceType, UserStatus, WorkStatus};
use crate::time::Timestamp;
use crate::v3::identities::IdentityDto;
use crate::v3::{JsonObject, Request, Whole, query};

/// A user (schema `UserDto`). `identities`, `departmentIds`, `postIdList` and
/// `customData` are answered only when asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct UserDto {
    /// Our id of the user: 24 hex digits, never reused.
    pub user_id: String,
    /// When the user was created.
    pub created_at: Timestamp,
    /// When the user was last changed.
    pub updated_at: Timestamp,
    /// The account's state; only `Activated` users can be signed in.
    pub status: UserStatus,
    /// Whether the person is employed.
    pub work_status: WorkStatus,
    /// The caller's own id of the user, unique in the pool, up to 256 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
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
    /// The person's full name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The person's nickname.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nickname: Option<String>,
    /// URL of the person's picture; never empty in answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub photo: Option<String>,
    /// How many logins the user began.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logins_count: Option<Whole>,
    /// When the user last signed in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_login: Option<Timestamp>,
    /// The address of the last sign-in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_ip: Option<String>,
    /// The person's gender; `U` if not known.
    pub gender: Gender,
    /// Whether the e-mail address is verified.
    pub email_verified: bool,
    /// Whether the phone number is verified.
    pub phone_verified: bool,
    /// When the password was last set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password_last_set_at: Option<Timestamp>,
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
    /// How the user came to be.
    pub user_source_type: UserSourceType,
    /// Id of that source.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_source_id: Option<String>,
    /// The application of the last sign-in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_login_app: Option<String>,
    /// Main department.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub main_department_id: Option<String>,
    /// When a further factor was last proved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_mfa_time: Option<Timestamp>,
    /// Strength of the password, a small number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password_security_level: Option<Whole>,
    /// Whether the person must set a new password at the next sign-in; false if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reset_password_on_next_login: Option<bool>,
    /// Which ways of registering were used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub register_source: Option<Vec<String>>,
    /// Departments; only when asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub department_ids: Option<Vec<String>>,
    /// Federated identities; only when asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identities: Option<Vec<IdentityDto>>,
    /// Number of an identity document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity_number: Option<String>,
    /// Fields that the pool's administrators defined; only when asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub custom_data: Option<JsonObject>,
    /// Posts; only when asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub post_id_list: Option<Vec<String>>,
    /// When `status` last changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status_changed_at: Option<Timestamp>,
    /// Tenant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant_id: Option<String>,
}

/// Parameters of `get-user`. Its answer is [`UserDto`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct GetUserQuery {
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
    /// Whether custom data is answered flat; false if absent.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "query::optional_bool"
    )]
    pub flat_custom_data: Option<bool>,
    /// Whether to answer `customData`; false if absent.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "query::optional_bool"
    )]
    pub with_custom_data: Option<bool>,
    /// Whether to answer `postIdList`; false if absent.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "query::optional_bool"
    )]
    pub with_post: Option<bool>,
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

impl Request for GetUserQuery {
    const REQUIRED: &'static [&'static str] = &["userId"];
}

/// Body of `is-user-exists` (schema `IsUserExistsReqDto`): at least one member.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct IsUserExistsReqDto {
    /// Username, unique in the pool without regard to case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// E-mail address, in lower case in answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Phone number as it was given, without the country code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// The caller's own id of the user, unique in the pool, up to 256 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
}

impl Request for IsUserExistsReqDto {
    const REQUIRED: &'static [&'static str] = &[];
}

/// Data of `is-user-exists` (schema `IsUserExistsDto`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct IsUserExistsDto {
    /// Whether such a user exists.
    pub exists: bool,
}
