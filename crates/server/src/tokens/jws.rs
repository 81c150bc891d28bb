//! JWS in compact serialisation (RFC 7515 section 7.1), and HS256.
//!
//! A token's header is compared as a whole with the headers that our keys
//! write. So algorithm, type and key id are on an allow-list of exact values
//! before anything of the token is parsed (RFC 8725 sections 3.1 and 3.11), and
//! `jku`, `jwk` or `x5u` can never matter.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rollcall_core::limits;
use rollcall_wire::v3::management_token::MANAGEMENT_TOKEN_TYPE;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A key could not be made, read or used. What cryptography knows of its
/// failures is nothing that a log could use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a signing key could not be made, read or used")]
pub struct Unusable;

/// Not a token of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NotOurs;

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

    pub(super) fn sign(&self, claims: &impl Serialize) -> Result<String, Unusable> {
        let mut token = signing_input(&self.header, claims)?;
        let tag = hmac::sign(&self.key, token.as_bytes());
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(tag, &mut token);
        Ok(token)
    }
}

/// The claims of a token that one of the HMAC keys signed, and the place of that key;
/// compared in constant time.
pub(super) fn read_hmac<'a, T: DeserializeOwned>(
    mut keys: impl Iterator<Item = (usize, &'a HmacKey)>,
    token: &str,
) -> Result<(usize, T), NotOurs> {
    let parts = split(token)?;
    let key = keys.find(|(_, key)| key.header == parts.header);
    let (place, key) = key.ok_or(NotOurs)?;
    hmac::verify(&key.key, parts.signed.as_bytes(), &parts.tag).map_err(|_| NotOurs)?;
    Ok((place, claims(parts.payload)?))
}

/// A token taken apart; nothing of it is believed yet.
pub(super) struct Split<'a> {
    pub(super) header: &'a str,
    pub(super) payload: &'a str,
    pub(super) signed: &'a str,
    pub(super) tag: Vec<u8>,
}

pub(super) fn split(token: &str) -> Result<Split<'_>, NotOurs> {
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

pub(super) fn claims<T: DeserializeOwned>(payload: &str) -> Result<T, NotOurs> {
    let json = URL_SAFE_NO_PAD.decode(payload).map_err(|_| NotOurs)?;
    serde_json::from_slice(&json).map_err(|_| NotOurs)
}

pub(super) fn header(algorithm: &str, kind: &str, key_id: &str) -> String {
    let json = serde_json::json!({ "alg": algorithm, "typ": kind, "kid": key_id });
    URL_SAFE_NO_PAD.encode(json.to_string())
}

pub(super) fn signing_input(header: &str, claims: &impl Serialize) -> Result<String, Unusable> {
    let json = serde_json::to_string(claims).map_err(|_| Unusable)?;
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

#[cfg(test)]
mod tests {
    use super::*;

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
