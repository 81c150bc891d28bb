//! What is set up at the console: applications, keys, settings; and the audit log of it.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod browser;
mod console;
mod relying_party;
mod support;

use console::Admin;
use http::StatusCode;
use serde_json::json;
use support::{Answer, TestServer, get, with_header};

/// Fills the wizard, and answers what came of it.
async fn make(server: &TestServer, owner: &mut Admin, redirect_uris: &str) -> Answer {
    let fields = [
        ("name", "shop"),
        ("kind", "web"),
        ("redirect_uris", redirect_uris),
    ];
    owner
        .post(server, &server.root, "applications/new", &fields)
        .await
}

/// An application that the wizard made: its page, and its id.
async fn made(server: &TestServer, owner: &mut Admin) -> (Answer, String) {
    let uris = "https://shop.example/cb\r\nhttps://shop.example/other";
    let answer = make(server, owner, uris).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    let path = answer.headers["location"].to_str().unwrap().to_owned();
    let page = owner.browser.send(server, get(&path, &[])).await;
    let (_, last) = path.rsplit_once('/').unwrap();
    (page, last.split('?').next().unwrap().to_owned())
}

#[tokio::test]
async fn the_wizard_ends_in_snippets_with_the_real_ids() {
    let server = TestServer::start().await;
    let mut owner = Admin::first(&server).await;
    let wrong = make(&server, &mut owner, "ftp://nowhere").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let said = "malformed: Redirect URIs.";
    assert!(wrong.text.contains(said) && wrong.text.contains("ftp://nowhere"));
    let (page, id) = made(&server, &mut owner).await;
    for text in ["curl", "Python", "Node", "Rust"] {
        assert!(
            page.text.contains(&format!("id=\"snippet-{text}\"")),
            "{text}"
        );
    }
    assert!(page.text.matches(&id).count() > 4);
}

#[tokio::test]
async fn a_secret_is_shown_when_asked_for_and_rotated() {
    let server = TestServer::start().await;
    let mut owner = Admin::first(&server).await;
    let (page, id) = made(&server, &mut owner).await;
    let before = server.app(&id).await.secret;
    assert!(!page.text.contains(&before));
    let secret = owner
        .post(
            &server,
            &server.root,
            &format!("applications/{id}/secret"),
            &[],
        )
        .await;
    assert!(secret.text.contains(&before));
    assert_eq!(secret.headers["cache-control"], "no-store");
    let rotated = owner
        .post(
            &server,
            &server.root,
            &format!("applications/{id}/rotate"),
            &[],
        )
        .await;
    let after = server.app(&id).await.secret;
    assert!(after != before && rotated.text.contains(&after));
}

#[tokio::test]
async fn an_application_is_changed_as_the_form_says() {
    let server = TestServer::start().await;
    let mut owner = Admin::first(&server).await;
    let (_, id) = made(&server, &mut owner).await;
    let saved = owner
        .post(
            &server,
            &server.root,
            &format!("applications/{id}"),
            &[
                ("name", "shop 2"),
                ("redirect_uris", "https://shop.example/cb"),
                ("idle", "10"),
                ("max", ""),
                ("sessions", "3"),
                ("refuses", "1"),
                ("backchannel", ""),
            ],
        )
        .await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text);
    let app = server
        .get("get-application", &[("appId", id.as_str())])
        .await;
    assert_eq!(app.data()["sessionPolicy"]["idleTimeout"], 600);
    assert_eq!(app.data()["ssoEnabled"], false);
}

#[tokio::test]
async fn keys_are_made_switched_and_deleted() {
    let server = TestServer::start().await;
    let mut owner = Admin::first(&server).await;
    let made = owner
        .post(&server, &server.root, "keys", &[("permission", "check")])
        .await;
    assert_eq!(made.status, StatusCode::OK, "{}", made.text);
    let (_, rest) = made.text.split_once("The access key ").unwrap();
    let id = rest.split(' ').next().unwrap().to_owned();
    let none = owner.post(&server, &server.root, "keys", &[]).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    let off = owner
        .post(
            &server,
            &server.root,
            &format!("keys/{id}/switch"),
            &[("enabled", "0")],
        )
        .await;
    assert_eq!(off.status, StatusCode::SEE_OTHER, "{}", off.text);
    owner
        .page(&server, &server.root, &format!("keys/{id}/delete"))
        .await;
    owner
        .post(&server, &server.root, &format!("keys/{id}/delete"), &[])
        .await;
    let page = owner.page(&server, &server.root, "keys").await;
    assert!(!page.text.contains(&id));
}

#[tokio::test]
async fn settings_are_the_pools_and_shortening_ends_at_once() {
    let server = TestServer::start().await;
    let mut owner = Admin::first(&server).await;
    let app = server.add_site("shop", json!({})).await;
    let person = server.add_user("paula").await;
    server.sign_in(&person, &app.id).await;
    server.pass(120);
    let wrong = owner
        .post(
            &server,
            &server.root,
            "settings",
            &[("idle", "0"), ("max", "x")],
        )
        .await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let right = owner
        .post(
            &server,
            &server.root,
            "settings",
            &[("idle", "2"), ("max", "60"), ("registration", "1")],
        )
        .await;
    assert_eq!(right.status, StatusCode::SEE_OTHER, "{}", right.text);
    assert!(!server.is_active(&person, &app.id).await);
    let page = owner.page(&server, &server.root, "settings").await;
    assert!(
        page.text
            .contains("name=\"registration\" value=\"1\" checked")
    );
}

#[tokio::test]
async fn the_audit_log_is_exported_and_is_no_formula() {
    let server = TestServer::start().await;
    let mut owner = Admin::first(&server).await;
    let token = owner.token(&server).await;
    let path = console::path(&server.root, "users/new");
    let form = [("csrf", token.as_str()), ("username", "paula")];
    let request = with_header(support::post_form(&path, &form), "user-agent", "=1+1\",x");
    owner.browser.send(&server, request).await;
    let csv = owner
        .page(
            &server,
            &server.root,
            "audit.csv?action=create&resource=user",
        )
        .await;
    let lines: Vec<&str> = csv.text.lines().collect();
    assert_eq!(lines.len(), 2, "{}", csv.text);
    assert!(
        lines[1].contains("\"administrator\"") && lines[1].contains("\"'=1+1\"\",x\""),
        "{}",
        lines[1]
    );
    assert!(
        csv.headers["content-disposition"]
            .to_str()
            .unwrap()
            .contains("audit.csv")
    );
    let rows = owner
        .page(
            &server,
            &server.root,
            "audit.json?action=create&resource=user",
        )
        .await;
    let rows: serde_json::Value = serde_json::from_str(&rows.text).unwrap();
    assert_eq!(rows[0]["actorKind"], "administrator");
    assert_eq!(rows[0]["userAgent"], "=1+1\",x");
    let tomorrow = owner
        .page(&server, &server.root, "audit.json?from=2999-01-01")
        .await;
    assert_eq!(tomorrow.text, "[]");
}

#[tokio::test]
async fn a_page_speaks_the_browsers_language() {
    let server = TestServer::start().await;
    let mut owner = Admin::first(&server).await;
    for (accepted, title) in [
        ("zh-CN", "谁在线"),
        ("zh-TW", "誰在線上"),
        ("ja", "サインイン中の人"),
        ("de", "Who is online"),
    ] {
        let request = get(&console::path(&server.root, "online"), &[]);
        let request = with_header(request, "accept-language", accepted);
        let page = owner.browser.send(&server, request).await;
        assert!(
            page.text.contains(&format!("<h1>{title}</h1>")),
            "{accepted}"
        );
    }
}
