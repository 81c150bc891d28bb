//! Sessions of browsers: their limits, their cookies, what ends them, and what is
//! told of them elsewhere.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod browser;
mod relying_party;
mod support;

use browser::{Auth, Browser, Place};
use relying_party::{App, Tokens};
use rollcall_core::model::event::{Origin, Reason};
use rollcall_core::model::policy::{ConcurrencyLimit, LimitAction, SessionLimits};
use rollcall_core::model::pool::{DEFAULT_COUNTRY_CODE, NewPool, Pool};
use rollcall_core::secret::Secret;
use serde_json::{Value, json};
use support::{Answer, Contract, Key, Person, TestServer, get, with_header};

/// What a pool is set to that has no setting in the API yet.
async fn pool_with(server: &TestServer, limit: ConcurrencyLimit, ends_with_browser: bool) -> Key {
    let store = &server.authority.store;
    let id = rollcall_core::ids::PoolId::generate(store.now(), &*server.entropy);
    let secret = Secret::generate(&*server.entropy);
    let new = NewPool {
        pool: Pool {
            id,
            name: "another".to_owned(),
            created_at: store.now(),
            session_limits: SessionLimits::default(),
            session_limit: limit,
            cookie_ends_with_browser: ends_with_browser,
            default_country_code: DEFAULT_COUNTRY_CODE.to_owned(),
            registration_open: false,
        },
        root_secret: secret.clone(),
    };
    store.create_pool(new, Origin::system()).await.unwrap();
    let key = Key {
        pool: id,
        id: id.root_key(),
        secret,
        token: String::new(),
    };
    server.with_token(key).await
}

fn at_most(max: u32, action: LimitAction) -> ConcurrencyLimit {
    ConcurrencyLimit {
        max: Some(max),
        action,
    }
}

async fn try_enter(server: &TestServer, browser: &mut Browser, app: &App, who: &Person) -> Place {
    let auth = Auth::new(app).with("prompt", "login");
    let page = browser.open(server, &auth.path()).await.page();
    browser.sign_in(server, &page, who).await
}

async fn enter(server: &TestServer, browser: &mut Browser, app: &App, who: &Person) -> Tokens {
    let code = try_enter(server, browser, app, who).await.code();
    Tokens::of(&server.try_redeem(app, &code).await.body)
}

async fn silently(server: &TestServer, browser: &mut Browser, app: &App) -> Place {
    let auth = Auth::new(app).with("prompt", "none");
    browser.open(server, &auth.path()).await
}

#[tokio::test]
async fn an_application_that_refuses_tells_access_denied_and_nothing_has_changed() {
    let server = TestServer::start().await;
    let policy = json!({ "maxSessionsPerUser": 1, "sessionLimitAction": "refuse" });
    let app = server
        .add_site("Shop", json!({ "sessionPolicy": policy }))
        .await;
    let mail = server.add_site("Mail", json!({})).await;
    let alice = server.add_user("alice").await;
    let (mut first, mut second) = (Browser::default(), Browser::default());
    let tokens = enter(&server, &mut first, &app, &alice).await;
    let refused = try_enter(&server, &mut second, &app, &alice)
        .await
        .parameters();
    assert_eq!(refused["error"], "access_denied");
    assert_eq!(refused["state"], "a state&=");
    assert_eq!(second.session(), None);
    assert_eq!(server.end_of(&tokens.login()).await, None);
    // Silently too, by a session that another application made.
    enter(&server, &mut second, &mail, &alice).await;
    assert_eq!(
        silently(&server, &mut second, &app).await.error(),
        "access_denied"
    );
    // Another person's session in that browser is not lost by a refusal.
    let bob = server.add_user("bob").await;
    let mut third = Browser::default();
    let his = enter(&server, &mut third, &mail, &bob).await;
    assert_eq!(
        try_enter(&server, &mut third, &app, &alice).await.error(),
        "access_denied"
    );
    server.assert_alive(&mail, &bob, &his).await;
    silently(&server, &mut third, &mail).await.code();
    // A new sign-in in the same browser is no addition.
    let again = enter(&server, &mut first, &app, &alice).await;
    assert_eq!(again.login(), tokens.login());
    // Whoever leaves makes room.
    server.revoke(&app, &again.refresh).await;
    silently(&server, &mut second, &app).await.code();
}

