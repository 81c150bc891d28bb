//! The doors of the console: the first run, invitations, signing in and out.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod browser;
mod console;
mod relying_party;
mod support;

use browser::Browser;
use console::{Admin, OWNER, SECRET, path};
use http::StatusCode;
use rollcall_core::limits::{CONSOLE_IDLE_TIMEOUT, INVITATION_LIFETIME};
use rollcall_core::model::event::Origin;
use rollcall_core::operations::console_access::make_owner;
use rollcall_server::browser::Forms;
use rollcall_server::console::prepare;
use rollcall_server::egress::{Egress, EgressPolicy};
use rollcall_server::router::{classified, router};
use rollcall_server::routes::Who;
use rollcall_server::state::{AppState, Settings};
use rollcall_server::tokens::Tokens;
use support::{TestServer, get};

#[tokio::test]
async fn the_servers_code_makes_the_first_owner_once() {
    let server = TestServer::start().await;
    let code = prepare(&server.app).await.unwrap().unwrap().reveal();
    let mut browser = Browser::default();
    let page = browser.open(&server, "/console").await.page();
    let tried = |code: &str, again: &str| {
        [
            ("code", code.to_owned()),
            ("email", OWNER.to_owned()),
            ("password", SECRET.to_owned()),
            ("again", again.to_owned()),
        ]
    };
    for (fields, status) in [
        (tried("0000-0000", SECRET), StatusCode::FORBIDDEN),
        (tried(&code, "another"), StatusCode::UNPROCESSABLE_ENTITY),
    ] {
        let fields: Vec<_> = fields
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        let refused = browser.submit(&server, &page, &fields).await.page();
        assert_eq!(refused.answer.status, status);
        assert_eq!(refused.kind, "first-run");
    }
    assert!(server.authority.store.console().await.unwrap().is_none());
    // Typed without dashes and in capitals it is the same code.
    let plain = code.replace('-', "").to_uppercase();
    let fields = tried(&plain, SECRET);
    let fields: Vec<_> = fields
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let next = browser.submit(&server, &page, &fields).await.page();
    assert_eq!(next.kind, "sign-in");
    Admin::sign_in(&server, browser.clone(), &next, OWNER).await;
    let again = browser.submit(&server, &page, &fields).await.page();
    assert_eq!(again.answer.status, StatusCode::NOT_FOUND);
    assert!(prepare(&server.app).await.unwrap().is_none());
}

#[tokio::test]
async fn a_short_password_makes_nobody() {
    let server = TestServer::start().await;
    let code = prepare(&server.app).await.unwrap().unwrap().reveal();
    let mut browser = Browser::default();
    let page = browser.open(&server, "/console").await.page();
    for (email, password) in [(OWNER, "short"), ("no address", SECRET)] {
        let fields = [
            ("code", code.as_str()),
            ("email", email),
            ("password", password),
            ("again", password),
        ];
        let refused = browser.submit(&server, &page, &fields).await.page();
        assert_eq!(
            refused.answer.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{email}"
        );
        assert!(refused.error.is_some());
    }
    assert!(server.authority.store.console().await.unwrap().is_none());
}

