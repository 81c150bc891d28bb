//! Access keys: who may call the management API, and for what.

use serde::{Deserialize, Serialize};

use super::string_enum::string_enum;
use super::{Request, SecretText, query};
use crate::time::Timestamp;

/// Body of `create-access-key` (schema `CreateAccessKeyDto`, and `permissions`,
/// which is ours). Its answer is a list of one [`AccessKeyDto`], whose secret is in
/// the clear this once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct CreateAccessKeyDto {
    /// The key's type, any name.
    pub r#type: String,
    /// For whom the key is made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// The tenant that the key is to reach alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant_id: Option<String>,
    /// Ours: what the key may do; all that its maker may if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub permissions: Option<Vec<String>>,
}

impl Request for CreateAccessKeyDto {
    const REQUIRED: &'static [&'static str] = &["type"];
}

/// Body of `update-access-key` (schema `UpdateAccessKeyDto`, and `permissions`,
/// which is ours).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct UpdateAccessKeyDto {
    /// Whether the key may be used.
    pub enable: bool,
    /// The key.
    pub access_key_id: String,
    /// Ours: what the key may do; as before if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub permissions: Option<Vec<String>>,
}

impl Request for UpdateAccessKeyDto {
    const REQUIRED: &'static [&'static str] = &["enable", "accessKeyId"];
}

/// Body of `delete-access-key` (schema `DeleteAccessKeyDto`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct DeleteAccessKeyDto {
    /// The key.
    pub access_key_id: String,
}

impl Request for DeleteAccessKeyDto {
    const REQUIRED: &'static [&'static str] = &["accessKeyId"];
}

/// Body of `rotate-access-key`. Ours, not in the contract. Its answer is an
/// [`AccessKeyDto`], whose new secret is in the clear this once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct RotateAccessKeyDto {
    /// The key.
    pub access_key_id: String,
}

impl Request for RotateAccessKeyDto {
    const REQUIRED: &'static [&'static str] = &["accessKeyId"];
}

/// Parameters of `get-access-key`. Its answer is a list of one [`AccessKeyDto`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct GetAccessKeyQuery {
    /// Whose key it is.
    #[serde(deserialize_with = "query::required_text")]
    pub user_id: String,
    /// The key.
    #[serde(deserialize_with = "query::required_text")]
    pub access_key_id: String,
}

impl Request for GetAccessKeyQuery {
    const REQUIRED: &'static [&'static str] = &["userId", "accessKeyId"];
}

/// Parameters of `list-access-key`. Its answer is a list of [`AccessKeyDto`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ListAccessKeyQuery {
    /// Only this owner's.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "query::optional"
    )]
    pub user_id: Option<String>,
    /// Only of this tenant.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "query::optional"
    )]
    pub tenant_id: Option<String>,
    /// Only of this type.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "query::optional"
    )]
    pub r#type: Option<String>,
    /// Only in one of these states, see [`AccessKeyStatus`].
    #[serde(
        default,
        alias = "status[]",
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "query::list"
    )]
    pub status: Vec<String>,
}

impl Request for ListAccessKeyQuery {
    const REQUIRED: &'static [&'static str] = &[];
}

string_enum! {
    /// The states of a key that the published clients know.
    pub enum AccessKeyStatus {
        Activated = "activated",
        Staging = "staging",
        Revoked = "revoked",
    }
}

/// An access key (schemas `CreateAccessKeyRespDto`, `GetAccessKeyRespDto` and
/// `ListAccessKeyRespDto`, which are alike, and `type` and `permissions`, which are
/// ours). The contract leaves `status` open; ours is always an [`AccessKeyStatus`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct AccessKeyDto {
    /// The key's id; the pool's for its root key.
    pub access_key_id: String,
    /// The secret, once; a mask afterwards.
    pub access_key_secret: SecretText,
    /// Whose key it is: for whom it was made, or else its pool's id.
    pub user_id: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// Whether it may be used, in the published words.
    pub status: AccessKeyStatus,
    /// When it was last used; when it was made, before the first time.
    pub last_date: Timestamp,
    /// Its pool.
    pub user_pool_id: String,
    /// Whether it may be used.
    pub enable: bool,
    /// Ours: its type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub r#type: Option<String>,
    /// Ours: what it may do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub permissions: Option<Vec<String>>,
}
