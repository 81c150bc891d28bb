//! The client against a mock of the V3 API.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use rollcall_client::{
    ApiCode, Error, HeaderFamily, Language, ManagementClient, ManagementClientBuilder, UserIdType,
};
use serde_json::{Value, json};
use wiremock::matchers::{body_json, header, method, path};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

const TOKEN_PATH: &str = "/api/v3/get-management-token";
const CHECK_PATH: &str = "/api/v3/check-session-status";

fn success(data: &Value) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(json!({
        "statusCode": 200, "message": "Success", "requestId": "r", "data": data,
    }))
}

fn failure(status_code: u16, api_code: u32) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(json!({
        "statusCode": status_code, "message": "no", "requestId": "r", "apiCode": api_code,
    }))
}

/// Tokens `token-1`, `token-2` and so on, of this life in seconds.
fn tokens(expires_in: u64) -> impl Fn(&Request) -> ResponseTemplate {
    let count = AtomicUsize::new(0);
    move |_: &Request| {
        let number = count.fetch_add(1, Ordering::SeqCst) + 1;
        success(&json!({"access_token": format!("token-{number}"), "expires_in": expires_in}))
    }
}

fn post(path_: &str) -> wiremock::MockBuilder {
    Mock::given(method("POST")).and(path(path_))
}

fn active(value: bool) -> ResponseTemplate {
    success(&json!({ "active": value }))
}

fn builder(server: &MockServer) -> ManagementClientBuilder {
    ManagementClient::builder(server.uri(), "key-id", "key-secret")
}

async fn requests(server: &MockServer, path: &str) -> Vec<Request> {
    let all = server.received_requests().await.unwrap();
    all.into_iter()
        .filter(|request| request.url.path() == path)
        .collect()
}

async fn server_with(
    token: impl wiremock::Respond + 'static,
    check: ResponseTemplate,
) -> MockServer {
    let server = MockServer::start().await;
    post(TOKEN_PATH).respond_with(token).mount(&server).await;
    post(CHECK_PATH).respond_with(check).mount(&server).await;
    server
}

#[tokio::test]
async fn asks_with_a_token_and_keeps_it() {
    let server = server_with(tokens(7200), active(true)).await;
    let client = builder(&server).build().unwrap();
    for _ in 0..3 {
        assert!(client.check_session_status("app", "user").await.unwrap());
    }
    assert!(
        client
            .clone()
            .check_session_status("app", "user")
            .await
            .unwrap()
    );

    let asked = requests(&server, TOKEN_PATH).await;
    assert_eq!(asked.len(), 1);
    let body: Value = asked[0].body_json().unwrap();
    assert_eq!(
        body,
        json!({"accessKeyId": "key-id", "accessKeySecret": "key-secret"})
    );
    assert!(!asked[0].headers.contains_key("authorization"));

    let checks = requests(&server, CHECK_PATH).await;
    assert_eq!(checks.len(), 4);
    for check in checks {
        let body: Value = check.body_json().unwrap();
        assert_eq!(body, json!({"appId": "app", "userId": "user"}));
        assert_eq!(check.headers["authorization"], "Bearer token-1");
        assert_eq!(check.headers["content-type"], "application/json");
        assert_eq!(check.headers["x-genauth-lang"], "en-US");
        assert!(!check.headers.contains_key("x-genauth-userpool-id"));
    }
}

#[tokio::test]
async fn the_kind_of_identifier_is_sent() {
    let server = MockServer::start().await;
    post(TOKEN_PATH)
        .respond_with(tokens(7200))
        .mount(&server)
        .await;
    post(CHECK_PATH)
        .and(body_json(
            json!({"appId": "app", "userId": "a@b.c", "userIdType": "email"}),
        ))
        .respond_with(active(false))
        .mount(&server)
        .await;
    let client = builder(&server).build().unwrap();
    let answer = client
        .check_session_status_by("app", "a@b.c", UserIdType::Email)
        .await;
    assert!(!answer.unwrap());
}

#[tokio::test]
async fn options_become_headers() {
    let server = MockServer::start().await;
    post(TOKEN_PATH)
        .and(header("x-authing-userpool-id", "pool"))
        .respond_with(tokens(7200))
        .mount(&server)
        .await;
    post(CHECK_PATH)
        .and(header("x-authing-userpool-id", "pool"))
        .and(header("x-authing-lang", "zh-CN"))
        .and(header("x-authing-request-from", "sdk"))
        .and(header("authorization", "Custom token-1"))
        .respond_with(active(true))
        .mount(&server)
        .await;
    let client = builder(&server)
        .header_family(HeaderFamily::Authing)
        .language(Language::ZhCn)
        .user_pool_id("pool")
        .authorization_scheme("Custom")
        .build()
        .unwrap();
    assert!(client.check_session_status("app", "user").await.unwrap());
    let checks = requests(&server, CHECK_PATH).await;
    assert!(
        checks[0]
            .headers
            .keys()
            .all(|name| !name.as_str().starts_with("x-genauth-"))
    );
}

