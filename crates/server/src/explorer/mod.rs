//! A page to read the API's document and to try its calls: Swagger UI, which is in
//! the binary, and a form that gets a token for an access key.

use crate::routes::{Endpoint, Shape, Who};
use crate::v3::failure::Failure;
use crate::v3::respond;
use axum::response::{IntoResponse as _, Response};
use http::HeaderValue;
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};

/// Where the page is.
pub(crate) const PATH: &str = "/docs";

/// Where its parts are.
pub(crate) const PART: &str = "/docs/{part}";

/// Everything is ours, and nothing is in line. Swagger UI's style sheet has its
/// icons in `data:` URLs. The form is sent by the script alone.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
     connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
);

/// A new server has other parts.
const CACHING: HeaderValue = HeaderValue::from_static("no-cache");

const PAGE: &str = include_str!("page.html");

/// Name, media type, content.
const PARTS: &[(&str, &str, &str)] = &[
    (
        "explorer.js",
        "text/javascript; charset=utf-8",
        include_str!("explorer.js"),
    ),
    (
        "explorer.css",
        "text/css; charset=utf-8",
        include_str!("explorer.css"),
    ),
    (
        "swagger-ui-bundle.js",
        "text/javascript; charset=utf-8",
        include_str!(concat!(env!("OUT_DIR"), "/swagger-ui-bundle.js")),
    ),
    (
        "swagger-ui.css",
        "text/css; charset=utf-8",
        include_str!(concat!(env!("OUT_DIR"), "/swagger-ui.css")),
    ),
];

/// `GET /docs`
pub(crate) fn page() -> Endpoint {
    found("text/html", |_| Some(("text/html; charset=utf-8", PAGE)))
}

/// `GET /docs/{part}`
pub(crate) fn part() -> Endpoint {
    found("*/*", |path| {
        let name = path.rsplit('/').next();
        let mut parts = PARTS.iter();
        let (_, kind, content) = parts.find(|(part, _, _)| name == Some(*part))?;
        Some((*kind, *content))
    })
}

/// What is found at the path, unless the explorer is switched off.
fn found(kind: &'static str, find: fn(&str) -> Option<(&'static str, &'static str)>) -> Endpoint {
    Endpoint::new(Who::Anyone, Shape::Plain(kind), move |app, incoming| {
        let found = find(incoming.parts.uri.path()).filter(|_| app.settings.explorer);
        std::future::ready(match found {
            Some((kind, content)) => answer(kind, content),
            None => respond::failure(&Failure::UnknownPath, &incoming.context),
        })
    })
}

fn answer(kind: &'static str, content: &'static str) -> Response {
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static(kind)),
        (CACHE_CONTROL, CACHING),
        (CONTENT_SECURITY_POLICY, POLICY),
    ];
    (headers, content).into_response()
}
