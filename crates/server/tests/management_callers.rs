//! Who may call what: every route of the management API without a caller, with a
//! key that lacks its permission, with a key that has it alone, and for another
//! pool.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod support;

use http::Method;
use rollcall_core::model::access_key::Permission;
use rollcall_server::router::classified;
use rollcall_server::routes::{Classified, Who};
use serde_json::{Value, json};
use support::{Answer, Key, TestServer, bearer, get, post_json, with_header};

/// Nobody listens there.
fn new_webhook() -> Value {
    json!({ "name": "w", "url": "http://127.0.0.1:1/", "contentType": "application/json",
        "events": ["login"] })
}

/// What the good requests are about.
struct World {
    server: TestServer,
    user: String,
    application: String,
    source: String,
    /// A key that may do nothing, which any key may change.
    key: String,
    owner: String,
    webhook: String,
}

impl World {
    async fn new() -> Self {
        let server = TestServer::start().await;
        let user = server.add_user("bob").await.id;
        let application = server.add_application("mail").await;
        let source = server.add_ext_idp("github").await;
        let link = json!({ "extIdpId": source, "userId": user, "userIdInIdp": "s" });
        server.post("link-identity", link).await.data();
        let key = server.key_with(&[]).await;
        let made = server.post("create-webhook", new_webhook()).await;
        let webhook = made.data()["webhookId"].as_str().unwrap().to_owned();
        Self {
            webhook,
            key: key.id.to_string(),
            owner: key.pool.to_string(),
            server,
            user,
            application,
            source,
        }
    }

    /// A request that succeeds once, for who may make it.
    fn good_request(&self, verb: &str) -> Value {
        let Self {
            user,
            application,
            source,
            webhook,
            ..
        } = self;
        match verb {
            "check-session-status" | "list-logout-deliveries" => {
                json!({ "userId": user, "appId": application })
            }
            "end-all-sessions" => json!({ "scope": "user", "userId": user }),
            "create-access-key" => json!({ "type": "userpool" }),
            "get-access-key" => json!({ "userId": self.owner, "accessKeyId": self.key }),
            "update-access-key" => json!({ "accessKeyId": self.key, "enable": true }),
            "delete-access-key" | "rotate-access-key" => json!({ "accessKeyId": self.key }),
            "update-ext-idp" => json!({ "id": source, "name": "renamed" }),
            "kick-users" => json!({ "userId": user, "appIds": [application] }),
            "list-application-active-users"
            | "get-application"
            | "get-application-simple-info"
            | "update-application"
            | "delete-application"
            | "get-application-secret"
            | "refresh-application-secret" => json!({ "appId": application }),
            "get-user-login-history"
            | "get-user-loggedin-apps"
            | "get-user"
            | "update-user"
            | "resign-user"
            | "get-user-mfa-info"
            | "get-user-accessible-apps"
            | "get-user-logged-in-identities"
            | "get-user-identities" => json!({ "userId": user }),
            "create-user" => json!({ "username": "eve" }),
            "create-users-batch" => json!({ "list": [{ "username": "joe" }] }),
            "update-user-batch" => json!({ "list": [{ "userId": user, "name": "Bo" }] }),
            "get-user-batch" => json!({ "userIds": user }),
            "list-users"
            | "list-archived-users"
            | "list-applications"
            | "list-application-simple-info"
            | "list-ext-idp"
            | "list-access-key"
            | "list-webhooks"
            | "get-webhook-event-list"
            | "get-user-action-logs"
            | "get-admin-audit-logs"
            | "get-security-settings" => json!({}),
            "update-security-settings" => json!({ "sessionPolicy": { "maxLifetime": 600 } }),
            "delete-users-batch" | "resign-user-batch" => json!({ "userIds": [user] }),
            "is-user-exists" => json!({ "username": "bob" }),
            "link-identity" => json!({ "extIdpId": source, "userId": user, "userIdInIdp": "s" }),
            "unlink-identity" => json!({ "extIdpId": source, "userId": user }),
            "create-ext-idp" => json!({ "name": "a", "type": "oidc" }),
            "get-ext-idp" | "delete-ext-idp" => json!({ "id": source }),
            "create-application" => json!({ "appName": "chat" }),
            "create-webhook" => new_webhook(),
            "update-webhook" => json!({ "webhookId": webhook, "enabled": false }),
            "delete-webhook" => json!({ "webhookIds": [webhook] }),
            "get-webhook" | "get-webhook-logs" | "trigger-webhook" => {
                json!({ "webhookId": webhook })
            }
            other => panic!("no good request for {other}: add one"),
        }
    }

    async fn call(&self, route: &Classified, token: Option<&str>) -> Answer {
        let body = self.good_request(verb(route));
        let request = if route.method == Method::GET.as_str() {
            let members = body.as_object().unwrap();
            let query: Vec<_> = members
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str().unwrap()))
                .collect();
            get(route.path, &query)
        } else {
            post_json(route.path, &body)
        };
        let request = match token {
            Some(token) => bearer(request, token),
            None => request,
        };
        self.server.send(request).await
    }

    /// What a refused call must leave as it was.
    async fn state(&self) -> Vec<Value> {
        let server = &self.server;
        let user = [("userId", self.user.as_str()), ("withIdentities", "true")];
        let application = [("appId", self.application.as_str())];
        let answers = [
            server
                .get("list-users", &[("withIdentities", "true")])
                .await,
            server.get("get-user", &user).await,
            server.get("list-applications", &[]).await,
            server.get("get-application-secret", &application).await,
            server.get("get-security-settings", &[]).await,
            server.get("list-ext-idp", &[]).await,
        ];
        answers.iter().map(|answer| answer.data().clone()).collect()
    }
}

