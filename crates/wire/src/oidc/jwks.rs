//! `/oidc/.well-known/jwks.json`.

use serde::{Deserialize, Serialize};

/// A set of public keys (RFC 7517 section 5).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct JwkSet {
    /// The keys.
    pub keys: Vec<Jwk>,
}

/// A public key that verifies signatures (RFC 7517 section 4). It has no member
/// that could hold a private part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Jwk {
    /// The key itself, with its type.
    #[serde(flatten)]
    pub key: PublicKey,
    /// Key id.
    pub kid: String,
    /// What it is for, `sig`.
    #[serde(rename = "use")]
    pub use_: String,
    /// JWS algorithm: `RS256`, `ES256` or `EdDSA`.
    pub alg: String,
}

/// The members that make the key, by `kty`; numbers in unpadded base64url.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "kty")]
pub enum PublicKey {
    /// RFC 7518 section 6.3.1.
    #[serde(rename = "RSA")]
    Rsa {
        /// Modulus, big-endian without leading zeros.
        n: String,
        /// Exponent, likewise; `AQAB` for 65537.
        e: String,
    },
    /// RFC 7518 section 6.2.1.
    #[serde(rename = "EC")]
    Ec {
        /// Curve, `P-256`.
        crv: String,
        /// First coordinate, 32 bytes.
        x: String,
        /// Second coordinate, 32 bytes.
        y: String,
    },
    /// RFC 8037 section 2.
    #[serde(rename = "OKP")]
    Okp {
        /// Curve, `Ed25519`.
        crv: String,
        /// The public key, 32 bytes.
        x: String,
    },
}

impl Jwk {
    /// A key that verifies signatures of this algorithm.
    pub fn signing(kid: impl Into<String>, alg: impl Into<String>, key: PublicKey) -> Self {
        Self {
            key,
            kid: kid.into(),
            use_: "sig".to_owned(),
            alg: alg.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_key_is_one_flat_object() {
        let jwk = Jwk::signing(
            "id",
            "EdDSA",
            PublicKey::Okp {
                crv: "Ed25519".to_owned(),
                x: "AA".to_owned(),
            },
        );
        let written = serde_json::to_value(&jwk).unwrap();
        let expected = json!({
            "kty": "OKP", "crv": "Ed25519", "x": "AA", "kid": "id", "use": "sig", "alg": "EdDSA",
        });
        assert_eq!(written, expected);
        assert_eq!(serde_json::from_value::<Jwk>(written).unwrap(), jwk);
    }
}
