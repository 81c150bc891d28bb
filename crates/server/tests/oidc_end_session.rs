//! RP-initiated logout, and what it leaves. Tests of the conformance suite's modules
//! (`oidcc-rp-initiated-logout…`) name them.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

#[path = "oidc_end_session/asking.rs"]
mod asking;
mod browser;
#[path = "oidc_end_session/races.rs"]
mod races;
mod relying_party;
mod support;

use browser::{Auth, Browser, Page, Place};
use http::StatusCode;
use relying_party::{App, Tokens, tampered};
use rollcall_core::model::event::Reason;
use serde_json::json;
use support::{Person, TestServer, post_form, with_header};

const END: &str = "/oidc/session/end";
const BYE: &str = "https://app.example/bye";

/// A person who is signed in to two applications by one browser.
struct World {
    server: TestServer,
    shop: App,
    mail: App,
    alice: Person,
    browser: Browser,
    at_shop: Tokens,
    at_mail: Tokens,
}

impl World {
    async fn new() -> Self {
        let server = TestServer::start().await;
        let shop = server.add_site("Shop", json!({})).await;
        let mail = server.add_site("Mail", json!({})).await;
        let alice = server.add_user("alice").await;
        let mut browser = Browser::default();
        let at_shop = enter(&server, &mut browser, &shop, &alice).await;
        let code = browser.open(&server, &Auth::new(&mail).path()).await.code();
        let at_mail = Tokens::of(&server.try_redeem(&mail, &code).await.body);
        Self {
            server,
            shop,
            mail,
            alice,
            browser,
            at_shop,
            at_mail,
        }
    }

    async fn end(&mut self, parameters: &[(&str, &str)]) -> Place {
        self.browser.open(&self.server, &path(parameters)).await
    }

    async fn answer(&mut self, page: &Page, decision: &str) -> Place {
        assert_eq!(page.kind, "sign-out");
        let fields = [("decision", decision)];
        self.browser.submit(&self.server, page, &fields).await
    }

    /// The session and every login of it have ended, and the cookie is gone.
    async fn assert_signed_out(&mut self) {
        for (app, tokens) in [(&self.shop, &self.at_shop), (&self.mail, &self.at_mail)] {
            assert!(!self.server.is_active(&self.alice, &app.id).await);
            self.server.assert_dead(app, tokens).await;
            let end = self.server.end_of(&tokens.login()).await;
            assert_eq!(end, Some(Reason::SignedOut));
            let silent = Auth::new(app).with("prompt", "none").path();
            let place = self.browser.open(&self.server, &silent).await;
            assert_eq!(place.error(), "login_required");
        }
        assert_eq!(self.browser.session(), None);
    }

    async fn assert_signed_out_everywhere(&self) {
        for app in [&self.shop, &self.mail] {
            assert!(!self.server.is_active(&self.alice, &app.id).await);
        }
    }

    async fn assert_signed_in(&mut self) {
        for (app, tokens) in [(&self.shop, &self.at_shop), (&self.mail, &self.at_mail)] {
            self.server.assert_alive(app, &self.alice, tokens).await;
        }
        assert!(self.browser.session().is_some());
    }
}

async fn enter(server: &TestServer, browser: &mut Browser, app: &App, who: &Person) -> Tokens {
    let code = browser.enter(server, app, who).await;
    Tokens::of(&server.try_redeem(app, &code).await.body)
}

fn path(parameters: &[(&str, &str)]) -> String {
    support::get(END, parameters).uri().to_string()
}

#[track_caller]
fn assert_led_to(place: &Place, expected: &str) {
    match place {
        Place::Elsewhere(uri, _) => assert_eq!(uri, expected),
        Place::Page(page) => panic!("{} {:?}", page.kind, page.error),
    }
}

#[track_caller]
fn assert_refused(place: Place, error: &str) {
    let page = place.page();
    assert_eq!((&*page.kind, page.error.as_deref()), ("error", Some(error)));
    assert_eq!(page.answer.status, StatusCode::BAD_REQUEST);
}

