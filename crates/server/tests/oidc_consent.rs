//! Consent: when it is asked for, what is kept of it, and for what it counts.

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
use relying_party::{App, Tokens};
use rollcall_core::time::Span;
use serde_json::json;
use support::{Person, TestServer};

const DAY: i64 = 86_400;

/// An application of somebody else, and one of our own.
struct World {
    server: TestServer,
    foreign: App,
    own: App,
    alice: Person,
    browser: Browser,
}

impl World {
    async fn new() -> Self {
        let server = TestServer::start().await;
        let asks = json!({ "oidcConfig": { "skip_consent": false } });
        Self {
            foreign: server.add_site("Foreign", asks).await,
            own: server.add_site("Own", json!({})).await,
            alice: server.add_user("alice").await,
            browser: Browser::default(),
            server,
        }
    }

    /// One who is signed in already.
    async fn signed_in() -> Self {
        let mut world = Self::new().await;
        let (own, alice) = (world.own.clone(), world.alice.clone());
        world.browser.enter(&world.server, &own, &alice).await;
        world
    }

    async fn open(&mut self, auth: &Auth) -> Place {
        self.browser.open(&self.server, &auth.path()).await
    }

    async fn decide(&mut self, page: &Page, decision: &str) -> Place {
        assert_eq!(page.kind, "consent");
        let fields = [("decision", decision)];
        self.browser.submit(&self.server, page, &fields).await
    }

    async fn is_at(&self, app: &App) -> bool {
        self.server.is_active(&self.alice, &app.id).await
    }
}

#[tokio::test]
async fn an_application_that_asks_gets_its_code_after_consent() {
    let mut world = World::new().await;
    let (auth, alice) = (Auth::new(&world.foreign), world.alice.clone());
    let page = world.open(&auth).await.page();
    let page = world
        .browser
        .sign_in(&world.server, &page, &alice)
        .await
        .page();
    assert_eq!(
        (&*page.kind, page.answer.status),
        ("consent", StatusCode::OK)
    );
    assert!(page.answer.text.contains("Foreign") && page.answer.text.contains("alice"));
    // The person is signed in here, and nowhere else yet.
    assert!(world.browser.session().is_some());
    assert!(!world.is_at(&world.foreign).await);
    let code = world.decide(&page, "allow").await.code();
    assert!(world.is_at(&world.foreign).await);
    let redeemed = world.server.try_redeem(&world.foreign, &code).await;
    assert_eq!(redeemed.status, StatusCode::OK);
    // It is kept.
    world
        .open(&auth.clone().with("prompt", "none"))
        .await
        .code();
    world.open(&auth).await.code();
}

#[tokio::test]
async fn without_consent_the_silent_way_is_consent_required() {
    let mut world = World::signed_in().await;
    let silent = Auth::new(&world.foreign).with("prompt", "none");
    assert_eq!(world.open(&silent).await.error(), "consent_required");
    assert!(!world.is_at(&world.foreign).await);
    // Whoever is not there at all is asked to sign in first.
    world.browser = Browser::default();
    assert_eq!(world.open(&silent).await.error(), "login_required");
}

#[tokio::test]
async fn whoever_denies_gives_nothing_and_stays_signed_in() {
    let mut world = World::signed_in().await;
    let auth = Auth::new(&world.foreign);
    for decision in [&[("decision", "deny")][..], &[], &[("decision", "Allow")]] {
        let page = world.open(&auth).await.page();
        let place = world.browser.submit(&world.server, &page, decision).await;
        let answer = place.parameters();
        assert_eq!(answer["error"], "access_denied");
        assert_eq!(answer["state"], "a state&=");
        assert_eq!(answer["iss"], "http://127.0.0.1:7250/oidc");
        assert!(!world.is_at(&world.foreign).await);
    }
    let silent = auth.with("prompt", "none");
    assert_eq!(world.open(&silent).await.error(), "consent_required");
    assert!(world.is_at(&world.own).await);
}