fn verb(route: &Classified) -> &'static str {
    route.path.trim_start_matches("/api/v3/")
}

/// The routes for access keys, and the permission that each needs.
fn routes() -> Vec<(Classified, Permission)> {
    let permission = |row: Classified| match row.who {
        Who::ManagementKey(permission) => Some((row, permission)),
        Who::ServerRoot
        | Who::Anyone
        | Who::Client
        | Who::Person
        | Who::Browser
        | Who::Console(_)
        | Who::NotBuilt => None,
    };
    classified().into_iter().filter_map(permission).collect()
}

#[tokio::test]
async fn nobody_gets_in_without_proof() {
    let world = World::new().await;
    let before = world.state().await;
    for (route, _) in routes() {
        for token in [None, Some("no token"), Some("")] {
            let answer = world.call(&route, token).await;
            answer.assert_fails(401, None);
        }
    }
    assert_eq!(world.state().await, before);
}

#[tokio::test]
async fn a_key_without_the_permission_is_refused_by_its_name() {
    let world = World::new().await;
    let before = world.state().await;
    for (route, permission) in routes() {
        let key = world.server.key_without(permission).await;
        let answer = world.call(&route, Some(&key.token)).await;
        answer.assert_names(403, permission.as_str());
    }
    assert_eq!(world.state().await, before);
}

#[tokio::test]
async fn the_permission_alone_is_enough() {
    for (route, permission) in routes() {
        let world = World::new().await;
        let key = world.server.key_with(&[permission]).await;
        let answer = world.call(&route, Some(&key.token)).await;
        let done = if verb(&route) == "trigger-webhook" {
            601
        } else {
            200
        };
        assert_eq!(answer.code(), done, "{}: {}", route.path, answer.text);
    }
}

/// The store goes away before the first of a call's questions to it, before the
/// second, and so on, until the call is through.
#[tokio::test]
async fn without_the_store_no_call_guesses() {
    for (route, _) in routes() {
        let world = World::new().await;
        let token = &world.server.root.token;
        let mut refused = 0;
        loop {
            world.server.store.answer_only(refused);
            let answer = world.call(&route, Some(token)).await;
            world.server.store.answer_only(u64::MAX);
            if answer.code() != 503 {
                assert_ne!(answer.code(), 500, "{}: {}", route.path, answer.text);
                break;
            }
            assert!(!answer.text.contains("away"), "{}", answer.text);
            refused += 1;
        }
        assert!(refused > 0, "{} answered without the store", route.path);
    }
}

#[tokio::test]
async fn another_pools_key_finds_nothing_and_changes_nothing() {
    let world = World::new().await;
    let other = world.server.add_pool().await;
    let before = world.state().await;
    for (route, _) in routes() {
        let answer = world.call(&route, Some(&other.token)).await;
        match verb(&route) {
            // They make something of the other pool's own, list it or change it.
            "create-user"
            | "create-users-batch"
            | "create-application"
            | "create-ext-idp"
            | "create-access-key"
            | "list-access-key"
            | "list-ext-idp"
            | "list-application-simple-info"
            | "list-users"
            | "list-archived-users"
            | "list-applications"
            | "get-user-action-logs"
            | "get-admin-audit-logs"
            | "create-webhook"
            | "list-webhooks"
            | "get-webhook-event-list"
            | "get-security-settings"
            | "update-security-settings" => assert_eq!(answer.code(), 200),
            "is-user-exists" => assert_eq!(answer.data()["exists"], false),
            "get-user-batch" => assert_eq!(answer.data(), &json!([])),
            verb => assert_eq!(answer.code(), 404, "{verb}: {}", answer.text),
        }
        assert!(!answer.text.contains(&world.user), "{}", route.path);
        assert!(!answer.text.contains(&world.application), "{}", route.path);
        assert!(!answer.text.contains(&world.source), "{}", route.path);
        assert!(!answer.text.contains(&world.key), "{}", route.path);
        assert!(!answer.text.contains(&world.webhook), "{}", route.path);
    }
    assert_eq!(world.state().await, before);
}

#[tokio::test]
async fn a_pool_that_is_named_must_be_the_callers() {
    let world = World::new().await;
    let other = world.server.add_pool().await;
    let list = |key: &Key, header: &'static str, pool: String| {
        let request = bearer(get("/api/v3/list-users", &[]), &key.token);
        world.server.send(with_header(request, header, &pool))
    };
    for header in ["x-authing-userpool-id", "x-genauth-userpool-id"] {
        let own = world.server.root.pool.to_string();
        assert_eq!(
            list(&world.server.root, header, own.clone()).await.code(),
            200
        );
        assert_eq!(
            list(&world.server.root, header, String::new()).await.code(),
            200
        );
        list(&other, header, own).await.assert_fails(403, None);
    }
}

#[tokio::test]
async fn an_application_of_another_pool_is_unknown_to_whom_it_is_named() {
    let world = World::new().await;
    let other = world.server.add_pool().await;
    let body = json!({ "username": "bob" });
    let made = world.server.post_as(&other, "create-user", body).await;
    let user = &made.data()["userId"];
    let body = json!({ "userId": user, "appIds": [world.application] });
    let answer = world.server.post_as(&other, "kick-users", body).await;
    answer.assert_fails(404, Some(2011));
    let query = [
        ("userId", user.as_str().unwrap()),
        ("appId", world.application.as_str()),
    ];
    let answer = world
        .server
        .get_as(&other, "get-user-login-history", &query)
        .await;
    assert_eq!(answer.data()["totalCount"], 0);
}
