//! Sessions that are planted, taken or kept, and what belongs to somebody else.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod browser;
mod relying_party;
mod support;

use browser::{Auth, Browser, CALLBACK, CHALLENGE, Place, VERIFIER};
use http::{HeaderValue, StatusCode};
use relying_party::{App, Tokens, assert_oauth, claims, tampered};
use rollcall_core::model::event::Reason;
use serde_json::json;
use support::{Answer, Key, PASSWORD, Person, TestServer, get};

struct World {
    server: TestServer,
    shop: App,
    alice: Person,
    name: String,
}

impl World {
    async fn new() -> Self {
        let server = TestServer::start().await;
        Self {
            shop: server.add_site("Shop", json!({})).await,
            alice: server.add_user("alice").await,
            name: format!("rollcall-session-{}", server.root.pool),
            server,
        }
    }

    async fn signed_in(&self) -> Browser {
        let mut browser = Browser::default();
        browser.enter(&self.server, &self.shop, &self.alice).await;
        browser
    }

    fn silent_path(&self) -> String {
        Auth::new(&self.shop).with("prompt", "none").path()
    }

    /// Signs on silently: the code, or the error.
    async fn silent(&self, browser: &Browser) -> Result<String, String> {
        outcome(
            browser
                .clone()
                .open(&self.server, &self.silent_path())
                .await,
        )
    }

    async fn silent_with(&self, cookies: &[u8]) -> Result<String, String> {
        let mut request = get(&self.silent_path(), &[]);
        let value = HeaderValue::from_bytes(cookies).unwrap();
        request.headers_mut().insert("cookie", value);
        let answer = self.server.send(request).await;
        outcome(Browser::default().arrive(&self.server, answer).await)
    }

    async fn tokens(&self, browser: &Browser) -> Tokens {
        let code = self.silent(browser).await.unwrap();
        let answer = self.server.try_redeem(&self.shop, &code).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        Tokens::of(&answer.body)
    }

    /// No check, no silent sign-on and no token says that alice is signed in.
    async fn assert_out(&self, browser: &Browser) {
        assert_eq!(self.silent(browser).await, Err("login_required".to_owned()));
        assert!(!self.server.is_active(&self.alice, &self.shop.id).await);
    }
}

fn outcome(place: Place) -> Result<String, String> {
    let found = place.parameters();
    let code = found.get("code").cloned();
    code.ok_or_else(|| found["error"].clone())
}

#[tokio::test]
async fn a_planted_cookie_is_never_adopted() {
    let world = World::new().await;
    let mallory = world.server.add_user("mallory").await;
    let mut mallorys = Browser::default();
    mallorys.enter(&world.server, &world.shop, &mallory).await;
    let huge = "x".repeat(60_000);
    let planted = ["rcs_planted", "", &huge, mallorys.session().unwrap()];
    for value in planted {
        let mut browser = Browser::default();
        browser.cookies.insert(world.name.clone(), value.to_owned());
        // A planted name of the browser binds nothing but this browser's own forms.
        let name = "A".repeat(43);
        browser.cookies.insert("rollcall-browser".to_owned(), name);
        // Over https the cookie's prefix keeps strangers from planting it at all.
        let path = Auth::new(&world.shop).with("prompt", "login").path();
        let page = browser.open(&world.server, &path).await.page();
        let place = browser.sign_in(&world.server, &page, &world.alice).await;
        place.code();
        let own = browser.session().unwrap().clone();
        assert_ne!(own, value);
        // Who planted it has nothing: not the person's session, nor the one before.
        let planted = format!("{}={value}", world.name);
        let theirs = world.silent_with(planted.as_bytes()).await;
        assert_eq!(theirs, Err("login_required".to_owned()));
        let tokens = world.tokens(&browser).await;
        assert_eq!(claims(&tokens.id)["sub"], world.alice.id);
    }
    assert!(!world.server.is_active(&mallory, &world.shop.id).await);
}

