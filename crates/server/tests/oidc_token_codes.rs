//! Authorization codes at the token endpoint: everything that may be wrong with
//! one, and what becomes of its login.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod browser;
mod relying_party;
mod support;

use browser::{Auth, Browser, CALLBACK, CHALLENGE, VERIFIER};
use http::StatusCode;
use relying_party::{App, Tokens, assert_oauth, basic, claims};
use rollcall_core::model::event::Reason;
use serde_json::json;
use std::sync::Arc;
use support::{Answer, Person, TestServer, get, post_form, with_header};
use tokio::task::JoinSet;

struct World {
    server: TestServer,
    app: App,
    alice: Person,
    browser: Browser,
}

type Form<'a> = Vec<(&'a str, &'a str)>;

/// The usual form.
fn form(code: &str) -> Form<'_> {
    vec![
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
    ]
}

/// With this value instead, or without any.
fn changed<'a>(form: &Form<'a>, name: &'a str, value: Option<&'a str>) -> Form<'a> {
    let mut form = form.clone();
    form.retain(|(known, _)| *known != name);
    form.extend(value.map(|value| (name, value)));
    form
}

impl World {
    async fn new() -> Self {
        Self::with(json!({})).await
    }

    async fn with(members: serde_json::Value) -> Self {
        let server = TestServer::start().await;
        let app = server.add_site("Shop", members).await;
        let alice = server.add_user("alice").await;
        let mut browser = Browser::default();
        let hub = server.add_site("Hub", json!({})).await;
        browser.enter(&server, &hub, &alice).await;
        Self {
            server,
            app,
            alice,
            browser,
        }
    }

    async fn code(&mut self) -> String {
        let path = Auth::new(&self.app).path();
        self.browser.open(&self.server, &path).await.code()
    }

    async fn tokens(&mut self) -> Tokens {
        let code = self.code().await;
        Tokens::of(&self.server.try_redeem(&self.app, &code).await.body)
    }

    async fn present(&self, form: &Form<'_>) -> Answer {
        self.server.oidc("token", &self.app, form).await
    }

    async fn is_active(&self) -> bool {
        self.server.is_active(&self.alice, &self.app.id).await
    }
}

#[tokio::test]
async fn each_parameter_is_needed_once_and_as_it_was() {
    let mut world = World::new().await;
    let code = world.code().await;
    let usual = form(&code);
    let long = "a".repeat(10 * 1024);
    for (name, missing, too_long) in [
        ("grant_type", "invalid_request", "unsupported_grant_type"),
        ("code", "invalid_request", "invalid_grant"),
        ("redirect_uri", "invalid_request", "invalid_grant"),
        ("code_verifier", "invalid_grant", "invalid_grant"),
    ] {
        let answer = world.present(&changed(&usual, name, None)).await;
        assert_oauth(&answer, 400, missing);
        let answer = world.present(&changed(&usual, name, Some(""))).await;
        assert_oauth(&answer, 400, missing);
        let answer = world.present(&changed(&usual, name, Some(&long))).await;
        assert_oauth(&answer, 400, too_long);
        let value = usual.iter().find(|(known, _)| *known == name).unwrap().1;
        let twice = [&usual[..], &[(name, value)]].concat();
        assert_oauth(&world.present(&twice).await, 400, "invalid_request");
    }
    // None of that used it up, and unknown parameters are ignored.
    assert!(world.is_active().await);
    let more = [
        &usual[..],
        &[("audience", "x"), ("audience", "y"), ("scope", "")],
    ]
    .concat();
    let answer = world.present(&more).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
}

#[tokio::test]
async fn the_answer_is_as_rfc_6749_and_openid_connect_have_it() {
    let mut world = World::new().await;
    let code = world.code().await;
    let answer = world.present(&form(&code)).await;
    assert_eq!(answer.headers["content-type"], "application/json");
    assert_eq!(answer.headers["cache-control"], "no-store");
    assert_eq!(answer.headers["pragma"], "no-cache");
    assert_eq!(answer.body["token_type"], "Bearer");
    assert_eq!(answer.body["expires_in"], 7200);
    assert_eq!(answer.body["scope"], "openid profile offline_access");
    let tokens = Tokens::of(&answer.body);
    let (id, access) = (claims(&tokens.id), claims(&tokens.access));
    for claim in ["iss", "sub", "sid", "auth_time", "acr", "amr"] {
        assert_eq!(id[claim], access[claim], "{claim}");
    }
    assert_eq!(id["nonce"], "n-0S6_WzA2Mj");
    assert!(id["at_hash"].is_string());
    assert_eq!(access.get("nonce"), None);
    world
        .server
        .assert_alive(&world.app, &world.alice, &tokens)
        .await;
}

