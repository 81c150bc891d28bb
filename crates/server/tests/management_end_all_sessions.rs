//! The end of all sessions of a user, an application or the pool.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod browser;
mod relying_party;
mod support;

use browser::{Auth, Browser};
use relying_party::{App, Tokens};
use rollcall_core::model::event::Reason;
use serde_json::{Value, json};
use support::{Answer, Person, TestServer};

/// Two people in two applications, each by the API and in a browser of their own.
struct Scene {
    server: TestServer,
    apps: [App; 2],
    people: [Person; 2],
    /// By person, then by application.
    by_api: Vec<Tokens>,
    browsers: [Browser; 2],
    in_browser: Vec<Tokens>,
}

async fn silently(server: &TestServer, browser: &mut Browser, app: &App) -> Option<Tokens> {
    let path = Auth::new(app).with("prompt", "none").path();
    let place = browser.open(server, &path).await;
    let parameters = place.parameters();
    if parameters.contains_key("error") {
        assert_eq!(parameters["error"], "login_required");
        return None;
    }
    let answer = server.try_redeem(app, &parameters["code"]).await;
    Some(Tokens::of(&answer.body))
}

impl Scene {
    async fn new() -> Self {
        let server = TestServer::start().await;
        let apps = [
            server.add_site("Shop", json!({})).await,
            server.add_site("Mail", json!({})).await,
        ];
        let people = [server.add_user("alice").await, server.add_user("bob").await];
        let mut browsers = [Browser::default(), Browser::default()];
        let (mut by_api, mut in_browser) = (Vec::new(), Vec::new());
        for (person, browser) in people.iter().zip(&mut browsers) {
            for app in &apps {
                by_api.push(server.log_in(app, person).await);
            }
            let code = browser.enter(&server, &apps[0], person).await;
            in_browser.push(Tokens::of(&server.try_redeem(&apps[0], &code).await.body));
            in_browser.push(silently(&server, browser, &apps[1]).await.unwrap());
        }
        Self {
            server,
            apps,
            people,
            by_api,
            browsers,
            in_browser,
        }
    }

    async fn end(&self, body: Value) -> Answer {
        self.server.post("end-all-sessions", body).await
    }

    /// Which logins have ended, by person and application.
    async fn assert_ended(&self, expected: [bool; 4]) {
        for (place, has_ended) in expected.into_iter().enumerate() {
            let (person, app) = (&self.people[place / 2], &self.apps[place % 2]);
            assert_eq!(self.server.is_active(person, &app.id).await, !has_ended);
            for tokens in [&self.by_api[place], &self.in_browser[place]] {
                if has_ended {
                    self.server.assert_dead(app, tokens).await;
                    let end = self.server.end_of(&tokens.login()).await;
                    assert_eq!(end, Some(Reason::SessionRevoked));
                } else {
                    self.server.assert_alive(app, person, tokens).await;
                }
            }
        }
    }
}

#[tokio::test]
async fn of_a_user_everywhere() {
    let mut scene = Scene::new().await;
    let body = json!({ "scope": "user", "userId": "alice", "userIdType": "username" });
    let answer = scene.end(body).await;
    assert_eq!(answer.data(), &json!({ "success": true }));
    scene.assert_ended([true, true, false, false]).await;
    let (server, apps) = (&scene.server, &scene.apps);
    let [of_alice, of_bob] = &mut scene.browsers;
    assert!(silently(server, of_alice, &apps[0]).await.is_none());
    assert!(silently(server, of_bob, &apps[0]).await.is_some());
}

#[tokio::test]
async fn of_an_application_while_sessions_live_on() {
    let mut scene = Scene::new().await;
    let body = json!({ "scope": "application", "appId": scene.apps[0].id });
    assert_eq!(scene.end(body).await.data(), &json!({ "success": true }));
    scene.assert_ended([true, false, true, false]).await;
    let (server, app, alice) = (&scene.server, &scene.apps[0], &scene.people[0]);
    let again = silently(server, &mut scene.browsers[0], app).await.unwrap();
    assert_ne!(again.login(), scene.in_browser[0].login());
    server.assert_alive(app, alice, &again).await;
}

#[tokio::test]
async fn of_the_pool_and_of_no_other() {
    let mut scene = Scene::new().await;
    let server = &scene.server;
    let other = server.add_pool().await;
    let site = server.add_site_in(&other, "Theirs").await;
    let eve = server.add_user_in(&other, "eve").await;
    let mut of_eve = Browser::default();
    of_eve.enter(server, &site, &eve).await;
    assert_eq!(
        scene.end(json!({ "scope": "pool" })).await.data(),
        &json!({ "success": true })
    );
    scene.assert_ended([true; 4]).await;
    for browser in &mut scene.browsers {
        assert!(silently(server, browser, &scene.apps[0]).await.is_none());
    }
    assert!(server.is_active_in(&other, &eve, &site).await);
    assert!(silently(server, &mut of_eve, &site).await.is_some());
    // Whoever calls has no session, and goes on.
    let answer = server
        .post_as(&other, "end-all-sessions", json!({ "scope": "pool" }))
        .await;
    answer.data();
    assert!(!server.is_active_in(&other, &eve, &site).await);
}