#[tokio::test]
async fn an_application_that_ends_the_oldest_ends_that_login_alone() {
    let server = TestServer::start().await;
    let policy = json!({ "maxSessionsPerUser": 2, "sessionLimitAction": "end_oldest" });
    let app = server
        .add_site("Shop", json!({ "sessionPolicy": policy }))
        .await;
    let mail = server.add_site("Mail", json!({})).await;
    let alice = server.add_user("alice").await;
    let mut browsers = [Browser::default(), Browser::default(), Browser::default()];
    let mut logins = Vec::new();
    for browser in &mut browsers {
        logins.push(enter(&server, browser, &app, &alice).await);
        server.pass(1);
    }
    let ends = [Some(Reason::Replaced), None, None];
    for (tokens, end) in logins.iter().zip(ends) {
        assert_eq!(server.end_of(&tokens.login()).await, end);
    }
    server.assert_dead(&app, &logins[0]).await;
    // The session lives on, and comes back at the cost of the next.
    silently(&server, &mut browsers[0], &mail).await.code();
    silently(&server, &mut browsers[0], &app).await.code();
    assert_eq!(
        server.end_of(&logins[1].login()).await,
        Some(Reason::Replaced)
    );
    assert_eq!(server.end_of(&logins[2].login()).await, None);
}

#[tokio::test]
async fn a_pool_that_refuses_counts_sessions_of_every_application() {
    let server = TestServer::start().await;
    let key = pool_with(&server, at_most(1, LimitAction::Refuse), false).await;
    let shop = server.add_site_in(&key, "Shop").await;
    let mail = server.add_site_in(&key, "Mail").await;
    let alice = server.add_user_in(&key, "alice").await;
    let bob = server.add_user_in(&key, "bob").await;
    let (mut first, mut second) = (Browser::default(), Browser::default());
    enter(&server, &mut first, &shop, &alice).await;
    let refused = try_enter(&server, &mut second, &mail, &alice).await;
    assert_eq!(refused.error(), "access_denied");
    assert_eq!(second.session(), None);
    assert!(!server.is_active_in(&key, &alice, &mail).await);
    // Single sign-on is no addition, a new sign-in none, another person another count.
    silently(&server, &mut first, &mail).await.code();
    enter(&server, &mut first, &mail, &alice).await;
    enter(&server, &mut second, &mail, &bob).await;
    assert!(server.is_active_in(&key, &alice, &shop).await);
}

#[tokio::test]
async fn a_pool_that_ends_the_oldest_ends_the_whole_session() {
    let server = TestServer::start().await;
    let key = pool_with(&server, at_most(1, LimitAction::EndOldest), false).await;
    let shop = server.add_site_in(&key, "Shop").await;
    let mail = server.add_site_in(&key, "Mail").await;
    let alice = server.add_user_in(&key, "alice").await;
    let (mut first, mut second) = (Browser::default(), Browser::default());
    let at_shop = enter(&server, &mut first, &shop, &alice).await;
    silently(&server, &mut first, &mail).await.code();
    server.pass(1);
    enter(&server, &mut second, &mail, &alice).await;
    assert!(!server.is_active_in(&key, &alice, &shop).await);
    assert!(server.is_active_in(&key, &alice, &mail).await);
    server.assert_dead(&shop, &at_shop).await;
    assert_eq!(
        silently(&server, &mut first, &shop).await.error(),
        "login_required"
    );
    silently(&server, &mut second, &shop).await.code();
}

/// What ends every session of a person, and leaves other people alone.
#[tokio::test]
async fn what_happens_to_a_person_ends_their_browsers_sessions() {
    for (change, reason) in [
        (json!({ "status": "Suspended" }), Reason::UserDisabled),
        (
            json!({ "password": "another horse" }),
            Reason::PasswordChanged,
        ),
    ] {
        let server = TestServer::start().await;
        let app = server.add_site("Shop", json!({})).await;
        let (alice, bob) = (server.add_user("alice").await, server.add_user("bob").await);
        let (mut hers, mut his) = (Browser::default(), Browser::default());
        let tokens = enter(&server, &mut hers, &app, &alice).await;
        enter(&server, &mut his, &app, &bob).await;
        let body = relying_party::with(json!({ "userId": alice.id }), change);
        server.post("update-user", body).await.data();
        assert!(!server.is_active(&alice, &app.id).await);
        assert_eq!(server.end_of(&tokens.login()).await, Some(reason));
        server.assert_dead(&app, &tokens).await;
        assert_eq!(
            silently(&server, &mut hers, &app).await.error(),
            "login_required"
        );
        let page = hers.open(&server, &Auth::new(&app).path()).await.page();
        assert_eq!(page.kind, "sign-in");
        assert_eq!(page.field("identifier"), "", "nobody is there");
        // Made good again it revives nothing.
        let body = json!({ "userId": alice.id, "status": "Activated" });
        server.post("update-user", body).await.data();
        assert_eq!(
            silently(&server, &mut hers, &app).await.error(),
            "login_required"
        );
        silently(&server, &mut his, &app).await.code();
    }
}

