//! Proving who calls, second way: a signature on each request.
//!
//! `Authorization: authing <accessKeyId>:<base64(HMAC-SHA1(secret, text))>`,
//! where the text is the method, the signed headers and the parameters, built
//! as the published Node SDK 4.0.1 builds it. HMAC-SHA1 is what that SDK fixes
//! (header `x-authing-signature-method`); as a MAC it is not touched by the
//! collisions found in SHA-1 itself (RFC 6194 section 3.3).

mod authorization;
mod parameters;

use std::borrow::Cow;
use std::cmp::Ordering;

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

pub use authorization::{NotASignature, SignatureAuthorization};
pub use parameters::{Parameters, ParametersError};

use super::headers::is_signed;

/// The only accepted value of the `-signature-method` header.
pub const SIGNATURE_METHOD: &str = "HMAC-SHA1";

/// The only accepted value of the `-signature-version` header.
pub const SIGNATURE_VERSION: &str = "1.0";

/// The text that a request's signature covers.
///
/// `method` in upper case; `headers` may be all of the request's headers, in
/// any order and case: `date` and both families are picked out. `path` is the
/// path alone, without host and query.
pub fn string_to_sign<'a>(
    method: &str,
    headers: impl IntoIterator<Item = (&'a str, &'a str)>,
    path: &str,
    parameters: &Parameters,
) -> String {
    let mut signed: Vec<(Cow<'_, str>, Cow<'_, str>)> = headers
        .into_iter()
        .filter(|(name, _)| is_signed(name))
        .map(|(name, value)| (lower_case(name), header_value(value)))
        .collect();
    signed.sort();

    // Longer than most, so that it is not copied while it grows.
    let mut text = String::with_capacity(512);
    text.push_str(method);
    text.push('\n');
    for (name, value) in signed {
        text.push_str(&name);
        text.push(':');
        text.push_str(&value);
        text.push('\n');
    }
    text.push_str(path);
    parameters.append_to(&mut text);
    text
}

/// Servers hand names over in lower case already.
fn lower_case(name: &str) -> Cow<'_, str> {
    if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        name.to_ascii_lowercase().into()
    } else {
        name.into()
    }
}

/// The SDK turns these four into spaces and then trims, so that a value can
/// never add a line to the signed text.
fn header_value(value: &str) -> Cow<'_, str> {
    const SPACES: [char; 4] = ['\t', '\n', '\r', '\u{c}'];
    if value.contains(SPACES) {
        value.replace(SPACES, " ").trim().to_owned().into()
    } else {
        value.trim().into()
    }
}

/// Signs a text: base64 of HMAC-SHA1 under the access key's secret.
pub fn sign(secret: &str, text: &str) -> String {
    STANDARD.encode(hmac::sign(&key(secret), text.as_bytes()))
}

/// Whether `signature` (base64) is the text's, in constant time.
pub fn verify(secret: &str, text: &str, signature: &str) -> bool {
    STANDARD
        .decode(signature)
        .is_ok_and(|tag| hmac::verify(&key(secret), text.as_bytes(), &tag).is_ok())
}

/// Whether `signature` (base64) is that of this request, in constant time.
///
/// A request without parameters has two signed texts: the SDK leaves a bare `?`
/// behind the path when it was handed options that are all undefined, which
/// the request itself does not show.
pub fn verify_request<'a>(
    secret: &str,
    method: &str,
    headers: impl IntoIterator<Item = (&'a str, &'a str)>,
    path: &str,
    parameters: &Parameters,
    signature: &str,
) -> bool {
    let mut text = string_to_sign(method, headers, path, parameters);
    if verify(secret, &text, signature) {
        return true;
    }
    if !parameters.is_empty() {
        return false;
    }
    text.push('?');
    verify(secret, &text, signature)
}

fn key(secret: &str) -> hmac::Key {
    hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret.as_bytes())
}

/// JavaScript sorts strings by UTF-16 code units, which differs from the order
/// of bytes where surrogates meet U+E000 to U+FFFF.
fn javascript_order(left: &str, right: &str) -> Ordering {
    if left.is_ascii() && right.is_ascii() {
        return left.cmp(right);
    }
    left.encode_utf16().cmp(right.encode_utf16())
}

#[cfg(test)]
mod tests;