#[tokio::test]
async fn a_wider_scope_is_asked_for_again_and_a_narrower_one_is_not() {
    let mut world = World::signed_in().await;
    let foreign = world.foreign.clone();
    let asking = |scope: &str| Auth::new(&foreign).with("scope", scope);
    let (narrow, wide) = (asking("openid email"), asking("openid email phone"));
    let page = world.open(&narrow).await.page();
    world.decide(&page, "allow").await.code();
    world.open(&asking("openid")).await.code();
    world.open(&narrow).await.code();
    assert_eq!(
        world
            .open(&wide.clone().with("prompt", "none"))
            .await
            .error(),
        "consent_required"
    );
    let page = world.open(&wide).await.page();
    assert_eq!(world.decide(&page, "deny").await.error(), "access_denied");
    // What was given stays given.
    world.open(&narrow).await.code();
    let page = world.open(&wide).await.page();
    world.decide(&page, "allow").await.code();
    world.open(&asking("phone email openid")).await.code();
    let offline = asking("openid offline_access");
    assert_eq!(world.open(&offline).await.page().kind, "consent");
    // What is not known is not asked for.
    world.open(&asking("openid unknown")).await.code();
}

#[tokio::test]
async fn consent_is_of_one_person_and_one_application() {
    let mut world = World::signed_in().await;
    let auth = Auth::new(&world.foreign);
    let page = world.open(&auth).await.page();
    world.decide(&page, "allow").await.code();
    let asks = json!({ "oidcConfig": { "skip_consent": false } });
    let another = world.server.add_site("Another", asks).await;
    let silent = Auth::new(&another).with("prompt", "none");
    assert_eq!(world.open(&silent).await.error(), "consent_required");
    let bob = world.server.add_user("bob").await;
    let mut his = Browser::default();
    let own = world.own.clone();
    his.enter(&world.server, &own, &bob).await;
    let silent = auth.with("prompt", "none").path();
    assert_eq!(
        his.open(&world.server, &silent).await.error(),
        "consent_required"
    );
}

#[tokio::test]
async fn prompt_consent_asks_everybody_and_each_time() {
    let mut world = World::signed_in().await;
    let auth = Auth::new(&world.own).with("prompt", "consent");
    for _ in 0..2 {
        let page = world.open(&auth).await.page();
        world.decide(&page, "allow").await.code();
    }
    let page = world.open(&auth).await.page();
    assert_eq!(world.decide(&page, "deny").await.error(), "access_denied");
    world.open(&Auth::new(&world.own)).await.code();
}

#[tokio::test]
async fn every_page_that_was_asked_for_comes_once() {
    let mut world = World::signed_in().await;
    let auth = Auth::new(&world.foreign);
    // A sign-in is a choice of the account.
    let all = auth.clone().with("prompt", "login select_account consent");
    let alice = world.alice.clone();
    let page = world.open(&all).await.page();
    let page = world
        .browser
        .sign_in(&world.server, &page, &alice)
        .await
        .page();
    world.decide(&page, "allow").await.code();
    let choose = auth
        .with("prompt", "select_account consent")
        .with("max_age", "600");
    let page = world.open(&choose).await.page();
    let fields = [("choice", "continue")];
    let page = world
        .browser
        .submit(&world.server, &page, &fields)
        .await
        .page();
    world.decide(&page, "allow").await.code();
}

/// What was done for one request counts for no other.
#[tokio::test]
async fn evidence_is_of_one_request_browser_and_session() {
    let mut world = World::new().await;
    let (auth, alice) = (Auth::new(&world.foreign), world.alice.clone());
    let demanding = auth.clone().with("prompt", "login");
    let page = world.open(&demanding).await.page();
    let page = world
        .browser
        .sign_in(&world.server, &page, &alice)
        .await
        .page();
    let allow = ("decision", "allow");
    let expired = |place: Place| {
        let page = place.page();
        assert_eq!(page.error.as_deref(), Some("form_expired"), "{}", page.kind);
        assert_eq!(page.answer.status, StatusCode::FORBIDDEN);
    };
    // Of another request.
    let other = auth
        .clone()
        .with("prompt", "login")
        .with("state", "other")
        .path();
    let other = other.split_once('?').unwrap().1.to_owned();
    let fields = [allow, ("request", other.as_str())];
    expired(world.browser.submit(&world.server, &page, &fields).await);
    // Made up.
    for evidence in ["", ".c", "9999999999999."] {
        let fields = [allow, ("evidence", evidence)];
        expired(world.browser.submit(&world.server, &page, &fields).await);
    }
    // In another browser of the same person.
    let mut another = Browser::default();
    another.enter(&world.server, &world.own, &alice).await;
    expired(another.submit(&world.server, &page, &[allow]).await);
    // In the same browser, whose session was signed in to anew meanwhile.
    let mut later = world.browser.clone();
    let again = later.open(&world.server, &demanding.path()).await.page();
    later.sign_in(&world.server, &again, &alice).await.page();
    expired(later.submit(&world.server, &page, &[allow]).await);
    assert!(!world.is_at(&world.foreign).await);
}