#[tokio::test]
async fn an_owner_by_the_command_line_chooses_a_password_once() {
    let server = TestServer::start().await;
    let link = make_owner(&server.authority, OWNER, Origin::system())
        .await
        .unwrap();
    prepare(&server.app).await.unwrap();
    let welcome = format!("/console/welcome?link={}", link.reveal());
    let mut browser = Browser::default();
    let page = browser.open(&server, &welcome).await.page();
    assert!(page.answer.text.contains(OWNER));
    let fields = [("password", SECRET), ("again", SECRET)];
    let next = browser.submit(&server, &page, &fields).await.page();
    Admin::sign_in(&server, browser, &next, OWNER).await;
    let used = Browser::default().open(&server, &welcome).await.page();
    assert_eq!(used.answer.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_link_ends_at_its_lifetime_and_with_a_newer_one() {
    let server = TestServer::start().await;
    let first = make_owner(&server.authority, OWNER, Origin::system())
        .await
        .unwrap();
    let second = make_owner(&server.authority, OWNER, Origin::system())
        .await
        .unwrap();
    prepare(&server.app).await.unwrap();
    let opened = async |link: &str| {
        let path = format!("/console/welcome?link={link}");
        Browser::default()
            .open(&server, &path)
            .await
            .page()
            .answer
            .status
    };
    assert_eq!(opened(first.reveal()).await, StatusCode::NOT_FOUND);
    server.pass(INVITATION_LIFETIME.as_seconds() - 1);
    assert_eq!(opened(second.reveal()).await, StatusCode::OK);
    server.pass(1);
    assert_eq!(opened(second.reveal()).await, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn who_is_not_signed_in_is_brought_back_to_where_they_wanted_to_be() {
    let server = TestServer::start().await;
    let owner = Admin::first(&server).await;
    drop(owner);
    let mut browser = Browser::default();
    let wanted = path(&server.root, "check?user=x");
    let page = browser.open(&server, &wanted).await.page();
    assert_eq!(page.kind, "sign-in");
    let fields = [("identifier", OWNER), ("password", SECRET)];
    let page = browser.submit(&server, &page, &fields).await.page();
    assert_eq!(page.kind, "check");
}

#[tokio::test]
async fn a_sign_in_comes_back_to_the_browser_that_began_it_alone() {
    let server = TestServer::start().await;
    Admin::first(&server).await;
    let mut victim = Browser::default();
    victim.open(&server, "/console").await.page();
    let mut attacker = Browser::default();
    let page = attacker.open(&server, "/console").await.page();
    let fields = [("identifier", OWNER), ("password", SECRET)];
    let answer = attacker.send(&server, page.submission(&fields)).await;
    let callback = answer.headers["location"].to_str().unwrap().to_owned();
    let callback = callback.strip_prefix(support::PUBLIC_URL).unwrap();
    // Login CSRF: the attacker's code in the victim's browser.
    let refused = victim.send(&server, get(callback, &[])).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(!victim.cookies.contains_key("rollcall-console"));
    // And a second time in its own.
    let first = attacker.send(&server, get(callback, &[])).await;
    assert_eq!(first.status, StatusCode::SEE_OTHER);
    let second = attacker.send(&server, get(callback, &[])).await;
    assert_eq!(second.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn the_console_signs_nobody_in_by_the_json_api() {
    let server = TestServer::start().await;
    Admin::first(&server).await;
    let facts = server.authority.store.console().await.unwrap().unwrap();
    let client = server
        .authority
        .store
        .client(facts.application)
        .await
        .unwrap()
        .unwrap();
    let body = serde_json::json!({
        "connection": "PASSWORD",
        "passwordPayload": { "email": OWNER, "password": SECRET },
        "client_id": facts.application.to_string(),
        "client_secret": client.secret.reveal(),
    });
    let answer = server
        .send(support::post_json("/api/v3/signin", &body))
        .await;
    assert_eq!(answer.code(), 403);
}

#[tokio::test]
async fn private_pages_are_gone_after_the_sign_out() {
    let server = TestServer::start().await;
    let mut owner = Admin::first(&server).await;
    let page = owner.page(&server, &server.root, "overview").await;
    assert_eq!(page.headers["cache-control"], "no-store");
    let stolen = owner.browser.clone();
    let token = owner.token(&server).await;
    let request = support::post_form("/console/sign-out", &[("csrf", token.as_str())]);
    let answer = owner.browser.send(&server, request).await;
    assert_eq!(answer.headers["location"], "/console/signed-out");
    assert_eq!(answer.headers["clear-site-data"], "\"cache\", \"storage\"");
    assert!(!owner.browser.cookies.contains_key("rollcall-console"));
    // Whoever kept the cookies has nothing: the session at the server has ended too.
    let mut thief = stolen;
    let page = thief
        .open(&server, &path(&server.root, "overview"))
        .await
        .page();
    assert_eq!(page.kind, "sign-in");
}

#[tokio::test]
async fn an_hour_without_activity_signs_out_and_watching_is_none() {
    let server = TestServer::start().await;
    let mut owner = Admin::first(&server).await;
    let app = server.add_site("shop", serde_json::json!({})).await;
    let rows = format!("online/rows?app={}", app.id);
    let half = CONSOLE_IDLE_TIMEOUT.as_seconds() / 2;
    server.pass(half);
    owner.page(&server, &server.root, "overview").await;
    server.pass(half);
    owner.page(&server, &server.root, &rows).await;
    server.pass(half);
    // The rows were asked for by the page, not by its reader.
    let answer = owner.get(&server, &server.root, "overview").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_changed_cookie_is_nobodys() {
    let server = TestServer::start().await;
    let mut owner = Admin::first(&server).await;
    let good = owner.browser.cookies["rollcall-console"].clone();
    let other = if good.starts_with('0') { "1" } else { "0" };
    for bad in [
        format!("{other}{}", &good[1..]),
        good[..good.len() - 4].to_owned(),
        "..".to_owned(),
    ] {
        owner
            .browser
            .cookies
            .insert("rollcall-console".to_owned(), bad);
        let answer = owner.get(&server, &server.root, "overview").await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER);
    }
}

#[tokio::test]
async fn over_https_the_cookie_is_bound_to_the_host() {
    let server = TestServer::start_at("https://id.example").await;
    let code = prepare(&server.app).await.unwrap().unwrap().reveal();
    let mut browser = Browser::default();
    let page = browser.open(&server, "/console").await.page();
    let fields = [
        ("code", code.as_str()),
        ("email", OWNER),
        ("password", SECRET),
        ("again", SECRET),
    ];
    browser.send(&server, page.submission(&fields)).await;
    let to_sign_in = browser.send(&server, get("/console/sign-in", &[])).await;
    let uri = to_sign_in.headers["location"].to_str().unwrap().to_owned();
    let uri = uri.strip_prefix("https://id.example").unwrap();
    let page = browser.open(&server, uri).await.page();
    let fields = [("identifier", OWNER), ("password", SECRET)];
    let answer = browser.send(&server, page.submission(&fields)).await;
    let callback = answer.headers["location"].to_str().unwrap().to_owned();
    let callback = callback.strip_prefix("https://id.example").unwrap();
    let answer = browser.send(&server, get(callback, &[])).await;
    let cookies: Vec<_> = answer.headers.get_all("set-cookie").iter().collect();
    let console = cookies.iter().map(|cookie| cookie.to_str().unwrap());
    let console: Vec<_> = console
        .filter(|cookie| cookie.contains("rollcall-console"))
        .collect();
    let [console] = console.as_slice() else {
        panic!("{cookies:?}")
    };
    assert!(console.starts_with("__Host-rollcall-console="), "{console}");
    for attribute in ["; Path=/", "; HttpOnly", "; SameSite=Lax", "; Secure"] {
        assert!(console.contains(attribute), "{console}");
    }
}

#[tokio::test]
async fn beyond_loopback_there_is_no_console_unless_it_is_asked_for() {
    let server = TestServer::start().await;
    Admin::first(&server).await;
    let settings = Settings {
        public_url: support::PUBLIC_URL.to_owned(),
        trusted_proxies: Vec::new(),
        console: false,
        explorer: true,
    };
    let authority = server.authority.clone();
    let egress = Egress::new(EgressPolicy {
        allow: Vec::new(),
        loopback: true,
    });
    let app = AppState::new(
        authority.clone(),
        Forms::load(&authority).await.unwrap(),
        Tokens::load(&authority, settings.issuer()).await.unwrap(),
        settings,
        egress.unwrap(),
    );
    assert!(prepare(&app).await.unwrap().is_none());
    let mut off = router(app);
    let routes = classified().into_iter();
    for row in routes.filter(|row| matches!(row.who, Who::Console(_))) {
        let request = http::Request::builder().method(row.method).uri(row.path);
        let request = request.body(axum::body::Body::empty()).unwrap();
        let Ok(answer) = tower::Service::call(&mut off, request).await;
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{}", row.path);
    }
}
