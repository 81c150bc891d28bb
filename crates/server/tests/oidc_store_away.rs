//! Browsers while the store is away, or has no room for what they send: whichever
//! call fails, a page says so, in their language, and nothing is given away or used up.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod browser;
mod relying_party;
mod support;

use axum::body::Body;
use browser::{Auth, Browser, Page};
use bytes::Bytes;
use http::{Method, Request, StatusCode};
use http_body::{Body as HttpBody, Frame};
use relying_party::{App, Tokens};
use rollcall_core::limits::{MAX_BODY_BYTES, MAX_BUFFERED_BODY_BYTES};
use serde_json::json;
use std::pin::Pin;
use std::task::{Context, Poll};
use support::{Answer, PASSWORD, Person, TestServer, get, post_form};

const LANGUAGE: &str = "zh-TW";

struct World {
    server: TestServer,
    shop: App,
    alice: Person,
    /// Alice's, signed in.
    browser: Browser,
    tokens: Tokens,
}

impl World {
    async fn new() -> Self {
        let server = TestServer::start().await;
        let shop = server.add_site("Shop", json!({})).await;
        let alice = server.add_user("alice").await;
        let mut browser = Browser::default();
        let code = browser.enter(&server, &shop, &alice).await;
        let answer = server.try_redeem(&shop, &code).await;
        let tokens = Tokens::of(&answer.body);
        Self {
            server,
            shop,
            alice,
            browser,
            tokens,
        }
    }

    fn auth(&self) -> Auth {
        Auth::new(&self.shop).with("ui_locales", LANGUAGE)
    }

    /// The page that this request shows.
    async fn page(&mut self, auth: &Auth) -> Page {
        self.browser.open(&self.server, &auth.path()).await.page()
    }

    /// Makes a visit while the store answers no call, then one, and so on, until it
    /// is answered as usual; answers that, and how many calls it took.
    async fn visit(
        &self,
        browser: &mut Browser,
        label: &str,
        request: impl Fn() -> Request<Body>,
    ) -> (u64, Answer) {
        for calls in 0..50 {
            self.server.store.answer_only(calls);
            let mut visiting = browser.clone();
            let answer = visiting.send(&self.server, request()).await;
            self.server.store.answer_only(u64::MAX);
            let label = format!("{label} after {calls}");
            if answer.status != StatusCode::SERVICE_UNAVAILABLE {
                *browser = visiting;
                return (calls, answer);
            }
            assert_unavailable(&answer, &label);
            let names: Vec<&String> = visiting.cookies.keys().collect();
            let sessions = names.iter().filter(|name| name.contains("session"));
            let before = browser.cookies.keys().filter(|n| n.contains("session"));
            assert_eq!(sessions.count(), before.count(), "{label}");
        }
        panic!("{label}: it never ends");
    }
}

#[track_caller]
fn assert_unavailable(answer: &Answer, label: &str) {
    let of = |name: &str| {
        answer
            .headers
            .get(name)
            .map(|value| value.to_str().unwrap())
    };
    assert_eq!(of("retry-after"), Some("1"), "{label}");
    assert_eq!(of("cache-control"), Some("no-store"), "{label}");
    assert_eq!(of("content-language"), Some(LANGUAGE), "{label}");
    assert_eq!(of("location"), None, "{label}");
    let policy = of("content-security-policy").unwrap();
    assert!(policy.contains("script-src 'none'"), "{label}: {policy}");
    assert!(policy.contains("frame-ancestors 'none'"), "{label}");
    let text = &answer.text;
    let is_page = ["error", "sign-in"]
        .iter()
        .any(|kind| text.contains(&format!("data-page=\"{kind}\"")));
    assert!(is_page, "{label}: {text}");
    assert!(text.contains("data-error=\""), "{label}");
    // The detail is for the log alone.
    for secret in ["away, as a test", "sqlite", PASSWORD, "Alice"] {
        assert!(!text.contains(secret), "{label}: {secret}");
    }
}

#[track_caller]
fn assert_kind(answer: &Answer, kind: &str) {
    let hook = format!("data-page=\"{kind}\"");
    assert!(answer.text.contains(&hook), "{}", answer.text);
}

#[track_caller]
fn assert_code(answer: &Answer) {
    let location = answer.headers["location"].to_str().unwrap();
    assert!(location.contains("code="), "{location}");
}

#[tokio::test]
async fn every_page_of_a_request_says_that_it_cannot_be_answered_now() {
    let world = World::new().await;
    for (prompt, is_there, kind) in [
        ("", true, None),
        ("", false, Some("sign-in")),
        ("login", true, Some("sign-in")),
        ("select_account", true, Some("account")),
        ("consent", true, Some("consent")),
    ] {
        let path = world.auth().with("prompt", prompt).path();
        let mut browser = Browser::default();
        if is_there {
            browser = world.browser.clone();
        }
        let visit = world.visit(&mut browser, &path, || get(&path, &[]));
        let (calls, answer) = visit.await;
        assert!(calls > 0, "{path}");
        match kind {
            Some(kind) => assert_kind(&answer, kind),
            None => assert_code(&answer),
        }
    }
}

