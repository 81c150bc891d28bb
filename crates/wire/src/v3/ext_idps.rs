//! Identity sources that people can come from.

use serde::{Deserialize, Serialize};

use super::string_enum::string_enum;
use super::{JsonObject, Request, Whole, query};

/// Body of `create-ext-idp` (schema `CreateExtIdpDto`). Its answer is [`ExtIdpDto`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct CreateExtIdpDto {
    /// Name for people.
    pub name: String,
    /// Kind of the identity source.
    pub r#type: ExtIdpType,
    /// Tenant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant_id: Option<String>,
}

impl Request for CreateExtIdpDto {
    const REQUIRED: &'static [&'static str] = &["name", "type"];
}

/// An identity source (schema `ExtIdpDto`). The contract leaves `type` open; ours is
/// always an [`ExtIdpType`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ExtIdpDto {
    /// Our id of the identity source.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// URL of its logo.
    pub logo: String,
    /// Tenant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant_id: Option<String>,
    /// Kind of the identity source.
    pub r#type: ExtIdpType,
}

/// Body of `update-ext-idp` (schema `UpdateExtIdpDto`). Its answer is [`ExtIdpDto`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct UpdateExtIdpDto {
    /// The new name for people.
    pub name: String,
    /// Our id of the identity source.
    pub id: String,
    /// Tenant of the identity source.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant_id: Option<String>,
}

impl Request for UpdateExtIdpDto {
    const REQUIRED: &'static [&'static str] = &["name", "id"];
}

/// Body of `delete-ext-idp` (schema `DeleteExtIdpDto`). Its answer is
/// [`IsSuccessDto`](super::success::IsSuccessDto).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct DeleteExtIdpDto {
    /// Our id of the identity source.
    pub id: String,
    /// Tenant of the identity source.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant_id: Option<String>,
}

impl Request for DeleteExtIdpDto {
    const REQUIRED: &'static [&'static str] = &["id"];
}

/// Parameters of `list-ext-idp`. Its answer is [`ExtIdpListPagingDto`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ListExtIdpQuery {
    /// Only of this tenant.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "query::optional"
    )]
    pub tenant_id: Option<String>,
    /// Only with a connection to this application.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "query::optional"
    )]
    pub app_id: Option<String>,
}

impl Request for ListExtIdpQuery {
    const REQUIRED: &'static [&'static str] = &[];
}

/// Identity sources (schema `ExtIdpListPagingDto`, which has no pages).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ExtIdpListPagingDto {
    /// How many there are.
    pub total_count: Whole,
    /// All of them.
    pub list: Vec<ExtIdpDto>,
}

/// Parameters of `get-ext-idp`. Its answer is [`ExtIdpDetail`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct GetExtIdpQuery {
    /// Tenant.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "query::optional"
    )]
    pub tenant_id: Option<String>,
    /// Only connections of this application.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "query::optional"
    )]
    pub app_id: Option<String>,
    /// Our id of the identity source.
    #[serde(deserialize_with = "query::required_text")]
    pub id: String,
    /// Social or enterprise source.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "query::optional"
    )]
    pub r#type: Option<ExtIdpGroup>,
}

impl Request for GetExtIdpQuery {
    const REQUIRED: &'static [&'static str] = &["id"];
}

/// An identity source with its connections (schema `ExtIdpDetail`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ExtIdpDetail {
    /// Our id of the identity source.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// URL of its logo.
    pub logo: String,
    /// Tenant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant_id: Option<String>,
    /// Kind of the identity source.
    pub r#type: ExtIdpType,
    /// Its connections.
    pub connections: JsonObject,
    /// Whether its users join the tenant by themselves.
    pub auto_join: bool,
}

string_enum! {
    /// The two groups of identity sources.
    pub enum ExtIdpGroup {
        Social = "social",
        Enterprise = "enterprise",
    }
}

string_enum! {
    /// Kinds of identity sources.
    pub enum ExtIdpType {
        Oidc = "oidc",
        Oauth2 = "oauth2",
        Saml = "saml",
        Ldap = "ldap",
        Ad = "ad",
        Cas = "cas",
        AzureAd = "azure-ad",
        Wechat = "wechat",
        Google = "google",
        Qq = "qq",
        Wechatwork = "wechatwork",
        Dingtalk = "dingtalk",
        Weibo = "weibo",
        Github = "github",
        Alipay = "alipay",
        Apple = "apple",
        Baidu = "baidu",
        Lark = "lark",
        Gitlab = "gitlab",
        Twitter = "twitter",
        Facebook = "facebook",
        Slack = "slack",
        Linkedin = "linkedin",
        Yidun = "yidun",
        Qingcloud = "qingcloud",
        Gitee = "gitee",
        Instagram = "instagram",
        Welink = "welink",
        Huawei = "huawei",
        Honor = "honor",
        Xiaomi = "xiaomi",
        Oppo = "oppo",
        Aws = "aws",
        Amazon = "amazon",
        Douyin = "douyin",
        Kuaishou = "kuaishou",
        Line = "line",
        Sdbz = "sdbz",
    }
}
