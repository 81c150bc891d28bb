//! Signed requests of the management API.

use super::family::family_values;
use crate::state::AppState;
use crate::v3::{Failure, V3Result};
use http::header::DATE;
use http::request::Parts;
use http::{HeaderMap, Method};
use rollcall_core::limits::{MAX_NONCE_BYTES, SIGNATURE_CLOCK_SKEW};
use rollcall_core::model::access_key::CallingKey;
use rollcall_core::ports::signature_nonces::NonceUse;
use rollcall_core::secret::Secret;
use rollcall_core::time::{Timestamp, expired};
use rollcall_wire::v3::ApiCode;
use rollcall_wire::v3::headers::Header;
use rollcall_wire::v3::signature::{
    Parameters, SIGNATURE_METHOD, SIGNATURE_VERSION, SignatureAuthorization, verify_request,
};
use std::time::UNIX_EPOCH;

/// The key that signed this request, now, and for the first time. An unknown
/// key, one that is switched off, and a wrong signature are told apart neither
/// by the answer nor by a shorter calculation. A missing or over-long nonce
/// counts as used, since it could be used again.
pub(super) async fn verify(
    app: &AppState,
    parts: &Parts,
    presented: &SignatureAuthorization,
    body: &[u8],
) -> V3Result<CallingKey> {
    let store = &app.authority.store;
    let date = check_headers(&parts.headers, store.now()).map_err(Failure::Signature)?;
    let key = match presented.access_key_id.parse() {
        Ok(id) => store.access_key(id).await?,
        Err(_) => None,
    };
    let nobody;
    let secret = match &key {
        Some(key) => &key.secret,
        None => {
            nobody = Secret::of_nobody();
            &nobody
        }
    };
    let is_right = parameters(parts, body)
        .is_some_and(|parameters| fits(parts, &parameters, secret, &presented.signature));
    let key = key
        .filter(|key| is_right && key.enabled)
        .ok_or(Failure::Signature(ApiCode::BadSignature))?;
    let nonce = nonce(&parts.headers).ok_or(Failure::Signature(ApiCode::NonceUsed))?;
    match store.use_nonce(key.id, nonce, date).await? {
        NonceUse::Fresh => Ok(key.calling()),
        NonceUse::Replayed => Err(Failure::Signature(ApiCode::NonceUsed)),
        NonceUse::TooOld => Err(Failure::Signature(ApiCode::TimestampTooFar)),
    }
}

/// The request's `date`, if method, version and date are acceptable.
fn check_headers(headers: &HeaderMap, now: Timestamp) -> Result<Timestamp, ApiCode> {
    let says = |header, expected| {
        let mut values = family_values(headers, header).peekable();
        values.peek().is_some() && values.all(|value| value == expected)
    };
    if !says(Header::SignatureMethod, SIGNATURE_METHOD) {
        return Err(ApiCode::BadSignatureMethod);
    }
    if !says(Header::SignatureVersion, SIGNATURE_VERSION) {
        return Err(ApiCode::BadSignatureVersion);
    }
    let date = headers.get(DATE).filter(|value| !value.is_empty());
    let date = date.ok_or(ApiCode::NoTimestamp)?;
    let date = date.to_str().ok().and_then(instant);
    let date = date.ok_or(ApiCode::MalformedTimestamp)?;
    // At the limit itself the nonce of a date from the future may be forgotten.
    let is_late = expired(date + SIGNATURE_CLOCK_SKEW, now);
    let is_early = date > now + SIGNATURE_CLOCK_SKEW;
    if is_late || is_early {
        return Err(ApiCode::TimestampTooFar);
    }
    Ok(date)
}

/// An HTTP date in any of its three forms (RFC 9110 section 5.6.7).
fn instant(text: &str) -> Option<Timestamp> {
    let date = httpdate::parse_http_date(text.trim()).ok()?;
    let millis = date.duration_since(UNIX_EPOCH).ok()?.as_millis();
    i64::try_from(millis).ok().map(Timestamp::from_millis)
}

/// What the signature covers beside headers and path: the query of a GET, the
/// body of anything else. None if the body has no top-level members.
fn parameters(parts: &Parts, body: &[u8]) -> Option<Parameters> {
    match parts.method {
        Method::GET | Method::HEAD => Some(Parameters::from_query(
            parts.uri.query().unwrap_or_default(),
        )),
        _ => Parameters::from_json_body(body).ok(),
    }
}

fn fits(parts: &Parts, parameters: &Parameters, secret: &Secret, signature: &str) -> bool {
    let headers: Option<Vec<(&str, &str)>> = parts
        .headers
        .iter()
        .filter(|(name, _)| rollcall_wire::v3::headers::is_signed(name.as_str()))
        .map(|(name, value)| Some((name.as_str(), std::str::from_utf8(value.as_bytes()).ok()?)))
        .collect();
    let Some(headers) = headers else {
        return false;
    };
    let method = parts.method.as_str();
    let path = parts.uri.path();
    verify_request(
        secret.reveal(),
        method,
        headers,
        path,
        parameters,
        signature,
    )
}

fn nonce(headers: &HeaderMap) -> Option<&str> {
    family_values(headers, Header::SignatureNonce)
        .next()
        .filter(|nonce| nonce.len() <= MAX_NONCE_BYTES)
}

#[cfg(test)]
#[path = "signature_tests.rs"]
mod tests;
