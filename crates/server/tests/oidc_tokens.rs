//! Introspection, revocation and an application's own tokens; and that no kind
//! of token passes for another.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod relying_party;
mod support;

use relying_party::{App, EVERYTHING, Tokens, assert_oauth, claims, tampered};
use rollcall_core::time::Span;
use serde_json::{Value, json};
use support::{Answer, PASSWORD, PUBLIC_URL, Person, TestServer, bearer, post_form};

const INACTIVE: &str = r#"{"active":false}"#;
const NOW: i64 = 1_767_225_600;

struct World {
    server: TestServer,
    app: App,
    person: Person,
    tokens: Tokens,
}

impl World {
    async fn new() -> Self {
        let server = TestServer::start().await;
        let grants = json!({ "grant_types": ["refresh_token", "client_credentials"] });
        let app = server.add_app("app", json!({ "oidcConfig": grants })).await;
        let person = server.add_user("bob").await;
        let tokens = server.log_in(&app, &person).await;
        Self {
            server,
            app,
            person,
            tokens,
        }
    }

    async fn own_token(&self, form: &[(&str, &str)]) -> Answer {
        let form = [&[("grant_type", "client_credentials")], form].concat();
        self.server.oidc("token", &self.app, &form).await
    }

    async fn client_token(&self) -> String {
        let answer = self.own_token(&[]).await;
        answer.body["access_token"].as_str().unwrap().to_owned()
    }

    async fn assert_inactive(&self, token: &str) {
        let answer = self.server.introspect(&self.app, token).await;
        assert_eq!(
            (answer.status.as_u16(), answer.text.as_str()),
            (200, INACTIVE)
        );
    }
}

// Introspection (RFC 7662)

#[tokio::test]
async fn an_active_access_token_tells_of_itself() {
    let World {
        server,
        app,
        person,
        tokens,
    } = World::new().await;
    let answer = server.introspect(&app, &tokens.access).await;
    assert_eq!(answer.headers["cache-control"], "no-store");
    let told = claims(&tokens.access);
    let expected = json!({
        "active": true,
        "iss": format!("{PUBLIC_URL}/oidc"),
        "sub": person.id,
        "aud": app.id,
        "client_id": app.id,
        "scope": EVERYTHING,
        "exp": NOW + 7200,
        "iat": NOW,
        "jti": told["jti"],
        "token_type": "Bearer",
        "sid": told["sid"],
        "auth_time": NOW,
    });
    assert_eq!(answer.body, expected);
}

#[tokio::test]
async fn an_active_refresh_token_tells_of_its_grant() {
    let World {
        server,
        app,
        person,
        tokens,
    } = World::new().await;
    let answer = server.introspect(&app, &tokens.refresh).await;
    let expected = json!({
        "active": true,
        "iss": format!("{PUBLIC_URL}/oidc"),
        "sub": person.id,
        "client_id": app.id,
        "scope": EVERYTHING,
        "exp": NOW + 30 * 86_400,
        "sid": tokens.login(),
        "auth_time": NOW,
    });
    assert_eq!(answer.body, expected);
}

