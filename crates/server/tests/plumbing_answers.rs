//! What is answered, whoever asks.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use http::{Request, StatusCode};
use rollcall_core::limits::{MAX_BODY_BYTES, MAX_READINGS};
use rollcall_core::time::Span;
use rollcall_server::router::classified;
use rollcall_server::routes::Who;
use rollcall_wire::v3::paths::CHECK_SESSION_STATUS;
use serde_json::{Value, json};
use support::{Answer, TestServer, bearer, post_json, with_header};

async fn call(server: &TestServer, method: &str, path: &str) -> Answer {
    let request = Request::builder().method(method).uri(path);
    server.send(request.body("".into()).unwrap()).await
}

#[tokio::test]
async fn wrong_fields_are_named_in_the_callers_language() {
    let server = TestServer::start().await;
    let message = async |body: Value| {
        let request = bearer(post_json(CHECK_SESSION_STATUS, &body), &server.root.token);
        let answer = server
            .send(with_header(request, "x-genauth-lang", "zh-CN"))
            .await;
        answer.assert_fails(400, None);
        assert_eq!(answer.status, StatusCode::OK);
        answer.message().to_owned()
    };
    assert_eq!(message(json!({})).await, "参数 userId, appId 格式错误");
    assert_eq!(
        message(json!({ "appId": 5, "userId": "u" })).await,
        "参数 appId 格式错误"
    );
}

#[tokio::test]
async fn a_body_must_be_json_and_say_so() {
    let server = TestServer::start().await;
    let send = async |kind: &str, body: String| {
        let request = Request::post(CHECK_SESSION_STATUS)
            .header("content-type", kind)
            .body(body.into());
        server
            .send(bearer(request.unwrap(), &server.root.token))
            .await
    };
    let answer = send("text/plain", "{}".to_owned()).await;
    answer.assert_names(400, "Content-Type must be application/json");
    let answer = send("application/json", "{".to_owned()).await;
    answer.assert_fails(400, None);
    let answer = send("application/json", "[]".to_owned()).await;
    answer.assert_fails(400, None);
}