#[tokio::test]
async fn an_authentication_counts_for_its_request_for_ten_minutes() {
    let mut world = World::new().await;
    let alice = world.alice.clone();
    let demanding = Auth::new(&world.foreign).with("prompt", "login consent");
    let page = world.open(&demanding).await.page();
    let page = world
        .browser
        .sign_in(&world.server, &page, &alice)
        .await
        .page();
    world.server.clock.advance(Span::from_millis(599_999));
    let mut in_time = world.browser.clone();
    let place = in_time
        .submit(&world.server, &page, &[("decision", "allow")])
        .await;
    place.code();
    world.server.clock.advance(Span::from_millis(1));
    let shown = world.decide(&page, "allow").await.page();
    assert_eq!(shown.kind, "sign-in");
    // Where nothing was demanded of the sign-in, the form's own hour counts.
    let plain = Auth::new(&world.foreign).with("scope", "openid address");
    let page = world.open(&plain).await.page();
    world.server.pass(3599);
    world.decide(&page, "allow").await.code();
    let page = world.open(&plain.with("prompt", "consent")).await.page();
    world.server.pass(3600);
    let shown = world.decide(&page, "allow").await.page();
    assert_eq!(shown.error.as_deref(), Some("form_expired"));
}

#[tokio::test]
async fn a_session_that_ended_meanwhile_can_not_consent() {
    let mut world = World::signed_in().await;
    let page = world.open(&Auth::new(&world.foreign)).await.page();
    let change = json!({ "userId": world.alice.id, "password": "another horse" });
    world.server.post("update-user", change).await.data();
    let shown = world.decide(&page, "allow").await.page();
    assert_eq!(shown.kind, "sign-in");
    assert!(!world.is_at(&world.foreign).await);
}

/// A new sign-in restarts the limits of the login that it was for, whether consent
/// was asked for in between or not.
#[tokio::test]
async fn a_new_sign_in_restarts_the_login_behind_a_consent() {
    let mut world = World::new().await;
    let (auth, alice) = (Auth::new(&world.foreign), world.alice.clone());
    let page = world.open(&auth).await.page();
    let page = world
        .browser
        .sign_in(&world.server, &page, &alice)
        .await
        .page();
    let code = world.decide(&page, "allow").await.code();
    let redeemed = world.server.try_redeem(&world.foreign, &code).await;
    let tokens = Tokens::of(&redeemed.body);
    let silent = auth.clone().with("prompt", "none");
    for _ in 0..2 {
        world.server.pass(10 * DAY);
        world.open(&silent).await.code();
    }
    let demanding = auth.with("prompt", "login consent");
    let page = world.open(&demanding).await.page();
    let page = world
        .browser
        .sign_in(&world.server, &page, &alice)
        .await
        .page();
    world.server.pass(60);
    world.decide(&page, "allow").await.code();
    world.server.pass(10 * DAY);
    assert_eq!(world.server.end_of(&tokens.login()).await, None);
    world.open(&silent).await.code();
    world.server.pass(10 * DAY);
    world.open(&silent).await.code();
    // Counted from the sign-in, not from the consent.
    world.server.pass(10 * DAY - 61);
    assert_eq!(world.server.end_of(&tokens.login()).await, None);
    world.server.pass(1);
    assert!(world.server.end_of(&tokens.login()).await.is_some());
}

#[tokio::test]
async fn the_api_signs_nobody_in_where_consent_is_needed() {
    let world = World::new().await;
    let answer = world
        .server
        .signin(&world.foreign, &world.alice, json!({}))
        .await;
    assert_ne!(answer.code(), 200);
}