/// Asks `count` times at once.
async fn crowd(client: &ManagementClient, count: usize) -> Vec<Result<bool, Error>> {
    let tasks: Vec<_> = (0..count)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { client.check_session_status("app", "user").await })
        })
        .collect();
    let mut answers = Vec::new();
    for task in tasks {
        answers.push(task.await.unwrap());
    }
    answers
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fifty_callers_need_one_token() {
    let tokens = tokens(7200);
    let slow = move |request: &Request| tokens(request).set_delay(Duration::from_millis(100));
    let server = server_with(slow, active(true)).await;
    let client = builder(&server).build().unwrap();
    for answer in crowd(&client, 50).await {
        assert!(answer.unwrap());
    }
    assert_eq!(requests(&server, TOKEN_PATH).await.len(), 1);
    assert_eq!(requests(&server, CHECK_PATH).await.len(), 50);
}

#[tokio::test]
async fn a_failed_token_request_fails_all_who_wait_and_is_not_kept() {
    let server = MockServer::start().await;
    post(TOKEN_PATH)
        .respond_with(failure(401, 1300).set_delay(Duration::from_millis(100)))
        .up_to_n_times(1)
        .mount(&server)
        .await;
    post(TOKEN_PATH)
        .respond_with(tokens(7200))
        .mount(&server)
        .await;
    post(CHECK_PATH)
        .respond_with(active(true))
        .mount(&server)
        .await;
    let client = builder(&server).build().unwrap();
    for answer in crowd(&client, 50).await {
        assert_eq!(answer.unwrap_err().api_code(), Some(ApiCode::BadSignature));
    }
    assert_eq!(requests(&server, TOKEN_PATH).await.len(), 1);
    assert!(client.check_session_status("app", "user").await.unwrap());
}

/// Moves Tokio's clock, and lets it run again: with a stopped clock every
/// timeout would come due as soon as a test waits for the network.
async fn advance(seconds: u64) {
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(seconds)).await;
    tokio::time::resume();
}

#[tokio::test]
async fn a_token_is_renewed_before_it_expires() {
    let server = server_with(tokens(7200), active(true)).await;
    let client = builder(&server).build().unwrap();
    client.check_session_status("app", "user").await.unwrap();
    advance(7100).await;
    client.check_session_status("app", "user").await.unwrap();
    assert_eq!(requests(&server, TOKEN_PATH).await.len(), 1);
    advance(41).await;
    client.check_session_status("app", "user").await.unwrap();
    assert_eq!(requests(&server, TOKEN_PATH).await.len(), 2);
    let checks = requests(&server, CHECK_PATH).await;
    assert_eq!(checks[1].headers["authorization"], "Bearer token-1");
    assert_eq!(checks[2].headers["authorization"], "Bearer token-2");
}

#[tokio::test]
async fn a_refused_cached_token_is_renewed_once() {
    let server = MockServer::start().await;
    post(TOKEN_PATH)
        .respond_with(tokens(7200))
        .mount(&server)
        .await;
    post(CHECK_PATH)
        .and(header("authorization", "Bearer token-1"))
        .respond_with(active(true))
        .up_to_n_times(1)
        .mount(&server)
        .await;
    post(CHECK_PATH)
        .and(header("authorization", "Bearer token-2"))
        .respond_with(active(false))
        .up_to_n_times(1)
        .mount(&server)
        .await;
    post(CHECK_PATH)
        .respond_with(failure(401, 2020))
        .mount(&server)
        .await;
    let client = builder(&server).build().unwrap();

    assert!(client.check_session_status("app", "user").await.unwrap());
    // token-1 is refused from now on: token-2 answers the same call.
    assert!(!client.check_session_status("app", "user").await.unwrap());
    assert_eq!(requests(&server, TOKEN_PATH).await.len(), 2);
    // token-2 is refused, and so is token-3: no third try.
    let error = client
        .check_session_status("app", "user")
        .await
        .unwrap_err();
    assert!(matches!(
        error,
        Error::Api {
            status_code: 401,
            ..
        }
    ));
    assert_eq!(requests(&server, TOKEN_PATH).await.len(), 3);
    assert_eq!(requests(&server, CHECK_PATH).await.len(), 5);
}

#[tokio::test]
async fn a_fresh_token_that_is_refused_is_not_tried_again() {
    let server = server_with(tokens(7200), failure(401, 2020)).await;
    let client = builder(&server).build().unwrap();
    assert!(client.check_session_status("app", "user").await.is_err());
    assert_eq!(requests(&server, TOKEN_PATH).await.len(), 1);
    assert_eq!(requests(&server, CHECK_PATH).await.len(), 1);
}

