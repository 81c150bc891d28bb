//! What attackers would try: forged forms, scripts in names, frames.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod browser;
mod console;
mod relying_party;
mod support;

use browser::{Auth, Browser};
use console::{Admin, path};
use http::StatusCode;
use serde_json::json;
use support::{PASSWORD, TestServer, get, post_form, with_header};

const SCRIPT: &str = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>";

#[tokio::test]
async fn a_forged_form_changes_nothing() {
    let server = TestServer::start().await;
    let mut owner = Admin::first(&server).await;
    let mut other = owner
        .invite(&server, &server.root, "olga@example.com", "owner")
        .await;
    let own = owner.token(&server).await;
    let others = other.token(&server).await;
    let person = server.add_user("paula").await;
    let target = path(&server.root, &format!("users/{}/suspend", person.id));
    let status = async || {
        let asked = [("userId", person.id.as_str())];
        let user = server.get("get-user", &asked).await;
        user.data()["status"].as_str().unwrap().to_owned()
    };
    for token in ["", "1.x", others.as_str()] {
        let answer = owner
            .browser
            .send(&server, post_form(&target, &[("csrf", token)]))
            .await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{token}");
        assert!(answer.text.contains("data-error=\"form_expired\""));
    }
    for site in ["cross-site", "same-site"] {
        let request = post_form(&target, &[("csrf", own.as_str())]);
        let request = with_header(request, "sec-fetch-site", site);
        let answer = owner.browser.send(&server, request).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{site}");
    }
    // A GET asks, and does nothing.
    owner.browser.send(&server, get(&target, &[])).await;
    assert_eq!(status().await, "Activated");
    server.pass(3_599);
    let mut fresh = owner.clone();
    fresh.page(&server, &server.root, "overview").await;
    server.pass(1);
    let answer = owner
        .browser
        .send(&server, post_form(&target, &[("csrf", own.as_str())]))
        .await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN, "an hour later");
    let answer = owner
        .post(
            &server,
            &server.root,
            &format!("users/{}/suspend", person.id),
            &[],
        )
        .await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(status().await, "Suspended");
}

#[tokio::test]
async fn what_others_write_is_text_on_every_page() {
    let server = TestServer::start().await;
    let mut owner = Admin::first(&server).await;
    let app = server
        .add_site(
            &SCRIPT[..40],
            json!({ "appLogo": "https://x.example/l.svg?<script>" }),
        )
        .await;
    let made = server
        .post(
            "create-user",
            json!({
                "username": SCRIPT, "name": SCRIPT, "nickname": SCRIPT, "company": SCRIPT,
                "externalId": SCRIPT, "password": PASSWORD,
            }),
        )
        .await;
    let id = made.data()["userId"].as_str().unwrap().to_owned();
    // Signed in with a user agent and a login hint of theirs.
    let mut browser = Browser::default();
    let auth = Auth::new(&app).with("login_hint", SCRIPT);
    let page = browser.open(&server, &auth.path()).await.page();
    assert_is_text(&page.answer.text, "sign-in");
    let fields = [("identifier", SCRIPT), ("password", PASSWORD)];
    let request = with_header(page.submission(&fields), "user-agent", SCRIPT);
    let answer = browser.send(&server, request).await;
    let code = browser.arrive(&server, answer).await.code();
    server.try_redeem(&app, &code).await;
    let asked = form_urlencoded::byte_serialize(SCRIPT.as_bytes()).collect::<String>();
    for rest in [
        "overview".to_owned(),
        format!("online?app={}", app.id),
        format!("online?app={}&q={asked}", app.id),
        format!("online/rows?app={}", app.id),
        format!("kick?app={}&user={id}", app.id),
        format!("kicked?app={}&user={id}&since=0", app.id),
        format!("check?app={}&user={asked}", app.id),
        "users".to_owned(),
        format!("users?q={asked}"),
        format!("users/{id}"),
        format!("users/{id}/suspend"),
        format!("users/{id}/password"),
        "applications".to_owned(),
        format!("applications?q={asked}"),
        format!("applications/{}", app.id),
        format!("applications/{}/rotate", app.id),
        format!("audit?actor={asked}&from={asked}"),
        "audit".to_owned(),
        format!("deliveries?user={asked}"),
        "settings".to_owned(),
        "keys".to_owned(),
    ] {
        let page = owner.page(&server, &server.root, &rest).await;
        assert_is_text(&page.text, &rest);
        if rest.starts_with("users/") {
            assert!(page.text.contains("&#60;script&#62;alert"), "{rest}");
        }
    }
    let invalid = owner
        .post(
            &server,
            &server.root,
            "users/new",
            &[("name", SCRIPT), ("email", SCRIPT)],
        )
        .await;
    assert_is_text(&invalid.text, "users/new");
}

