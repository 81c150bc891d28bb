//! How people sign in to and register with an application.

use serde::{Deserialize, Serialize};

use super::{ApplicationEnabledExtIdpConnDto, ApplicationEnabledExtIdpConnInputDto};
use crate::v3::string_enum::string_enum;

/// How people sign in (schema `ApplicationLoginConfigDto`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ApplicationLoginConfigDto {
    /// Whether signing in registers unknown people; false if absent.
    pub merge_login_and_register_page: bool,
    /// Ways of signing in that are on.
    pub enabled_basic_login_methods: Vec<BasicLoginMethod>,
    /// The way shown first.
    pub default_login_method: ApplicationDefaultLoginMethod,
    /// Identity source connections that are on.
    pub enabled_ext_idp_conns: Vec<ApplicationEnabledExtIdpConnDto>,
    /// Whether people are asked for consent.
    pub show_authorization_page: bool,
}

/// How people shall sign in (schema `ApplicationLoginConfigInputDto`). The contract's
/// defaults do not apply; ours: all password methods.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ApplicationLoginConfigInputDto {
    /// Whether signing in registers unknown people; false if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merge_login_and_register_page: Option<bool>,
    /// Ways of signing in that are on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled_basic_login_methods: Option<Vec<BasicLoginMethod>>,
    /// The way shown first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_login_method: Option<ApplicationDefaultLoginMethodInput>,
    /// Identity source connections that are on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled_ext_idp_conn_ids: Option<Vec<ApplicationEnabledExtIdpConnInputDto>>,
    /// Whether all identity source connections are on; false if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled_all_ext_idp_conns: Option<bool>,
    /// Whether people are asked for consent.
    pub show_authorization_page: bool,
}

/// The way of signing in that is shown first (schema `ApplicationDefaultLoginMethod`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ApplicationDefaultLoginMethod {
    /// Kind of the way shown first.
    pub connection_type: LoginConnectionType,
    /// Kind of QR code.
    pub qrcode_type: QrcodeType,
    /// Connection of the QR code.
    pub qrcode_ext_idp_conn_id: String,
    /// Connection of Active Directory.
    pub ad_ext_idp_conn_id: String,
    /// Connection of LDAP.
    pub ldap_ext_idp_conn_id: String,
}

/// The way of signing in that shall be shown first (schema
/// `ApplicationDefaultLoginMethodInput`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ApplicationDefaultLoginMethodInput {
    /// Kind of the way shown first.
    pub connection_type: LoginConnectionType,
    /// Kind of QR code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub qrcode_type: Option<QrcodeType>,
    /// Connection of the QR code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub qrcode_ext_idp_conn_id: Option<String>,
    /// Connection of Active Directory.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ad_ext_idp_conn_id: Option<String>,
    /// Connection of LDAP.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ldap_ext_idp_conn_id: Option<String>,
}

/// How people register (schema `ApplicationRegisterConfig`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ApplicationRegisterConfig {
    /// Ways of registering that are on.
    pub enabled_basic_register_methods: Vec<BasicRegisterMethod>,
    /// The way shown first.
    pub default_register_method: DefaultRegisterMethod,
}

/// How people shall register (schema `ApplicationRegisterConfigInputDto`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ApplicationRegisterConfigInputDto {
    /// Ways of registering that are on.
    pub enabled_basic_register_methods: Vec<BasicRegisterMethod>,
    /// The way shown first.
    pub default_register_method: DefaultRegisterMethod,
}

string_enum! {
    /// Ways of signing in without an identity source.
    pub enum BasicLoginMethod {
        PhoneCode = "PHONE_CODE",
        EmailCode = "EMAIL_CODE",
        PhonePassword = "PHONE_PASSWORD",
        EmailPassword = "EMAIL_PASSWORD",
        UsernamePassword = "USERNAME_PASSWORD",
        SelfBuiltAppQrcode = "SELF_BUILT_APP_QRCODE",
    }
}

string_enum! {
    /// Kinds of ways of signing in.
    pub enum LoginConnectionType {
        Passcode = "PASSCODE",
        Password = "PASSWORD",
        Qrcode = "QRCODE",
        Ldap = "LDAP",
        Ad = "AD",
    }
}

string_enum! {
    /// Kinds of QR codes.
    pub enum QrcodeType {
        SelfBuiltApp = "SELF_BUILT_APP",
        WechatOfficialAccount = "WECHAT_OFFICIAL_ACCOUNT",
        WechatMiniProgram = "WECHAT_MINI_PROGRAM",
    }
}

string_enum! {
    /// Ways of registering.
    pub enum BasicRegisterMethod {
        PhoneCode = "PHONE_CODE",
        EmailCode = "EMAIL_CODE",
        EmailPassword = "EMAIL_PASSWORD",
    }
}

string_enum! {
    /// Kinds of ways of registering.
    pub enum DefaultRegisterMethod {
        Passcode = "PASSCODE",
        Password = "PASSWORD",
    }
}