#[tokio::test]
async fn what_begins_later_lives_on() {
    let mut scene = Scene::new().await;
    let (server, app, alice) = (&scene.server, &scene.apps[0], &scene.people[0]);
    for body in [
        json!({ "scope": "user", "userId": alice.id }),
        json!({ "scope": "application", "appId": app.id }),
        json!({ "scope": "pool" }),
    ] {
        scene.end(body).await.data();
        let tokens = server.log_in(app, alice).await;
        server.assert_alive(app, alice, &tokens).await;
        let browser = &mut scene.browsers[0];
        let auth = Auth::new(app).with("prompt", "login");
        let page = browser.open(server, &auth.path()).await.page();
        let code = browser.sign_in(server, &page, alice).await.code();
        let entered = Tokens::of(&server.try_redeem(app, &code).await.body);
        server.assert_alive(app, alice, &entered).await;
    }
}

/// A missing or misspelt member never ends more than was meant.
#[tokio::test]
async fn what_is_not_clear_ends_nothing() {
    let scene = Scene::new().await;
    let user = &scene.people[0].id;
    let app = &scene.apps[0].id;
    for (body, name) in [
        (json!({}), "scope"),
        (json!({ "userId": user }), "scope"),
        (json!({ "appId": app }), "scope"),
        (json!({ "scope": null }), "scope"),
        (json!({ "scope": "" }), "scope"),
        (json!({ "scope": "all" }), "scope"),
        (json!({ "scope": "Pool" }), "scope"),
        (json!({ "scope": ["pool"] }), "scope"),
        (json!({ "scope": "user" }), "userId"),
        (json!({ "scope": "user", "userId": "" }), "userId"),
        (json!({ "scope": "user", "userID": user }), "userId"),
        (
            json!({ "scope": "user", "userId": user, "appId": app }),
            "appId",
        ),
        (json!({ "scope": "application" }), "appId"),
        (json!({ "scope": "application", "appId": "" }), "appId"),
        (
            json!({ "scope": "application", "appId": app, "userId": user }),
            "userId",
        ),
        (
            json!({ "scope": "application", "appId": app, "userIdType": "email" }),
            "userIdType",
        ),
        (json!({ "scope": "pool", "userId": user }), "userId"),
        (
            json!({ "scope": "pool", "userIdType": "email" }),
            "userIdType",
        ),
        (
            json!({ "scope": "pool", "options": { "userIdType": "email" } }),
            "userIdType",
        ),
        (json!({ "scope": "pool", "appId": app }), "appId"),
        (json!({ "scope": "pool", "appId": "" }), "appId"),
        (
            json!({
                "scope": "user", "userId": user,
                "userIdType": "email", "options": { "userIdType": "phone" },
            }),
            "userIdType",
        ),
    ] {
        scene.end(body).await.assert_names(400, name);
    }
    let nobody = "0".repeat(24);
    let answer = scene
        .end(json!({ "scope": "user", "userId": nobody }))
        .await;
    answer.assert_fails(404, Some(2004));
    let answer = scene
        .end(json!({ "scope": "application", "appId": nobody }))
        .await;
    answer.assert_fails(404, Some(2011));
    let other = scene.server.add_pool().await;
    for (body, api_code) in [
        (json!({ "scope": "user", "userId": user }), 2004),
        (json!({ "scope": "application", "appId": app }), 2011),
    ] {
        let answer = scene.server.post_as(&other, "end-all-sessions", body).await;
        answer.assert_fails(404, Some(api_code));
    }
    scene.assert_ended([false; 4]).await;
}

#[tokio::test]
async fn every_application_that_asks_is_owed_word() {
    let server = TestServer::start().await;
    let members = json!({ "oidcConfig": {
        "backchannel_logout_uri": "http://127.0.0.1:9/logout",
    } });
    let app = server.add_app("told", members).await;
    let person = server.add_user("alice").await;
    let tokens = server.log_in(&app, &person).await;
    server
        .post("end-all-sessions", json!({ "scope": "pool" }))
        .await
        .data();
    let owed = server
        .post("list-logout-deliveries", json!({ "userId": person.id }))
        .await;
    let owed = owed.data();
    assert_eq!(owed["totalCount"], 1);
    assert_eq!(owed["list"][0]["sid"], tokens.login());
    assert_eq!(owed["list"][0]["reason"], "session_revoked");
}