/// Our own scripts alone, by their paths.
fn assert_is_text(html: &str, page: &str) {
    assert!(!html.contains("<script>"), "{page}");
    assert!(!html.contains("<img src=x"), "{page}");
    for tag in html.split("<script").skip(1) {
        assert!(
            tag.starts_with(" src=\"/console/static/"),
            "{page}: {}",
            &tag[..40]
        );
    }
    for attribute in [" onerror=", " onclick=", " style=", "javascript:"] {
        let of_ours = html
            .split('<')
            .skip(1)
            .filter_map(|tag| tag.split_once('>'));
        let found = of_ours.map(|(tag, _)| tag).find(|tag| {
            // Outside of quoted values.
            let mut quoted = false;
            let bare: String = tag
                .chars()
                .filter(|c| {
                    if *c == '"' {
                        quoted = !quoted;
                    }
                    !quoted
                })
                .collect();
            bare.contains(attribute)
        });
        assert!(found.is_none(), "{page}: {found:?}");
    }
}

#[tokio::test]
async fn a_page_runs_nothing_inline_and_is_in_nobodys_frame() {
    let server = TestServer::start().await;
    let mut owner = Admin::first(&server).await;
    for rest in ["overview", "online", "users", "nothing-like-it"] {
        let page = owner.get(&server, &server.root, rest).await;
        let Some(policy) = page.headers.get("content-security-policy") else {
            panic!("{rest}")
        };
        let policy = policy.to_str().unwrap();
        assert!(policy.contains("frame-ancestors 'none'"), "{rest}");
        assert!(policy.contains("default-src 'none'"), "{rest}");
        assert!(!policy.contains("unsafe"), "{rest}");
        assert!(!policy.contains("nonce"), "{rest}");
        assert_eq!(page.headers["x-frame-options"], "DENY");
        assert_eq!(page.headers["cache-control"], "no-store");
        assert_eq!(page.headers["x-content-type-options"], "nosniff");
    }
    let page = owner.page(&server, &server.root, "overview").await;
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("form-action 'self'") && policy.contains("script-src 'self'"));
}

#[tokio::test]
async fn what_is_embedded_is_served_and_nothing_else() {
    let server = TestServer::start().await;
    for name in ["console.css", "console.js", "htmx.js", "sse.js"] {
        let file = server
            .send(get(&format!("/console/static/{name}"), &[]))
            .await;
        assert_eq!(file.status, StatusCode::OK, "{name}");
        assert_eq!(file.headers["x-content-type-options"], "nosniff");
        assert!(!file.text.is_empty(), "{name}");
    }
    for name in ["README.md", "..%2f..%2fCargo.toml", "%2e%2e", "x"] {
        let file = server
            .send(get(&format!("/console/static/{name}"), &[]))
            .await;
        assert_eq!(file.status, StatusCode::NOT_FOUND, "{name}");
    }
}

#[tokio::test]
async fn a_sign_in_leads_nowhere_else() {
    let server = TestServer::start().await;
    Admin::first(&server).await;
    for to in [
        "//evil.example/",
        "https://evil.example",
        "/\\evil.example",
        "/oidc/session/end",
    ] {
        let mut browser = Browser::default();
        let to = form_urlencoded::byte_serialize(to.as_bytes()).collect::<String>();
        let page = browser
            .open(&server, &format!("/console/sign-in?to={to}"))
            .await
            .page();
        let fields = [
            ("identifier", console::OWNER),
            ("password", console::SECRET),
        ];
        let page = browser.submit(&server, &page, &fields).await.page();
        assert_eq!(page.kind, "home", "{to}");
    }
}
