//! External identity sources, as records.

use crate::ids::ExtIdpId;
use crate::model::user::named;
use crate::time::Timestamp;

named! {
    /// The kinds of external identity source (V3 `ExtIdpDto.type`).
    ProviderType {
        Oidc = "oidc", Oauth2 = "oauth2", Saml = "saml", Ldap = "ldap", Ad = "ad", Cas = "cas",
        AzureAd = "azure-ad", Wechat = "wechat", Google = "google", Qq = "qq",
        Wechatwork = "wechatwork", Dingtalk = "dingtalk", Weibo = "weibo", Github = "github",
        Alipay = "alipay", Apple = "apple", Baidu = "baidu", Lark = "lark", Gitlab = "gitlab",
        Twitter = "twitter", Facebook = "facebook", Slack = "slack", Linkedin = "linkedin",
        Yidun = "yidun", Qingcloud = "qingcloud", Gitee = "gitee", Instagram = "instagram",
        Welink = "welink", Huawei = "huawei", Honor = "honor", Xiaomi = "xiaomi", Oppo = "oppo",
        Aws = "aws", Amazon = "amazon", Douyin = "douyin", Kuaishou = "kuaishou", Line = "line",
        Sdbz = "sdbz",
    }
}

impl ProviderType {
    /// Whether the contract counts it as a social source (`get-ext-idp`'s
    /// `type=social`); the others are enterprise ones.
    pub const fn is_social(self) -> bool {
        !matches!(
            self,
            Self::Oidc
                | Self::Oauth2
                | Self::Saml
                | Self::Ldap
                | Self::Ad
                | Self::Cas
                | Self::AzureAd
                | Self::Wechatwork
                | Self::Dingtalk
                | Self::Lark
                | Self::Welink
        )
    }
}

/// An external identity source.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ExtIdp {
    /// Its id.
    pub id: ExtIdpId,
    /// Its name.
    pub name: String,
    /// What kind it is.
    pub provider: ProviderType,
    /// The tenant that the caller noted on it.
    pub tenant_id: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
}
