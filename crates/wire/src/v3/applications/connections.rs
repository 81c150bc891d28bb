//! Connections to identity sources, as an application shows them.

use serde::{Deserialize, Serialize};

use crate::v3::ext_idps::ExtIdpType;
use crate::v3::string_enum::string_enum;

/// A connection (schema `ApplicationEnabledExtIdpConnDto`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ApplicationEnabledExtIdpConnDto {
    /// Whether it is a social identity source.
    pub is_social: bool,
    /// The identity source.
    pub ext_idp_id: String,
    /// Kind of the identity source.
    pub ext_idp_type: ExtIdpType,
    /// Id of the connection.
    pub ext_idp_conn_id: String,
    /// Kind of the connection.
    pub ext_idp_conn_type: ExtIdpConnType,
    /// Short name of the connection.
    pub ext_idp_conn_identifier: String,
    /// Name of the connection for people.
    pub ext_idp_conn_display_name: String,
    /// URL of the connection's logo.
    pub ext_idp_conn_logo: String,
    /// Whether the connection is on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
}

/// A connection to switch on (schema `ApplicationEnabledExtIdpConnInputDto`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ApplicationEnabledExtIdpConnInputDto {
    /// Id of the connection.
    pub ext_idp_conn_id: String,
}

string_enum! {
    /// Kinds of connections.
    pub enum ExtIdpConnType {
        Oidc = "oidc",
        Oauth = "oauth",
        Saml = "saml",
        Ldap = "ldap",
        Ad = "ad",
        Cas = "cas",
        AzureAd = "azure-ad",
        Alipay = "alipay",
        Facebook = "facebook",
        FacebookMobile = "facebook:mobile",
        Twitter = "twitter",
        GoogleMobile = "google:mobile",
        Google = "google",
        WechatPc = "wechat:pc",
        WechatMobile = "wechat:mobile",
        WechatWebpageAuthorization = "wechat:webpage-authorization",
        WechatmpQrcode = "wechatmp-qrcode",
        WechatMiniprogramDefault = "wechat:miniprogram:default",
        WechatMiniprogramQrconnect = "wechat:miniprogram:qrconnect",
        WechatMiniprogramAppLaunch = "wechat:miniprogram:app-launch",
        Github = "github",
        GithubMobile = "github:mobile",
        Qq = "qq",
        QqMobile = "qq:mobile",
        WechatworkCorpQrconnect = "wechatwork:corp:qrconnect",
        WechatworkAgencyQrconnect = "wechatwork:agency:qrconnect",
        WechatworkServiceProviderQrconnect = "wechatwork:service-provider:qrconnect",
        WechatworkMobile = "wechatwork:mobile",
        WechatworkAgencyMobile = "wechatwork:agency:mobile",
        Dingtalk = "dingtalk",
        DingtalkMobile = "dingtalk:mobile",
        DingtalkProvider = "dingtalk:provider",
        Weibo = "weibo",
        WeiboMobile = "weibo:mobile",
        Apple = "apple",
        AppleWeb = "apple:web",
        Baidu = "baidu",
        BaiduMobile = "baidu:mobile",
        LarkInternal = "lark-internal",
        LarkPublic = "lark-public",
        LarkBlock = "lark-block",
        Gitlab = "gitlab",
        GitlabMobile = "gitlab:mobile",
        Linkedin = "linkedin",
        LinkedinMobile = "linkedin:mobile",
        Slack = "slack",
        SlackMobile = "slack:mobile",
        Yidun = "yidun",
        Qingcloud = "qingcloud",
        Gitee = "gitee",
        GiteeMobile = "gitee:mobile",
        Instagram = "instagram",
        Welink = "welink",
        AdKerberos = "ad-kerberos",
        Huawei = "huawei",
        HuaweiMobile = "huawei:mobile",
        Honor = "honor",
        Xiaomi = "xiaomi",
        XiaomiMobile = "xiaomi:mobile",
        Aws = "aws",
        Amazon = "amazon",
        AmazonMobile = "amazon:mobile",
        DouyinMobile = "douyin:mobile",
        KuaishouMobile = "kuaishou:mobile",
        LineMobile = "line:mobile",
        OppoMobile = "oppo:mobile",
        WechatworkQrconnectOfAuthingAgency = "wechatwork:qrconnect:of:authing:agency",
        Sdbz = "sdbz",
    }
}
