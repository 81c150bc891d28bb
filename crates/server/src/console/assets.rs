//! Style sheet and scripts, embedded: the console works without a network.

use crate::routes::{Endpoint, Shape, Who};
use axum::extract::{FromRequestParts as _, RawPathParams};
use axum::response::{IntoResponse as _, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderValue, StatusCode};

/// Short, so that a new version is seen soon after an upgrade.
const CACHING: HeaderValue = HeaderValue::from_static("public, max-age=300");

const FILES: &[(&str, &str, &str)] = &[
    (
        "console.css",
        "text/css; charset=utf-8",
        include_str!("../../assets/console/console.css"),
    ),
    (
        "console.js",
        "text/javascript; charset=utf-8",
        include_str!("../../assets/console/console.js"),
    ),
    (
        "htmx.js",
        "text/javascript; charset=utf-8",
        include_str!("../../assets/console/htmx.min.js"),
    ),
    (
        "sse.js",
        "text/javascript; charset=utf-8",
        include_str!("../../assets/console/sse.js"),
    ),
];

/// `GET /console/static/{file}`
pub(super) fn asset() -> Endpoint {
    Endpoint::new(
        Who::Console(None),
        Shape::Page,
        |app, mut incoming| async move {
            let raw = RawPathParams::from_request_parts(&mut incoming.parts, &()).await;
            let name = raw.ok().and_then(|raw| {
                let mut pairs = raw.iter();
                pairs.next().map(|(_, value)| value.to_owned())
            });
            let mut files = FILES.iter();
            let found = files.find(|(known, ..)| name.as_deref() == Some(known));
            match found.filter(|_| app.settings.console) {
                Some((_, kind, text)) => file(kind, text),
                None => StatusCode::NOT_FOUND.into_response(),
            }
        },
    )
}

fn file(kind: &'static str, text: &'static str) -> Response {
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static(kind)),
        (CACHE_CONTROL, CACHING),
    ];
    (headers, text).into_response()
}
