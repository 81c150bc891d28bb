//! The document and the explorer, as they are served.

use super::support::TestServer;
use http::{Request, StatusCode};
use rollcall_server::openapi::document;

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; \
    frame-ancestors 'none'";

#[tokio::test]
async fn the_document_is_served_as_it_is() {
    let server = TestServer::start().await;
    let request = Request::get("/openapi.json").body("".into()).unwrap();
    let answer = server.send(request).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.headers["content-type"], "application/json");
    assert_eq!(answer.body, document());
    // Scripts of other sites have no business with it.
    assert!(!answer.headers.contains_key("access-control-allow-origin"));
}

#[tokio::test]
async fn the_explorer_has_all_its_parts_and_a_policy_without_exceptions() {
    let server = TestServer::start().await;
    let fetch = async |path: &str| {
        let answer = server
            .send(Request::get(path).body("".into()).unwrap())
            .await;
        (answer.status, answer)
    };
    let (status, page) = fetch("/docs").await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(page.headers["content-type"], "text/html; charset=utf-8");
    assert_eq!(page.headers["content-security-policy"], POLICY);
    assert_eq!(page.headers["x-frame-options"], "DENY");
    let mut parts: Vec<&str> = Vec::new();
    for begin in ["src=\"", "href=\""] {
        let found = page.text.split(begin).skip(1);
        parts.extend(found.filter_map(|rest| Some(rest.split_once('"')?.0)));
    }
    // An icon of nothing, so that nobody asks for one.
    parts.retain(|part| !["/openapi.json", "data:,"].contains(part));
    assert_eq!(parts.len(), 4);
    for part in parts {
        // Nothing from elsewhere.
        assert!(part.starts_with("/docs/"), "{part}");
        let (status, answer) = fetch(part).await;
        assert_eq!(status, StatusCode::OK, "{part}");
        assert_eq!(answer.headers["content-security-policy"], POLICY);
        assert_eq!(answer.headers["x-content-type-options"], "nosniff");
    }
    // No script and no style in line.
    assert!(!page.text.contains("<style") && !page.text.contains("style="));
    assert!(!page.text.contains("<script>") && !page.text.contains(" on"));
}

#[tokio::test]
async fn there_is_nothing_else_beside_the_explorer() {
    let server = TestServer::start().await;
    for path in [
        "/docs/",
        "/docs/page.html",
        "/docs/%2e%2e",
        "/docs/..%2fexplorer.js",
    ] {
        let answer = server
            .send(Request::get(path).body("".into()).unwrap())
            .await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
    }
}
