//! Applications as they are answered.

use super::branding_config::branding_config;
use super::instant;
use super::login_config::{login_config, register_config};
use super::names::application_type_dto;
use super::oidc_config::oidc_config;
use super::page::whole;
use super::session_policy::session_policy_dto;
use rollcall_core::model::application::Application;
use rollcall_core::page::PageOf;
use rollcall_core::ports::applications::AccessibleApplication;
use rollcall_wire::v3::applications::{
    ApplicationDto, ApplicationPaginatedDataDto, DefaultProtocol,
};
use rollcall_wire::v3::users::{AppDto, DefaultLoginStrategy};

/// An application (V3 `ApplicationDto`), with `enabled`, `apiSignIn` and
/// `sessionPolicy`, which are ours.
pub(crate) fn application_dto(application: &Application) -> ApplicationDto {
    ApplicationDto {
        app_id: application.id.to_string(),
        app_identifier: application.identifier.clone(),
        app_name: application.name.clone(),
        app_logo: application.logo.clone(),
        app_description: application.description.clone(),
        app_type: application_type_dto(application.kind),
        user_pool_id: application.pool.to_string(),
        is_integrate_app: false,
        default_protocol: DefaultProtocol::Oidc,
        redirect_uris: application.redirect_uris.clone(),
        logout_redirect_uris: application.logout_redirect_uris.clone(),
        init_login_uri: application.init_login_uri.clone(),
        sso_enabled: application.sso_enabled_at.is_some(),
        sso_enabled_at: application.sso_enabled_at.map(instant),
        login_config: login_config(&application.password_methods),
        register_config: register_config(),
        branding_config: branding_config(),
        oidc_config: oidc_config(application),
        saml_provider_enabled: false,
        saml_config: None,
        oauth_provider_enabled: false,
        oauth_config: None,
        cas_provider_enabled: false,
        cas_config: None,
        custom_branding_enabled: false,
        custom_security_enabled: false,
        template: None,
        enabled: Some(application.enabled),
        api_sign_in: Some(application.api_sign_in),
        session_policy: Some(session_policy_dto(
            application.session_policy,
            application.session_limit,
        )),
    }
}

/// An application that a user may use (V3 `AppDto`). Applications let in everybody of
/// their pool.
pub(crate) fn app_dto(application: AccessibleApplication) -> AppDto {
    AppDto {
        app_id: application.id.to_string(),
        app_name: application.name,
        app_logo: application.logo,
        app_login_url: application.login_url,
        app_default_login_strategy: DefaultLoginStrategy::AllowAll,
    }
}

/// A page of applications (V3 `ApplicationPaginatedDataDto`).
pub(crate) fn application_page_dto(page: &PageOf<Application>) -> ApplicationPaginatedDataDto {
    ApplicationPaginatedDataDto {
        list: page.list.iter().map(application_dto).collect(),
        total_count: whole(page.total_count),
    }
}