#[tokio::test]
async fn the_type_hint_is_only_a_hint() {
    let World {
        server,
        app,
        tokens,
        ..
    } = World::new().await;
    for hint in ["access_token", "refresh_token", "id_token", "nonsense", ""] {
        for token in [&tokens.access, &tokens.refresh] {
            let form = [("token", token.as_str()), ("token_type_hint", hint)];
            let answer = server.oidc("token/introspection", &app, &form).await;
            assert_eq!(answer.body["active"], true, "{hint}");
        }
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_token_is_one_answer() {
    let world = World::new().await;
    let alg_none = {
        let payload = world.tokens.access.split('.').nth(1).unwrap();
        // {"alg":"none","typ":"at+jwt"}
        format!("eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0.{payload}.")
    };
    for token in [
        tampered(&world.tokens.access),
        format!("{}x", world.tokens.access),
        world.tokens.access[..world.tokens.access.len() - 1].to_owned(),
        alg_none,
        world.tokens.id.clone(),
        world.server.root.token.clone(),
        "unknown".to_owned(),
        "rcr_unknown".to_owned(),
        "é".to_owned(),
        "a".repeat(100_000),
    ] {
        world.assert_inactive(&token).await;
    }
    let other = world.server.add_app("other", json!({})).await;
    for token in [&world.tokens.access, &world.tokens.refresh] {
        let answer = world.server.introspect(&other, token).await;
        assert_eq!(answer.text, INACTIVE);
    }
    world.server.clock.advance(Span::from_millis(7_199_999));
    let answer = world
        .server
        .introspect(&world.app, &world.tokens.access)
        .await;
    assert_eq!(answer.body["active"], true);
    world.server.clock.advance(Span::from_millis(1));
    world.assert_inactive(&world.tokens.access).await;
}

#[tokio::test]
async fn a_token_of_another_server_is_inactive() {
    let here = World::new().await;
    let there = TestServer::start().await;
    // The same keys and, by the same randomness, the same ids: but no such login.
    let app = there.add_app("app", json!({})).await;
    let answer = there.introspect(&app, &here.tokens.access).await;
    assert_eq!(answer.text, INACTIVE);
}

#[tokio::test]
async fn a_public_client_is_told_of_no_token() {
    let World {
        server,
        person,
        tokens,
        ..
    } = World::new().await;
    let spa = server.add_public_app("spa").await;
    let mut body = TestServer::signin_body(&spa, &person, json!({}));
    body.as_object_mut().unwrap().remove("client_secret");
    let answer = server
        .send(support::post_json("/api/v3/signin", &body))
        .await;
    let own = Tokens::of(answer.data());
    let ask = async |token: &str| {
        let form = [("client_id", spa.id.as_str()), ("token", token)];
        server
            .send(post_form("/oidc/token/introspection", &form))
            .await
    };
    // Not even of its own: anybody can say its id.
    for token in [&own.access, &own.refresh, &tokens.access, &tokens.refresh] {
        assert_eq!(ask(token).await.text, INACTIVE);
    }
}

// Revocation (RFC 7009)

#[tokio::test]
async fn revocation_is_200_without_a_body_whatever_the_token() {
    let world = World::new().await;
    let other = world.server.add_app("other", json!({})).await;
    let foreign = world.server.log_in(&other, &world.person).await;
    let client_token = world.client_token().await;
    for token in [
        "unknown",
        &world.tokens.id,
        &world.server.root.token,
        &tampered(&world.tokens.access),
        &foreign.access,
        &foreign.refresh,
        &client_token,
        &world.tokens.refresh,
        &world.tokens.refresh,
        &world.tokens.access,
    ] {
        let answer = world.server.revoke(&world.app, token).await;
        assert_eq!((answer.status.as_u16(), answer.text.as_str()), (200, ""));
        assert_eq!(answer.headers["cache-control"], "no-store");
    }
    world
        .server
        .assert_alive(&other, &world.person, &foreign)
        .await;
    world.server.assert_dead(&world.app, &world.tokens).await;
    world.assert_inactive(&client_token).await;
}

#[tokio::test]
async fn a_wrong_or_unknown_type_hint_hides_no_token() {
    for hint in ["access_token", "refresh_token", "nonsense"] {
        let world = World::new().await;
        let form = [
            ("token", world.tokens.refresh.as_str()),
            ("token_type_hint", hint),
        ];
        let answer = world
            .server
            .oidc("token/revocation", &world.app, &form)
            .await;
        assert_eq!((answer.status.as_u16(), answer.text.as_str()), (200, ""));
        world.server.assert_dead(&world.app, &world.tokens).await;
    }
}

// client_credentials (RFC 6749 section 4.4)

#[tokio::test]
async fn a_token_of_its_own_makes_nobody_signed_in() {
    let world = World::new().await;
    let answer = world.own_token(&[("scope", "openid profile roles")]).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(answer.headers["cache-control"], "no-store");
    assert_eq!(answer.headers["pragma"], "no-cache");
    let members: Vec<&String> = answer.body.as_object().unwrap().keys().collect();
    let expected = ["access_token", "expire_in", "expires_in", "token_type"];
    assert_eq!(members, expected);
    let token = answer.body["access_token"].as_str().unwrap();
    let told = claims(token);
    for name in ["sub", "aud", "client_id"] {
        assert_eq!(told[name], world.app.id, "{name}");
    }
    for name in ["sid", "auth_time", "amr", "scope"] {
        assert_eq!(told.get(name), None, "{name}");
    }
    let answer = world.server.introspect(&world.app, token).await;
    let expected = json!({
        "active": true, "iss": format!("{PUBLIC_URL}/oidc"), "sub": world.app.id,
        "aud": world.app.id, "client_id": world.app.id, "exp": NOW + 7200, "iat": NOW,
        "jti": told["jti"], "token_type": "Bearer",
    });
    assert_eq!(answer.body, expected);
    let body = json!({ "appId": world.app.id });
    let active = world
        .server
        .post("list-application-active-users", body)
        .await;
    assert_eq!(active.data()["totalCount"], 1);
    let answer = world.own_token(&[("scope", "a\"b")]).await;
    assert_oauth(&answer, 400, "invalid_scope");
}

#[tokio::test]
async fn a_token_of_its_own_is_no_persons() {
    let world = World::new().await;
    let token = world.client_token().await;
    let answer = world.server.user_info(&token).await;
    assert_oauth(&answer, 401, "invalid_token");
    for verb in ["get-profile", "get-my-logged-in-apps"] {
        let answer = world.server.get_by(&token, verb, &[]).await;
        answer.assert_fails(401, Some(2020));
    }
    let other = world.server.add_app("other", json!({})).await;
    let answer = world.server.introspect(&other, &token).await;
    assert_eq!(answer.text, INACTIVE);
}

#[tokio::test]
async fn a_token_of_its_own_dies_with_its_secret_its_application_or_by_revocation() {
    let mut world = World::new().await;
    let (first, second) = (world.client_token().await, world.client_token().await);
    world.server.revoke(&world.app, &first).await;
    world.assert_inactive(&first).await;
    let answer = world.server.introspect(&world.app, &second).await;
    assert_eq!(answer.body["active"], true);
    let body = json!({ "appId": world.app.id });
    world
        .server
        .post("refresh-application-secret", body)
        .await
        .data();
    world.app = world.server.app(&world.app.id).await;
    world.assert_inactive(&second).await;
    let third = world.client_token().await;
    // Nothing of it ended anybody's login.
    let tokens = world.tokens.clone();
    world
        .server
        .assert_alive(&world.app, &world.person, &tokens)
        .await;
    let config = json!({ "grant_types": ["refresh_token"] });
    let change = json!({ "appId": world.app.id, "oidcConfig": config });
    world.server.post("update-application", change).await.data();
    world.assert_inactive(&third).await;
    let answer = world.own_token(&[]).await;
    assert_oauth(&answer, 400, "unauthorized_client");
}

#[tokio::test]
async fn a_dead_token_of_its_own_stays_dead() {
    let world = World::new().await;
    let change = async |members: Value| {
        let body = relying_party::with(json!({ "appId": world.app.id }), members);
        world.server.post("update-application", body).await.data();
    };
    let grants = |grants: &[&str]| json!({ "oidcConfig": { "grant_types": grants } });
    let both = grants(&["refresh_token", "client_credentials"]);
    for (off, on) in [
        (json!({ "enabled": false }), json!({ "enabled": true })),
        (grants(&["refresh_token"]), both),
    ] {
        let token = world.client_token().await;
        change(off).await;
        change(on).await;
        world.assert_inactive(&token).await;
        let fresh = world.client_token().await;
        let answer = world.server.introspect(&world.app, &fresh).await;
        assert_eq!(answer.body["active"], true, "{}", answer.text);
    }
}

#[tokio::test]
async fn it_needs_the_grant() {
    let server = TestServer::start().await;
    let app = server.add_app("usual", json!({})).await;
    let form = [("grant_type", "client_credentials")];
    let answer = server.oidc("token", &app, &form).await;
    assert_oauth(&answer, 400, "unauthorized_client");
}

#[tokio::test]
async fn there_is_no_password_grant() {
    let World { server, app, .. } = World::new().await;
    let form = [
        ("grant_type", "password"),
        ("username", "bob"),
        ("password", PASSWORD),
    ];
    let answer = server.oidc("token", &app, &form).await;
    assert_oauth(&answer, 400, "unsupported_grant_type");
    let answer = server.oidc("token", &app, &[]).await;
    assert_oauth(&answer, 400, "invalid_request");
}

// No token passes for another

#[tokio::test]
async fn no_token_of_a_person_or_client_opens_the_management_api() {
    let world = World::new().await;
    let client_token = world.client_token().await;
    let body = json!({ "userId": world.person.id, "appId": world.app.id });
    for token in [
        &world.tokens.access,
        &world.tokens.id,
        &world.tokens.refresh,
        &client_token,
    ] {
        let answer = world
            .server
            .post_by(
                &format!("Bearer {token}"),
                "check-session-status",
                body.clone(),
            )
            .await;
        answer.assert_fails(401, None);
    }
}

#[tokio::test]
async fn a_token_is_no_client_secret() {
    let world = World::new().await;
    for token in [&world.tokens.access, &world.tokens.refresh] {
        let app = App {
            id: world.app.id.clone(),
            secret: token.clone(),
        };
        let answer = world.server.introspect(&app, &world.tokens.access).await;
        assert_oauth(&answer, 401, "invalid_client");
    }
    let request = post_form("/oidc/token/introspection", &[("token", "x")]);
    let answer = world
        .server
        .send(bearer(request, &world.tokens.access))
        .await;
    assert_oauth(&answer, 401, "invalid_client");
}
