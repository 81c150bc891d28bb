//! Headers of every answer.

use http::header::{
    CACHE_CONTROL, CONNECTION, CONTENT_SECURITY_POLICY, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use http::{HeaderMap, HeaderName, HeaderValue};

/// The request's id, for people who look at headers.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Adds what every answer carries. A route that knows better has set its own.
/// There is no CORS header: no script of another site is to read an answer. RFC
/// 9700 section 2.6 lets a token endpoint have one; ours has none, since with `*`
/// any site could read tokens (ASVS 5.0, 3.4.2), and scripts in a browser are
/// served better by a server of their own that holds them (10.1.1).
pub(super) fn complete(headers: &mut HeaderMap, request_id: &str, is_https: bool) {
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
    if is_https {
        // ASVS 5.0, 3.4.1: at least one year, and the subdomains too.
        add(
            STRICT_TRANSPORT_SECURITY,
            "max-age=31536000; includeSubDomains",
        );
    }
    if let Ok(value) = HeaderValue::from_str(request_id) {
        headers.insert(REQUEST_ID, value);
    }
}

/// Ends the connection with this answer (RFC 9112 section 9.6).
pub(super) fn close(headers: &mut HeaderMap) {
    headers.insert(CONNECTION, HeaderValue::from_static("close"));
}
