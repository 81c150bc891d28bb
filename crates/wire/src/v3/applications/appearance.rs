//! What an application's pages look like.

use serde::{Deserialize, Serialize};

use crate::v3::Language;
use crate::v3::string_enum::string_enum;

/// What the pages look like (schema `ApplicationBrandingConfig`).
#[expect(clippy::struct_excessive_bools, reason = "the contract's shape")]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ApplicationBrandingConfig {
    /// Whether `customCSS` is used.
    #[serde(rename = "customCSSEnabled")]
    pub custom_css_enabled: bool,
    /// Style sheet for the pages.
    #[serde(rename = "customCSS", skip_serializing_if = "Option::is_none")]
    pub custom_css: Option<String>,
    /// Variant of the pages.
    pub guard_version: GuardVersion,
    /// URL of the image shown while loading.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub custom_loading_image: Option<String>,
    /// URL of the background image.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub custom_background: Option<String>,
    /// Whether people can change the language.
    pub show_change_language_button: bool,
    /// Language of the pages.
    pub default_language: Language,
    /// Whether the pages offer a password reset.
    pub show_forget_password_button: bool,
    /// Whether the pages offer enterprise sources.
    pub show_enterprise_connections: bool,
    /// Whether the pages offer social sources.
    pub show_social_connections: bool,
    /// Whether agreements are shown.
    pub show_agreement: bool,
    /// Agreements.
    pub agreements: Vec<ApplicationAgreementDto>,
}

/// What the pages shall look like (schema `ApplicationBrandingConfigInputDto`).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ApplicationBrandingConfigInputDto {
    /// Whether `customCSS` is used.
    #[serde(rename = "customCSSEnabled", skip_serializing_if = "Option::is_none")]
    pub custom_css_enabled: Option<bool>,
    /// Style sheet for the pages.
    #[serde(rename = "customCSS", skip_serializing_if = "Option::is_none")]
    pub custom_css: Option<String>,
    /// Variant of the pages.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub guard_version: Option<GuardVersion>,
    /// URL of the image shown while loading.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub custom_loading_image: Option<String>,
    /// URL of the background image.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub custom_background: Option<String>,
    /// Whether people can change the language.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub show_change_language_button: Option<bool>,
    /// Language of the pages.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_language: Option<Language>,
    /// Whether the pages offer a password reset.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub show_forget_password_button: Option<bool>,
    /// Whether the pages offer enterprise sources.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub show_enterprise_connections: Option<bool>,
    /// Whether the pages offer social sources.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub show_social_connections: Option<bool>,
}

/// An agreement that people are shown (schema `ApplicationAgreementDto`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ApplicationAgreementDto {
    /// The pages that show it.
    pub display_at: Vec<AgreementPlace>,
    /// Whether it must be accepted.
    pub is_required: bool,
    /// Its language.
    pub lang: Language,
    /// Its text, HTML.
    pub content: String,
}

string_enum! {
    /// Variants of the pages.
    pub enum GuardVersion {
        Advanced = "Advanced",
        Classical = "Classical",
    }
}

string_enum! {
    /// Pages that show agreements.
    pub enum AgreementPlace {
        LoginPage = "LoginPage",
        RegisterPage = "RegisterPage",
    }
}
