//! Signatures of ID tokens: JWS in compact serialisation (RFC 7515 section 7.1).

use aws_lc_rs::digest;
use aws_lc_rs::rsa::PublicKeyComponents;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rollcall_wire::oidc::jwks::{Jwk, PublicKey};
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// A longer token is not read.
const LONGEST: usize = 16 * 1024;

/// A token taken apart; nothing of it is believed yet.
pub(super) struct Jws<'a> {
    pub(super) header: Header,
    signed: &'a str,
    payload: &'a str,
    signature: Vec<u8>,
}

/// Of the header only what chooses a key. `jku`, `jwk` and `x5u` are never looked at
/// (RFC 8725 section 3.10); `crit` names what must be understood, and nothing is.
#[derive(Deserialize)]
pub(super) struct Header {
    pub(super) alg: String,
    pub(super) kid: String,
    #[serde(default)]
    typ: Option<String>,
    #[serde(default)]
    crit: Option<serde_json::Value>,
}

impl<'a> Jws<'a> {
    /// Takes an ID token apart. Its type is `JWT` or not given: an access or logout
    /// token of the same key is none (RFC 8725 section 3.11).
    pub(super) fn split(token: &'a str) -> Option<Self> {
        if token.len() > LONGEST {
            return None;
        }
        let (signed, signature) = token.rsplit_once('.')?;
        let (header, payload) = signed.split_once('.')?;
        let header: Header = json(header)?;
        let is_id_token = header
            .typ
            .as_deref()
            .is_none_or(|typ| typ.eq_ignore_ascii_case("JWT"));
        (is_id_token && header.crit.is_none()).then_some(Self {
            header,
            signed,
            payload,
            signature: URL_SAFE_NO_PAD.decode(signature).ok()?,
        })
    }

    /// The payload, if the key signed it. The key has one algorithm, which is not
    /// taken from the token (RFC 8725 section 3.1).
    pub(super) fn verified<T: DeserializeOwned>(&self, key: &Jwk) -> Option<T> {
        verify(key, self.signed.as_bytes(), &self.signature)?;
        json(self.payload)
    }
}

fn json<T: DeserializeOwned>(part: &str) -> Option<T> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}

fn verify(jwk: &Jwk, signed: &[u8], signature: &[u8]) -> Option<()> {
    let decode = |text: &str| URL_SAFE_NO_PAD.decode(text).ok();
    match (jwk.alg.as_str(), &jwk.key) {
        ("RS256", PublicKey::Rsa { n, e }) => PublicKeyComponents {
            n: decode(n)?,
            e: decode(e)?,
        }
        .verify(&RSA_PKCS1_2048_8192_SHA256, signed, signature)
        .ok(),
        ("ES256", PublicKey::Ec { crv, x, y }) if crv == "P-256" => {
            // Uncompressed (SEC 1 section 2.3.3).
            let point = [vec![4], decode(x)?, decode(y)?].concat();
            UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point)
                .verify(signed, signature)
                .ok()
        }
        ("EdDSA", PublicKey::Okp { crv, x }) if crv == "Ed25519" => {
            UnparsedPublicKey::new(&ED25519, decode(x)?)
                .verify(signed, signature)
                .ok()
        }
        _ => None,
    }
}

/// `at_hash` of an access token: the left half of its hash (OIDC Core section
/// 3.1.3.6), by the hash of the ID token's algorithm.
pub(super) fn at_hash(alg: &str, access_token: &str) -> String {
    let algorithm = if alg == "EdDSA" {
        &digest::SHA512
    } else {
        &digest::SHA256
    };
    let hash = digest::digest(algorithm, access_token.as_bytes());
    let hash = hash.as_ref();
    URL_SAFE_NO_PAD.encode(&hash[..hash.len() / 2])
}

/// PKCE's challenge of a verifier, `S256` (RFC 7636 section 4.2).
pub(super) fn code_challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, verifier.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_challenge_is_that_of_the_rfc() {
        // RFC 7636 appendix B.
        assert_eq!(
            code_challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        );
    }

    #[test]
    fn a_signature_of_the_rfc_verifies_and_no_other() {
        // RFC 8037 appendices A.2 and A.4.
        let jwk = Jwk::signing(
            "k",
            "EdDSA",
            PublicKey::Okp {
                crv: "Ed25519".to_owned(),
                x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo".to_owned(),
            },
        );
        let signed = b"eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
        let signature = URL_SAFE_NO_PAD
            .decode("hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg")
            .unwrap();
        assert!(verify(&jwk, signed, &signature).is_some());
        assert!(verify(&jwk, &signed[1..], &signature).is_none());
        let other_algorithm = Jwk {
            alg: "ES256".to_owned(),
            ..jwk
        };
        assert!(verify(&other_algorithm, signed, &signature).is_none());
    }

    #[test]
    fn what_is_no_id_token_is_not_taken_apart() {
        let token = |header: &str| format!("{}.e30.AA", URL_SAFE_NO_PAD.encode(header));
        assert!(Jws::split(&token(r#"{"alg":"RS256","kid":"k","typ":"JWT"}"#)).is_some());
        assert!(Jws::split(&token(r#"{"alg":"RS256","kid":"k"}"#)).is_some());
        for header in [
            r#"{"alg":"RS256","kid":"k","typ":"at+jwt"}"#,
            r#"{"alg":"RS256","kid":"k","crit":["x"]}"#,
            r#"{"alg":"none"}"#,
            "{}",
            "no",
        ] {
            assert!(Jws::split(&token(header)).is_none(), "{header}");
        }
        assert!(Jws::split("a.b").is_none());
        assert!(Jws::split(&"a".repeat(LONGEST + 1)).is_none());
    }
}
