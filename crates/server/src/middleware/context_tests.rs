//! The layers around routes that fail, and around none.

use super::*;
use axum::body::Body;
use http::StatusCode;
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use std::future::pending;

struct Ones;

impl Entropy for Ones {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(0xff);
    }
}

const ALL_ONES: &str = "ffffffff-ffff-4fff-bfff-ffffffffffff";

async fn answer(public_url: &str, path: &str) -> (StatusCode, HeaderMap, Value) {
    let (status, headers, text) = answer_text(public_url, path).await;
    (
        status,
        headers,
        serde_json::from_str(&text).unwrap_or_default(),
    )
}

async fn answer_text(public_url: &str, path: &str) -> (StatusCode, HeaderMap, String) {
    let surroundings = Surroundings {
        entropy: Arc::new(Ones),
        request_ids: RequestIds::new(Arc::new(Ones)),
        settings: Arc::new(Settings {
            console: true,
            public_url: public_url.to_owned(),
            trusted_proxies: Vec::new(),
            explorer: true,
        }),
        bodies: BodyBudget::default(),
        node: Node::default(),
    };
    let request = Request::get(path).header("accept-language", "zh-TW");
    let request = request.body(Body::empty()).unwrap();
    let route = match path {
        CREATE_USERS_BATCH => CREATE_USERS_BATCH,
        _ => "",
    };
    let asked = path.to_owned();
    let answer = async move |_: Incoming| match asked.split('?').next() {
        Some("/api/v3/panics" | "/oidc/panics" | "/oidc/auth") => panics(),
        Some("/api/v3/takes-a-minute" | CREATE_USERS_BATCH) => a_minute().await,
        Some("/api/v3/waits" | "/oidc/waits" | "/oidc/session/end") => pending().await,
        _ => StatusCode::NOT_FOUND.into_response(),
    };
    let response = around(&surroundings, route, None, request, answer).await;
    let (parts, body) = response.into_parts();
    let bytes = body.collect().await.unwrap().to_bytes();
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    (parts.status, parts.headers, text)
}

async fn a_minute() -> Response {
    let mut minutes = tokio::time::interval(Duration::from_mins(1));
    // The first one is at once.
    minutes.tick().await;
    minutes.tick().await;
    StatusCode::OK.into_response()
}

fn panics() -> Response {
    panic!("on purpose");
}

const LOOPBACK: &str = "http://127.0.0.1:7250";

#[tokio::test]
async fn a_panic_is_a_fault_of_one_request() {
    let (status, _, body) = answer(LOOPBACK, "/api/v3/panics").await;
    assert_eq!((status.as_u16(), &body["statusCode"]), (200, &json!(500)));
    assert_eq!(body["requestId"], ALL_ONES);
    assert!(!body.to_string().contains("on purpose"));
    let (status, _, body) = answer(LOOPBACK, "/oidc/panics").await;
    assert_eq!(
        (status.as_u16(), &body["error"]),
        (500, &json!("server_error"))
    );
    assert!(!body.to_string().contains("on purpose"));
}

#[tokio::test(start_paused = true)]
async fn a_request_that_hangs_is_given_up() {
    let (status, headers, body) = answer(LOOPBACK, "/api/v3/waits").await;
    assert_eq!((status.as_u16(), &body["statusCode"]), (200, &json!(503)));
    assert_eq!(headers["retry-after"], "1");
    let (status, headers, _) = answer(LOOPBACK, "/oidc/waits").await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(headers["retry-after"], "1");
}

/// A thousand passwords take longer to hash than any other request may take.
#[tokio::test(start_paused = true)]
async fn a_bulk_change_has_more_time() {
    let (_, _, body) = answer(LOOPBACK, "/api/v3/takes-a-minute").await;
    assert_eq!(body["statusCode"], 503);
    let (status, _, body) = answer(LOOPBACK, CREATE_USERS_BATCH).await;
    assert_eq!((status.as_u16(), body), (200, Value::Null));
}

#[tokio::test(start_paused = true)]
async fn a_browser_is_told_so_on_a_page_in_its_language() {
    for (path, status, error, language) in [
        ("/oidc/auth", 500, "server_error", "zh-TW"),
        (
            "/oidc/session/end?ui_locales=xx%20ja",
            503,
            "temporarily_unavailable",
            "ja-JP",
        ),
    ] {
        let (found, headers, text) = answer_text(LOOPBACK, path).await;
        assert_eq!(found.as_u16(), status);
        assert_eq!(headers["content-language"], language);
        assert_eq!(headers["cache-control"], "no-store");
        assert_eq!(headers.contains_key("retry-after"), status == 503);
        let policy = headers["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("script-src 'none'"), "{policy}");
        assert!(text.contains(&format!("data-error=\"{error}\"")), "{text}");
        assert!(text.contains(ALL_ONES) && !text.contains("on purpose"));
    }
}

#[tokio::test]
async fn only_https_is_asked_for_again() {
    let hsts = "strict-transport-security";
    let (_, headers, _) = answer(LOOPBACK, "/").await;
    assert!(!headers.contains_key(hsts));
    let (_, headers, _) = answer("https://id.example", "/").await;
    assert_eq!(headers[hsts], "max-age=31536000; includeSubDomains");
}
