//! The listener that sends browsers to HTTPS, and does nothing else.

use crate::config::PublicUrl;
use axum::Router;
use axum::extract::Request;
use axum::response::{IntoResponse as _, Response};
use http::header::{CACHE_CONTROL, LOCATION};
use http::{HeaderValue, Method, StatusCode};

/// Everything is answered in the same way, wherever it wanted to go.
pub(crate) fn router(public_url: &PublicUrl) -> Router {
    let origin = public_url.as_str().to_owned();
    Router::new().fallback(move |request: Request| {
        let answer = answer(&origin, &request);
        async move { answer }
    })
}

/// A redirect for what a browser navigates with. Anything else may carry a secret,
/// which went out in clear text: a client that is redirected would do that for years
/// without anybody's notice (RFC 9700 section 2.6 asks for TLS end to end).
fn answer(origin: &str, request: &Request) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        let text = format!("This server is at {origin}\n");
        return (StatusCode::FORBIDDEN, text).into_response();
    }
    // The origin is ours, so whatever the path is, it leads nowhere else.
    let path = request.uri().path_and_query();
    let path = path.map_or("/", |path| path.as_str());
    let path = if path.starts_with('/') { path } else { "/" };
    match HeaderValue::from_str(&format!("{origin}{path}")) {
        Ok(location) => {
            let no_store = HeaderValue::from_static("no-store");
            let headers = [(LOCATION, location), (CACHE_CONTROL, no_store)];
            (StatusCode::PERMANENT_REDIRECT, headers).into_response()
        }
        Err(_) => StatusCode::BAD_REQUEST.into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;
    use tower::ServiceExt as _;

    async fn sent(method: Method, uri: &str) -> (StatusCode, Option<String>) {
        let public_url = PublicUrl::parse("https://id.example.com").unwrap();
        let request = Request::builder().method(method).uri(uri);
        let request = request.body(Body::empty()).unwrap();
        let response = router(&public_url).oneshot(request).await.unwrap();
        let location = response.headers().get(LOCATION);
        let location = location.map(|value| value.to_str().unwrap().to_owned());
        (response.status(), location)
    }

    #[tokio::test]
    async fn browsers_are_sent_to_https_and_nowhere_else() {
        for (uri, to) in [
            ("/", "https://id.example.com/"),
            (
                "/oidc/auth?x=1&y=%2F",
                "https://id.example.com/oidc/auth?x=1&y=%2F",
            ),
            ("//evil.example/", "https://id.example.com//evil.example/"),
            ("http://evil.example/a", "https://id.example.com/a"),
        ] {
            let (status, location) = sent(Method::GET, uri).await;
            assert_eq!(status, StatusCode::PERMANENT_REDIRECT, "{uri}");
            assert_eq!(location.as_deref(), Some(to), "{uri}");
        }
        let (status, location) = sent(Method::POST, "/api/v3/signin").await;
        assert_eq!((status, location), (StatusCode::FORBIDDEN, None));
    }
}
