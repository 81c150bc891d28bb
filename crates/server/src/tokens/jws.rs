//! The two forms of JWS that we write and read: RS256 and HS256 in compact
//! serialisation (RFC 7515 section 7.1).
//!
//! A token's header is compared as a whole with the headers that our keys
//! write. So algorithm, type and key id are on an allow-list of exact values
//! before anything of the token is parsed (RFC 8725 sections 3.1 and 3.11), and
//! `jku`, `jwk` or `x5u` can never matter.

use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, ParsedPublicKey};
use aws_lc_rs::{digest, hmac, rand, signature};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rollcall_core::limits;
use rollcall_wire::oidc::claims::ACCESS_TOKEN_TYPE;
use rollcall_wire::oidc::jwks::Jwk;
use rollcall_wire::v3::management_token::MANAGEMENT_TOKEN_TYPE;
use serde::Serialize;
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

/// `typ` of an ID token (RFC 7519 section 5.1).
const ID_TOKEN_TYPE: &str = "JWT";

/// The key could not be made, read or used. What cryptography knows of its
/// failures is nothing that a log could use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the signing key could not be used")]
pub struct KeyFault;

/// Not a token of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NotOurs;

/// What a token signed with RSA is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RsaType {
    /// RFC 9068 section 2.1.
    Access,
    /// OIDC Core section 2.
    Id,
}

/// An RSA key pair that stays parsed, with the headers it writes.
pub(super) struct RsaKey {
    pair: KeyPair,
    public: ParsedPublicKey,
    access_header: String,
    id_header: String,
    jwk: Jwk,
}

impl RsaKey {
    /// A new key of 2048 bits in PKCS#8 (RFC 7518 section 3.3: 2048 or more).
    /// The library draws from its own generator: seeding a key would be a way
    /// to have the same key twice. It takes a while: not for async threads.
    pub(super) fn generate() -> Result<Zeroizing<Vec<u8>>, KeyFault> {
        let pair = KeyPair::generate(KeySize::Rsa2048).map_err(|_| KeyFault)?;
        let der: Pkcs8V1Der<'_> = pair.as_der().map_err(|_| KeyFault)?;
        Ok(Zeroizing::new(der.as_ref().to_vec()))
    }

    /// Reads a stored key. Its id follows from it (RFC 7638).
    pub(super) fn from_pkcs8(pkcs8: &[u8]) -> Result<Self, KeyFault> {
        let pair = KeyPair::from_pkcs8(pkcs8).map_err(|_| KeyFault)?;
        let public = ParsedPublicKey::new(
            &signature::RSA_PKCS1_2048_8192_SHA256,
            pair.public_key().as_ref(),
        )
        .map_err(|_| KeyFault)?;
        let part = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let modulus = part(
            pair.public_key()
                .modulus()
                .big_endian_without_leading_zero(),
        );
        let exponent = part(
            pair.public_key()
                .exponent()
                .big_endian_without_leading_zero(),
        );
        let key_id = thumbprint(&modulus, &exponent);
        Ok(Self {
            access_header: header("RS256", ACCESS_TOKEN_TYPE, &key_id),
            id_header: header("RS256", ID_TOKEN_TYPE, &key_id),
            jwk: Jwk::rs256(key_id, modulus, exponent),
            pair,
            public,
        })
    }

    pub(super) fn key_id(&self) -> &str {
        &self.jwk.kid
    }

    pub(super) fn jwk(&self) -> &Jwk {
        &self.jwk
    }

    pub(super) fn sign(&self, kind: RsaType, claims: &impl Serialize) -> Result<String, KeyFault> {
        let mut token = signing_input(self.header(kind), claims)?;
        let mut tag = vec![0; self.pair.public_modulus_len()];
        self.pair
            .sign(
                &signature::RSA_PKCS1_SHA256,
                &rand::SystemRandom::new(),
                token.as_bytes(),
                &mut tag,
            )
            .map_err(|_| KeyFault)?;
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(tag, &mut token);
        Ok(token)
    }

    fn header(&self, kind: RsaType) -> &str {
        match kind {
            RsaType::Access => &self.access_header,
            RsaType::Id => &self.id_header,
        }
    }
}

/// An HMAC key with the header it writes.
pub(super) struct HmacKey {
    key: hmac::Key,
    header: String,
}

impl HmacKey {
    pub(super) fn new(key_id: &str, secret: &[u8]) -> Self {
        Self {
            key: hmac::Key::new(hmac::HMAC_SHA256, secret),
            header: header("HS256", MANAGEMENT_TOKEN_TYPE, key_id),
        }
    }

    pub(super) fn sign(&self, claims: &impl Serialize) -> Result<String, KeyFault> {
        let mut token = signing_input(&self.header, claims)?;
        let tag = hmac::sign(&self.key, token.as_bytes());
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(tag, &mut token);
        Ok(token)
    }
}

