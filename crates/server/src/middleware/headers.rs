//! Headers of every answer.

use super::request_id::RequestId;
use http::header::{
    CACHE_CONTROL, CONNECTION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use http::{HeaderMap, HeaderName, HeaderValue};
use std::sync::LazyLock;

/// The request's id, for people who look at headers.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What answers in JSON begin with: to copy a map is cheaper than to fill one.
static OF_JSON: LazyLock<HeaderMap> = LazyLock::new(|| {
    let mut headers = HeaderMap::with_capacity(16);
    let json = HeaderValue::from_static("application/json; charset=utf-8");
    headers.insert(CONTENT_TYPE, json);
    add_usual(&mut headers);
    headers
});

/// The headers of an answer in JSON.
pub(crate) fn of_json() -> HeaderMap {
    OF_JSON.clone()
}

/// Adds what every answer carries. A route that knows better has set its own.
/// There is no CORS header: no script of another site is to read an answer. RFC
/// 9700 section 2.6 lets a token endpoint have one; ours has none, since with `*`
/// any site could read tokens (ASVS 5.0, 3.4.2), and scripts in a browser are
/// served better by a server of their own that holds them (10.1.1).
pub(super) fn complete(headers: &mut HeaderMap, request_id: RequestId, is_https: bool) {
    // No route sets this one, so who has it began with all of them.
    if !headers.contains_key(X_CONTENT_TYPE_OPTIONS) {
        add_usual(headers);
    }
    if is_https {
        // ASVS 5.0, 3.4.1: at least one year, and the subdomains too.
        let policy = HeaderValue::from_static("max-age=31536000; includeSubDomains");
        headers.entry(STRICT_TRANSPORT_SECURITY).or_insert(policy);
    }
    if let Ok(value) = HeaderValue::from_bytes(request_id.as_bytes()) {
        headers.insert(REQUEST_ID, value);
    }
}

fn add_usual(headers: &mut HeaderMap) {
    let mut add = |name: HeaderName, value: &'static str| {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    };
    add(CACHE_CONTROL, "no-store");
    add(X_CONTENT_TYPE_OPTIONS, "nosniff");
    add(REFERRER_POLICY, "no-referrer");
    add(
        CONTENT_SECURITY_POLICY,
        "default-src 'none'; frame-ancestors 'none'",
    );
    add(X_FRAME_OPTIONS, "DENY");
}

/// Ends the connection with this answer (RFC 9112 section 9.6).
pub(super) fn close(headers: &mut HeaderMap) {
    headers.insert(CONNECTION, HeaderValue::from_static("close"));
}
