//! The refresh grant: rotation, reuse, the retry window, and whose token it is.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod relying_party;
mod support;

use relying_party::{App, EVERYTHING, Tokens, assert_oauth, claims};
use rollcall_core::model::event::Reason;
use rollcall_core::time::Span;
use serde_json::json;
use support::{Answer, Person, TestServer, post_form};

struct World {
    server: TestServer,
    app: App,
    person: Person,
    tokens: Tokens,
}

impl World {
    /// An application with these `oidcConfig` members, and a person signed in.
    async fn with(config: serde_json::Value) -> Self {
        let server = TestServer::start().await;
        let app = server.add_app("app", json!({ "oidcConfig": config })).await;
        let person = server.add_user("bob").await;
        let tokens = server.log_in(&app, &person).await;
        Self {
            server,
            app,
            person,
            tokens,
        }
    }

    async fn new() -> Self {
        Self::with(json!({})).await
    }

    async fn refresh(&self, token: &str) -> Tokens {
        TestServer::refreshed(&self.server.try_refresh(&self.app, token).await)
    }

    async fn refresh_for(&self, scope: &str) -> Answer {
        let form = [
            ("grant_type", "refresh_token"),
            ("refresh_token", &self.tokens.refresh),
            ("scope", scope),
        ];
        self.server.oidc("token", &self.app, &form).await
    }

    async fn assert_refused(&self, token: &str) {
        let answer = self.server.try_refresh(&self.app, token).await;
        assert_oauth(&answer, 400, "invalid_grant");
    }

    async fn end(&self) -> Option<Reason> {
        self.server.end_of(&self.tokens.login()).await
    }
}

/// oidcc-refresh-token
#[tokio::test]
async fn a_refresh_answers_new_tokens_of_the_same_sign_in() {
    let world = World::new().await;
    world.server.pass(60);
    let answer = world
        .server
        .try_refresh(&world.app, &world.tokens.refresh)
        .await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(answer.headers["cache-control"], "no-store");
    assert_eq!(answer.headers["pragma"], "no-cache");
    assert_eq!(answer.headers["content-type"], "application/json");
    assert_eq!(answer.body["token_type"], "Bearer");
    assert_eq!(answer.body["expires_in"], 7200);
    assert_eq!(answer.body["expire_in"], 7200);
    assert_eq!(answer.body["scope"], EVERYTHING);
    let new = Tokens::of(&answer.body);
    assert_ne!(new.access, world.tokens.access);
    assert_ne!(new.refresh, world.tokens.refresh);
    let printable = |c: char| matches!(c, '\x20'..='\x7e');
    assert!(new.refresh.chars().all(printable));
    let (before, after) = (claims(&world.tokens.id), claims(&new.id));
    for name in ["iss", "sub", "aud", "auth_time", "sid", "amr", "acr"] {
        assert_eq!(before[name], after[name], "{name}");
    }
    assert_eq!(
        after["iat"].as_i64().unwrap(),
        before["iat"].as_i64().unwrap() + 60
    );
    assert_eq!(after.get("nonce"), None);
    let access = claims(&new.access);
    assert_eq!(access["auth_time"], before["auth_time"]);
    assert!(access["jti"].as_str().unwrap().ends_with(".2"));
    world
        .server
        .assert_alive(&world.app, &world.person, &new)
        .await;
}

#[tokio::test]
async fn each_token_is_good_once_and_its_second_use_ends_the_login() {
    let world = World::new().await;
    let second = world.refresh(&world.tokens.refresh).await;
    let third = world.refresh(&second.refresh).await;
    world
        .server
        .assert_alive(&world.app, &world.person, &third)
        .await;
    world.assert_refused(&second.refresh).await;
    assert_eq!(world.end().await, Some(Reason::RefreshTokenReused));
    assert!(!world.server.is_active(&world.person, &world.app.id).await);
    for tokens in [&world.tokens, &second, &third] {
        world.server.assert_dead(&world.app, tokens).await;
    }
}

