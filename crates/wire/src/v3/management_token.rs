//! Proving who calls, first way: an access key for a token
//! (`/api/v3/get-management-token`).

use serde::{Deserialize, Serialize};

use super::{Request, SecretText, Whole};

/// Body of `get-management-token` (schema `GetManagementAccessTokenDto`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct GetManagementAccessTokenDto {
    /// The access key's id, or the pool's id for the root key.
    pub access_key_id: String,
    /// The access key's secret.
    pub access_key_secret: SecretText,
}

impl Request for GetManagementAccessTokenDto {
    const REQUIRED: &'static [&'static str] = &["accessKeyId", "accessKeySecret"];
}

/// Data of `get-management-token` (schema `AccessTokenResDto`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AccessTokenResDto {
    /// A JWT, to be sent as `Authorization: Bearer …`. SDKs read
    /// [`ManagementTokenClaims::scoped_userpool_id`] from it unverified.
    pub access_token: SecretText,
    /// Seconds until it expires, 7200.
    pub expires_in: Whole,
}

/// `typ` of a management token's JOSE header (RFC 8725 section 3.11: explicit
/// typing). It keeps management and OIDC tokens from standing for each other.
pub const MANAGEMENT_TOKEN_TYPE: &str = "management+jwt";

/// Payload of a management token. It names the access key and carries no
/// permission: those are read on every call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ManagementTokenClaims {
    /// The server's issuer URL.
    pub iss: String,
    /// The access key's id.
    pub sub: String,
    /// The management API's own audience, never a client id.
    pub aud: String,
    /// Expiry, seconds since the Unix epoch.
    pub exp: i64,
    /// Issue instant, seconds since the Unix epoch.
    pub iat: i64,
    /// Unique id of this token.
    pub jti: String,
    /// The pool that the access key belongs to; the name is what the published
    /// SDKs read.
    pub scoped_userpool_id: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_not_printed() {
        let request = GetManagementAccessTokenDto {
            access_key_id: "id".into(),
            access_key_secret: "hush".into(),
        };
        assert!(!format!("{request:?}").contains("hush"));
        let answer = AccessTokenResDto {
            access_token: "hush".into(),
            expires_in: Whole::from_u32(7200),
        };
        assert!(!format!("{answer:?}").contains("hush"));
    }
}