/// oidcc-ensure-request-without-nonce-succeeds-for-code-flow, with PKCE.
#[tokio::test]
async fn without_a_nonce_the_id_token_has_none() {
    let mut world = World::new().await;
    let path = Auth::new(&world.app).without("nonce").path();
    let code = world.browser.open(&world.server, &path).await.code();
    let tokens = Tokens::of(&world.present(&form(&code)).await.body);
    assert_eq!(claims(&tokens.id).get("nonce"), None);
}

#[tokio::test]
async fn what_is_no_code_of_ours_is_refused() {
    let mut world = World::new().await;
    let code = world.code().await;
    let other = "x";
    for wrong in [
        other,
        "rcc_",
        &code[1..],
        &code[..code.len() - 1],
        &format!("{code}A"),
        &code.to_uppercase(),
        &format!(" {code}"),
        "é\u{0}",
    ] {
        assert_oauth(&world.present(&form(wrong)).await, 400, "invalid_grant");
    }
    let tokens = Tokens::of(&world.present(&form(&code)).await.body);
    for wrong in [&tokens.access, &tokens.id, &tokens.refresh] {
        assert_oauth(&world.present(&form(wrong)).await, 400, "invalid_grant");
    }
    assert!(world.is_active().await);
}

#[tokio::test]
async fn the_redirect_uri_is_the_very_one() {
    let uris = json!([CALLBACK, "https://app.example/cb2"]);
    let mut world = World::with(json!({ "redirectUris": uris })).await;
    let code = world.code().await;
    let usual = form(&code);
    for wrong in [
        "https://app.example/cb2",
        "https://app.example/cb/",
        "https://app.example/cb?",
        "HTTPS://app.example/cb",
    ] {
        let answer = world
            .present(&changed(&usual, "redirect_uri", Some(wrong)))
            .await;
        assert_oauth(&answer, 400, "invalid_grant");
    }
    assert_eq!(world.present(&usual).await.status, StatusCode::OK);
}

/// RFC 7636, sections 4.1 and 4.6.
#[tokio::test]
async fn the_verifier_is_the_one_of_the_challenge() {
    let mut world = World::new().await;
    let code = world.code().await;
    let usual = form(&code);
    for wrong in [
        CHALLENGE,
        &VERIFIER[1..],
        &format!("{VERIFIER}A"),
        &VERIFIER.to_lowercase(),
        &format!("{VERIFIER} "),
        &format!("{VERIFIER}="),
        &"a".repeat(42),
        &"a".repeat(129),
    ] {
        let answer = world
            .present(&changed(&usual, "code_verifier", Some(wrong)))
            .await;
        assert_oauth(&answer, 400, "invalid_grant");
    }
    assert_eq!(world.present(&usual).await.status, StatusCode::OK);
}

#[tokio::test]
async fn another_applications_code_is_refused_and_stays_good() {
    let mut world = World::new().await;
    let code = world.code().await;
    let other = world.server.add_site("Other", json!({})).await;
    let key = world.server.add_pool().await;
    let theirs = world.server.add_site_in(&key, "Theirs").await;
    for stranger in [&other, &theirs] {
        let answer = world.server.try_redeem(stranger, &code).await;
        assert_oauth(&answer, 400, "invalid_grant");
    }
    assert_eq!(world.present(&form(&code)).await.status, StatusCode::OK);
    // Nor can others end a login by its used code.
    for stranger in [&other, &theirs] {
        let answer = world.server.try_redeem(stranger, &code).await;
        assert_oauth(&answer, 400, "invalid_grant");
    }
    let usual = form(&code);
    let wrong = changed(&usual, "code_verifier", Some(CHALLENGE));
    assert_oauth(&world.present(&wrong).await, 400, "invalid_grant");
    assert!(world.is_active().await);
}

