//! Calling a webhook now, and the log of it.

use crate::new_webhook;
use crate::receiver::Receiver;
use crate::support::{Contract, TestServer};
use futures_util::future::join_all;
use rollcall_core::limits;
use serde_json::json;
use tokio::net::TcpListener;

#[tokio::test]
async fn a_triggered_webhook_is_called_and_its_answer_told() {
    let server = TestServer::start().await;
    let mut receiver = Receiver::new().await;
    let id = server.add_webhook(&receiver.url, &["test"]).await;
    let body = json!({ "webhookId": id });
    let answer = server.post("trigger-webhook", body).await;
    Contract::management().assert_fits("post", "trigger-webhook", &answer);
    assert_eq!(answer.data(), &json!({"response": {"ok": true}}));
    let call = receiver.next().await;
    assert_eq!(call.line, "POST /in HTTP/1.1");
    assert_eq!(call.headers["content-type"], "application/json");
    assert!(call.headers["user-agent"].starts_with("Rollcall/"));
    assert_eq!(call.headers["x-authing-webhook-secret"], "hush");
    assert_eq!(call.json()["eventName"], "test");
    assert_eq!(call.json()["id"], call.headers["x-rollcall-webhook-id"]);
    let logs = server
        .post("get-webhook-logs", json!({ "webhookId": id }))
        .await;
    Contract::management().assert_fits("post", "get-webhook-logs", &logs);
    let log = &logs.data()["list"][0];
    assert_eq!(log["webhookId"], id);
    assert_eq!(log["eventName"], "test");
    assert_eq!(log["requestBody"], call.json());
    assert_eq!(log["requestHeaders"]["x-authing-webhook-secret"], "***");
    assert_eq!(log["requestHeaders"]["x-rollcall-webhook-signature"], "***");
    assert_eq!(log["responseStatusCode"], 200);
    assert_eq!(log["responseHeaders"]["x-seen"], "yes");
    assert_eq!(log["responseBody"], json!({"ok": true}));
    assert_eq!(log["success"], true);
    assert_eq!(log.get("errorMessage"), None);
    assert!(!logs.text.contains("hush"), "{}", logs.text);
}

#[tokio::test]
async fn what_is_given_is_what_is_sent() {
    let server = TestServer::start().await;
    let mut receiver = Receiver::new().await;
    let mut new = new_webhook(&receiver.url, &["test"]);
    new["enabled"] = json!(false);
    new["contentType"] = json!("application/x-www-form-urlencoded");
    let made = server.post("create-webhook", new).await;
    let id = &made.data()["webhookId"];
    let body = json!({
        "webhookId": id,
        "requestHeaders": {"X-Mine": "1", "Authorization": "Bearer abc"},
        "requestBody": {"text": "a b", "object": {"n": 1}, "flag": true},
    });
    server.post("trigger-webhook", body.clone()).await.data();
    let call = receiver.next().await;
    assert_eq!(call.headers["x-mine"], "1");
    assert_eq!(call.headers["authorization"], "Bearer abc");
    let content_type = &call.headers["content-type"];
    assert_eq!(content_type, "application/x-www-form-urlencoded");
    let mut fields: Vec<(String, String)> = form_urlencoded::parse(call.body.as_bytes())
        .into_owned()
        .collect();
    fields.sort();
    let expected = [("flag", "true"), ("object", "{\"n\":1}"), ("text", "a b")];
    let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(fields, expected);
    let logs = server.logs_of(id.as_str().unwrap()).await;
    assert_eq!(logs[0]["requestBody"], body["requestBody"]);
    assert_eq!(logs[0]["requestHeaders"]["authorization"], "***");
}

