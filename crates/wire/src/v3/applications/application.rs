//! One application, and lists of them.

use serde::{Deserialize, Serialize};

use super::{
    ApplicationBrandingConfig, ApplicationLoginConfigDto, ApplicationRegisterConfig,
    SessionPolicyDto,
};
use crate::time::Timestamp;
use crate::v3::string_enum::string_enum;
use crate::v3::{JsonObject, Request, SecretText, Whole, query};

string_enum! {
    /// Kinds of applications.
    #[derive(Default)]
    pub enum AppType {
        #[default]
        Web = "web",
        Spa = "spa",
        Native = "native",
        Api = "api",
        Mfa = "mfa",
        MiniProgram = "mini-program",
    }
}

string_enum! {
    /// Protocols that an application may speak; ours is `oidc`.
    #[derive(Default)]
    pub enum DefaultProtocol {
        #[default]
        Oidc = "oidc",
        Oauth = "oauth",
        Saml = "saml",
        Cas = "cas",
        Asa = "asa",
    }
}

/// An application (schema `ApplicationDto`).
#[expect(clippy::struct_excessive_bools, reason = "the contract's shape")]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ApplicationDto {
    /// The application, 24 hex digits.
    pub app_id: String,
    /// Short unique name of the application, up to 256 characters.
    pub app_identifier: String,
    /// The application's name for people, up to 256 characters.
    pub app_name: String,
    /// URL of the application's logo.
    pub app_logo: String,
    /// What the application is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app_description: Option<String>,
    /// Kind of the application.
    pub app_type: AppType,
    /// The pool that it belongs to.
    pub user_pool_id: String,
    /// Whether it is an integrated application.
    pub is_integrate_app: bool,
    /// The protocol that it speaks.
    pub default_protocol: DefaultProtocol,
    /// Exact list of redirect URIs.
    pub redirect_uris: Vec<String>,
    /// Exact list of URIs to return to after signing out.
    pub logout_redirect_uris: Vec<String>,
    /// Where a sign-in that did not start at the application begins.
    pub init_login_uri: String,
    /// Whether single sign-on reaches the application.
    pub sso_enabled: bool,
    /// When single sign-on was switched on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sso_enabled_at: Option<Timestamp>,
    /// How people sign in.
    pub login_config: ApplicationLoginConfigDto,
    /// How people register.
    pub register_config: ApplicationRegisterConfig,
    /// What the pages look like.
    pub branding_config: ApplicationBrandingConfig,
    /// OIDC settings, free-form in the contract; see [`super::OidcConfig`].
    pub oidc_config: JsonObject,
    /// Whether it may use SAML 2.0; false if absent.
    pub saml_provider_enabled: bool,
    /// SAML 2.0 settings.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub saml_config: Option<JsonObject>,
    /// Whether it may use plain OAuth 2.0; false if absent.
    pub oauth_provider_enabled: bool,
    /// Plain OAuth 2.0 settings.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oauth_config: Option<JsonObject>,
    /// Whether it may use CAS; false if absent.
    pub cas_provider_enabled: bool,
    /// CAS settings.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cas_config: Option<JsonObject>,
    /// Whether it has a branding of its own.
    pub custom_branding_enabled: bool,
    /// Whether it has security settings of its own.
    pub custom_security_enabled: bool,
    /// Template of an integrated application.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub template: Option<String>,
    /// Ours: the on/off switch; on if absent at creation. Switching off ends every
    /// login.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// Ours: whether `/api/v3/signin` may be used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api_sign_in: Option<bool>,
    /// Ours: limits of the application's logins.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_policy: Option<SessionPolicyDto>,
}

/// Data of `create-application` (schema `CreateApplicationRespDataDto`), which
/// has the members of [`ApplicationDto`].
pub type CreateApplicationRespDataDto = ApplicationDto;

/// Parameters of `get-application`. Its answer is [`ApplicationDto`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct GetApplicationQuery {
    /// The application, 24 hex digits.
    #[serde(deserialize_with = "query::required_text")]
    pub app_id: String,
}

impl Request for GetApplicationQuery {
    const REQUIRED: &'static [&'static str] = &["appId"];
}

/// Parameters of `list-applications`. Its answer is [`ApplicationPaginatedDataDto`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ListApplicationsQuery {
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
    /// Only integrated applications; false if absent.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "query::optional_bool"
    )]
    pub is_integrate_app: Option<bool>,
    /// Only self-built applications; false if absent.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "query::optional_bool"
    )]
    pub is_self_built_app: Option<bool>,
    /// Only applications with single sign-on; false if absent.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "query::optional_bool"
    )]
    pub sso_enabled: Option<bool>,
    /// Text to search for.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "query::optional"
    )]
    pub keywords: Option<String>,
    /// All applications, of either kind.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "query::optional_bool"
    )]
    pub all: Option<bool>,
}

impl Request for ListApplicationsQuery {
    const REQUIRED: &'static [&'static str] = &[];
}

/// A page of applications (schema `ApplicationPaginatedDataDto`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ApplicationPaginatedDataDto {
    /// The entries of this page.
    pub list: Vec<ApplicationDto>,
    /// How many there are on all pages together.
    pub total_count: Whole,
}

/// Parameters of `get-application-secret`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct GetApplicationSecretQuery {
    /// The application, 24 hex digits.
    #[serde(deserialize_with = "query::required_text")]
    pub app_id: String,
}

impl Request for GetApplicationSecretQuery {
    const REQUIRED: &'static [&'static str] = &["appId"];
}

/// Data of `get-application-secret` (schema `GetApplicationSecretDataDto`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GetApplicationSecretDataDto {
    /// The application's secret, in the clear.
    pub secret: SecretText,
}

/// Data of `refresh-application-secret` (schema `RefreshApplicationSecretDataDto`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RefreshApplicationSecretDataDto {
    /// The application's new secret, in the clear.
    pub secret: SecretText,
}