#[tokio::test]
async fn an_application_proves_itself_as_everywhere() {
    let mut world = World::new().await;
    let code = world.code().await;
    let usual = form(&code);
    let path = "/oidc/token";
    let nobody = world.server.send(post_form(path, &usual)).await;
    assert_oauth(&nobody, 401, "invalid_client");
    let named = [&usual[..], &[("client_id", world.app.id.as_str())]].concat();
    let unproven = world.server.send(post_form(path, &named)).await;
    assert_oauth(&unproven, 401, "invalid_client");
    let wrong = with_header(
        post_form(path, &usual),
        "authorization",
        &basic(&world.app.id, "wrong"),
    );
    let refused = world.server.send(wrong).await;
    assert_oauth(&refused, 401, "invalid_client");
    assert!(refused.headers.contains_key("www-authenticate"));
    let by_basic = with_header(post_form(path, &usual), "authorization", &world.app.basic());
    assert_eq!(world.server.send(by_basic).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_public_application_redeems_by_its_verifier_alone() {
    let mut world = World::with(json!({ "appType": "spa" })).await;
    let code = world.code().await;
    let usual = [&form(&code)[..], &[("client_id", world.app.id.as_str())]].concat();
    let answer = world
        .server
        .send(post_form("/oidc/token", &form(&code)))
        .await;
    assert_oauth(&answer, 401, "invalid_client");
    let without = changed(&usual, "code_verifier", None);
    let answer = world.server.send(post_form("/oidc/token", &without)).await;
    assert_oauth(&answer, 400, "invalid_grant");
    let answer = world.server.send(post_form("/oidc/token", &usual)).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let tokens = Tokens::of(&answer.body);
    let refresh = [
        ("grant_type", "refresh_token"),
        ("refresh_token", &tokens.refresh),
        ("client_id", &world.app.id),
    ];
    let answer = world.server.send(post_form("/oidc/token", &refresh)).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
}

#[tokio::test]
async fn the_token_endpoint_takes_forms_by_post_alone() {
    let mut world = World::new().await;
    let code = world.code().await;
    let usual = world.app.form(&form(&code));
    let usual: Form<'_> = usual.clone();
    let answer = world.server.send(get("/oidc/token", &usual)).await;
    assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
    for kind in ["application/json", "text/plain", ""] {
        let request = with_header(post_form("/oidc/token", &usual), "content-type", kind);
        assert_oauth(&world.server.send(request).await, 400, "invalid_request");
    }
    // What is in the query is not looked at.
    let mut request = post_form("/oidc/token", &[]);
    let query = get("/oidc/token", &usual).uri().clone();
    *request.uri_mut() = query;
    let answer = world.server.send(request).await;
    assert_ne!(answer.status, StatusCode::OK);
    assert_eq!(world.present(&form(&code)).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_refresh_token_comes_with_offline_access_alone() {
    let mut world = World::new().await;
    for (scope, comes) in [("openid profile", false), ("openid offline_access", true)] {
        let path = Auth::new(&world.app).with("scope", scope).path();
        let code = world.browser.open(&world.server, &path).await.code();
        let answer = world.present(&form(&code)).await;
        assert_eq!(answer.body.get("refresh_token").is_some(), comes, "{scope}");
        assert_eq!(answer.body["scope"], scope);
    }
    // Nor to an application that may not use it.
    let config = json!({ "grant_types": ["authorization_code"] });
    let change = json!({ "appId": world.app.id, "oidcConfig": config });
    world.server.post("update-application", change).await.data();
    let code = world.code().await;
    let answer = world.present(&form(&code)).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    assert_eq!(answer.body.get("refresh_token"), None);
    assert_eq!(answer.body["scope"], "openid profile");
}

#[tokio::test]
async fn an_application_that_lost_the_grant_is_told_so() {
    let mut world = World::new().await;
    let code = world.code().await;
    let config = json!({ "grant_types": ["refresh_token"] });
    let change = json!({ "appId": world.app.id, "oidcConfig": config });
    world.server.post("update-application", change).await.data();
    let answer = world.present(&form(&code)).await;
    assert_oauth(&answer, 400, "unauthorized_client");
}

#[tokio::test]
async fn a_code_lasts_as_long_as_its_application_wishes() {
    let config = json!({ "authorization_code_expire": 5 });
    let mut world = World::with(json!({ "oidcConfig": config })).await;
    let code = world.code().await;
    world
        .server
        .clock
        .advance(rollcall_core::time::Span::from_millis(4_999));
    let in_time = world.present(&form(&code)).await;
    assert_eq!(in_time.status, StatusCode::OK);
    let code = world.code().await;
    world.server.pass(5);
    assert_oauth(&world.present(&form(&code)).await, 400, "invalid_grant");
    // The login is redeemed, and lives.
    assert!(world.is_active().await);
}

/// oidcc-codereuse, -codereuse-30seconds
#[tokio::test]
async fn a_used_code_ends_its_login_after_its_time_too() {
    for seconds in [0, 30, 61, 3600] {
        let mut world = World::new().await;
        let code = world.code().await;
        let tokens = Tokens::of(&world.present(&form(&code)).await.body);
        let answer = world.server.try_refresh(&world.app, &tokens.refresh).await;
        let refreshed = TestServer::refreshed(&answer);
        world.server.pass(seconds);
        assert_oauth(&world.present(&form(&code)).await, 400, "invalid_grant");
        let end = world.server.end_of(&tokens.login()).await;
        assert_eq!(end, Some(Reason::CodeReused));
        world.server.assert_dead(&world.app, &refreshed).await;
        assert!(!world.is_active().await);
        // The session goes on, with another login.
        let again = world.tokens().await;
        assert_ne!(again.login(), tokens.login());
    }
}

#[tokio::test]
async fn the_code_of_a_login_that_ended_is_dead() {
    let mut world = World::new().await;
    let kick = json!({ "userId": world.alice.id, "appIds": [world.app.id] });
    let code = world.code().await;
    world.server.post("kick-users", kick).await.data();
    assert_oauth(&world.present(&form(&code)).await, 400, "invalid_grant");
    assert!(!world.is_active().await);
    // A second code of a live login dies with it as well.
    let mut world = World::new().await;
    let tokens = world.tokens().await;
    let code = world.code().await;
    world.server.revoke(&world.app, &tokens.refresh).await;
    assert_oauth(&world.present(&form(&code)).await, 400, "invalid_grant");
    assert!(!world.is_active().await);
}

#[tokio::test]
async fn a_refresh_after_a_new_sign_in_keeps_its_grants_auth_time() {
    let mut world = World::new().await;
    let old = world.tokens().await;
    world.server.pass(1000);
    let path = Auth::new(&world.app).with("prompt", "login").path();
    let page = world.browser.open(&world.server, &path).await.page();
    let alice = world.alice.clone();
    let code = world
        .browser
        .sign_in(&world.server, &page, &alice)
        .await
        .code();
    let new = Tokens::of(&world.present(&form(&code)).await.body);
    assert_eq!(old.login(), new.login());
    let time = |tokens: &Tokens| claims(&tokens.id)["auth_time"].as_i64().unwrap();
    assert_eq!(time(&new), time(&old) + 1000);
    for tokens in [&old, &new] {
        let answer = world.server.try_refresh(&world.app, &tokens.refresh).await;
        let refreshed = TestServer::refreshed(&answer);
        assert_eq!(time(&refreshed), time(tokens));
        assert_eq!(claims(&refreshed.access)["auth_time"], time(tokens));
    }
}

#[tokio::test]
async fn the_newest_access_token_of_either_grant_ends_the_login() {
    for revoke_first in [true, false] {
        let mut world = World::new().await;
        let first = world.tokens().await;
        let second = world.tokens().await;
        assert_eq!(first.login(), second.login());
        let revoked = if revoke_first { &first } else { &second };
        world.server.revoke(&world.app, &revoked.access).await;
        let end = world.server.end_of(&first.login()).await;
        assert_eq!(end, Some(Reason::TokenRevoked));
        for tokens in [&first, &second] {
            world.server.assert_dead(&world.app, tokens).await;
        }
        assert!(!world.is_active().await);
    }
}

#[tokio::test]
async fn of_fifty_who_redeem_a_code_at_once_one_does_and_the_login_has_ended() {
    let mut world = World::new().await;
    let code = world.code().await;
    let (server, app) = (Arc::new(world.server), Arc::new(world.app));
    let mut all = JoinSet::new();
    for _ in 0..50 {
        let (server, app, code) = (server.clone(), app.clone(), code.clone());
        all.spawn(async move { server.try_redeem(&app, &code).await });
    }
    let answers = all.join_all().await;
    let (good, bad): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 200);
    assert_eq!((good.len(), bad.len()), (1, 49));
    for answer in bad {
        assert_oauth(answer, 400, "invalid_grant");
    }
    let tokens = Tokens::of(&good[0].body);
    let end = server.end_of(&tokens.login()).await;
    assert_eq!(end, Some(Reason::CodeReused));
    server.assert_dead(&app, &tokens).await;
    assert!(!server.is_active(&world.alice, &app.id).await);
}