#[tokio::test]
async fn headers_and_bodies_that_are_not_the_callers_to_say_are_refused() {
    let server = TestServer::start().await;
    let mut receiver = Receiver::new().await;
    let id = server.add_webhook(&receiver.url, &["test"]).await;
    for headers in [
        json!({"Host": "evil.example"}),
        json!({"Transfer-Encoding": "chunked"}),
        json!({"X-Rollcall-Webhook-Signature": "v1=00"}),
        json!({"X-Authing-Webhook-Secret": "guess"}),
        json!({"X-Mine": 1}),
        json!({"X-Mine": "a\r\nHost: b"}),
        json!({"x-mine": "1", "X-Mine": "2"}),
    ] {
        let body = json!({"webhookId": id, "requestHeaders": headers});
        let answer = server.post("trigger-webhook", body).await;
        answer.assert_names(400, "requestHeaders");
    }
    let of_size = |size: usize| json!({"a": "x".repeat(size - r#"{"a":""}"#.len())});
    let trigger = |size| json!({"webhookId": id, "requestBody": of_size(size)});
    let body = trigger(limits::MAX_TRIGGER_BODY_BYTES + 1);
    server
        .post("trigger-webhook", body)
        .await
        .assert_names(400, "requestBody");
    assert!(receiver.calls.try_recv().is_err(), "nothing was sent");
    let body = trigger(limits::MAX_TRIGGER_BODY_BYTES);
    server.post("trigger-webhook", body).await.data();
}

#[tokio::test]
async fn who_cannot_be_reached_is_601_and_who_says_no_602() {
    let server = TestServer::start().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let gone = format!("http://{}/in", listener.local_addr().unwrap());
    drop(listener);
    let id = server.add_webhook(&gone, &["test"]).await;
    let trigger = json!({ "webhookId": id });
    let answer = server.post("trigger-webhook", trigger.clone()).await;
    answer.assert_names(601, "unreachable");
    let log = &server.logs_of(&id).await[0];
    assert_eq!(log["responseStatusCode"], 0);
    assert_eq!(log["responseBody"], json!({}));
    assert_eq!(log["success"], false);
    assert_eq!(log["errorMessage"], "unreachable");
    // Our own network is not reached by a URL (`egress_allow` is empty).
    let change = json!({"webhookId": id, "url": "https://10.0.0.1/in"});
    server.post("update-webhook", change).await.data();
    let answer = server.post("trigger-webhook", trigger.clone()).await;
    answer.assert_names(601, "refused");
    let elsewhere = "302 Found\r\nLocation: https://other.example/\r\nContent-Length: 2\r\n\r\nno";
    for (answer, status, text) in [
        ("500 Oh\r\nContent-Length: 5\r\n\r\nsorry", 500, "sorry"),
        (elsewhere, 302, "no"),
    ] {
        let receiver = Receiver::answering(answer).await;
        let change = json!({"webhookId": id, "url": receiver.url});
        server.post("update-webhook", change).await.data();
        let answer = server.post("trigger-webhook", trigger.clone()).await;
        answer.assert_names(602, &status.to_string());
        let log = &server.logs_of(&id).await[0];
        assert_eq!(log["responseStatusCode"], status);
        assert_eq!(log["responseBody"], json!({ "text": text }));
    }
}

#[tokio::test]
async fn one_call_more_than_are_under_way_at_once_may_come_again() {
    let server = TestServer::start().await;
    // It is connected to, and never answers.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let silent = format!("http://{}/in", listener.local_addr().unwrap());
    let id = server.add_webhook(&silent, &["test"]).await;
    let trigger = || Box::pin(server.post("trigger-webhook", json!({ "webhookId": id })));
    let calls = (0..limits::MAX_TRIGGERS_AT_ONCE).map(|_| trigger());
    let mut under_way = join_all(calls);
    let mut connections = Vec::new();
    while connections.len() < limits::MAX_TRIGGERS_AT_ONCE {
        tokio::select! {
            _ = &mut under_way => panic!("they are answered"),
            connection = listener.accept() => connections.push(connection.unwrap()),
        }
    }
    trigger().await.assert_fails(503, None);
    drop(under_way);
    let receiver = Receiver::new().await;
    let change = json!({"webhookId": id, "url": receiver.url});
    server.post("update-webhook", change).await.data();
    trigger().await.data();
}

/// Whoever answers has heard it.
#[tokio::test]
async fn an_answer_that_breaks_off_is_one() {
    let server = TestServer::start().await;
    let receiver = Receiver::answering("200 OK\r\nContent-Length: 100\r\n\r\npart").await;
    let id = server.add_webhook(&receiver.url, &["test"]).await;
    let answer = server
        .post("trigger-webhook", json!({ "webhookId": id }))
        .await;
    assert_eq!(answer.data()["response"], "part");
}

#[tokio::test]
async fn an_endless_answer_is_cut() {
    let server = TestServer::start().await;
    let size = limits::MAX_EGRESS_ANSWER_BYTES * 4;
    let answer = format!(
        "200 OK\r\nContent-Length: {size}\r\n\r\n{}",
        "a".repeat(size)
    );
    let receiver = Receiver::answering(answer).await;
    let id = server.add_webhook(&receiver.url, &["test"]).await;
    let answer = server
        .post("trigger-webhook", json!({ "webhookId": id }))
        .await;
    let kept = "a".repeat(limits::MAX_LOGGED_ANSWER_BYTES);
    assert_eq!(answer.data()["response"], kept);
    let log = &server.logs_of(&id).await[0];
    assert_eq!(log["responseBody"], json!({ "text": kept }));
}
