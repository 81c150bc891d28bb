//! Federated identities of users.

use serde::{Deserialize, Serialize};

use super::ext_idps::ExtIdpType;
use super::success::IsSuccessDto;
use super::{JsonObject, Request, SecretText, UserIdType, query};

/// A federated identity (schema `IdentityDto`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct IdentityDto {
    /// Our id of the identity.
    pub identity_id: String,
    /// The identity source.
    pub ext_idp_id: String,
    /// Kind of the identity source.
    pub provider: ExtIdpType,
    /// What kind of identifier `userIdInIdp` is, such as `openid`.
    pub r#type: String,
    /// The person's identifier at the source.
    pub user_id_in_idp: String,
    /// What the source says about the person.
    pub user_info_in_idp: JsonObject,
    /// The source's access token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_token: Option<SecretText>,
    /// The source's refresh token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<SecretText>,
    /// The connections that the identity came through.
    pub origin_conn_ids: Vec<String>,
}

/// A federated identity of a new user (schema `CreateIdentityDto`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct CreateIdentityDto {
    /// The identity source.
    pub ext_idp_id: String,
    /// Kind of the identity source.
    pub provider: ExtIdpType,
    /// What kind of identifier `userIdInIdp` is, such as `openid`.
    pub r#type: String,
    /// The person's identifier at the source.
    pub user_id_in_idp: String,
    /// What the source says about the person.
    pub user_info_in_idp: JsonObject,
    /// The source's access token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_token: Option<SecretText>,
    /// The source's refresh token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<SecretText>,
    /// The connections that the identity came through.
    pub origin_conn_ids: Vec<String>,
}

/// Parameters of `get-user-identities`. Its answer is a list of [`IdentityDto`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct GetUserIdentitiesQuery {
    /// Whom: an identifier of the kind that `userIdType` says, up to 256 characters.
    #[serde(deserialize_with = "query::required_text")]
    pub user_id: String,
    /// What kind of identifier the user is named by; `user_id` if absent.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "query::optional"
    )]
    pub user_id_type: Option<UserIdType>,
}

impl Request for GetUserIdentitiesQuery {
    const REQUIRED: &'static [&'static str] = &["userId"];
}

/// Body of `link-identity` (schema `LinkIdentityDto`).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct LinkIdentityDto {
    /// The identity source.
    pub ext_idp_id: String,
    /// Whom: an identifier of the kind that `userIdType` says, up to 256 characters.
    pub user_id: String,
    /// What kind of identifier `userIdInIdp` is, such as `openid`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub r#type: Option<String>,
    /// The person's identifier at the source.
    pub user_id_in_idp: String,
    /// Whether it is a social identity source.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_social: Option<bool>,
}

impl Request for LinkIdentityDto {
    const REQUIRED: &'static [&'static str] = &["extIdpId", "userId", "userIdInIdp"];
}

/// Data of `link-identity` (schema `LinkIdentityDataDto`).
pub type LinkIdentityDataDto = IsSuccessDto;

/// Body of `unlink-identity` (schema `UnlinkIdentity`).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct UnlinkIdentity {
    /// The identity source.
    pub ext_idp_id: String,
    /// Whom: an identifier of the kind that `userIdType` says, up to 256 characters.
    pub user_id: String,
    /// Only identities whose identifier is of this kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub r#type: Option<String>,
    /// Whether it is a social identity source.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_social: Option<bool>,
}

impl Request for UnlinkIdentity {
    const REQUIRED: &'static [&'static str] = &["extIdpId", "userId"];
}

/// Data of `unlink-identity` (schema `UnlinkIdentityDataDto`).
pub type UnlinkIdentityDataDto = IsSuccessDto;
