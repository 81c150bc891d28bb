//! Logos of applications, from our origin.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use http::Method;
use rollcall_core::limits;
use serde_json::json;
use support::{Answer, TestServer, get};
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\nand the rest";

/// A server that has a logo, and is asked for it so many times.
async fn logo_server(times: u64) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(method("GET"))
        .and(path("/logo.png"))
        .respond_with(ResponseTemplate::new(200).set_body_raw(PNG, "image/png"))
        .expect(times)
        .mount(&server)
        .await;
    server
}

/// An application with this logo.
async fn application(server: &TestServer, logo: &str) -> String {
    let body = json!({ "appName": "mail", "appIdentifier": "mail-1", "appLogo": logo });
    let answer = server.post("create-application", body).await;
    answer.data()["appId"].as_str().unwrap().to_owned()
}

async fn change(server: &TestServer, id: &str, mut change: serde_json::Value) {
    change["appId"] = id.into();
    server.post("update-application", change).await.data();
}

async fn logo(server: &TestServer, id: &str) -> Answer {
    server.send(get(&format!("/oidc/logo/{id}"), &[])).await
}

#[track_caller]
fn assert_none(answer: &Answer) {
    assert_eq!(answer.status, 404);
    assert_eq!(answer.text, "");
    assert!(!answer.headers.contains_key("content-type"));
    assert_eq!(answer.headers["cache-control"], "no-store");
}

#[tokio::test]
async fn a_logo_is_an_image_without_rights() {
    let logos = logo_server(1).await;
    let server = TestServer::start().await;
    let id = application(&server, &format!("{}/logo.png", logos.uri())).await;
    let answer = logo(&server, &id).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.text, String::from_utf8_lossy(PNG));
    for (header, value) in [
        ("content-type", "image/png"),
        ("cache-control", "public, max-age=3600"),
        (
            "content-security-policy",
            "default-src 'none'; frame-ancestors 'none'; sandbox",
        ),
        ("cross-origin-resource-policy", "same-origin"),
        ("x-content-type-options", "nosniff"),
    ] {
        assert_eq!(answer.headers[header], value, "{header}");
    }
    assert!(!answer.headers.contains_key("access-control-allow-origin"));
    let mut head = get(&format!("/oidc/logo/{id}"), &[]);
    *head.method_mut() = Method::HEAD;
    let answer = server.send(head).await;
    assert_eq!((answer.status.as_u16(), answer.text.as_str()), (200, ""));
}

#[tokio::test]
async fn a_logo_is_fetched_once_for_all_who_ask_and_again_after_an_hour() {
    let logos = logo_server(2).await;
    let server = TestServer::start().await;
    let id = application(&server, &format!("{}/logo.png", logos.uri())).await;
    let (first, second) = tokio::join!(logo(&server, &id), logo(&server, &id));
    assert_eq!((first.status.as_u16(), second.status.as_u16()), (200, 200));
    server.pass(limits::LOGO_MEMORY.as_seconds() - 1);
    assert_eq!(logo(&server, &id).await.status, 200);
    assert_eq!(logos.received_requests().await.unwrap().len(), 1);
    server.pass(1);
    assert_eq!(logo(&server, &id).await.status, 200);
}

#[tokio::test]
async fn another_url_is_another_logo() {
    let logos = logo_server(1).await;
    Mock::given(path("/other.gif"))
        .respond_with(ResponseTemplate::new(200).set_body_raw("GIF89a", "image/gif"))
        .expect(1)
        .mount(&logos)
        .await;
    let server = TestServer::start().await;
    let id = application(&server, &format!("{}/logo.png", logos.uri())).await;
    assert_eq!(
        logo(&server, &id).await.headers["content-type"],
        "image/png"
    );
    let other = format!("{}/other.gif", logos.uri());
    change(&server, &id, json!({ "appLogo": other })).await;
    assert_eq!(
        logo(&server, &id).await.headers["content-type"],
        "image/gif"
    );
    change(&server, &id, json!({ "appLogo": "" })).await;
    assert_none(&logo(&server, &id).await);
}

#[tokio::test]
async fn where_there_is_no_logo_nothing_is_told() {
    let logos = logo_server(1).await;
    let server = TestServer::start().await;
    let id = application(&server, "").await;
    for unknown in [
        id.as_str(),
        "000000000000000000000000",
        "mail-1",
        "%00",
        "%ff",
        &"a".repeat(10_000),
    ] {
        assert_none(&logo(&server, unknown).await);
    }
    let uri = format!("{}/logo.png", logos.uri());
    change(&server, &id, json!({ "appLogo": uri })).await;
    assert_eq!(logo(&server, &id).await.status, 200);
    // What is kept is not shown for an application that is off, or gone.
    change(&server, &id, json!({ "enabled": false })).await;
    assert_none(&logo(&server, &id).await);
    let gone = json!({ "appId": id });
    server.post("delete-application", gone).await;
    assert_none(&logo(&server, &id).await);
}

#[tokio::test]
async fn a_logo_on_a_network_that_is_not_for_everybody_is_none() {
    let server = TestServer::start().await;
    let id = application(&server, "").await;
    for url in [
        "https://10.0.0.1/logo.png",
        "https://169.254.169.254/logo.png",
        "https://[fd00::1]/logo.png",
    ] {
        change(&server, &id, json!({ "appLogo": url })).await;
        assert_none(&logo(&server, &id).await);
    }
}

#[tokio::test]
async fn what_cannot_be_fetched_is_tried_again_after_a_while() {
    let logos = MockServer::start().await;
    let svg = r#"<svg xmlns="http://www.w3.org/2000/svg"/>"#;
    Mock::given(path("/logo.svg"))
        .respond_with(ResponseTemplate::new(200).set_body_raw(svg, "image/svg+xml"))
        .expect(2)
        .mount(&logos)
        .await;
    let server = TestServer::start().await;
    let id = application(&server, &format!("{}/logo.svg", logos.uri())).await;
    for _ in 0..3 {
        assert_none(&logo(&server, &id).await);
    }
    server.pass(limits::LOGO_FAILURE_MEMORY.as_seconds());
    assert_none(&logo(&server, &id).await);
}
