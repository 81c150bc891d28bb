//! The pages of a sign-in, and what each step makes of session and logins.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod browser;
mod relying_party;
mod support;

use browser::{Auth, Browser, Page, Place};
use http::StatusCode;
use relying_party::{App, Tokens, claims, from_address};
use rollcall_core::limits::{FAILURES_BEFORE_DELAY, FAILURES_BEFORE_LOCK};
use rollcall_core::model::event::Reason;
use rollcall_core::time::Span;
use serde_json::{Value, json};
use support::{PASSWORD, Person, TestServer};

const DAY: i64 = 86_400;

struct World {
    server: TestServer,
    shop: App,
    mail: App,
    alice: Person,
    browser: Browser,
}

impl World {
    async fn new() -> Self {
        let server = TestServer::start().await;
        Self {
            shop: server.add_site("Shop", json!({})).await,
            mail: server.add_site("Mail", json!({})).await,
            alice: server.add_user("alice").await,
            browser: Browser::default(),
            server,
        }
    }

    async fn open(&mut self, auth: &Auth) -> Place {
        self.browser.open(&self.server, &auth.path()).await
    }

    /// Goes on without a page, and gets the tokens.
    async fn silently(&mut self, app: &App) -> Tokens {
        let auth = Auth::new(app).with("prompt", "none");
        let code = self.open(&auth).await.code();
        self.redeemed(app, &code).await
    }

    async fn redeemed(&self, app: &App, code: &str) -> Tokens {
        let answer = self.server.try_redeem(app, code).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        Tokens::of(&answer.body)
    }

    async fn sign_in(&mut self, app: &App, prompt: &str, person: &Person) -> Tokens {
        let page = self.open(&Auth::new(app).with("prompt", prompt)).await;
        let page = page.page();
        let code = self.browser.sign_in(&self.server, &page, person).await;
        self.redeemed(app, &code.code()).await
    }

    async fn is_at(&self, app: &App) -> bool {
        // Time may have passed by days, which no token survives.
        let key = self.server.with_token(self.server.root.clone()).await;
        self.server.is_active_in(&key, &self.alice, app).await
    }

    async fn try_password(&mut self, page: &Page, name: &str, password: &str) -> Page {
        let fields = [("identifier", name), ("password", password)];
        self.browser
            .submit(&self.server, page, &fields)
            .await
            .page()
    }

    async fn change_alice(&self, members: Value) {
        let body = relying_party::with(json!({ "userId": self.alice.id }), members);
        self.server.post("update-user", body).await.data();
    }

    async fn sign_in_page(&mut self) -> Page {
        let page = self.open(&Auth::new(&self.shop)).await.page();
        assert_eq!(page.kind, "sign-in");
        page
    }
}

#[track_caller]
fn assert_problem(page: &Page, status: u16, problem: &str) {
    let found = (page.answer.status.as_u16(), page.error.as_deref());
    assert_eq!(found, (status, Some(problem)));
    assert_eq!(page.kind, "sign-in");
    assert_eq!(page.answer.headers.get("location"), None);
}

/// oidcc-prompt-login
#[tokio::test]
async fn prompt_login_shows_the_page_and_moves_auth_time() {
    let mut world = World::new().await;
    let (shop, alice) = (world.shop.clone(), world.alice.clone());
    let first = world.sign_in(&shop, "", &alice).await;
    let cookie = world.browser.session().unwrap().clone();
    let old = world.browser.clone();
    world.server.pass(100);
    let auth = Auth::new(&shop).with("prompt", "login");
    let page = world.open(&auth).await.page();
    assert_eq!(
        (&*page.kind, page.answer.status),
        ("sign-in", StatusCode::OK)
    );
    // Nothing has changed by the question.
    assert_eq!(world.browser.session(), Some(&cookie));
    world.silently(&shop).await;
    let code = world
        .browser
        .sign_in(&world.server, &page, &alice)
        .await
        .code();
    let second = world.redeemed(&shop, &code).await;
    let (before, after) = (claims(&first.id), claims(&second.id));
    let moved = after["auth_time"].as_i64().unwrap() - before["auth_time"].as_i64().unwrap();
    assert_eq!(moved, 100);
    // The same login of the same session, under a new cookie.
    assert_eq!(first.login(), second.login());
    assert_ne!(world.browser.session(), Some(&cookie));
    let mut old = old;
    let silent = Auth::new(&shop).with("prompt", "none").path();
    assert_eq!(
        old.open(&world.server, &silent).await.error(),
        "login_required"
    );
    world.silently(&shop).await;
    world.server.assert_alive(&shop, &alice, &first).await;
}