#[tokio::test]
async fn every_form_says_so_and_can_be_sent_again() {
    let mut world = World::new().await;
    let fields = [
        ("identifier", world.alice.username.clone()),
        ("password", PASSWORD.to_owned()),
    ];
    let fields = fields.each_ref().map(|(name, value)| (*name, &**value));
    let choice = [("choice", "continue")];
    let decision = [("decision", "allow")];
    for (prompt, filled) in [
        ("login", &fields[..]),
        ("select_account", &choice),
        ("consent", &decision),
        // Signing in, and then the page of consent.
        ("login consent", &fields),
    ] {
        let auth = world.auth().with("prompt", prompt);
        let page = world.page(&auth).await;
        let mut browser = world.browser.clone();
        let (calls, answer) = world
            .visit(&mut browser, prompt, || page.submission(filled))
            .await;
        assert!(calls > 1, "{prompt}");
        if prompt == "login consent" {
            assert_kind(&answer, "consent");
        } else {
            assert_code(&answer);
        }
        world.browser = browser;
    }
}

/// No page may be shown: the application is told, once it is known.
#[tokio::test]
async fn an_application_that_asks_in_silence_is_told() {
    let world = World::new().await;
    let path = world.auth().with("prompt", "none").path();
    let mut told = 0;
    for calls in 0..50 {
        world.server.store.answer_only(calls);
        let mut browser = world.browser.clone();
        let answer = browser.send(&world.server, get(&path, &[])).await;
        world.server.store.answer_only(u64::MAX);
        let Some(location) = answer.headers.get("location") else {
            assert_unavailable(&answer, "silence");
            continue;
        };
        let location = location.to_str().unwrap();
        if location.contains("code=") {
            assert!(told > 0 && calls > told);
            return;
        }
        assert!(
            location.contains("error=temporarily_unavailable"),
            "{location}"
        );
        told += 1;
    }
    panic!("it never ends");
}

#[tokio::test]
async fn signing_out_says_so_and_can_be_done_again() {
    let mut world = World::new().await;
    let id = world.shop.id.clone();
    let locales = ("ui_locales", LANGUAGE);
    let asked = [("client_id", id.as_str()), locales];
    let mut browser = world.browser.clone();
    let (calls, answer) = world
        .visit(&mut browser, "the question", || {
            get("/oidc/session/end", &asked)
        })
        .await;
    assert!(calls > 0);
    assert_kind(&answer, "sign-out");
    let end = get("/oidc/session/end", &asked).uri().to_string();
    let page = world.browser.open(&world.server, &end).await.page();
    let mut browser = world.browser.clone();
    let (calls, answer) = world
        .visit(&mut browser, "a yes", || {
            page.submission(&[("decision", "yes")])
        })
        .await;
    assert!(calls > 1);
    assert_kind(&answer, "signed-out");
    assert!(!world.server.is_active(&world.alice, &id).await);
    let mut world = World::new().await;
    let hint = world.tokens.id.clone();
    let asked = [("id_token_hint", hint.as_str()), locales];
    let mut browser = world.browser.clone();
    let (calls, answer) = world
        .visit(&mut browser, "a hint", || get("/oidc/session/end", &asked))
        .await;
    assert!(calls > 1);
    assert_kind(&answer, "signed-out");
    world.browser = browser;
    assert_eq!(world.browser.session(), None);
}

/// A body of the largest size that does not end.
struct Endless(Option<Bytes>);

impl HttpBody for Endless {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        match self.0.take() {
            Some(bytes) => Poll::Ready(Some(Ok(Frame::data(bytes)))),
            None => Poll::Pending,
        }
    }
}

#[tokio::test]
async fn a_form_that_finds_no_room_is_answered_on_a_page_and_may_come_again() {
    let mut world = World::new().await;
    let page = world.page(&world.auth().with("prompt", "login")).await;
    let id = world.shop.id.clone();
    let asked = format!("/oidc/session/end?client_id={id}");
    let question = world.browser.open(&world.server, &asked).await.page();
    let larger = "x".repeat(MAX_BODY_BYTES / 4);
    let filler = ("filler", larger.as_str());
    let requests = || {
        let auth = world.auth();
        let auth = [&auth.form()[..], &[filler]].concat();
        [
            post_form("/oidc/auth", &auth),
            page.submission(&[filler]),
            question.submission(&[filler, ("decision", "no")]),
            post_form("/oidc/session/end", &[("client_id", id.as_str()), filler]),
        ]
    };
    let send = async |request: Request<Body>| {
        let request = support::with_header(request, "accept-language", LANGUAGE);
        world.browser.clone().send(&world.server, request).await
    };
    let filling = async {
        let endless = || {
            let body = Endless(Some(Bytes::from(vec![b'x'; MAX_BODY_BYTES])));
            let request = Request::builder().method(Method::POST).uri("/oidc/token");
            world.server.send(request.body(Body::new(body)).unwrap())
        };
        let all = (0..MAX_BUFFERED_BODY_BYTES / MAX_BODY_BYTES).map(|_| endless());
        let mut all: Vec<_> = all.map(Box::pin).collect();
        // Each has taken its room at its first turn, and waits for more.
        std::future::poll_fn(|context| {
            for one in &mut all {
                assert!(one.as_mut().poll(context).is_pending());
            }
            Poll::Ready(())
        })
        .await;
        all
    };
    let held = filling.await;
    for request in requests() {
        let label = request.uri().to_string();
        let answer = send(request).await;
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{label}");
        assert_unavailable(&answer, &label);
    }
    drop(held);
    for request in requests() {
        let answer = send(request).await;
        assert_ne!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    }
}