#[tokio::test]
async fn refusals_are_typed() {
    let server = server_with(tokens(7200), failure(404, 2004)).await;
    let client = builder(&server).build().unwrap();
    let error = client
        .check_session_status("app", "user")
        .await
        .unwrap_err();
    assert_eq!(error.api_code(), Some(ApiCode::UserNotFound));
    assert_eq!(
        error.to_string(),
        "the server refused with status code 404, API code 2004: no (request r)"
    );
    let Error::Api {
        status_code,
        api_code,
        message,
        request_id,
        ..
    } = error
    else {
        unreachable!("{error:?}");
    };
    assert_eq!((status_code, api_code), (404, Some(2004)));
    assert_eq!((message.as_str(), request_id.as_str()), ("no", "r"));
}

#[tokio::test]
async fn a_slow_server_is_a_timeout() {
    let slow = active(true).set_delay(Duration::from_secs(30));
    let server = server_with(tokens(7200), slow).await;
    let client = builder(&server)
        .timeout(Duration::from_millis(200))
        .build()
        .unwrap();
    let error = client
        .check_session_status("app", "user")
        .await
        .unwrap_err();
    assert!(matches!(error, Error::Timeout), "{error:?}");
}

#[tokio::test]
async fn an_unreachable_server_is_a_transport_error() {
    let server = MockServer::start().await;
    let uri = server.uri();
    drop(server);
    // The pool of mock servers may keep it alive: port 1 has no server.
    let uri = uri
        .rsplit_once(':')
        .map(|(host, _)| format!("{host}:1"))
        .unwrap();
    let client = ManagementClient::builder(uri, "key-id", "key-secret")
        .build()
        .unwrap();
    let error = client
        .check_session_status("app", "user")
        .await
        .unwrap_err();
    assert!(matches!(error, Error::Transport(_)), "{error:?}");
    assert!(!format!("{error:?}").contains("key-secret"));
}

#[tokio::test]
async fn what_is_no_envelope_is_shown_without_secrets() {
    let page = "<html>\nBearer token-1 key-secret</html>";
    let server = server_with(
        tokens(7200),
        ResponseTemplate::new(502).set_body_string(page),
    )
    .await;
    let client = builder(&server).build().unwrap();
    let error = client
        .check_session_status("app", "user")
        .await
        .unwrap_err();
    let Error::UnexpectedAnswer {
        http_status,
        excerpt,
    } = error
    else {
        unreachable!("{error:?}");
    };
    assert_eq!(http_status, 502);
    assert_eq!(excerpt, "<html> Bearer [secret] [secret]</html>");
}

#[tokio::test]
async fn unexpected_answers() {
    let answers = [
        success(&json!({"active": "yes"})),
        success(&Value::Null),
        ResponseTemplate::new(200),
        ResponseTemplate::new(302).insert_header("location", "/elsewhere"),
        ResponseTemplate::new(200).set_body_string(" ".repeat(16 * 1024 * 1024 + 1)),
    ];
    for answer in answers {
        let server = server_with(tokens(7200), answer).await;
        let client = builder(&server).build().unwrap();
        let error = client
            .check_session_status("app", "user")
            .await
            .unwrap_err();
        assert!(matches!(error, Error::UnexpectedAnswer { .. }), "{error:?}");
        assert_eq!(requests(&server, "/elsewhere").await.len(), 0);
    }
}

#[tokio::test]
async fn an_answer_of_exactly_16_mebibytes_is_read() {
    let envelope =
        r#"{"statusCode":200,"message":"Success","requestId":"r","data":{"active":true}}"#;
    let padded = format!(
        "{envelope}{}",
        " ".repeat(16 * 1024 * 1024 - envelope.len())
    );
    let server = server_with(
        tokens(7200),
        ResponseTemplate::new(200).set_body_string(padded),
    )
    .await;
    let client = builder(&server).build().unwrap();
    assert!(client.check_session_status("app", "user").await.unwrap());
}

#[tokio::test]
async fn a_broken_token_answer_does_not_show_the_token() {
    let broken = success(&json!({"access_token": "hush", "expires_in": "soon"}));
    let server = server_with(broken, active(true)).await;
    let client = builder(&server).build().unwrap();
    let error = client
        .check_session_status("app", "user")
        .await
        .unwrap_err();
    assert!(matches!(error, Error::UnexpectedAnswer { .. }));
    assert!(!format!("{error:?} {error}").contains("hush"));
}

#[tokio::test]
async fn a_failure_with_odd_data_is_still_a_failure() {
    let answer = ResponseTemplate::new(500)
        .set_body_json(json!({"statusCode": 500, "message": "no", "data": "odd"}));
    let server = server_with(tokens(7200), answer).await;
    let client = builder(&server).build().unwrap();
    let error = client
        .check_session_status("app", "user")
        .await
        .unwrap_err();
    assert!(
        matches!(
            error,
            Error::Api {
                status_code: 500,
                ..
            }
        ),
        "{error:?}"
    );
}
