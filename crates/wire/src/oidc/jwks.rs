//! `/oidc/.well-known/jwks.json`.

use serde::{Deserialize, Serialize};

/// A set of public keys (RFC 7517 section 5).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct JwkSet {
    /// The keys.
    pub keys: Vec<Jwk>,
}

/// A public RSA key (RFC 7517 section 4, RFC 7518 section 6.3.1). It has no
/// member that could hold a private part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Jwk {
    /// Key type, `RSA`.
    pub kty: String,
    /// Key id.
    pub kid: String,
    /// What it is for, `sig`.
    #[serde(rename = "use")]
    pub use_: String,
    /// JWS algorithm, `RS256`.
    pub alg: String,
    /// Modulus, big-endian without leading zeros, in unpadded base64url.
    pub n: String,
    /// Exponent, likewise; `AQAB` for 65537.
    pub e: String,
}

impl Jwk {
    /// A key that verifies RS256 signatures. `n` and `e` in unpadded
    /// base64url.
    pub fn rs256(kid: impl Into<String>, n: impl Into<String>, e: impl Into<String>) -> Self {
        Self {
            kty: "RSA".to_owned(),
            kid: kid.into(),
            use_: "sig".to_owned(),
            alg: "RS256".to_owned(),
            n: n.into(),
            e: e.into(),
        }
    }
}
