//! What an authorization request says of the person: `prompt`, `max_age`, hints and
//! languages.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod browser;
mod relying_party;
mod support;

use browser::{Auth, Browser, Place};
use relying_party::{App, Tokens, claims, tampered};
use serde_json::json;
use support::{Person, TestServer, get, with_header};

struct World {
    server: TestServer,
    app: App,
    alice: Person,
    browser: Browser,
    tokens: Tokens,
}

impl World {
    async fn new() -> Self {
        let server = TestServer::start().await;
        let app = server.add_site("Shop", json!({})).await;
        let alice = server.add_user("alice").await;
        let mut browser = Browser::default();
        let tokens = enter(&server, &mut browser, &app, &alice).await;
        Self {
            server,
            app,
            alice,
            browser,
            tokens,
        }
    }

    async fn ask(&mut self, parameters: &[(&str, &str)]) -> Place {
        let auth = parameters
            .iter()
            .fold(Auth::new(&self.app), |auth, (name, value)| {
                auth.with(name, value)
            });
        self.browser.open(&self.server, &auth.path()).await
    }
}

async fn enter(server: &TestServer, browser: &mut Browser, app: &App, who: &Person) -> Tokens {
    let code = browser.enter(server, app, who).await;
    Tokens::of(&server.try_redeem(app, &code).await.body)
}

#[tokio::test]
async fn unknown_prompts_and_none_beside_others_are_refused() {
    let mut world = World::new().await;
    for prompt in [
        "none login",
        "login none",
        "none consent",
        "none select_account",
        "none none",
        "create",
        "None",
        "login,consent",
        "login unknown",
    ] {
        assert_eq!(
            world.ask(&[("prompt", prompt)]).await.error(),
            "invalid_request"
        );
    }
    world.ask(&[("prompt", " ")]).await.code();
    world.ask(&[("prompt", " none ")]).await.code();
}

#[tokio::test]
async fn each_prompt_shows_its_page_and_together_the_first_that_is_needed() {
    let mut world = World::new().await;
    for (prompt, page) in [
        ("login", "sign-in"),
        ("consent", "consent"),
        ("select_account", "account"),
        ("select_account login", "sign-in"),
        ("consent select_account", "account"),
        ("login consent select_account", "sign-in"),
        ("login login", "sign-in"),
    ] {
        let shown = world.ask(&[("prompt", prompt)]).await.page();
        assert_eq!(shown.kind, page, "{prompt}");
        assert_eq!(shown.answer.status, 200);
    }
}

#[tokio::test]
async fn nobody_there_is_told_as_login_required() {
    let mut world = World::new().await;
    world.browser = Browser::default();
    assert_eq!(
        world.ask(&[("prompt", "none")]).await.error(),
        "login_required"
    );
    assert_eq!(world.ask(&[]).await.page().kind, "sign-in");
}

#[tokio::test]
async fn max_age_is_a_number_of_seconds() {
    let mut world = World::new().await;
    for wrong in [
        "-1",
        "+1",
        "1.5",
        "1e3",
        "0x10",
        "abc",
        " 1",
        "1 ",
        "4294967296",
    ] {
        assert_eq!(
            world.ask(&[("max_age", wrong)]).await.error(),
            "invalid_request"
        );
    }
    for right in ["1", "10000", "010", "4294967295"] {
        world.ask(&[("max_age", right)]).await.code();
    }
    for zero in ["0", "000"] {
        assert_eq!(world.ask(&[("max_age", zero)]).await.page().kind, "sign-in");
        let silent = [("max_age", zero), ("prompt", "none")];
        assert_eq!(world.ask(&silent).await.error(), "login_required");
    }
}

#[tokio::test]
async fn an_authentication_may_be_max_age_old_and_no_older() {
    let mut world = World::new().await;
    world.server.pass(60);
    world.ask(&[("max_age", "60")]).await.code();
    world
        .server
        .clock
        .advance(rollcall_core::time::Span::from_millis(1));
    assert_eq!(world.ask(&[("max_age", "60")]).await.page().kind, "sign-in");
    let silent = [("max_age", "60"), ("prompt", "none")];
    assert_eq!(world.ask(&silent).await.error(), "login_required");
    world
        .ask(&[("max_age", "61"), ("prompt", "none")])
        .await
        .code();
}

