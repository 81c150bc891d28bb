//! Applications: what people sign in to.

mod appearance;
mod application;
mod change;
mod connections;
mod login;
mod oidc_config;
mod session_policy;
mod simple_info;

pub use appearance::{
    AgreementPlace, ApplicationAgreementDto, ApplicationBrandingConfig,
    ApplicationBrandingConfigInputDto, GuardVersion,
};
pub use application::{
    AppType, ApplicationDto, ApplicationPaginatedDataDto, CreateApplicationRespDataDto,
    DefaultProtocol, GetApplicationQuery, GetApplicationSecretDataDto, GetApplicationSecretQuery,
    ListApplicationsQuery, RefreshApplicationSecretDataDto,
};
pub use change::{
    CreateApplicationDto, DeleteApplicationDto, RefreshApplicationSecretDto, UpdateApplicationDto,
};
pub use connections::{
    ApplicationEnabledExtIdpConnDto, ApplicationEnabledExtIdpConnInputDto, ExtIdpConnType,
};
pub use login::{
    ApplicationDefaultLoginMethod, ApplicationDefaultLoginMethodInput, ApplicationLoginConfigDto,
    ApplicationLoginConfigInputDto, ApplicationRegisterConfig, ApplicationRegisterConfigInputDto,
    BasicLoginMethod, BasicRegisterMethod, DefaultRegisterMethod, LoginConnectionType, QrcodeType,
};
pub use oidc_config::OidcConfig;
pub use session_policy::{SessionLimitAction, SessionPolicyDto};
pub use simple_info::{
    ApplicationSimpleInfoDto, ApplicationSimpleInfoPaginatedDataDto, GetApplicationSimpleInfoQuery,
    ListApplicationSimpleInfoQuery,
};
