//! The server's signing keys. Ours, not in the contract.

use serde::{Deserialize, Serialize};

use super::Request;
use super::string_enum::string_enum;
use crate::time::Timestamp;

/// Body of `rotate-signing-keys`: nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RotateSigningKeysDto {}

impl Request for RotateSigningKeysDto {
    const REQUIRED: &'static [&'static str] = &[];
}

string_enum! {
    /// What a key does now.
    pub enum SigningKeyState {
        /// It is published and signs nothing yet.
        Next = "next",
        /// It signs.
        Active = "active",
        /// It has a successor; it is published while tokens that it signed may live.
        Retired = "retired",
    }
}

/// One key in the answer of `rotate-signing-keys`, whose data is a list of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct SigningKeyDto {
    /// Its id in token headers and in the key set.
    pub kid: String,
    /// What it signs with: `RS256`, `ES256`, `EdDSA`; `HS256` for management tokens,
    /// whose keys are never published.
    pub alg: String,
    /// What it does now.
    pub state: SigningKeyState,
    /// From when on it signs.
    pub active_from: Timestamp,
    /// When it was made.
    pub created_at: Timestamp,
}