#[tokio::test]
async fn of_two_cookies_of_one_name_none_counts() {
    let world = World::new().await;
    let mallory = world.server.add_user("mallory").await;
    let mut mallorys = Browser::default();
    mallorys.enter(&world.server, &world.shop, &mallory).await;
    let alices = world.signed_in().await;
    let (name, ours) = (&world.name, alices.session().unwrap());
    let theirs = mallorys.session().unwrap();
    let refused = Err("login_required".to_owned());
    for cookies in [
        format!("{name}={theirs}; {name}={ours}"),
        format!("{name}={ours}; {name}={theirs}"),
        format!("{name}=; {name}={ours}"),
        format!("{name} x={ours}"),
        format!("x{name}={ours}"),
        format!("{}={ours}", name.to_uppercase()),
        format!("{name}={ours}x"),
        format!("{name}=\"{ours}\""),
        format!("__Host-{name}={ours}"),
    ] {
        assert_eq!(
            world.silent_with(cookies.as_bytes()).await,
            refused,
            "{cookies}"
        );
    }
    // What others set at this host does not matter, however much it is.
    let many: Vec<_> = (0..2000).map(|n| format!("c{n}={n}; ")).collect();
    let many = many.concat();
    for cookies in [
        format!("{name}={ours}; {name}={ours}"),
        format!("{many}{name}={ours}"),
        format!("x=\u{4e2d}; {name}={ours}; ;; =; y"),
    ] {
        world.silent_with(cookies.as_bytes()).await.unwrap();
    }
    // All that are presented end with a sign-out: none of them stays behind.
    let many: Vec<_> = (0..900)
        .map(|n| format!("rollcall-session-{n:024x}=x; "))
        .collect();
    let many = many.concat();
    let mut both = Browser::default();
    both.cookies.insert(
        "a".to_owned(),
        format!("b; {name}={theirs}; {many}{name}={ours}"),
    );
    let ask = both.open(&world.server, "/oidc/session/end").await.page();
    let out = both.submit(&world.server, &ask, &[("decision", "yes")]);
    assert_eq!(out.await.page().kind, "signed-out");
    world.assert_out(&alices).await;
    assert!(!world.server.is_active(&mallory, &world.shop.id).await);
}

#[tokio::test]
async fn a_cookie_is_worth_nothing_after_the_next_sign_in_or_the_end() {
    let world = World::new().await;
    let first = world.signed_in().await;
    let mut again = first.clone();
    let path = Auth::new(&world.shop).with("prompt", "login").path();
    let page = again.open(&world.server, &path).await.page();
    again
        .sign_in(&world.server, &page, &world.alice)
        .await
        .code();
    assert_ne!(first.session(), again.session());
    assert_eq!(world.silent(&first).await, Err("login_required".to_owned()));
    let tokens = world.tokens(&again).await;
    // Another person at the browser ends what was there.
    let bob = world.server.add_user("bob").await;
    let mut shared = again.clone();
    let page = shared.open(&world.server, &path).await.page();
    shared.sign_in(&world.server, &page, &bob).await.code();
    assert_eq!(
        world.server.end_of(&tokens.login()).await,
        Some(Reason::Replaced)
    );
    world.assert_out(&again).await;
    // So does signing out.
    let mut out = world.signed_in().await;
    let before = out.clone();
    let tokens = world.tokens(&out).await;
    let hint = [("id_token_hint", tokens.id.as_str())];
    let path = get("/oidc/session/end", &hint).uri().to_string();
    out.open(&world.server, &path).await.page();
    assert_eq!(out.session(), None);
    world.server.assert_dead(&world.shop, &tokens).await;
    world.assert_out(&before).await;
}

#[tokio::test]
async fn what_ends_sessions_leaves_no_cookie_good() {
    let world = World::new().await;
    let (server, alice) = (&world.server, &world.alice);
    let ends = [
        (
            "update-user",
            json!({ "userId": alice.id, "password": PASSWORD }),
        ),
        (
            "update-user",
            json!({ "userId": alice.id, "status": "Suspended" }),
        ),
        (
            "update-user",
            json!({ "userId": alice.id, "status": "Activated" }),
        ),
    ];
    let browser = world.signed_in().await;
    for (verb, body) in ends {
        server.post(verb, body.clone()).await.data();
        world.assert_out(&browser).await;
        let page = Auth::new(&world.shop).path();
        let page = browser.clone().open(server, &page).await.page();
        assert_eq!(
            (page.kind.as_str(), page.field("identifier")),
            ("sign-in", ""),
            "{body}"
        );
    }
    let browser = world.signed_in().await;
    let application = json!({ "appId": world.shop.id });
    server.post("delete-application", application).await.data();
    let page = browser
        .clone()
        .open(server, &world.silent_path())
        .await
        .page();
    assert_eq!(page.answer.status, 400);
    let users = json!({ "userIds": [alice.id] });
    let mail = server.add_site("Mail", json!({})).await;
    let silent = Auth::new(&mail).with("prompt", "none").path();
    browser.clone().open(server, &silent).await.code();
    server.post("delete-users-batch", users).await.data();
    let place = browser.clone().open(server, &silent).await;
    assert_eq!(place.error(), "login_required");
}

