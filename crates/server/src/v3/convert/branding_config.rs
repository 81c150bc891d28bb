//! `brandingConfig`: there are no pages of ours to brand yet, so an application
//! has the contract's defaults.

use super::unsupported::{refuse, refuse_unless};
use rollcall_core::Refusal;
use rollcall_wire::v3::Language;
use rollcall_wire::v3::applications::{
    ApplicationBrandingConfig, ApplicationBrandingConfigInputDto, GuardVersion,
};

/// What the pages look like (V3 `ApplicationBrandingConfig`).
pub(crate) fn branding_config() -> ApplicationBrandingConfig {
    ApplicationBrandingConfig {
        custom_css_enabled: false,
        custom_css: None,
        guard_version: GuardVersion::Advanced,
        custom_loading_image: None,
        custom_background: None,
        show_change_language_button: false,
        default_language: Language::default(),
        show_forget_password_button: true,
        show_enterprise_connections: true,
        show_social_connections: true,
        show_agreement: false,
        agreements: Vec::new(),
    }
}

/// Refuses what differs from the defaults.
pub(crate) fn refuse_branding(
    config: Option<&ApplicationBrandingConfigInputDto>,
) -> Result<(), Refusal> {
    let Some(config) = config else {
        return Ok(());
    };
    let default = branding_config();
    refuse(&[
        ("customCSSEnabled", &config.custom_css_enabled),
        ("customCSS", &config.custom_css),
        ("customLoadingImage", &config.custom_loading_image),
        ("customBackground", &config.custom_background),
    ])?;
    refuse_unless(
        "guardVersion",
        config.guard_version.as_ref(),
        &default.guard_version,
    )?;
    refuse_unless(
        "defaultLanguage",
        config.default_language.as_ref(),
        &default.default_language,
    )?;
    let buttons = [
        (
            "showChangeLanguageButton",
            config.show_change_language_button,
            default.show_change_language_button,
        ),
        (
            "showForgetPasswordButton",
            config.show_forget_password_button,
            default.show_forget_password_button,
        ),
        (
            "showEnterpriseConnections",
            config.show_enterprise_connections,
            default.show_enterprise_connections,
        ),
        (
            "showSocialConnections",
            config.show_social_connections,
            default.show_social_connections,
        ),
    ];
    for (field, value, default) in buttons {
        refuse_unless(field, value.as_ref(), &default)?;
    }
    Ok(())
}