/// OIDC Core, section 3.1.2.1.
#[tokio::test]
async fn a_hint_of_the_person_who_is_there_is_answered_at_once() {
    let mut world = World::new().await;
    let hint = world.tokens.id.clone();
    world.ask(&[("id_token_hint", &hint)]).await.code();
    world
        .ask(&[("id_token_hint", &hint), ("prompt", "none")])
        .await
        .code();
    // Expired, and of a login that has ended.
    world.server.pass(2 * 3600);
    assert!(claims(&hint)["exp"].as_i64().unwrap() < 1_767_225_600 + 2 * 3600);
    world
        .ask(&[("id_token_hint", &hint), ("prompt", "none")])
        .await
        .code();
    world.server.revoke(&world.app, &world.tokens.refresh).await;
    world
        .ask(&[("id_token_hint", &hint), ("prompt", "none")])
        .await
        .code();
}

#[tokio::test]
async fn a_hint_of_somebody_else_needs_them_to_sign_in() {
    let mut world = World::new().await;
    let bob = world.server.add_user("bob").await;
    let mut theirs = Browser::default();
    let tokens = enter(&world.server, &mut theirs, &world.app, &bob).await;
    let hint = [("id_token_hint", tokens.id.as_str()), ("prompt", "none")];
    assert_eq!(world.ask(&hint).await.error(), "login_required");
    let page = world.ask(&hint[..1]).await.page();
    assert_eq!(page.kind, "sign-in");
    // Whoever is signed in is not who is asked for.
    assert_eq!(page.field("identifier"), "");
    // The one who is there may not answer for the other, and nothing changes.
    let cookie = world.browser.session().cloned();
    let alice = world.alice.clone();
    let place = world.browser.sign_in(&world.server, &page, &alice).await;
    assert_eq!(place.error(), "login_required");
    assert_eq!(world.browser.session(), cookie.as_ref());
    world.ask(&[("prompt", "none")]).await.code();
    // The other may.
    let code = world
        .browser
        .sign_in(&world.server, &page, &bob)
        .await
        .code();
    let tokens = Tokens::of(&world.server.try_redeem(&world.app, &code).await.body);
    assert_eq!(claims(&tokens.id)["sub"], bob.id);
    assert!(!world.server.is_active(&world.alice, &world.app.id).await);
    world.ask(&hint).await.code();
}

#[tokio::test]
async fn what_is_no_id_token_of_this_application_is_refused() {
    let mut world = World::new().await;
    let other = world.server.add_site("Other", json!({})).await;
    let path = Auth::new(&other).path();
    let code = world.browser.open(&world.server, &path).await.code();
    let of_other = Tokens::of(&world.server.try_redeem(&other, &code).await.body);
    let key = world.server.add_pool().await;
    let theirs = world.server.add_site_in(&key, "Theirs").await;
    let stranger = world.server.add_user_in(&key, "alice").await;
    let mut elsewhere = Browser::default();
    let of_stranger = enter(&world.server, &mut elsewhere, &theirs, &stranger).await;
    let id = world.tokens.id.clone();
    let (rest, _) = id.rsplit_once('.').unwrap();
    for hint in [
        &*tampered(&id),
        rest,
        &format!("{rest}."),
        &format!("{}.", unsigned(&id)),
        &world.tokens.access.clone(),
        &world.tokens.refresh.clone(),
        &world.server.root.token.clone(),
        &of_other.id,
        &of_stranger.id,
        "a.b.c",
        "x",
    ] {
        for prompt in ["", "none"] {
            let asked = [("id_token_hint", hint), ("prompt", prompt)];
            assert_eq!(world.ask(&asked).await.error(), "invalid_request", "{hint}");
        }
    }
    world.ask(&[("id_token_hint", &id)]).await.code();
}