#[tokio::test]
async fn a_person_who_changes_the_password_ends_the_browsers_session() {
    let server = TestServer::start().await;
    let app = server.add_site("Shop", json!({})).await;
    let alice = server.add_user("alice").await;
    let mut browser = Browser::default();
    let tokens = enter(&server, &mut browser, &app, &alice).await;
    let device = server.log_in(&app, &alice).await;
    let body = json!({ "newPassword": "another horse" });
    server
        .post_by(&device.access, "update-password", body)
        .await
        .data();
    let end = server.end_of(&tokens.login()).await;
    assert_eq!(end, Some(Reason::PasswordChanged));
    assert_eq!(
        silently(&server, &mut browser, &app).await.error(),
        "login_required"
    );
    assert_eq!(server.end_of(&device.login()).await, None);
}

#[tokio::test]
async fn a_disabled_application_ends_its_logins_and_not_the_session() {
    let server = TestServer::start().await;
    let shop = server.add_site("Shop", json!({})).await;
    let mail = server.add_site("Mail", json!({})).await;
    let alice = server.add_user("alice").await;
    let mut browser = Browser::default();
    let at_shop = enter(&server, &mut browser, &shop, &alice).await;
    silently(&server, &mut browser, &mail).await.code();
    let switch = |on: bool| json!({ "appId": shop.id, "enabled": on });
    server
        .post("update-application", switch(false))
        .await
        .data();
    assert!(!server.is_active(&alice, &shop.id).await);
    assert!(server.is_active(&alice, &mail.id).await);
    silently(&server, &mut browser, &mail).await.code();
    server.post("update-application", switch(true)).await.data();
    assert!(!server.is_active(&alice, &shop.id).await);
    assert_eq!(
        server.end_of(&at_shop.login()).await,
        Some(Reason::AppDisabled)
    );
    silently(&server, &mut browser, &shop).await.code();
    assert!(server.is_active(&alice, &shop.id).await);
}

