//! Who is let in.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use http::{Request, StatusCode};
use rollcall_core::limits::{MANAGEMENT_TOKEN_LIFETIME, MAX_NONCE_BYTES};
use rollcall_core::model::access_key::Permission;
use rollcall_core::time::{Clock as _, Span};
use rollcall_wire::v3::paths::{CHECK_SESSION_STATUS, GET_MANAGEMENT_TOKEN};
use rollcall_wire::v3::signature::{Parameters, sign, string_to_sign};
use serde_json::{Value, json};
use std::time::{Duration, UNIX_EPOCH};
use support::{Answer, TestServer, bearer, post_json, with_header};

/// A check of nobody: who calls is all that matters.
fn nobody() -> Value {
    json!({ "userId": "nobody", "appId": "0".repeat(24) })
}

/// What a caller who was let in is told.
const LET_IN: (u64, Option<u64>) = (404, Some(2011));

fn codes(answer: &Answer) -> (u64, Option<u64>) {
    (answer.code(), answer.api_code())
}

async fn check_with(server: &TestServer, headers: &[(&'static str, &str)]) -> Answer {
    let request = post_json(CHECK_SESSION_STATUS, &nobody());
    let add = |request, (name, value): &(&'static str, &str)| with_header(request, name, value);
    server.send(headers.iter().fold(request, add)).await
}

async fn token_for(server: &TestServer, id: &str, secret: &str) -> Answer {
    let body = json!({ "accessKeyId": id, "accessKeySecret": secret });
    server.send(post_json(GET_MANAGEMENT_TOKEN, &body)).await
}

#[tokio::test]
async fn an_access_key_becomes_a_token_that_lasts_two_hours() {
    let server = TestServer::start().await;
    let key = &server.root;
    let answer = token_for(&server, &key.id.to_string(), key.secret.reveal()).await;
    assert_eq!(answer.data()["expires_in"], 7200);
    let check = async || codes(&server.post("check-session-status", nobody()).await);
    assert_eq!(check().await, LET_IN);
    let last = MANAGEMENT_TOKEN_LIFETIME.as_millis() - 1;
    server.clock.advance(Span::from_millis(last));
    assert_eq!(check().await, LET_IN);
    server.clock.advance(Span::from_millis(1));
    assert_eq!(check().await, (401, None));
}

#[tokio::test]
async fn the_scheme_word_and_the_language_are_read_leniently() {
    let server = TestServer::start().await;
    let value = format!("bEARER {}", server.root.token);
    let headers = [
        ("authorization", value.as_str()),
        ("x-authing-lang", "zh-CN"),
    ];
    let answer = check_with(&server, &headers).await;
    assert_eq!(codes(&answer), LET_IN);
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.message(), "应用不存在");
}

#[tokio::test]
async fn who_proves_nothing_is_401() {
    let server = TestServer::start().await;
    let own = server.root.id.to_string();
    let secret = server.root.secret.reveal();
    for (id, secret) in [(own.as_str(), "wrong"), (&"0".repeat(24), secret), ("", "")] {
        let answer = token_for(&server, id, secret).await;
        assert_eq!(codes(&answer), (401, None));
    }
    for value in ["", "Bearer", "Bearer x", "Basic eDp5", "x"] {
        let answer = check_with(&server, &[("authorization", value)]).await;
        assert_eq!(codes(&answer), (401, None), "{value}");
    }
    // What is wrong with the body is nobody's business before that.
    let broken = Request::post(CHECK_SESSION_STATUS).body("{".into());
    let answer = server.send(broken.unwrap()).await;
    assert_eq!(answer.code(), 401);
}

#[tokio::test]
async fn a_caller_reaches_its_own_pool_only() {
    let server = TestServer::start().await;
    let own = server.root.pool.to_string();
    let other = server.add_pool().await.pool.to_string();
    let token = format!("Bearer {}", server.root.token);
    for family in ["x-genauth-userpool-id", "x-authing-userpool-id"] {
        for (pool, code) in [("", 404), (own.as_str(), 404), (&other, 403), ("x", 403)] {
            let headers = [("authorization", token.as_str()), (family, pool)];
            let answer = check_with(&server, &headers).await;
            assert_eq!(answer.code(), code, "{family}: {pool}");
        }
        let key = &server.root;
        let body = json!({
            "accessKeyId": key.id.to_string(),
            "accessKeySecret": key.secret.reveal(),
        });
        let request = with_header(post_json(GET_MANAGEMENT_TOKEN, &body), family, &other);
        assert_eq!(server.send(request).await.code(), 403);
    }
}

#[tokio::test]
async fn a_key_does_what_it_may_and_nothing_else() {
    let server = TestServer::start().await;
    let without = server.key_without(Permission::Check).await;
    let answer = server
        .post_as(&without, "check-session-status", json!({}))
        .await;
    answer.assert_names(403, "check");
    let only = server.key_with(&[Permission::Check]).await;
    let answer = server
        .post_as(&only, "check-session-status", nobody())
        .await;
    assert_eq!(codes(&answer), LET_IN);
}

#[tokio::test]
async fn a_person_calls_with_or_without_the_scheme_word() {
    let server = TestServer::start().await;
    let management = server.root.token.clone();
    for value in [format!("Bearer {management}"), management, "x".to_owned()] {
        let request = support::get("/api/v3/get-profile", &[]);
        let request = with_header(request, "authorization", &value);
        let answer = server.send(request).await;
        assert_eq!(codes(&answer), (401, Some(2020)));
    }
}

/// The headers of a signed check, made now.
struct Signed(Vec<(&'static str, String)>);

impl Signed {
    fn new(server: &TestServer, nonce: &str, secret: &str) -> Self {
        let millis = u64::try_from(server.clock.now().as_millis()).unwrap();
        let date = httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_millis(millis));
        let mut headers = vec![
            ("x-authing-signature-method", "HMAC-SHA1".to_owned()),
            ("x-authing-signature-version", "1.0".to_owned()),
            ("x-authing-signature-nonce", nonce.to_owned()),
            ("x-authing-lang", "en-US".to_owned()),
            ("date", date),
        ];
        let body = nobody().to_string();
        let text = string_to_sign(
            "POST",
            headers.iter().map(|(name, value)| (*name, value.as_str())),
            CHECK_SESSION_STATUS,
            &Parameters::from_json_body(body.as_bytes()).unwrap(),
        );
        let signature = sign(secret, &text);
        let value = format!("authing {}:{signature}", server.root.id);
        headers.push(("authorization", value));
        Self(headers)
    }

    /// Changed after it was signed.
    fn with(mut self, name: &str, value: &str) -> Self {
        for header in &mut self.0 {
            if header.0 == name {
                value.clone_into(&mut header.1);
            }
        }
        self
    }

    async fn send(&self, server: &TestServer) -> (u64, Option<u64>) {
        let headers: Vec<_> = self
            .0
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        codes(&check_with(server, &headers).await)
    }
}

#[tokio::test]
async fn a_signature_counts_once_and_for_five_minutes() {
    let server = TestServer::start().await;
    let secret = server.root.secret.reveal();
    server.pass(1);
    let one = Signed::new(&server, "one", secret);
    assert_eq!(one.send(&server).await, LET_IN);
    assert_eq!(one.send(&server).await, (401, Some(1306)));
    let two = Signed::new(&server, "two", secret);
    server.pass(299);
    assert_eq!(two.send(&server).await, LET_IN);
    let three = Signed::new(&server, "three", secret);
    server.pass(300);
    assert_eq!(three.send(&server).await, (401, Some(1305)));
    assert_eq!(one.send(&server).await, (401, Some(1305)));
}

#[tokio::test]
async fn a_signature_from_before_a_restart_does_not_count() {
    let server = TestServer::start().await;
    server.pass(-1);
    let early = Signed::new(&server, "early", server.root.secret.reveal());
    server.pass(1);
    assert_eq!(early.send(&server).await, (401, Some(1305)));
}

#[tokio::test]
async fn a_signature_made_ahead_of_the_clock_counts_once_whatever_happens() {
    let server = TestServer::start().await;
    server.pass(60);
    let ahead = Signed::new(&server, "ahead", server.root.secret.reveal());
    server.pass(-60);
    assert_eq!(ahead.send(&server).await, LET_IN);
    assert_eq!(ahead.send(&server).await, (401, Some(1306)));
    let server = server.restarted().await;
    assert_eq!(ahead.send(&server).await, (401, Some(1306)));
    server.pass(60);
    assert_eq!(ahead.send(&server).await, (401, Some(1306)));
}

#[tokio::test]
async fn a_wrong_signature_is_told_by_its_code() {
    let server = TestServer::start().await;
    let secret = server.root.secret.reveal();
    let signed = |nonce: &str| Signed::new(&server, nonce, secret);
    let unknown = format!("authing {}:AAAA", "0".repeat(24));
    for (headers, api_code) in [
        (Signed::new(&server, "a", "wrong"), 1300),
        (signed("b").with("x-authing-lang", "zh-CN"), 1300),
        (signed("c").with("authorization", &unknown), 1300),
        (signed("c").with("authorization", "authing x:"), 1300),
        (signed("c").with("authorization", "genauth"), 1300),
        (signed("d").with("x-authing-signature-method", "MD5"), 1301),
        (signed("e").with("x-authing-signature-version", "2"), 1302),
        (signed("f").with("date", "now"), 1303),
        (signed("g").with("date", ""), 1304),
        (signed(""), 1306),
        (signed(&"n".repeat(MAX_NONCE_BYTES + 1)), 1306),
    ] {
        let codes = headers.send(&server).await;
        assert_eq!(codes, (401, Some(api_code)), "{:?}", headers.0);
    }
    let longest = signed(&"n".repeat(MAX_NONCE_BYTES));
    assert_eq!(longest.send(&server).await, LET_IN);
}

#[tokio::test]
async fn a_token_beside_a_signature_is_two_proofs_and_none() {
    let server = TestServer::start().await;
    let mut request = bearer(
        post_json(CHECK_SESSION_STATUS, &nobody()),
        &server.root.token,
    );
    let second = "authing x:y".parse().unwrap();
    request.headers_mut().append("authorization", second);
    assert_eq!(server.send(request).await.code(), 401);
}
