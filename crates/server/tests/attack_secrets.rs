//! Guessing who has an account and what its password is, and looking for secrets
//! where they are left lying about.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod browser;
mod relying_party;
mod support;

use browser::{Auth, Browser, Page, Place};
use relying_party::{App, Tokens};
use serde_json::json;
use std::fmt::{self, Write as _};
use std::sync::{Arc, Mutex};
use support::{Answer, PASSWORD, Person, TestServer, get, post_form};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

struct World {
    server: TestServer,
    shop: App,
    alice: Person,
}

impl World {
    async fn new() -> Self {
        let server = TestServer::start().await;
        Self {
            shop: server.add_site("Shop", json!({})).await,
            alice: server.add_user("alice").await,
            server,
        }
    }

    /// The sign-in page, after this was typed on it.
    async fn attempt(&self, name: &str, password: &str) -> Page {
        let mut browser = Browser::default();
        let path = Auth::new(&self.shop).path();
        let page = browser.open(&self.server, &path).await.page();
        let typed = [("identifier", name), ("password", password)];
        browser.submit(&self.server, &page, &typed).await.page()
    }
}

/// The answer, but for what differs between any two of them.
fn blurred(page: &Page) -> (u16, Vec<(String, String)>, String) {
    let Answer {
        status,
        headers,
        text,
        ..
    } = &page.answer;
    let policy = headers["content-security-policy"].to_str().unwrap();
    let (_, nonce) = policy.split_once("'nonce-").unwrap();
    let nonce = nonce.split_once('\'').unwrap().0;
    let id = headers["x-request-id"].to_str().unwrap();
    let blur = |text: &str| {
        let text = text.replace(nonce, "N").replace(id, "R");
        text.replace(page.field("csrf"), "C")
            .replace(page.field("identifier"), "someone")
    };
    let differs = ["set-cookie", "content-length"];
    let told = headers
        .iter()
        .filter(|(name, _)| !differs.contains(&name.as_str()));
    let told = told.map(|(name, value)| (name.to_string(), blur(value.to_str().unwrap())));
    (status.as_u16(), told.collect(), blur(text))
}

#[tokio::test]
async fn a_guesser_hears_the_same_of_every_account() {
    let world = World::new().await;
    let suspended = world.server.add_user("suzy").await;
    let change = json!({ "userId": suspended.id, "status": "Suspended" });
    world.server.post("update-user", change).await.data();
    let bare = json!({ "username": "nopw" });
    world.server.post("create-user", bare).await.data();
    let names = [
        "alice",
        "suzy",
        "nopw",
        "nobody",
        "no@body.example",
        "+8613012345678",
    ];
    // One failure after the other, into the delay and out of it.
    for round in 0..14 {
        let mut heard = Vec::new();
        for name in names {
            let page = world.attempt(name, "wrong").await;
            assert_eq!(page.field("identifier"), name);
            heard.push(blurred(&page));
        }
        for other in &heard {
            assert_eq!(&heard[0], other, "{round}");
        }
        let expected = if round < 10 { 401 } else { 429 };
        assert_eq!(heard[0].0, expected, "{round}");
    }
    // The right password gets nobody past the delay, which is looked at first.
    let right = world.attempt("alice", PASSWORD).await;
    let wrong = world.attempt("nobody", PASSWORD).await;
    assert_eq!(blurred(&right), blurred(&wrong));
    assert_eq!(right.answer.headers["retry-after"], "1");
    assert!(!world.server.is_active(&world.alice, &world.shop.id).await);
    // Longer than any password, and than any name: one answer too.
    let long = "x".repeat(5000);
    for name in ["carol", "alice2"] {
        let page = world.attempt(name, &long).await;
        assert_eq!(page.error.as_deref(), Some("wrong_credentials"));
    }
}

/// What is logged by us at any level, and by others from `warn` on: as the
/// product's own log at its most talkative.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<String>>);

struct Line<'a>(&'a mut String);

impl Visit for Line<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        write!(self.0, " {field}={value:?}").unwrap();
    }
}

impl Subscriber for Log {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("rollcall") || *metadata.level() <= Level::WARN
    }

    fn new_span(&self, attributes: &Attributes<'_>) -> Id {
        attributes.record(&mut Line(&mut self.0.lock().unwrap()));
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        values.record(&mut Line(&mut self.0.lock().unwrap()));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut log = self.0.lock().unwrap();
        event.record(&mut Line(&mut log));
        log.push('\n');
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

#[tokio::test]
async fn no_secret_is_logged_or_shown_on_a_page() {
    let log = Log::default();
    tracing::subscriber::set_global_default(log.clone()).unwrap();
    let world = World::new().await;
    let server = &world.server;
    let mut shown = String::new();
    let mut secrets = vec![PASSWORD.to_owned(), "hunter2-wrong".to_owned()];
    secrets.push(world.shop.secret.clone());
    secrets.push(server.root.token.clone());
    let mut browser = Browser::default();
    let path = Auth::new(&world.shop).path();
    let page = browser.open(server, &path).await.page();
    secrets.push(page.field("csrf").to_owned());
    let typed = [("identifier", "alice"), ("password", "hunter2-wrong")];
    let wrong = browser.submit(server, &page, &typed).await.page();
    shown += &wrong.answer.text.replace(wrong.field("csrf"), "");
    let code = browser.sign_in(server, &page, &world.alice).await.code();
    secrets.push(code.clone());
    secrets.extend(browser.cookies.values().cloned());
    let redeemed = server.try_redeem(&world.shop, &code).await;
    let tokens = Tokens::of(&redeemed.body);
    secrets.extend([
        tokens.access.clone(),
        tokens.refresh.clone(),
        tokens.id.clone(),
    ]);
    // Everything wrong that brings them somewhere.
    shown += &server.try_redeem(&world.shop, &code).await.text;
    shown += &server.try_refresh(&world.shop, &code).await.text;
    shown += &server.user_info(&tokens.refresh).await.text;
    let wrong_place = [
        ("client_id", tokens.access.as_str()),
        ("state", PASSWORD),
        ("redirect_uri", code.as_str()),
    ];
    for path in ["/oidc/auth", "/oidc/session/end"] {
        shown += &server.send(get(path, &wrong_place)).await.text;
        let query = [("id_token_hint", tokens.access.as_str())];
        shown += &browser.send(server, get(path, &query)).await.text;
    }
    let form = [
        ("request", code.as_str()),
        ("password", PASSWORD),
        ("csrf", "x"),
    ];
    for path in ["sign-in", "account", "consent"] {
        let request = post_form(&format!("/oidc/auth/{path}"), &form);
        shown += &browser.send(server, request).await.text;
    }
    let hint = [("id_token_hint", tokens.id.as_str())];
    let path = get("/oidc/session/end", &hint).uri().to_string();
    let Place::Page(out) = browser.open(server, &path).await else {
        panic!("elsewhere");
    };
    assert_eq!(out.kind, "signed-out");
    shown += &out.answer.text;
    shown += &server
        .send(get(&format!("/oidc/logo/{code}"), &[]))
        .await
        .text;
    let log = log.0.lock().unwrap().clone();
    assert!(log.contains("a request was answered"), "{log}");
    for secret in secrets {
        assert!(!log.contains(&secret), "logged: {secret}");
        assert!(!shown.contains(&secret), "shown: {secret}");
    }
}