#[tokio::test]
async fn the_login_history_has_a_row_for_each_login_of_a_browser() {
    let server = TestServer::start().await;
    let shop = server.add_site("Shop", json!({})).await;
    let mail = server.add_site("Mail", json!({})).await;
    let alice = server.add_user("alice").await;
    let mut browser = Browser::default();
    let page = browser.open(&server, &Auth::new(&shop).path()).await.page();
    let fields = [("identifier", "alice"), ("password", support::PASSWORD)];
    let wrong = [("identifier", "alice"), ("password", "wrong")];
    browser.submit(&server, &page, &wrong).await.page();
    let request = with_header(page.submission(&fields), "user-agent", "Firefox/1");
    let answer = browser.send(&server, request).await;
    let code = browser.arrive(&server, answer).await.code();
    server.try_redeem(&shop, &code).await;
    server.pass(60);
    let silent = get(&Auth::new(&mail).with("prompt", "none").path(), &[]);
    let answer = browser
        .send(&server, with_header(silent, "user-agent", "Firefox/2"))
        .await;
    assert_eq!(answer.status, 303);
    // Neither a login that goes on nor a failure is a login begun.
    silently(&server, &mut browser, &shop).await.code();
    enter(&server, &mut browser, &shop, &alice).await;
    let query = [("userId", alice.id.as_str())];
    let answer = server.get("get-user-login-history", &query).await;
    Contract::management().assert_fits("get", "get-user-login-history", &answer);
    let rows: Vec<Value> = answer.data()["list"].as_array().unwrap().clone();
    let row = |app: &App, name: &str, agent: &str, time: &str| {
        json!({
            "appId": app.id, "appName": name, "appLogo": "", "appLoginUrl": "",
            "clientIp": "192.0.2.1", "userAgent": agent, "time": time,
        })
    };
    assert_eq!(
        rows,
        [
            row(&mail, "Mail", "Firefox/2", "2026-01-01T00:01:00.000Z"),
            row(&shop, "Shop", "Firefox/1", "2026-01-01T00:00:00.000Z"),
        ]
    );
    let apps = server.get("get-user-loggedin-apps", &query).await;
    Contract::management().assert_fits("get", "get-user-loggedin-apps", &apps);
    let ids = |answer: &Answer| {
        let apps = answer.data().as_array().unwrap().clone();
        apps.iter()
            .map(|app| app["appId"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(ids(&apps), [json!(mail.id), json!(shop.id)]);
    // The code for the second was never redeemed.
    server.pass(60);
    let apps = server.get("get-user-loggedin-apps", &query).await;
    assert_eq!(ids(&apps), [json!(shop.id)]);
}

fn cookies(answer: &Answer) -> Vec<String> {
    let cookies = answer.headers.get_all("set-cookie").iter();
    cookies
        .map(|cookie| cookie.to_str().unwrap().to_owned())
        .collect()
}

/// The cookies that a first visit and the sign-in after it set.
async fn given(server: &TestServer, app: &App) -> (Vec<String>, Vec<String>) {
    let mut browser = Browser::default();
    let page = browser.open(server, &Auth::new(app).path()).await.page();
    let first = cookies(&page.answer);
    let fields = [("identifier", "alice"), ("password", support::PASSWORD)];
    let answer = browser.send(server, page.submission(&fields)).await;
    assert_eq!(answer.status, 303);
    assert!(
        answer.headers["location"]
            .to_str()
            .unwrap()
            .contains("code=")
    );
    (first, cookies(&answer))
}

fn assert_cookie(cookie: &str, name: &str, attributes: &str) {
    let (found, rest) = cookie.split_once('=').unwrap();
    let (value, found_attributes) = rest.split_once("; ").unwrap();
    assert_eq!((found, found_attributes), (name, attributes));
    // 256 bits in base64url, and nothing of the person.
    assert!(value.len() >= 43, "{value}");
    assert!(cookie.len() < 4096);
}

#[tokio::test]
async fn over_https_cookies_are_bound_to_the_host() {
    let server = TestServer::start_at("https://id.example").await;
    let app = server.add_site("Shop", json!({})).await;
    server.add_user("alice").await;
    let (first, then) = given(&server, &app).await;
    let [browser] = &first[..] else {
        panic!("{first:?}")
    };
    let always = "Path=/; HttpOnly; SameSite=Lax; Secure";
    assert_cookie(browser, "__Host-rollcall-browser", always);
    let [session] = &then[..] else {
        panic!("{then:?}")
    };
    let name = format!("__Host-rollcall-session-{}", server.root.pool);
    let lasting = "Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax; Secure";
    assert_cookie(session, &name, lasting);
}

#[tokio::test]
async fn on_loopback_http_cookies_have_neither_prefix_nor_secure() {
    let server = TestServer::start().await;
    let app = server.add_site("Shop", json!({})).await;
    server.add_user("alice").await;
    let (first, then) = given(&server, &app).await;
    let [browser] = &first[..] else {
        panic!("{first:?}")
    };
    assert_cookie(
        browser,
        "rollcall-browser",
        "Path=/; HttpOnly; SameSite=Lax",
    );
    let [session] = &then[..] else {
        panic!("{then:?}")
    };
    let name = format!("rollcall-session-{}", server.root.pool);
    let lasting = "Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax";
    assert_cookie(session, &name, lasting);
}

#[tokio::test]
async fn a_cookie_may_end_with_the_browser() {
    let server = TestServer::start().await;
    let key = pool_with(&server, ConcurrencyLimit::default(), true).await;
    let app = server.add_site_in(&key, "Shop").await;
    server.add_user_in(&key, "alice").await;
    let (_, then) = given(&server, &app).await;
    let [session] = &then[..] else {
        panic!("{then:?}")
    };
    let name = format!("rollcall-session-{}", key.pool);
    assert_cookie(session, &name, "Path=/; HttpOnly; SameSite=Lax");
}

/// Over http somebody else may have set them (RFC 6265bis, section 4.1.3.2).
#[tokio::test]
async fn over_https_a_cookie_without_the_prefix_is_none() {
    let server = TestServer::start_at("https://id.example").await;
    let app = server.add_site("Shop", json!({})).await;
    let alice = server.add_user("alice").await;
    let mut browser = Browser::default();
    browser.enter(&server, &app, &alice).await;
    let mut stripped = Browser::default();
    for (name, value) in &browser.cookies {
        let name = name.strip_prefix("__Host-").unwrap().to_owned();
        stripped.cookies.insert(name, value.clone());
    }
    let answer = silently(&server, &mut stripped, &app).await.parameters();
    assert_eq!(answer["error"], "login_required");
    assert_eq!(answer["iss"], "https://id.example/oidc");
    silently(&server, &mut browser, &app).await.code();
}

#[tokio::test]
async fn a_browser_keeps_its_name_and_a_made_up_one_is_replaced() {
    let server = TestServer::start().await;
    let app = server.add_site("Shop", json!({})).await;
    let mut browser = Browser::default();
    let path = Auth::new(&app).path();
    browser.open(&server, &path).await.page();
    let name = browser.cookies["rollcall-browser"].clone();
    let again = browser.open(&server, &path).await.page();
    assert_eq!(cookies(&again.answer), Vec::<String>::new());
    for made_up in ["", "x", &name[1..], &format!("{name}A"), "<script>"] {
        let cookie = made_up.to_owned();
        browser
            .cookies
            .insert("rollcall-browser".to_owned(), cookie);
        browser.open(&server, &path).await.page();
        let given = &browser.cookies["rollcall-browser"];
        assert!(given.len() == 43 && *given != name, "{made_up}");
    }
}