#[tokio::test]
async fn a_used_token_is_inactive_and_its_revocation_still_ends_the_login() {
    let world = World::new().await;
    let new = world.refresh(&world.tokens.refresh).await;
    let answer = world
        .server
        .introspect(&world.app, &world.tokens.refresh)
        .await;
    assert_eq!(answer.text, r#"{"active":false}"#);
    assert_eq!(world.end().await, None);
    world.server.revoke(&world.app, &world.tokens.refresh).await;
    assert_eq!(world.end().await, Some(Reason::TokenRevoked));
    world.server.assert_dead(&world.app, &new).await;
}

#[tokio::test]
async fn a_retry_inside_the_window_gets_a_new_pair_and_cancels_the_first() {
    let world = World::with(json!({ "refresh_token_retry_window": 30 })).await;
    let first = world.refresh(&world.tokens.refresh).await;
    world.server.clock.advance(Span::from_millis(29_999));
    let again = world.refresh(&world.tokens.refresh).await;
    assert_ne!(first.refresh, again.refresh);
    let answer = world.server.introspect(&world.app, &first.refresh).await;
    assert_eq!(answer.text, r#"{"active":false}"#);
    world
        .server
        .assert_alive(&world.app, &world.person, &again)
        .await;
    // The window began with the first use, and a retry does not prolong it.
    world.server.clock.advance(Span::from_millis(1));
    world.assert_refused(&world.tokens.refresh).await;
    assert_eq!(world.end().await, Some(Reason::RefreshTokenReused));
}

#[tokio::test]
async fn at_the_end_of_the_window_a_second_use_is_reuse() {
    let world = World::with(json!({ "refresh_token_retry_window": 30 })).await;
    world.refresh(&world.tokens.refresh).await;
    world.server.pass(30);
    world.assert_refused(&world.tokens.refresh).await;
    assert_eq!(world.end().await, Some(Reason::RefreshTokenReused));
}

#[tokio::test]
async fn a_retry_after_its_successor_was_used_is_reuse() {
    let world = World::with(json!({ "refresh_token_retry_window": 30 })).await;
    let first = world.refresh(&world.tokens.refresh).await;
    world.refresh(&first.refresh).await;
    world.assert_refused(&world.tokens.refresh).await;
    assert_eq!(world.end().await, Some(Reason::RefreshTokenReused));
}

#[tokio::test]
async fn a_cancelled_successor_is_reuse() {
    let world = World::with(json!({ "refresh_token_retry_window": 30 })).await;
    let first = world.refresh(&world.tokens.refresh).await;
    world.refresh(&world.tokens.refresh).await;
    world.assert_refused(&first.refresh).await;
    assert_eq!(world.end().await, Some(Reason::RefreshTokenReused));
}

#[tokio::test]
async fn another_clients_token_is_refused_and_stays_as_it_is() {
    let world = World::with(json!({ "refresh_token_retry_window": 30 })).await;
    let other = world.server.add_app("other", json!({})).await;
    let foreign = world
        .server
        .try_refresh(&other, &world.tokens.refresh)
        .await;
    assert_oauth(&foreign, 400, "invalid_grant");
    let unknown = world.server.try_refresh(&other, "rcr_unknown").await;
    assert_eq!(foreign.text, unknown.text);
    let new = world.refresh(&world.tokens.refresh).await;
    let answer = world
        .server
        .try_refresh(&other, &world.tokens.refresh)
        .await;
    assert_oauth(&answer, 400, "invalid_grant");
    // A stranger's attempt with a used token is no reuse by its client.
    world
        .server
        .assert_alive(&world.app, &world.person, &new)
        .await;
}

#[tokio::test]
async fn a_public_clients_tokens_rotate_too() {
    let server = TestServer::start().await;
    let spa = server.add_public_app("spa").await;
    let person = server.add_user("bob").await;
    let mut body = TestServer::signin_body(&spa, &person, json!({}));
    body.as_object_mut().unwrap().remove("client_secret");
    let answer = server
        .send(support::post_json("/api/v3/signin", &body))
        .await;
    let tokens = Tokens::of(answer.data());
    let refresh = async |token: &str| {
        let form = [
            ("grant_type", "refresh_token"),
            ("client_id", &spa.id),
            ("refresh_token", token),
        ];
        server.send(post_form("/oidc/token", &form)).await
    };
    let new = TestServer::refreshed(&refresh(&tokens.refresh).await);
    assert_oauth(&refresh(&tokens.refresh).await, 400, "invalid_grant");
    assert_oauth(&refresh(&new.refresh).await, 400, "invalid_grant");
    assert!(!server.is_active(&person, &spa.id).await);
}

#[tokio::test]
async fn a_narrower_scope_is_this_access_tokens_alone() {
    let mut world = World::new().await;
    let answer = world.refresh_for("email  openid email").await;
    let new = TestServer::refreshed(&answer);
    assert_eq!(answer.body["scope"], "email openid");
    assert_eq!(claims(&new.access)["scope"], "email openid");
    assert!(!new.id.is_empty());
    world.tokens = new;
    let answer = world.refresh_for("email").await;
    let new = TestServer::refreshed(&answer);
    assert_eq!(new.id, "");
    // RFC 6749 section 6: the refresh token keeps what it had.
    world.tokens = new;
    let answer = world.refresh_for("").await;
    assert_eq!(answer.body["scope"], EVERYTHING);
}

#[tokio::test]
async fn a_wider_or_malformed_scope_is_refused_and_uses_nothing_up() {
    let server = TestServer::start().await;
    let config = json!({ "refresh_token_retry_window": 30 });
    let app = server.add_app("app", json!({ "oidcConfig": config })).await;
    let person = server.add_user("bob").await;
    let scope = json!({ "options": { "scope": "openid offline_access" } });
    let tokens = Tokens::of(server.signin(&app, &person, scope).await.data());
    let world = World {
        server,
        app,
        person,
        tokens,
    };
    for scope in ["openid email", "nonsense", "a\"b", "a\tb", "é"] {
        let answer = world.refresh_for(scope).await;
        assert_oauth(&answer, 400, "invalid_scope");
    }
    world.refresh(&world.tokens.refresh).await;
    // A retry widens nothing either.
    let answer = world.refresh_for("openid email").await;
    let told = answer.body["scope"].as_str().unwrap_or_default().to_owned();
    assert!(!told.contains("email"), "{}", answer.text);
    if answer.status == 200 {
        let granted = &claims(answer.body["access_token"].as_str().unwrap())["scope"];
        assert_eq!(granted, "openid");
    }
}

#[tokio::test]
async fn a_refresh_token_expires_and_never_outlives_its_login() {
    let world = World::with(json!({ "refresh_token_expire": 600 })).await;
    world.server.clock.advance(Span::from_millis(599_999));
    let new = world.refresh(&world.tokens.refresh).await;
    world.server.clock.advance(Span::from_millis(599_999));
    let answer = world.server.introspect(&world.app, &new.refresh).await;
    assert_eq!(answer.body["active"], true);
    world.server.clock.advance(Span::from_millis(1));
    let answer = world.server.introspect(&world.app, &new.refresh).await;
    assert_eq!(answer.text, r#"{"active":false}"#);
    world.assert_refused(&new.refresh).await;
    assert_eq!(world.end().await, None);
    // Nor is an expired one's second use a reuse.
    world.assert_refused(&world.tokens.refresh).await;
    assert_eq!(world.end().await, None);

    let short = json!({ "sessionPolicy": { "maxLifetime": 300 } });
    let body = relying_party::with(json!({ "appId": world.app.id }), short);
    world.server.post("update-application", body).await.data();
    let tokens = world.server.log_in(&world.app, &world.person).await;
    let answer = world.server.introspect(&world.app, &tokens.refresh).await;
    let begun = claims(&tokens.access)["iat"].as_i64().unwrap();
    assert!(answer.body["exp"].as_i64().unwrap() <= begun + 300 + 1);
}

#[tokio::test]
async fn what_is_no_refresh_token_is_an_invalid_grant() {
    let world = World::new().await;
    let long = "a".repeat(5000);
    for token in [world.tokens.access.as_str(), &world.tokens.id, "x", &long] {
        world.assert_refused(token).await;
    }
    let form = [("grant_type", "refresh_token")];
    let answer = world.server.oidc("token", &world.app, &form).await;
    assert_oauth(&answer, 400, "invalid_request");
    assert_eq!(world.end().await, None);
}

#[tokio::test]
async fn the_grant_can_be_taken_from_an_application() {
    let world = World::new().await;
    let config = json!({ "grant_types": ["authorization_code"] });
    let body = json!({ "appId": world.app.id, "oidcConfig": config });
    world.server.post("update-application", body).await.data();
    let answer = world
        .server
        .try_refresh(&world.app, &world.tokens.refresh)
        .await;
    assert_oauth(&answer, 400, "unauthorized_client");
}
