//! `loginConfig` and `registerConfig`: which ways in there are.

use super::unsupported::{refuse, refuse_unless};
use rollcall_core::Refusal;
use rollcall_core::model::application::PasswordMethod;
use rollcall_wire::v3::applications::{
    ApplicationDefaultLoginMethod, ApplicationDefaultLoginMethodInput, ApplicationLoginConfigDto,
    ApplicationLoginConfigInputDto, ApplicationRegisterConfig, ApplicationRegisterConfigInputDto,
    BasicLoginMethod, DefaultRegisterMethod, LoginConnectionType, QrcodeType,
};

/// What `qrcodeType` says, which the schema requires even where no QR code is
/// shown: the first of its values.
const NO_QRCODE: QrcodeType = QrcodeType::SelfBuiltApp;

/// The ways to sign in by password that a body asks for.
pub(crate) fn password_methods(
    config: Option<&ApplicationLoginConfigInputDto>,
) -> Result<Option<Vec<PasswordMethod>>, Refusal> {
    let Some(config) = config else {
        return Ok(None);
    };
    refuse(&[
        (
            "mergeLoginAndRegisterPage",
            &config.merge_login_and_register_page,
        ),
        ("enabledExtIdpConnIds", &config.enabled_ext_idp_conn_ids),
        ("enabledAllExtIdpConns", &config.enabled_all_ext_idp_conns),
        ("showAuthorizationPage", &config.show_authorization_page),
    ])?;
    if let Some(method) = &config.default_login_method {
        refuse_default_method_that_is_not_built(method)?;
    }
    let methods = config.enabled_basic_login_methods.as_deref();
    methods
        .map(|methods| methods.iter().copied().map(password_method).collect())
        .transpose()
}

/// How people sign in (V3 `ApplicationLoginConfigDto`).
pub(crate) fn login_config(methods: &[PasswordMethod]) -> ApplicationLoginConfigDto {
    ApplicationLoginConfigDto {
        merge_login_and_register_page: false,
        enabled_basic_login_methods: methods.iter().copied().map(login_method).collect(),
        default_login_method: ApplicationDefaultLoginMethod {
            connection_type: LoginConnectionType::Password,
            qrcode_type: NO_QRCODE,
            qrcode_ext_idp_conn_id: String::new(),
            ad_ext_idp_conn_id: String::new(),
            ldap_ext_idp_conn_id: String::new(),
        },
        enabled_ext_idp_conns: Vec::new(),
        show_authorization_page: false,
    }
}

/// How people register on the pages: not at all. Whether the API's `signup` takes
/// anybody is the pool's `registerDisabled`, and not an application's to say.
pub(crate) fn register_config() -> ApplicationRegisterConfig {
    ApplicationRegisterConfig {
        enabled_basic_register_methods: Vec::new(),
        default_register_method: DefaultRegisterMethod::Password,
    }
}

/// Refuses every way to register on the pages.
pub(crate) fn refuse_registration(
    config: Option<&ApplicationRegisterConfigInputDto>,
) -> Result<(), Refusal> {
    let none = register_config();
    let asks = config.is_some_and(|config| {
        config.enabled_basic_register_methods != none.enabled_basic_register_methods
            || config.default_register_method != none.default_register_method
    });
    refuse(&[("registerConfig", &asks)])
}

fn refuse_default_method_that_is_not_built(
    method: &ApplicationDefaultLoginMethodInput,
) -> Result<(), Refusal> {
    refuse_unless(
        "defaultLoginMethod",
        Some(&method.connection_type),
        &LoginConnectionType::Password,
    )?;
    refuse_unless("qrcodeType", method.qrcode_type.as_ref(), &NO_QRCODE)?;
    refuse(&[
        ("qrcodeExtIdpConnId", &method.qrcode_ext_idp_conn_id),
        ("adExtIdpConnId", &method.ad_ext_idp_conn_id),
        ("ldapExtIdpConnId", &method.ldap_ext_idp_conn_id),
    ])
}

fn password_method(method: BasicLoginMethod) -> Result<PasswordMethod, Refusal> {
    match method {
        BasicLoginMethod::PhonePassword => Ok(PasswordMethod::Phone),
        BasicLoginMethod::EmailPassword => Ok(PasswordMethod::Email),
        BasicLoginMethod::UsernamePassword => Ok(PasswordMethod::Username),
        BasicLoginMethod::PhoneCode
        | BasicLoginMethod::EmailCode
        | BasicLoginMethod::SelfBuiltAppQrcode => Err(Refusal::NotSupported(method.as_str())),
    }
}

const fn login_method(method: PasswordMethod) -> BasicLoginMethod {
    match method {
        PasswordMethod::Phone => BasicLoginMethod::PhonePassword,
        PasswordMethod::Email => BasicLoginMethod::EmailPassword,
        PasswordMethod::Username => BasicLoginMethod::UsernamePassword,
    }
}