/// oidcc-rp-initiated-logout
#[tokio::test]
async fn a_hint_signs_out_everywhere_at_once_and_leads_back_with_the_state() {
    let mut world = World::new().await;
    let hint = world.at_shop.id.clone();
    for state in ["a state&=", "状态 \"<é>"] {
        let place = world
            .end(&[
                ("id_token_hint", &hint),
                ("post_logout_redirect_uri", BYE),
                ("state", state),
            ])
            .await;
        let Place::Elsewhere(uri, parameters) = place else {
            panic!("a page");
        };
        assert!(uri.starts_with("https://app.example/bye?state="), "{uri}");
        assert_eq!(parameters.len(), 1);
        assert_eq!(parameters["state"], state);
        // The second time there is nothing to sign out, and it is no error.
        world.assert_signed_out().await;
    }
}

/// oidcc-rp-initiated-logout-no-state, -no-post-logout-redirect-uri
#[tokio::test]
async fn without_state_there_is_none_and_without_uri_a_page() {
    let mut world = World::new().await;
    let hint = world.at_shop.id.clone();
    let place = world
        .end(&[("id_token_hint", &hint), ("post_logout_redirect_uri", BYE)])
        .await;
    assert_led_to(&place, BYE);
    world.assert_signed_out().await;
    let mut world = World::new().await;
    let page = world
        .end(&[("id_token_hint", &hint), ("state", "x")])
        .await
        .page();
    assert_eq!(
        (&*page.kind, page.answer.status),
        ("signed-out", StatusCode::OK)
    );
    let removed = page.answer.headers["set-cookie"].to_str().unwrap();
    let name = format!("rollcall-session-{}", world.server.root.pool);
    let expected = format!("{name}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax");
    assert_eq!(removed, expected);
    world.assert_signed_out().await;
}

/// oidcc-rp-initiated-logout-bad-post-logout-redirect-uri,
/// -query-added-to-post-logout-redirect-uri
#[tokio::test]
async fn an_unregistered_uri_leads_nowhere_and_signs_nobody_out() {
    let mut world = World::new().await;
    let (hint, id) = (world.at_shop.id.clone(), world.shop.id.clone());
    for uri in [
        "https://evil.example/",
        "https://app.example/bye?x=1",
        "https://app.example/bye/",
        "https://app.example/bye#",
        "https://app.example:443/bye",
        "HTTPS://app.example/bye",
        "https://app.example/cb",
        "javascript:alert(1)",
        "x",
    ] {
        for who in [("id_token_hint", hint.as_str()), ("client_id", id.as_str())] {
            let place = world.end(&[who, ("post_logout_redirect_uri", uri)]).await;
            assert_refused(place, "invalid_request");
        }
    }
    world.assert_signed_in().await;
}

/// oidcc-rp-initiated-logout-bad-id-token-hint, -modified-id-token-hint
#[tokio::test]
async fn what_is_no_id_token_of_ours_leads_nowhere_and_signs_nobody_out() {
    let mut world = World::new().await;
    let id = world.at_shop.id.clone();
    let long = "a".repeat(10 * 1024);
    for hint in [
        &*tampered(&id),
        "x",
        "a.b.c",
        &world.at_shop.access.clone(),
        &world.at_shop.refresh.clone(),
        &world.server.root.token.clone(),
        &long,
    ] {
        let place = world
            .end(&[("id_token_hint", hint), ("post_logout_redirect_uri", BYE)])
            .await;
        assert_refused(place, "invalid_request");
    }
    world.assert_signed_in().await;
}

