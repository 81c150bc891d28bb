//! What can be decided of a signed request without a store.

use super::*;
use http::{HeaderName, Request};
use rollcall_wire::v3::signature::{sign, string_to_sign};

/// Sun, 06 Nov 1994 08:49:37 GMT
const DATE_MILLIS: i64 = 784_111_777_000;

fn now(offset_millis: i64) -> Timestamp {
    Timestamp::from_millis(DATE_MILLIS + offset_millis)
}

fn headers(changes: &[(&'static str, &'static str)]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let usual = [
        ("x-authing-signature-method", "HMAC-SHA1"),
        ("x-authing-signature-version", "1.0"),
        ("x-authing-signature-nonce", "n"),
        ("date", "Sun, 06 Nov 1994 08:49:37 GMT"),
    ];
    for (name, value) in usual.iter().chain(changes) {
        let name = HeaderName::from_static(name);
        headers.insert(name, value.parse().unwrap());
    }
    headers
}

fn checked(changes: &[(&'static str, &'static str)]) -> Result<Timestamp, ApiCode> {
    check_headers(&headers(changes), now(0))
}

#[test]
fn headers_are_looked_at_in_order() {
    let method = ("x-authing-signature-method", "HMAC-SHA256");
    let version = ("x-authing-signature-version", "2.0");
    let no_date = ("date", "");
    assert_eq!(checked(&[]), Ok(now(0)));
    assert_eq!(
        checked(&[method, version, no_date]),
        Err(ApiCode::BadSignatureMethod)
    );
    assert_eq!(
        checked(&[version, no_date]),
        Err(ApiCode::BadSignatureVersion)
    );
    assert_eq!(checked(&[no_date]), Err(ApiCode::NoTimestamp));
    assert_eq!(
        checked(&[("date", "1994-11-06T08:49:37Z")]),
        Err(ApiCode::MalformedTimestamp)
    );
    assert_eq!(
        checked(&[("x-authing-signature-method", "")]),
        Err(ApiCode::BadSignatureMethod)
    );
    assert_eq!(
        checked(&[("x-genauth-signature-method", "MD5")]),
        Err(ApiCode::BadSignatureMethod)
    );
}

#[test]
fn a_date_counts_for_five_minutes() {
    let at = |offset| check_headers(&headers(&[]), now(offset));
    assert!(at(299_999).is_ok());
    assert_eq!(at(300_000), Err(ApiCode::TimestampTooFar));
    assert!(at(-300_000).is_ok());
    assert_eq!(at(-300_001), Err(ApiCode::TimestampTooFar));
}

#[test]
fn the_signature_covers_method_path_headers_and_parameters() {
    let secret = Secret::new("secret");
    let body = br#"{"userId":"u","appId":"a"}"#;
    let request = |method: &str, uri: &str| {
        let mut request = Request::builder().method(method).uri(uri).body(()).unwrap();
        *request.headers_mut() = headers(&[("x-authing-lang", "zh-CN")]);
        request.into_parts().0
    };
    let signed = request("POST", "http://host/api/v3/check-session-status?x=1");
    let text = string_to_sign(
        "POST",
        signed
            .headers
            .iter()
            .map(|(n, v)| (n.as_str(), v.to_str().unwrap())),
        "/api/v3/check-session-status",
        &Parameters::from_json_body(body).unwrap(),
    );
    let signature = sign("secret", &text);
    let is_right = |parts: &Parts, body: &[u8], secret: &Secret| {
        parameters(parts, body).is_some_and(|p| fits(parts, &p, secret, &signature))
    };
    assert!(is_right(&signed, body, &secret));
    assert!(!is_right(
        &signed,
        br#"{"userId":"v","appId":"a"}"#,
        &secret
    ));
    assert!(!is_right(&signed, b"[]", &secret));
    assert!(!is_right(&signed, body, &Secret::new("other")));
    let other_path = request("POST", "http://host/api/v3/kick-users");
    assert!(!is_right(&other_path, body, &secret));
    let mut other_header = request("POST", "http://host/api/v3/check-session-status");
    other_header
        .headers
        .insert("x-authing-lang", "en-US".parse().unwrap());
    assert!(!is_right(&other_header, body, &secret));
}

#[test]
fn a_nonce_is_there_and_not_too_long() {
    assert_eq!(nonce(&headers(&[])), Some("n"));
    assert_eq!(nonce(&headers(&[("x-authing-signature-nonce", "")])), None);
    let mut long = headers(&[]);
    let set = |headers: &mut HeaderMap, length: usize| {
        headers.insert(
            "x-authing-signature-nonce",
            "n".repeat(length).parse().unwrap(),
        );
    };
    set(&mut long, MAX_NONCE_BYTES);
    assert!(nonce(&long).is_some());
    set(&mut long, MAX_NONCE_BYTES + 1);
    assert!(nonce(&long).is_none());
}