/// The claims of a token that one of the RSA keys signed as this kind.
pub(super) fn read_rsa<T: DeserializeOwned>(
    keys: &[RsaKey],
    kind: RsaType,
    token: &str,
) -> Result<T, NotOurs> {
    let parts = split(token)?;
    let key = keys.iter().find(|key| key.header(kind) == parts.header);
    let key = key.ok_or(NotOurs)?;
    let verified = key.public.verify_sig(parts.signed.as_bytes(), &parts.tag);
    verified.map_err(|_| NotOurs)?;
    claims(parts.payload)
}

/// The claims of a token that one of the HMAC keys signed; compared in constant
/// time.
pub(super) fn read_hmac<T: DeserializeOwned>(keys: &[HmacKey], token: &str) -> Result<T, NotOurs> {
    let parts = split(token)?;
    let key = keys.iter().find(|key| key.header == parts.header);
    let key = key.ok_or(NotOurs)?;
    hmac::verify(&key.key, parts.signed.as_bytes(), &parts.tag).map_err(|_| NotOurs)?;
    claims(parts.payload)
}

/// Half of the token's SHA-256 (OIDC Core section 3.1.3.6).
pub(super) fn half_hash(token: &str) -> String {
    let hash = digest::digest(&digest::SHA256, token.as_bytes());
    let half = hash.as_ref().split_at(hash.as_ref().len() / 2).0;
    URL_SAFE_NO_PAD.encode(half)
}

struct Split<'a> {
    header: &'a str,
    payload: &'a str,
    signed: &'a str,
    tag: Vec<u8>,
}

fn split(token: &str) -> Result<Split<'_>, NotOurs> {
    if token.len() > limits::MAX_TOKEN_BYTES {
        return Err(NotOurs);
    }
    let (signed, tag) = token.rsplit_once('.').ok_or(NotOurs)?;
    let (header, payload) = signed.split_once('.').ok_or(NotOurs)?;
    if payload.contains('.') {
        return Err(NotOurs);
    }
    let tag = URL_SAFE_NO_PAD.decode(tag).map_err(|_| NotOurs)?;
    Ok(Split {
        header,
        payload,
        signed,
        tag,
    })
}

fn claims<T: DeserializeOwned>(payload: &str) -> Result<T, NotOurs> {
    let json = URL_SAFE_NO_PAD.decode(payload).map_err(|_| NotOurs)?;
    serde_json::from_slice(&json).map_err(|_| NotOurs)
}

fn header(algorithm: &str, kind: &str, key_id: &str) -> String {
    let json = serde_json::json!({ "alg": algorithm, "typ": kind, "kid": key_id });
    URL_SAFE_NO_PAD.encode(json.to_string())
}

fn signing_input(header: &str, claims: &impl Serialize) -> Result<String, KeyFault> {
    let json = serde_json::to_string(claims).map_err(|_| KeyFault)?;
    let mut token = String::with_capacity(header.len() + json.len() * 4 / 3 + 360);
    token.push_str(header);
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(plain_in_base64(&json), &mut token);
    Ok(token)
}

/// JSON whose base64url is also base64: PyPI's SDKs decode a management token's
/// payload with the standard alphabet. The groups of six bits that stand for
/// `-` and `_` arise, in ASCII, only where `>`, `~`, `?` or DEL is the third of
/// three bytes; JSON has those and non-ASCII only inside of strings, where an
/// escape says the same (RFC 8259 section 7).
fn plain_in_base64(json: &str) -> String {
    let mut plain = String::with_capacity(json.len());
    for character in json.chars() {
        if character.is_ascii() && !matches!(character, '>' | '~' | '?' | '\u{7f}') {
            plain.push(character);
            continue;
        }
        let mut units = [0; 2];
        for unit in character.encode_utf16(&mut units) {
            plain.push_str("\\u");
            plain.push_str(&hex::encode(unit.to_be_bytes()));
        }
    }
    plain
}

/// The thumbprint of an RSA key: its required members in alphabetical order,
/// without white space (RFC 7638 section 3.1).
fn thumbprint(modulus: &str, exponent: &str) -> String {
    let members = format!(r#"{{"e":"{exponent}","kty":"RSA","n":"{modulus}"}}"#);
    URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, members.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_thumbprint_is_that_of_the_rfc() {
        // RFC 7638 section 3.1.
        let modulus = concat!(
            "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86z",
            "wu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5Js",
            "GY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMic",
            "AtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-",
            "bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csF",
            "Cur-kEgU8awapJzKnqDKgw",
        );
        assert_eq!(
            thumbprint(modulus, "AQAB"),
            "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"
        );
    }

    #[test]
    fn every_payload_is_the_same_in_both_alphabets() {
        for offset in 0..3 {
            for character in ('\u{1}'..='\u{ff}').chain(['あ', '😀']) {
                let json =
                    serde_json::to_string(&format!("{}{character}{character}", "x".repeat(offset)))
                        .unwrap();
                let plain = plain_in_base64(&json);
                let encoded = URL_SAFE_NO_PAD.encode(&plain);
                assert!(!encoded.contains(['-', '_']), "{json}");
                let back: String = serde_json::from_str(&plain).unwrap();
                assert_eq!(serde_json::to_string(&back).unwrap(), json);
            }
        }
    }
}