/// The same claims under `alg: none`.
fn unsigned(token: &str) -> String {
    let payload = token.split('.').nth(1).unwrap();
    format!("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{payload}")
}

#[tokio::test]
async fn a_login_hint_is_what_the_page_begins_with_and_nothing_more() {
    let mut world = World::new().await;
    for hint in [
        "bob",
        "bob@example.com",
        "a\"b<c>&'d",
        "状态",
        "</form><script>x",
    ] {
        let page = world
            .ask(&[("login_hint", hint), ("prompt", "login")])
            .await
            .page();
        assert_eq!(page.field("identifier"), hint);
        let raw = page.answer.text.contains("</form><script>x");
        assert!(!raw, "{}", page.answer.text);
    }
    // It chooses nobody: who is there is there.
    let code = world.ask(&[("login_hint", "bob")]).await.code();
    let tokens = Tokens::of(&world.server.try_redeem(&world.app, &code).await.body);
    assert_eq!(claims(&tokens.id)["sub"], world.alice.id);
    // Without one it is who is to prove it anew.
    let page = world.ask(&[("prompt", "login")]).await.page();
    assert_eq!(page.field("identifier"), "alice");
    // What was typed goes before it.
    let page = world
        .ask(&[("login_hint", "bob"), ("prompt", "login")])
        .await
        .page();
    let typed = [("identifier", "carol"), ("password", "wrong")];
    let page = world
        .browser
        .submit(&world.server, &page, &typed)
        .await
        .page();
    assert_eq!(page.field("identifier"), "carol");
}

#[tokio::test]
async fn the_language_is_the_requests_before_the_browsers() {
    let mut world = World::new().await;
    let login = ("prompt", "login");
    for (locales, header, language) in [
        ("", "", "en-US"),
        ("ja-JP", "", "ja-JP"),
        ("fr zh-TW en", "ja", "zh-TW"),
        ("tlh", "zh-CN", "zh-CN"),
        ("", "de, ja;q=0.5", "ja-JP"),
        ("<script>", "\u{1}", "en-US"),
        ("zh-Hant-HK", "en", "zh-TW"),
    ] {
        let auth = Auth::new(&world.app)
            .with("ui_locales", locales)
            .with(login.0, login.1);
        let mut request = get(&auth.path(), &[]);
        if header.is_ascii() && !header.contains('\u{1}') {
            request = with_header(request, "accept-language", header);
        }
        let answer = world.browser.send(&world.server, request).await;
        assert_eq!(answer.headers["content-language"], language);
        let lang = format!("<html lang=\"{language}\"");
        assert!(answer.text.contains(&lang), "{}", answer.text);
    }
}

#[tokio::test]
async fn every_page_of_a_request_speaks_its_language() {
    let mut world = World::new().await;
    let asked = [("ui_locales", "ja"), ("prompt", "login consent")];
    let page = world.ask(&asked).await.page();
    let japanese = |page: &browser::Page| page.answer.headers["content-language"] == "ja-JP";
    assert!(japanese(&page));
    let wrong = [("identifier", "alice"), ("password", "wrong")];
    let page = world
        .browser
        .submit(&world.server, &page, &wrong)
        .await
        .page();
    assert!(japanese(&page));
    let alice = world.alice.clone();
    let page = world
        .browser
        .sign_in(&world.server, &page, &alice)
        .await
        .page();
    assert!(japanese(&page) && page.kind == "consent");
    let forged = [("csrf", "x"), ("decision", "allow")];
    let expired = world
        .browser
        .submit(&world.server, &page, &forged)
        .await
        .page();
    assert_eq!(expired.error.as_deref(), Some("form_expired"));
    assert!(japanese(&expired));
    // Even one that says that the request is wrong.
    let asked = [
        ("ui_locales", "ja"),
        ("redirect_uri", "https://evil.example"),
    ];
    let page = world.ask(&asked).await.page();
    assert!(japanese(&page) && page.kind == "error");
    let asked = [("ui_locales", "ja"), ("client_id", "nobody")];
    assert!(japanese(&world.ask(&asked).await.page()));
}