#[tokio::test]
async fn a_body_full_of_wrong_names_is_told_the_first_64() {
    let server = TestServer::start().await;
    let members: Vec<_> = (10_000..68_000)
        .map(|n| format!(r#""a{n}":"\u0000""#))
        .collect();
    let body = format!("{{{}}}", members.join(","));
    assert!((1_000_000..=MAX_BODY_BYTES).contains(&body.len()));
    let request = Request::post("/api/v3/signin")
        .header("content-type", "application/json")
        .body(body.into());
    let answer = server.send(request.unwrap()).await;
    answer.assert_fails(400, None);
    assert_eq!(answer.message().split(", ").count(), MAX_READINGS);
}

#[tokio::test]
async fn a_body_may_be_as_large_as_its_limit() {
    let server = TestServer::start().await;
    let code = async |bytes: usize| {
        let body = json!({ "userId": "u", "appId": "a" }).to_string();
        let padding = " ".repeat(bytes - body.len());
        let request = Request::post(CHECK_SESSION_STATUS)
            .header("content-type", "application/json")
            .body(format!("{body}{padding}").into());
        let request = bearer(request.unwrap(), &server.root.token);
        server.send(request).await.code()
    };
    assert_eq!(code(MAX_BODY_BYTES).await, 404);
    assert_eq!(code(MAX_BODY_BYTES + 1).await, 413);
    assert_eq!(code(8 * MAX_BODY_BYTES).await, 413);
}

#[tokio::test]
async fn what_is_not_built_is_501_and_names_itself() {
    let server = TestServer::start().await;
    for row in classified() {
        if row.who != Who::NotBuilt {
            continue;
        }
        let answer = call(&server, row.method, row.path).await;
        if row.path.starts_with("/oidc/") {
            assert_eq!(answer.status, StatusCode::NOT_IMPLEMENTED, "{}", row.path);
        } else {
            answer.assert_names(501, row.path);
        }
    }
}

#[tokio::test]
async fn an_unknown_path_is_404_in_both_ways() {
    let server = TestServer::start().await;
    for path in [
        "/",
        "/api/v3",
        "/api/v3/nothing",
        "/oidc/nothing",
        "/api/v3/get-user/more",
    ] {
        for method in ["GET", "POST"] {
            let answer = call(&server, method, path).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
            answer.assert_fails(404, None);
        }
    }
}

#[tokio::test]
async fn a_wrong_method_is_405_and_names_the_right_ones() {
    let server = TestServer::start().await;
    for row in classified() {
        let answer = call(&server, "DELETE", row.path).await;
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
        answer.assert_fails(405, None);
        let allow = answer.headers["allow"].to_str().unwrap();
        let is_named = allow.split(',').any(|method| method.trim() == row.method);
        assert!(is_named, "{} {allow}", row.path);
    }
}

#[tokio::test]
async fn no_route_for_keys_clients_or_people_answers_a_stranger() {
    let server = TestServer::start().await;
    for row in classified() {
        let answer = call(&server, row.method, row.path).await;
        let is_v3 = row.path.starts_with("/api/v3/");
        match row.who {
            Who::ManagementKey(_) | Who::ServerRoot => answer.assert_fails(401, None),
            Who::Person if is_v3 => answer.assert_fails(401, Some(2020)),
            Who::Person => assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{}", row.path),
            Who::Client if is_v3 => assert!([400, 401].contains(&answer.code()), "{}", row.path),
            Who::Client => assert!(answer.status.is_client_error(), "{}", row.path),
            // A form that nobody was given, or a request of nobody's: a page that says
            // so, or asks, and nothing more.
            Who::Browser => {
                assert!(answer.headers.get("location").is_none(), "{}", row.path);
                assert!(answer.text.contains("data-page="), "{}", row.path);
            }
            Who::Console(Some(_)) if row.method == "GET" => {
                let to = answer.headers["location"].to_str().unwrap();
                assert!(to.starts_with("/console/sign-in?to="), "{} {to}", row.path);
            }
            Who::Console(Some(_)) => {
                assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{}", row.path);
            }
            Who::Console(None) | Who::Anyone | Who::NotBuilt => {}
        }
    }
}

#[tokio::test]
async fn every_answer_has_its_id_and_its_headers() {
    let server = TestServer::start().await;
    let first = call(&server, "POST", CHECK_SESSION_STATUS).await;
    let second = call(&server, "GET", "/nothing").await;
    for answer in [&first, &second] {
        let id = answer.body["requestId"].as_str().unwrap();
        assert_eq!(answer.headers["x-request-id"], id);
        for (name, value) in [
            ("cache-control", "no-store"),
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "no-referrer"),
            (
                "content-security-policy",
                "default-src 'none'; frame-ancestors 'none'",
            ),
        ] {
            assert_eq!(answer.headers[name], value);
        }
        assert_eq!(answer.headers.get("access-control-allow-origin"), None);
    }
    assert_ne!(first.body["requestId"], second.body["requestId"]);
}

#[tokio::test]
async fn health_is_told_to_anyone() {
    let server = TestServer::start().await;
    let up = call(&server, "GET", "/healthz").await;
    assert_eq!(
        (up.status, up.body),
        (StatusCode::OK, json!({ "status": "up" }))
    );
    let ready = call(&server, "GET", "/readyz").await;
    assert_eq!(ready.status, StatusCode::OK);
    assert_eq!(
        ready.body,
        json!({ "status": "ready", "clockLagMillis": 0, "clockOffsetMillis": 0 })
    );
}

#[tokio::test]
async fn whoever_asks_whether_the_store_is_ready_makes_it_write_once_a_second() {
    let server = TestServer::start().await;
    // What a probe writes is the instant.
    let ask_after = async |millis: i64| {
        server.clock.advance(Span::from_millis(millis));
        let ready = call(&server, "GET", "/readyz").await;
        assert_eq!(ready.status, StatusCode::OK);
        server.log_of_changes()
    };
    let before = server.log_of_changes();
    let once = ask_after(1).await;
    assert!(once != before);
    for millis in [1, 998] {
        assert!(ask_after(millis).await == once, "{millis}");
    }
    assert!(ask_after(1).await != once);
}