/// oidcc-rp-initiated-logout-no-params, -only-state, -no-id-token-hint
#[tokio::test]
async fn without_a_hint_it_is_asked_and_without_an_application_nothing_is_followed() {
    for parameters in [
        &[][..],
        &[("state", "x")],
        &[("post_logout_redirect_uri", BYE)],
        &[("post_logout_redirect_uri", BYE), ("state", "x")],
        &[("logout_hint", "alice"), ("id_token_hint", "")],
    ] {
        let mut world = World::new().await;
        let page = world.end(parameters).await.page();
        assert_eq!(
            (&*page.kind, page.answer.status),
            ("sign-out", StatusCode::OK)
        );
        world.assert_signed_in().await;
        let done = world.answer(&page, "yes").await.page();
        assert_eq!(
            (&*done.kind, done.answer.status),
            ("signed-out", StatusCode::OK)
        );
        world.assert_signed_out().await;
    }
}

#[tokio::test]
async fn with_an_application_alone_it_is_asked_and_yes_leads_back() {
    let mut world = World::new().await;
    let id = world.shop.id.clone();
    let asked = [
        ("client_id", id.as_str()),
        ("post_logout_redirect_uri", BYE),
        ("state", "a&b"),
    ];
    let page = world.end(&asked).await.page();
    assert!(page.answer.text.contains("Shop"));
    let place = world.answer(&page, "yes").await;
    assert_led_to(&place, "https://app.example/bye?state=a%26b");
    world.assert_signed_out().await;
    // Nobody is there to be asked; it is no error. In the language that is wanted.
    let page = world
        .end(&[&asked[..], &[("ui_locales", "xx zh-TW")]].concat())
        .await
        .page();
    assert_eq!(page.answer.headers["content-language"], "zh-TW");
    let place = world.answer(&page, "yes").await;
    assert_led_to(&place, "https://app.example/bye?state=a%26b");
}

#[tokio::test]
async fn no_changes_nothing_and_does_not_say_otherwise() {
    let mut world = World::new().await;
    let id = world.shop.id.clone();
    let asked = [
        ("client_id", id.as_str()),
        ("post_logout_redirect_uri", BYE),
    ];
    let page = world.end(&asked).await.page();
    for decision in ["no", "", "Yes", "x"] {
        let kept = world.answer(&page, decision).await.page();
        assert_eq!(
            (&*kept.kind, kept.answer.status),
            ("not-signed-out", StatusCode::OK)
        );
        assert_eq!(kept.answer.headers.get("set-cookie"), None);
        world.assert_signed_in().await;
    }
}

#[tokio::test]
async fn an_expired_hint_does() {
    let mut world = World::new().await;
    world.server.pass(2 * 3600);
    let hint = world.at_shop.id.clone();
    let place = world
        .end(&[("id_token_hint", &hint), ("post_logout_redirect_uri", BYE)])
        .await;
    assert_led_to(&place, BYE);
    let end = world.server.end_of(&world.at_mail.login()).await;
    assert_eq!(end, Some(Reason::SignedOut));
}

/// The hint's login may be over: its session is still this browser's.
#[tokio::test]
async fn a_hint_of_a_login_that_ended_signs_its_session_out() {
    let mut world = World::new().await;
    world
        .server
        .revoke(&world.shop, &world.at_shop.refresh)
        .await;
    let hint = world.at_shop.id.clone();
    let page = world.end(&[("id_token_hint", &hint)]).await.page();
    assert_eq!(page.kind, "signed-out");
    let end = world.server.end_of(&world.at_shop.login()).await;
    assert_eq!(end, Some(Reason::TokenRevoked));
    let end = world.server.end_of(&world.at_mail.login()).await;
    assert_eq!(end, Some(Reason::SignedOut));
}