/// Another pool with an application, a person of the same name, and their browser.
async fn neighbours(world: &World) -> (Key, App, Person, Browser) {
    let key = world.server.add_pool().await;
    let app = world.server.add_site_in(&key, "Theirs").await;
    let person = world.server.add_user_in(&key, "alice").await;
    let mut browser = Browser::default();
    browser.enter(&world.server, &app, &person).await;
    (key, app, person, browser)
}

#[tokio::test]
async fn a_cookie_of_another_pool_opens_nothing() {
    let world = World::new().await;
    let (key, theirs, person, browser) = neighbours(&world).await;
    assert_eq!(
        world.silent(&browser).await,
        Err("login_required".to_owned())
    );
    // Under our name it is no session of ours.
    let value = browser.session().unwrap();
    let renamed = format!("{}={value}", world.name);
    let outcome = world.silent_with(renamed.as_bytes()).await;
    assert_eq!(outcome, Err("login_required".to_owned()));
    let mut both = browser.clone();
    both.enter(&world.server, &world.shop, &world.alice).await;
    assert_eq!(both.cookies.len(), 3);
    // Signing out of one pool's application leaves the other pool alone.
    let path = format!("/oidc/session/end?client_id={}", world.shop.id);
    let ask = both.open(&world.server, &path).await.page();
    both.submit(&world.server, &ask, &[("decision", "yes")])
        .await
        .page();
    assert!(world.server.is_active_in(&key, &person, &theirs).await);
    assert!(!world.server.is_active(&world.alice, &world.shop.id).await);
    // Users and passwords of another pool are unknown here.
    world.server.add_user_in(&key, "carol").await;
    let carol = Person {
        id: String::new(),
        username: "carol".to_owned(),
    };
    let mut stranger = Browser::default();
    let page = stranger
        .open(&world.server, &Auth::new(&world.shop).path())
        .await
        .page();
    let page = stranger.sign_in(&world.server, &page, &carol).await.page();
    assert_eq!(page.error.as_deref(), Some("wrong_credentials"));
}

#[tokio::test]
async fn codes_and_hints_of_another_pool_or_application_open_nothing() {
    let world = World::new().await;
    let server = &world.server;
    let (key, theirs, person, mut browser) = neighbours(&world).await;
    let mail = server.add_site("Mail", json!({})).await;
    let own = world.signed_in().await;
    for thief in [&theirs, &mail] {
        let code = world.silent(&own).await.unwrap();
        assert_oauth(&server.try_redeem(thief, &code).await, 400, "invalid_grant");
        // The thief has not used it up.
        assert_eq!(server.try_redeem(&world.shop, &code).await.status, 200);
    }
    let tokens = world.tokens(&own).await;
    for other in [&theirs, &mail] {
        // A hint of another client is none, wherever its person is signed in.
        let auth = Auth::new(other).with("id_token_hint", &tokens.id);
        let mut visited = if other.id == mail.id {
            own.clone()
        } else {
            browser.clone()
        };
        let answer = visited.open(server, &auth.path()).await;
        assert_eq!(answer.error(), "invalid_request");
        let query = [
            ("id_token_hint", tokens.id.as_str()),
            ("client_id", other.id.as_str()),
            ("post_logout_redirect_uri", "https://app.example/bye"),
        ];
        let path = get("/oidc/session/end", &query).uri().to_string();
        let page = own.clone().open(server, &path).await.page();
        assert_eq!(
            (page.kind.as_str(), page.answer.status.as_u16()),
            ("error", 400)
        );
    }
    // In a browser that is signed in elsewhere the hint of ours asks, and ends theirs not.
    let hint = [("id_token_hint", tokens.id.as_str())];
    let path = get("/oidc/session/end", &hint).uri().to_string();
    let mut third = Browser::default();
    third
        .enter(server, &world.shop, &server.add_user("bob").await)
        .await;
    assert_eq!(third.open(server, &path).await.page().kind, "sign-out");
    world.silent(&third).await.unwrap();
    world.silent(&own).await.unwrap();
    browser.open(server, &path).await.page();
    assert!(server.is_active_in(&key, &person, &theirs).await);
}

