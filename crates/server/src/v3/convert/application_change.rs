//! Applications to be made, changed or listed.

use super::branding_config::refuse_branding;
use super::login_config::{password_methods, refuse_registration};
use super::names::application_type;
use super::oidc_config::oauth_change;
use super::session_policy::{session_limit, session_policy};
use super::unsupported::{refuse, refuse_unless};
use rollcall_core::Refusal;
use rollcall_core::model::application::{ApplicationChange, ApplicationFilter};
use rollcall_wire::v3::applications::{
    CreateApplicationDto, DefaultProtocol, ListApplicationSimpleInfoQuery, ListApplicationsQuery,
    UpdateApplicationDto,
};

/// The application that a body asks for: a change of the defaults.
pub(crate) fn new_application(dto: CreateApplicationDto) -> Result<ApplicationChange, Refusal> {
    application_change(UpdateApplicationDto {
        app_id: String::new(),
        app_name: Some(dto.app_name),
        template: dto.template,
        template_data: dto.template_data,
        app_identifier: dto.app_identifier,
        app_logo: dto.app_logo,
        app_description: dto.app_description,
        app_type: dto.app_type,
        default_protocol: dto.default_protocol,
        redirect_uris: dto.redirect_uris,
        logout_redirect_uris: dto.logout_redirect_uris,
        init_login_uri: dto.init_login_uri,
        sso_enabled: dto.sso_enabled,
        oidc_config: dto.oidc_config,
        saml_provider_enabled: dto.saml_provider_enabled,
        saml_config: dto.saml_config,
        oauth_provider_enabled: dto.oauth_provider_enabled,
        oauth_config: dto.oauth_config,
        cas_provider_enabled: dto.cas_provider_enabled,
        cas_config: dto.cas_config,
        login_config: dto.login_config,
        register_config: dto.register_config,
        branding_config: dto.branding_config,
        enabled: dto.enabled,
        api_sign_in: dto.api_sign_in,
        session_policy: dto.session_policy,
    })
}

/// The change that a body asks for; which application it is for is not part of it.
pub(crate) fn application_change(dto: UpdateApplicationDto) -> Result<ApplicationChange, Refusal> {
    refuse_what_is_not_built(&dto)?;
    Ok(ApplicationChange {
        identifier: dto.app_identifier,
        name: dto.app_name,
        logo: dto.app_logo,
        description: dto.app_description,
        kind: dto.app_type.map(application_type),
        enabled: dto.enabled,
        redirect_uris: dto.redirect_uris,
        logout_redirect_uris: dto.logout_redirect_uris,
        init_login_uri: dto.init_login_uri,
        sso_enabled: dto.sso_enabled,
        api_sign_in: dto.api_sign_in,
        password_methods: password_methods(dto.login_config.as_ref())?,
        oauth: oauth_change(dto.oidc_config.as_ref())?,
        session_limit: session_limit(dto.session_policy.as_ref()),
        session_policy: session_policy(dto.session_policy.as_ref()),
    })
}

fn refuse_what_is_not_built(dto: &UpdateApplicationDto) -> Result<(), Refusal> {
    refuse(&[
        ("template", &dto.template),
        ("templateData", &dto.template_data),
        ("samlProviderEnabled", &dto.saml_provider_enabled),
        ("samlConfig", &dto.saml_config),
        ("oauthProviderEnabled", &dto.oauth_provider_enabled),
        ("oauthConfig", &dto.oauth_config),
        ("casProviderEnabled", &dto.cas_provider_enabled),
        ("casConfig", &dto.cas_config),
    ])?;
    refuse_unless(
        "defaultProtocol",
        dto.default_protocol.as_ref(),
        &DefaultProtocol::Oidc,
    )?;
    refuse_registration(dto.register_config.as_ref())?;
    refuse_branding(dto.branding_config.as_ref())
}

/// Which applications are asked for. All are self-built, so to ask for those is
/// to ask for all; to ask for both kinds as well.
pub(crate) fn application_filter(
    query: ListApplicationsQuery,
) -> Result<ApplicationFilter, Refusal> {
    refuse(&[("all", &query.all)])?;
    Ok(simple_info_filter(ListApplicationSimpleInfoQuery {
        page: query.page,
        limit: query.limit,
        is_integrate_app: query.is_integrate_app,
        is_self_built_app: query.is_self_built_app,
        sso_enabled: query.sso_enabled,
        keywords: query.keywords,
    }))
}

/// The same filter of the same list, told in few words.
pub(crate) fn simple_info_filter(query: ListApplicationSimpleInfoQuery) -> ApplicationFilter {
    let self_built = query.is_self_built_app.unwrap_or(false);
    let integrated = query.is_integrate_app.unwrap_or(false);
    ApplicationFilter {
        keywords: query.keywords.filter(|keywords| !keywords.is_empty()),
        sso_enabled: query.sso_enabled.unwrap_or(false),
        integrated: integrated && !self_built,
    }
}