#[tokio::test]
async fn a_new_sign_in_restarts_the_limits_of_session_and_its_own_login_alone() {
    let mut world = World::new().await;
    let (shop, mail, alice) = (world.shop.clone(), world.mail.clone(), world.alice.clone());
    let at_shop = world.sign_in(&shop, "", &alice).await;
    let at_mail = world.silently(&mail).await;
    for _ in 0..2 {
        world.server.pass(10 * DAY);
        world.silently(&shop).await;
        world.silently(&mail).await;
    }
    world.sign_in(&shop, "login", &alice).await;
    world.server.clock.advance(Span::from_seconds(10 * DAY - 1));
    assert!(world.is_at(&mail).await && world.is_at(&shop).await);
    world.silently(&shop).await;
    world.server.pass(1);
    assert!(!world.is_at(&mail).await);
    let end = world.server.end_of(&at_mail.login()).await;
    assert_eq!(end, Some(Reason::MaxLifetime));
    assert!(world.is_at(&shop).await);
    // The session lives: there is a new login at once.
    let again = world.silently(&mail).await;
    assert_ne!(again.login(), at_mail.login());
    world.server.pass(10 * DAY);
    world.silently(&shop).await;
    // Thirty days after the second sign-in, to the second.
    world.server.pass(10 * DAY - 1);
    assert!(world.is_at(&shop).await);
    world.server.pass(1);
    assert!(!world.is_at(&shop).await && !world.is_at(&mail).await);
    let end = world.server.end_of(&at_shop.login()).await;
    assert_eq!(end, Some(Reason::MaxLifetime));
    let silent = Auth::new(&shop).with("prompt", "none");
    assert_eq!(world.open(&silent).await.error(), "login_required");
}

#[tokio::test]
async fn the_account_is_asked_for_and_may_be_continued() {
    let mut world = World::new().await;
    let (shop, mail, alice) = (world.shop.clone(), world.mail.clone(), world.alice.clone());
    world.sign_in(&shop, "", &alice).await;
    let cookie = world.browser.session().cloned();
    let auth = Auth::new(&mail).with("prompt", "select_account");
    let page = world.open(&auth).await.page();
    assert_eq!(
        (&*page.kind, page.answer.status),
        ("account", StatusCode::OK)
    );
    assert!(page.answer.text.contains("alice"));
    assert!(!world.is_at(&mail).await);
    let fields = [("choice", "continue")];
    let place = world.browser.submit(&world.server, &page, &fields).await;
    let tokens = world.redeemed(&mail, &place.code()).await;
    assert_eq!(claims(&tokens.id)["sub"], alice.id);
    assert_eq!(world.browser.session().cloned(), cookie);
    assert!(world.is_at(&mail).await);
}

#[tokio::test]
async fn another_account_replaces_the_session_once_it_has_signed_in() {
    let mut world = World::new().await;
    let (shop, mail, alice) = (world.shop.clone(), world.mail.clone(), world.alice.clone());
    let bob = world.server.add_user("bob").await;
    let hers = world.sign_in(&shop, "", &alice).await;
    let also_hers = world.silently(&mail).await;
    let auth = Auth::new(&mail).with("prompt", "select_account");
    let page = world.open(&auth).await.page();
    for choice in [&[("choice", "other")][..], &[], &[("choice", "what")]] {
        let shown = world
            .browser
            .submit(&world.server, &page, choice)
            .await
            .page();
        assert_eq!(shown.kind, "sign-in");
        assert_eq!(shown.field("identifier"), "");
    }
    let fields = [("choice", "other")];
    let page = world
        .browser
        .submit(&world.server, &page, &fields)
        .await
        .page();
    let wrong = world.try_password(&page, "bob", "wrong").await;
    assert_problem(&wrong, 401, "wrong_credentials");
    assert!(world.is_at(&shop).await && world.is_at(&mail).await);
    let code = world
        .browser
        .sign_in(&world.server, &wrong, &bob)
        .await
        .code();
    let his = world.redeemed(&mail, &code).await;
    assert_eq!(claims(&his.id)["sub"], bob.id);
    assert!(!world.is_at(&shop).await && !world.is_at(&mail).await);
    for (app, tokens) in [(&shop, &hers), (&mail, &also_hers)] {
        let end = world.server.end_of(&tokens.login()).await;
        assert_eq!(end, Some(Reason::Replaced));
        world.server.assert_dead(app, tokens).await;
    }
    assert!(world.server.is_active(&bob, &mail.id).await);
    assert!(!world.server.is_active(&bob, &shop.id).await);
}

