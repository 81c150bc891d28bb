//! `/oidc/.well-known/openid-configuration`.

use serde::{Deserialize, Serialize};

/// What the server can do and where (schema `OidcDiscoveryMetadata`; OIDC
/// Discovery section 3; RFC 8414 section 2). The plain members are those that
/// the contract requires; an empty list says that nothing of it is supported.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OidcDiscoveryMetadata {
    /// The issuer: public URL and `/oidc`.
    pub issuer: String,
    /// URL of the authorization endpoint.
    pub authorization_endpoint: String,
    /// URL of the token endpoint.
    pub token_endpoint: String,
    /// URL of the userinfo endpoint.
    pub userinfo_endpoint: String,
    /// URL of the JWK set.
    pub jwks_uri: String,
    /// Scopes.
    pub scopes_supported: Vec<String>,
    /// Response types.
    pub response_types_supported: Vec<String>,
    /// Response modes.
    pub response_modes_supported: Vec<String>,
    /// Grant types.
    pub grant_types_supported: Vec<String>,
    /// JWS algorithms of ID tokens.
    pub id_token_signing_alg_values_supported: Vec<String>,
    /// JWE key algorithms of ID tokens.
    pub id_token_encryption_alg_values_supported: Vec<String>,
    /// JWE content algorithms of ID tokens.
    pub id_token_encryption_enc_values_supported: Vec<String>,
    /// JWS algorithms of userinfo.
    pub userinfo_signing_alg_values_supported: Vec<String>,
    /// JWE key algorithms of userinfo.
    pub userinfo_encryption_alg_values_supported: Vec<String>,
    /// JWE content algorithms of userinfo.
    pub userinfo_encryption_enc_values_supported: Vec<String>,
    /// Client authentication at the token endpoint.
    pub token_endpoint_auth_methods_supported: Vec<String>,
    /// Claim types (OIDC Core section 5.6).
    pub claim_types_supported: Vec<String>,
    /// Claims.
    pub claims_supported: Vec<String>,
    /// PKCE methods (RFC 8414 section 2).
    pub code_challenge_methods_supported: Vec<String>,
    /// URL of the logout endpoint (OIDC RP-Initiated Logout section 2.1).
    pub end_session_endpoint: String,
    /// URL of the introspection endpoint (RFC 7662).
    pub introspection_endpoint: String,
    /// Client authentication at the introspection endpoint.
    pub introspection_endpoint_auth_methods_supported: Vec<String>,
    /// URL of the revocation endpoint (RFC 7009).
    pub revocation_endpoint: String,
    /// Client authentication at the revocation endpoint.
    pub revocation_endpoint_auth_methods_supported: Vec<String>,
    /// Subject identifier types; required by OIDC Discovery section 3.
    pub subject_types_supported: Vec<String>,
    /// `acr` values.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acr_values_supported: Option<Vec<String>>,
    /// Values of `prompt` (Initiating User Registration section 4).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prompt_values_supported: Option<Vec<String>>,
    /// Values of `display` (OIDC Core section 3.1.2.1).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_values_supported: Option<Vec<String>>,
    /// UI locales.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ui_locales_supported: Option<Vec<String>>,
    /// JWS algorithms of `private_key_jwt`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_endpoint_auth_signing_alg_values_supported: Option<Vec<String>>,
    /// Whether the `claims` parameter is supported; false if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claims_parameter_supported: Option<bool>,
    /// Whether the `request` parameter is supported; false if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_parameter_supported: Option<bool>,
    /// Whether `request_uri` is supported; **true** if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_uri_parameter_supported: Option<bool>,
    /// Whether authorization answers carry `iss` (RFC 9207 section 3).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authorization_response_iss_parameter_supported: Option<bool>,
    /// URL for pushed authorization requests (RFC 9126 section 5).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pushed_authorization_request_endpoint: Option<String>,
    /// Whether every authorization request must be pushed (RFC 9126 section 5).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub require_pushed_authorization_requests: Option<bool>,
    /// JWS algorithms of `DPoP` proofs (RFC 9449 section 5.1).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dpop_signing_alg_values_supported: Option<Vec<String>>,
    /// Back-channel logout (OIDC Back-Channel Logout section 2.1).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backchannel_logout_supported: Option<bool>,
    /// Whether its logout tokens carry `sid`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backchannel_logout_session_supported: Option<bool>,
    /// Front-channel logout (OIDC Front-Channel Logout section 3).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frontchannel_logout_supported: Option<bool>,
    /// Whether its URIs get `iss` and `sid`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frontchannel_logout_session_supported: Option<bool>,
}
