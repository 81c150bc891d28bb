//! User pools: the tenants. Ours, not in the contract.

use serde::{Deserialize, Serialize};

use super::{Request, SecretText};

/// Body of `create-user-pool`. Its answer is [`CreateUserPoolDataDto`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct CreateUserPoolDto {
    /// Name for people, up to 256 characters.
    pub name: String,
}

impl Request for CreateUserPoolDto {
    const REQUIRED: &'static [&'static str] = &["name"];
}

/// Data of `create-user-pool`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct CreateUserPoolDataDto {
    /// The pool's id.
    pub user_pool_id: String,
    /// Its name.
    pub name: String,
    /// The access key that may do everything in it.
    pub root_key: RootKeyDto,
}

/// A pool's root key, told this once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct RootKeyDto {
    /// Its id, which is the pool's.
    pub access_key_id: String,
    /// Its secret, in the clear.
    pub access_key_secret: SecretText,
}