/// The page says who is there; a form that was open meanwhile answers for nobody else.
#[tokio::test]
async fn an_account_choice_is_of_the_session_that_was_shown() {
    let mut world = World::new().await;
    let (shop, mail, alice) = (world.shop.clone(), world.mail.clone(), world.alice.clone());
    let bob = world.server.add_user("bob").await;
    world.sign_in(&shop, "", &alice).await;
    let auth = Auth::new(&mail).with("prompt", "select_account");
    let page = world.open(&auth).await.page();
    world.sign_in(&shop, "login", &bob).await;
    let fields = [("choice", "continue")];
    let shown = world
        .browser
        .submit(&world.server, &page, &fields)
        .await
        .page();
    assert_eq!(shown.error.as_deref(), Some("form_expired"));
    assert_eq!(shown.answer.status, StatusCode::FORBIDDEN);
    assert!(!world.server.is_active(&bob, &mail.id).await);
}

#[tokio::test]
async fn a_session_that_ended_while_the_account_was_chosen_must_sign_in() {
    let mut world = World::new().await;
    let (shop, alice) = (world.shop.clone(), world.alice.clone());
    world.sign_in(&shop, "", &alice).await;
    let auth = Auth::new(&shop).with("prompt", "select_account");
    let page = world.open(&auth).await.page();
    world
        .change_alice(json!({ "password": "another horse" }))
        .await;
    let fields = [("choice", "continue")];
    let shown = world
        .browser
        .submit(&world.server, &page, &fields)
        .await
        .page();
    assert_eq!((&*shown.kind, shown.error), ("sign-in", None));
    assert!(!world.is_at(&shop).await);
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_account_are_one_page() {
    let mut world = World::new().await;
    let page = world.sign_in_page().await;
    let mut texts = Vec::new();
    let long = "x".repeat(10 * 1024);
    for (name, password) in [
        ("alice", "wrong"),
        ("nobody", "wrong"),
        ("nobody@example.com", PASSWORD),
        ("+8613800000000", PASSWORD),
        (&*world.alice.id.clone(), PASSWORD),
        ("alice", &*long),
        ("alice\u{0}", PASSWORD),
    ] {
        let shown = world.try_password(&page, name, password).await;
        assert_problem(&shown, 401, "wrong_credentials");
        assert_eq!(shown.answer.headers.get("set-cookie"), None);
        let text = shown.answer.text;
        let alert = text.split_once("role=\"alert\"").unwrap().1;
        texts.push(alert.split_once("</div>").unwrap().0.to_owned());
    }
    texts.dedup();
    assert_eq!(texts.len(), 1, "{texts:?}");
    let shown = world.try_password(&page, &long, PASSWORD).await;
    assert_problem(&shown, 401, "wrong_credentials");
    assert_eq!(world.browser.session(), None);
    assert!(!world.is_at(&world.shop).await);
}

#[tokio::test]
async fn what_is_missing_is_told_and_what_was_typed_is_kept() {
    let mut world = World::new().await;
    let page = world.sign_in_page().await;
    let shown = world.try_password(&page, "", "").await;
    assert_problem(&shown, 400, "missing_identifier");
    let shown = world.try_password(&page, "  ", PASSWORD).await;
    assert_problem(&shown, 400, "missing_identifier");
    let shown = world.try_password(&page, "a<b>\"", "").await;
    assert_problem(&shown, 400, "missing_password");
    assert_eq!(shown.field("identifier"), "a<b>\"");
    assert!(!shown.answer.text.contains("a<b>"));
    // The page that says so is as good as the first.
    let alice = world.alice.clone();
    world
        .browser
        .sign_in(&world.server, &shown, &alice)
        .await
        .code();
    // People type a space before or after.
    let mut another = Browser::default();
    let page = another
        .open(&world.server, &Auth::new(&world.shop).path())
        .await
        .page();
    let fields = [("identifier", " alice "), ("password", PASSWORD)];
    another.submit(&world.server, &page, &fields).await.code();
}

#[tokio::test]
async fn a_field_given_twice_is_refused() {
    let mut world = World::new().await;
    let page = world.sign_in_page().await;
    let twice = [
        ("identifier", "alice"),
        ("password", PASSWORD),
        ("password", PASSWORD),
    ];
    let shown = world
        .browser
        .submit(&world.server, &page, &twice)
        .await
        .page();
    assert_eq!((&*shown.kind, shown.answer.status.as_u16()), ("error", 400));
}

#[tokio::test]
async fn too_many_attempts_must_wait_and_whoever_waited_gets_in() {
    let mut world = World::new().await;
    let page = world.sign_in_page().await;
    for _ in 0..FAILURES_BEFORE_DELAY {
        let shown = world.try_password(&page, "alice", "wrong").await;
        assert_problem(&shown, 401, "wrong_credentials");
    }
    let shown = world.try_password(&page, "alice", PASSWORD).await;
    assert_problem(&shown, 429, "too_many_attempts");
    assert_eq!(shown.answer.headers["retry-after"], "1");
    assert_eq!(shown.field("identifier"), "alice");
    assert_eq!(world.browser.session(), None);
    world.server.pass(1);
    let alice = world.alice.clone();
    world
        .browser
        .sign_in(&world.server, &shown, &alice)
        .await
        .code();
    // The pair begins anew.
    let page = world
        .open(&Auth::new(&world.shop.clone()).with("prompt", "login"))
        .await
        .page();
    let shown = world.try_password(&page, "alice", "wrong").await;
    assert_problem(&shown, 401, "wrong_credentials");
}

#[tokio::test]
async fn a_locked_account_is_told_to_who_knows_the_password() {
    let mut world = World::new().await;
    let page = world.sign_in_page().await;
    for attempt in 0..FAILURES_BEFORE_LOCK {
        let fields = [("identifier", "alice"), ("password", "wrong")];
        let address = format!("198.51.100.{}", attempt / FAILURES_BEFORE_DELAY);
        let request = from_address(page.submission(&fields), &address);
        let answer = world.browser.send(&world.server, request).await;
        assert_eq!(answer.status, 401, "{attempt}");
    }
    let shown = world.try_password(&page, "alice", "wrong").await;
    assert_problem(&shown, 401, "wrong_credentials");
    let shown = world.try_password(&page, "alice", PASSWORD).await;
    assert_problem(&shown, 403, "account_locked");
    assert_eq!(world.browser.session(), None);
}

#[tokio::test]
async fn what_else_is_wrong_is_told_to_who_knows_the_password() {
    let mut world = World::new().await;
    let page = world.sign_in_page().await;
    let reset = json!({ "options": { "resetPasswordOnNextLogin": true } });
    for (change, problem) in [
        (json!({ "status": "Suspended" }), "account_locked"),
        (json!({ "status": "Archived" }), "account_locked"),
        (
            relying_party::with(json!({ "status": "Activated" }), reset),
            "password_must_be_reset",
        ),
    ] {
        world.change_alice(change).await;
        let shown = world.try_password(&page, "alice", "wrong").await;
        assert_problem(&shown, 401, "wrong_credentials");
        let shown = world.try_password(&page, "alice", PASSWORD).await;
        assert_problem(&shown, 403, problem);
        assert_eq!(world.browser.session(), None);
        assert!(!world.is_at(&world.shop).await);
    }
}

/// A page that was left open is good for an hour.
#[tokio::test]
async fn a_form_that_is_too_old_is_given_anew() {
    let mut world = World::new().await;
    let page = world.sign_in_page().await;
    world.server.pass(3600);
    let shown = world.try_password(&page, "alice", PASSWORD).await;
    assert_problem(&shown, 403, "form_expired");
    assert_eq!(shown.field("identifier"), "alice");
    assert_eq!(world.browser.session(), None);
    let alice = world.alice.clone();
    world
        .browser
        .sign_in(&world.server, &shown, &alice)
        .await
        .code();
}
