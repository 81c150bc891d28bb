//! What anybody may know of the server.

use serde::{Deserialize, Serialize};

/// Answer of `system` (schema `SystemInfoResp`). The contract has its members beside those of
/// the envelope and not in `data`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct SystemInfoResp {
    /// The RSA key that passwords may be encrypted for.
    pub rsa: SystemKey,
    /// The SM2 key that passwords may be encrypted for.
    pub sm2: SystemKey,
    /// What runs here.
    pub version: SystemVersion,
    /// Addresses from which the server calls others.
    pub public_ips: Vec<String>,
}

/// A public key (schemas `SystmeInfoRSAConfig` and `SystmeInfoSM2Config`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct SystemKey {
    /// The key; empty: there is none.
    pub public_key: String,
}

/// Versions (schema `SystmeInfoVersion`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct SystemVersion {
    /// Of the server.
    pub server: String,
    /// Of the console; empty: there is none.
    pub console: String,
    /// Of the sign-in pages.
    pub login: String,
}