#[tokio::test]
async fn both_ways_of_naming_the_application_must_agree() {
    let mut world = World::new().await;
    let hint = world.at_shop.id.clone();
    let (shop, mail) = (world.shop.id.clone(), world.mail.id.clone());
    for (client, error) in [
        (mail.as_str(), "invalid_request"),
        ("x", "invalid_client"),
        (&"0".repeat(24), "invalid_request"),
    ] {
        let place = world
            .end(&[
                ("id_token_hint", &hint),
                ("client_id", client),
                ("post_logout_redirect_uri", BYE),
            ])
            .await;
        assert_refused(place, error);
    }
    let unknown = "0".repeat(24);
    assert_refused(
        world.end(&[("client_id", &unknown)]).await,
        "invalid_client",
    );
    world.assert_signed_in().await;
    let place = world
        .end(&[
            ("id_token_hint", &hint),
            ("client_id", &shop),
            ("post_logout_redirect_uri", BYE),
        ])
        .await;
    assert_led_to(&place, BYE);
    world.assert_signed_out().await;
}

/// The cookie comes with the `GET` after it alone.
#[tokio::test]
async fn a_post_is_answered_by_a_redirect_that_keeps_every_parameter() {
    let mut world = World::new().await;
    let hint = world.at_shop.id.clone();
    let form = [
        ("id_token_hint", hint.as_str()),
        ("post_logout_redirect_uri", BYE),
        ("state", "ä&="),
    ];
    let answer = world.server.send(post_form(END, &form)).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    world.assert_signed_in().await;
    let place = world.browser.arrive(&world.server, answer).await;
    assert_led_to(&place, "https://app.example/bye?state=%C3%A4%26%3D");
    world.assert_signed_out().await;
    let request = with_header(post_form(END, &form), "content-type", "text/plain");
    let answer = world.server.send(request).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn each_parameter_is_looked_at_once_and_a_request_has_a_limit() {
    let mut world = World::new().await;
    let (hint, id) = (world.at_shop.id.clone(), world.shop.id.clone());
    let all = [
        ("id_token_hint", hint.as_str()),
        ("client_id", &id),
        ("post_logout_redirect_uri", BYE),
        ("state", "x"),
        ("ui_locales", "ja"),
        ("logout_hint", "alice"),
    ];
    for twice in all {
        assert_refused(
            world.end(&[&all[..], &[twice]].concat()).await,
            "invalid_request",
        );
    }
    let long = "x".repeat(2049);
    let place = world.end(&[all[0], all[2], ("state", &long)]).await;
    assert_refused(place, "invalid_request");
    let huge = "x".repeat(12 * 1024);
    let place = world.end(&[all[0], ("ui_locales", &huge)]).await;
    assert_refused(place, "invalid_request");
    world.assert_signed_in().await;
    let place = world
        .end(&[
            all[0],
            all[2],
            ("ui_locales", "tlh xx-YY"),
            ("x", "1"),
            ("x", "2"),
        ])
        .await;
    assert_led_to(&place, BYE);
    world.assert_signed_out().await;
}

#[tokio::test]
async fn the_answer_counts_from_the_browser_that_was_asked_alone() {
    let mut world = World::new().await;
    let page = world.end(&[]).await.page();
    let mut other = Browser::default();
    let place = other
        .submit(&world.server, &page, &[("decision", "yes")])
        .await;
    assert_eq!(place.page().error.as_deref(), Some("form_expired"));
    for forged in [
        &[("decision", "yes"), ("csrf", "")][..],
        &[("decision", "yes"), ("csrf", "1.x")],
        &[("decision", "yes"), ("request", "state=other")],
    ] {
        let place = world.browser.submit(&world.server, &page, forged).await;
        let shown = place.page();
        assert_eq!(shown.error.as_deref(), Some("form_expired"));
        assert_eq!(shown.answer.status, StatusCode::FORBIDDEN);
    }
    world.server.pass(3600);
    let place = world.answer(&page, "yes").await.page();
    assert_eq!(place.error.as_deref(), Some("form_expired"));
    let empty = world
        .server
        .send(post_form("/oidc/session/end/confirm", &[]))
        .await;
    assert_eq!(empty.status, StatusCode::FORBIDDEN);
    world.assert_signed_in().await;
}
