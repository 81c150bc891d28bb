//! Creating, changing and deleting applications.

use serde::{Deserialize, Serialize};

use super::{
    AppType, ApplicationBrandingConfigInputDto, ApplicationLoginConfigInputDto,
    ApplicationRegisterConfigInputDto, DefaultProtocol, SessionPolicyDto,
};
use crate::v3::{JsonObject, Request};

/// A body that says something of an application: members of its own, and those
/// that creating and changing share. (`serde(flatten)` would share them too, but
/// loses the way to a wrong member.)
macro_rules! application_body {
    ($(#[$doc:meta])* $name:ident { $($(#[$of:meta])* $member:ident: $type:ty,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[serde(rename_all = "camelCase")]
        pub struct $name {
            $($(#[$of])* pub $member: $type,)+
            /// Template of an integrated application.
            #[serde(skip_serializing_if = "Option::is_none")]
            pub template: Option<String>,
            /// Data for the template.
            #[serde(skip_serializing_if = "Option::is_none")]
            pub template_data: Option<String>,
            /// Short unique name of the application, up to 256 characters.
            #[serde(skip_serializing_if = "Option::is_none")]
            pub app_identifier: Option<String>,
            /// URL of the application's logo.
            #[serde(skip_serializing_if = "Option::is_none")]
            pub app_logo: Option<String>,
            /// What the application is.
            #[serde(skip_serializing_if = "Option::is_none")]
            pub app_description: Option<String>,
            /// Kind of the application; `web` if absent at creation.
            #[serde(skip_serializing_if = "Option::is_none")]
            pub app_type: Option<AppType>,
            /// The protocol that it speaks.
            #[serde(skip_serializing_if = "Option::is_none")]
            pub default_protocol: Option<DefaultProtocol>,
            /// Exact list of redirect URIs.
            #[serde(skip_serializing_if = "Option::is_none")]
            pub redirect_uris: Option<Vec<String>>,
            /// Exact list of URIs to return to after signing out.
            #[serde(skip_serializing_if = "Option::is_none")]
            pub logout_redirect_uris: Option<Vec<String>>,
            /// Where a sign-in that did not start at the application begins.
            #[serde(skip_serializing_if = "Option::is_none")]
            pub init_login_uri: Option<String>,
            /// Whether single sign-on reaches the application.
            #[serde(skip_serializing_if = "Option::is_none")]
            pub sso_enabled: Option<bool>,
            /// OIDC settings, free-form in the contract; see [`super::OidcConfig`].
            #[serde(skip_serializing_if = "Option::is_none")]
            pub oidc_config: Option<JsonObject>,
            /// Whether it may use SAML 2.0; false if absent.
            #[serde(skip_serializing_if = "Option::is_none")]
            pub saml_provider_enabled: Option<bool>,
            /// SAML 2.0 settings.
            #[serde(skip_serializing_if = "Option::is_none")]
            pub saml_config: Option<JsonObject>,
            /// Whether it may use plain OAuth 2.0; false if absent.
            #[serde(skip_serializing_if = "Option::is_none")]
            pub oauth_provider_enabled: Option<bool>,
            /// Plain OAuth 2.0 settings.
            #[serde(skip_serializing_if = "Option::is_none")]
            pub oauth_config: Option<JsonObject>,
            /// Whether it may use CAS; false if absent.
            #[serde(skip_serializing_if = "Option::is_none")]
            pub cas_provider_enabled: Option<bool>,
            /// CAS settings.
            #[serde(skip_serializing_if = "Option::is_none")]
            pub cas_config: Option<JsonObject>,
            /// How people sign in.
            #[serde(skip_serializing_if = "Option::is_none")]
            pub login_config: Option<ApplicationLoginConfigInputDto>,
            /// How people register.
            #[serde(skip_serializing_if = "Option::is_none")]
            pub register_config: Option<ApplicationRegisterConfigInputDto>,
            /// What the pages look like.
            #[serde(skip_serializing_if = "Option::is_none")]
            pub branding_config: Option<ApplicationBrandingConfigInputDto>,
            /// Ours: the on/off switch; on if absent at creation. Switching off ends every
            /// login, and switching on revives none.
            #[serde(skip_serializing_if = "Option::is_none")]
            pub enabled: Option<bool>,
            /// Ours: whether `/api/v3/signin` may be used; on if absent at creation.
            #[serde(skip_serializing_if = "Option::is_none")]
            pub api_sign_in: Option<bool>,
            /// Ours: limits of the application's logins.
            #[serde(skip_serializing_if = "Option::is_none")]
            pub session_policy: Option<SessionPolicyDto>,
        }
    };
}

application_body! {
    /// Body of `create-application` (schema `CreateApplicationDto`, and three members
    /// of ours). Its answer is [`super::CreateApplicationRespDataDto`].
    CreateApplicationDto {
        /// The application's name for people, up to 256 characters.
        app_name: String,
    }
}

impl Request for CreateApplicationDto {
    const REQUIRED: &'static [&'static str] = &["appName"];
}

application_body! {
    /// Body of `update-application`, a call of ours: `appId` and any member of
    /// [`CreateApplicationDto`]; what is absent stays. Its answer is
    /// [`super::ApplicationDto`].
    UpdateApplicationDto {
        /// The application, 24 hex digits.
        app_id: String,
        /// The application's name for people, up to 256 characters.
        #[serde(skip_serializing_if = "Option::is_none")]
        app_name: Option<String>,
    }
}

impl Request for UpdateApplicationDto {
    const REQUIRED: &'static [&'static str] = &["appId"];
}

/// Body of `delete-application` (schema `DeleteApplicationDto`). Its answer is
/// [`crate::v3::success::IsSuccessDto`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct DeleteApplicationDto {
    /// The application, 24 hex digits.
    pub app_id: String,
}

impl Request for DeleteApplicationDto {
    const REQUIRED: &'static [&'static str] = &["appId"];
}

/// Body of `refresh-application-secret` (schema `RefreshApplicationSecretDto`). Its
/// answer is [`super::RefreshApplicationSecretDataDto`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct RefreshApplicationSecretDto {
    /// The application, 24 hex digits.
    pub app_id: String,
}

impl Request for RefreshApplicationSecretDto {
    const REQUIRED: &'static [&'static str] = &["appId"];
}
