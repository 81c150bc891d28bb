//! Every route of the console with what nobody means to send, and with the store away.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod browser;
mod console;
mod relying_party;
mod support;

use axum::body::Body;
use console::Admin;
use http::{Method, Request, StatusCode};
use relying_party::App;
use rollcall_server::router::classified;
use rollcall_server::routes::Who;
use serde_json::json;
use support::{Answer, Person, TestServer, get, post_form};

/// All that a query of the console may have.
const QUERY: &[&str] = &[
    "action", "actor", "after", "app", "at", "before", "code", "from", "iss", "link", "made",
    "page", "q", "resource", "since", "state", "status", "to", "until", "user",
];

/// All that a form of it may have, beside its token.
const FORM: &[&str] = &[
    "again",
    "app",
    "backchannel",
    "code",
    "email",
    "enabled",
    "kind",
    "link",
    "logout_uri",
    "name",
    "password",
    "permission",
    "phone",
    "redirect_uris",
    "role",
    "sessions",
    "user",
    "username",
];

/// An owner at a console in which there is somebody and something.
struct World {
    server: TestServer,
    owner: Admin,
    alice: Person,
    shop: App,
}

impl World {
    async fn new() -> Self {
        let server = TestServer::start().await;
        let owner = Admin::first(&server).await;
        let shop = server.add_site("Shop", json!({})).await;
        let alice = server.add_user("alice").await;
        let mut browser = browser::Browser::default();
        browser.enter(&server, &shop, &alice).await;
        Self {
            server,
            owner,
            alice,
            shop,
        }
    }

    fn path(&self, pattern: &str) -> String {
        let key = &self.server.root;
        pattern
            .replace("{pool}", &key.pool.to_string())
            .replace("{user}", &self.alice.id)
            .replace("{app}", &self.shop.id)
            .replace("{key}", &key.id.to_string())
            .replace("{file}", "console.css")
    }

    fn request(&self, route: Route, values: &[(&str, &str)], token: &str) -> Request<Body> {
        let path = self.path(route.1);
        if route.0 == Method::GET {
            return get(&path, values);
        }
        let mut form = vec![("csrf", token)];
        form.extend_from_slice(values);
        post_form(&path, &form)
    }
}

type Route = (&'static str, &'static str);

/// But for the stream, which does not end by itself, and for what ends this sign-in.
fn routes() -> Vec<Route> {
    let rows = classified().into_iter();
    let ours = rows.filter(|row| matches!(row.who, Who::Console(_)));
    ours.map(|row| (row.method, row.path))
        .filter(|(_, path)| !path.ends_with("/events") && !path.ends_with("/sign-out"))
        .collect()
}

#[track_caller]
fn assert_tells_nothing(answer: &Answer, label: &str) {
    for secret in ["away, as a test", "sqlite", "panicked", console::SECRET] {
        assert!(!answer.text.contains(secret), "{label}: {secret}");
    }
}

#[tokio::test]
async fn whatever_is_sent_is_no_fault_of_the_servers() {
    let mut world = World::new().await;
    let long = "a".repeat(2_000);
    let ids = "6a0000000000000000000001";
    for route in routes() {
        let names = if route.0 == "GET" { QUERY } else { FORM };
        for value in [
            "",
            &long,
            "\0",
            "-1",
            "99999999999999999999",
            "\u{202e}%",
            ids,
        ] {
            let mut values: Vec<(&str, &str)> = names.iter().map(|name| (*name, value)).collect();
            // Twice, and the other way round.
            values.extend(names.iter().rev().map(|name| (*name, "x")));
            let token = world.owner.token(&world.server).await;
            let request = world.request(route, &values, &token);
            let answer = world
                .owner
                .browser
                .clone()
                .send(&world.server, request)
                .await;
            let start: String = value.chars().take(9).collect();
            let label = format!("{route:?} {start:?}");
            assert!(!answer.status.is_server_error(), "{label}: {}", answer.text);
            assert_tells_nothing(&answer, &label);
        }
    }
}

#[tokio::test]
async fn every_page_says_when_the_store_is_away() {
    let mut world = World::new().await;
    for route in routes() {
        let token = world.owner.token(&world.server).await;
        for calls in 0..60 {
            let label = format!("{route:?} after {calls}");
            let request = world.request(route, &[], &token);
            world.server.store.answer_only(calls);
            let answer = world
                .owner
                .browser
                .clone()
                .send(&world.server, request)
                .await;
            world.server.store.answer_only(u64::MAX);
            assert_tells_nothing(&answer, &label);
            if answer.status != StatusCode::SERVICE_UNAVAILABLE {
                assert!(!answer.status.is_server_error(), "{label}: {}", answer.text);
                break;
            }
            assert_eq!(answer.headers["retry-after"], "1", "{label}");
            assert_eq!(answer.headers["cache-control"], "no-store", "{label}");
            assert!(
                answer.text.contains("data-page=\"trouble\""),
                "{label}: {}",
                answer.text
            );
            assert!(calls < 59, "{label}: it never ends");
        }
    }
}