#[tokio::test]
async fn a_token_of_one_kind_is_none_of_another() {
    let world = World::new().await;
    let server = &world.server;
    let browser = world.signed_in().await;
    let tokens = world.tokens(&browser).await;
    assert_oauth(&server.user_info(&tokens.id).await, 401, "invalid_token");
    let answer = server.introspect(&world.shop, &tokens.id).await;
    assert_eq!(answer.text, r#"{"active":false}"#);
    let bare = tokens.id.rsplit_once('.').unwrap().0.to_owned() + ".";
    for no_hint in [
        &tokens.access,
        &tokens.refresh,
        &server.root.token,
        &tampered(&tokens.id),
        &bare,
    ] {
        let auth = Auth::new(&world.shop).with("id_token_hint", no_hint);
        let place = browser.clone().open(server, &auth.path()).await;
        assert_eq!(place.error(), "invalid_request", "{no_hint}");
        let query = [
            ("id_token_hint", no_hint.as_str()),
            ("post_logout_redirect_uri", "https://app.example/bye"),
        ];
        let path = get("/oidc/session/end", &query).uri().to_string();
        let page = browser.clone().open(server, &path).await.page();
        assert_eq!(
            (page.kind.as_str(), page.answer.status.as_u16()),
            ("error", 400)
        );
    }
    world.silent(&browser).await.unwrap();
}

#[tokio::test]
async fn a_code_without_its_challenge_is_not_redeemed() {
    let world = World::new().await;
    let server = &world.server;
    let lax = json!({ "oidcConfig": { "require_pkce": false } });
    let lax = server.add_site("Lax", lax).await;
    let mut browser = world.signed_in().await;
    // The challenge cannot be left out, weakened, or sent in another way.
    let usual = || Auth::new(&world.shop);
    for auth in [
        usual().without("code_challenge"),
        usual()
            .without("code_challenge")
            .without("code_challenge_method"),
        usual().without("code_challenge_method"),
        usual().with("code_challenge_method", "plain"),
        usual().with("code_challenge_method", "s256"),
        usual().with("code_challenge", VERIFIER.trim_end_matches('k')),
        usual().and("code_challenge", CHALLENGE),
        Auth::new(&lax).without("code_challenge"),
        Auth::new(&lax)
            .without("nonce")
            .without("code_challenge")
            .without("code_challenge_method"),
    ] {
        assert_eq!(
            browser.open(server, &auth.path()).await.error(),
            "invalid_request"
        );
    }
    let redeem = async |app: &App, code: &str, verifier: Option<&str>| -> Answer {
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", CALLBACK),
        ];
        form.extend(verifier.map(|verifier| ("code_verifier", verifier)));
        server.oidc("token", app, &form).await
    };
    // A code injected into another flow: its verifier is another, or there is none.
    let code = world.silent(&browser).await.unwrap();
    let another = "A".repeat(43);
    for verifier in [
        None,
        Some(another.as_str()),
        Some(CHALLENGE),
        Some("x"),
        Some(""),
    ] {
        assert_oauth(
            &redeem(&world.shop, &code, verifier).await,
            400,
            "invalid_grant",
        );
    }
    assert_eq!(redeem(&world.shop, &code, Some(VERIFIER)).await.status, 200);
    let bare = Auth::new(&lax)
        .without("code_challenge")
        .without("code_challenge_method");
    let code = browser.open(server, &bare.path()).await.code();
    assert_oauth(
        &redeem(&lax, &code, Some(VERIFIER)).await,
        400,
        "invalid_grant",
    );
    assert_eq!(redeem(&lax, &code, None).await.status, 200);
}
