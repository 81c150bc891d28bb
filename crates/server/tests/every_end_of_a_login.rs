//! Every end of a login that can be caused here. After each, at once: the check
//! says no, introspection says no, userinfo and the person's own calls refuse,
//! a refresh refuses; and other logins live on.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod relying_party;
mod support;

use relying_party::{App, Tokens, assert_oauth, with};
use rollcall_core::model::event::Reason;
use rollcall_core::time::Span;
use serde_json::{Value, json};
use support::{Person, TestServer};

/// A login about to end, and two others: of the same person in another
/// application, and of another person in the same one.
struct Scene {
    server: TestServer,
    app: App,
    person: Person,
    tokens: Tokens,
    elsewhere: (App, Tokens),
    somebody: (Person, Tokens),
}

impl Scene {
    async fn new() -> Self {
        Self::with_policy(json!({})).await
    }

    async fn with_policy(policy: Value) -> Self {
        let server = TestServer::start().await;
        let app = server.add_app("app", json!({})).await;
        let change = json!({ "appId": app.id, "sessionPolicy": policy });
        server.post("update-application", change).await.data();
        let other = server.add_app("elsewhere", json!({})).await;
        let person = server.add_user("bob").await;
        let somebody = server.add_user("somebody").await;
        let tokens = server.log_in(&app, &person).await;
        let elsewhere = server.log_in(&other, &person).await;
        let theirs = server.log_in(&app, &somebody).await;
        let scene = Self {
            server,
            app,
            person,
            tokens,
            elsewhere: (other, elsewhere),
            somebody: (somebody, theirs),
        };
        let Self { server, .. } = &scene;
        server
            .assert_alive(&scene.app, &scene.person, &scene.tokens)
            .await;
        scene.assert_elsewhere(true).await;
        scene.assert_somebody(true).await;
        scene
    }

    async fn refresh(&mut self) {
        let answer = self
            .server
            .try_refresh(&self.app, &self.tokens.refresh)
            .await;
        self.tokens = TestServer::refreshed(&answer);
    }

    async fn change_user(&self, members: Value) {
        let body = with(json!({ "userId": self.person.id }), members);
        self.server.post("update-user", body).await.data();
    }

    async fn change_application(&self, members: Value) {
        let body = with(json!({ "appId": self.app.id }), members);
        self.server.post("update-application", body).await.data();
    }

    /// It has ended, for this reason, and everything says so.
    async fn assert_ended(&self, reason: Reason) {
        assert!(!self.server.is_active(&self.person, &self.app.id).await);
        self.server.assert_dead(&self.app, &self.tokens).await;
        let end = self.server.end_of(&self.tokens.login()).await;
        assert_eq!(end, Some(reason));
    }

    async fn assert_elsewhere(&self, lives: bool) {
        let (app, tokens) = &self.elsewhere;
        if lives {
            self.server.assert_alive(app, &self.person, tokens).await;
        } else {
            assert!(!self.server.is_active(&self.person, &app.id).await);
            self.server.assert_dead(app, tokens).await;
        }
    }

    async fn assert_somebody(&self, lives: bool) {
        let (person, tokens) = &self.somebody;
        if lives {
            self.server.assert_alive(&self.app, person, tokens).await;
        } else {
            assert!(!self.server.is_active(person, &self.app.id).await);
        }
    }

    /// An end of this login alone.
    async fn assert_this_alone_ended(&self, reason: Reason) {
        self.assert_ended(reason).await;
        self.assert_elsewhere(true).await;
        self.assert_somebody(true).await;
    }

    /// A new sign-in begins a new login, and revives nothing.
    async fn assert_new_login_only(&self) {
        let new = self.server.log_in(&self.app, &self.person).await;
        assert_ne!(new.login(), self.tokens.login());
        self.server.assert_dead(&self.app, &self.tokens).await;
        self.server
            .assert_alive(&self.app, &self.person, &new)
            .await;
    }
}

#[tokio::test]
async fn a_kick() {
    let scene = Scene::new().await;
    let body = json!({ "userId": scene.person.id, "appIds": [scene.app.id] });
    scene.server.post("kick-users", body).await.data();
    scene.assert_this_alone_ended(Reason::Kicked).await;
    scene.assert_new_login_only().await;
}

#[tokio::test]
async fn a_revoked_refresh_token() {
    let scene = Scene::new().await;
    scene.server.revoke(&scene.app, &scene.tokens.refresh).await;
    scene.assert_this_alone_ended(Reason::TokenRevoked).await;
    scene.assert_new_login_only().await;
}

#[tokio::test]
async fn the_newest_access_token_revoked() {
    let mut scene = Scene::new().await;
    scene.refresh().await;
    scene.server.revoke(&scene.app, &scene.tokens.access).await;
    scene.assert_this_alone_ended(Reason::TokenRevoked).await;
}

#[tokio::test]
async fn a_refresh_token_used_twice() {
    let mut scene = Scene::new().await;
    let first = scene.tokens.refresh.clone();
    scene.refresh().await;
    let answer = scene.server.try_refresh(&scene.app, &first).await;
    assert_oauth(&answer, 400, "invalid_grant");
    scene
        .assert_this_alone_ended(Reason::RefreshTokenReused)
        .await;
}

#[tokio::test]
async fn a_password_changed_by_an_administrator() {
    let scene = Scene::new().await;
    scene
        .change_user(json!({ "password": "another horse" }))
        .await;
    scene.assert_ended(Reason::PasswordChanged).await;
    scene.assert_elsewhere(false).await;
    scene.assert_somebody(true).await;
}

#[tokio::test]
async fn a_password_changed_by_the_person_in_another_session() {
    let scene = Scene::new().await;
    let (_, elsewhere) = &scene.elsewhere;
    let body = json!({ "newPassword": "another horse" });
    let answer = scene
        .server
        .post_by(&elsewhere.access, "update-password", body)
        .await;
    answer.data();
    scene.assert_this_alone_ended(Reason::PasswordChanged).await;
}

#[tokio::test]
async fn a_device_ended_by_the_person_on_another() {
    for verb in ["revoke-session", "unbind"] {
        let scene = Scene::new().await;
        let own = scene.tokens.login().parse().unwrap();
        let store = &scene.server.authority.store;
        let view = store
            .login(scene.server.root.pool, own, None)
            .await
            .unwrap();
        let body = json!({ "deviceId": view.unwrap().session.id.to_string() });
        let (_, elsewhere) = &scene.elsewhere;
        let path = format!("mydevices/{verb}");
        let answer = scene.server.post_by(&elsewhere.access, &path, body).await;
        assert_eq!(answer.code(), 200, "{}", answer.text);
        scene.assert_this_alone_ended(Reason::DeviceRevoked).await;
        scene.assert_new_login_only().await;
    }
}

#[tokio::test]
async fn a_person_who_is_no_longer_activated() {
    for status in ["Suspended", "Resigned", "Archived", "Deactivated"] {
        let scene = Scene::new().await;
        scene.change_user(json!({ "status": status })).await;
        scene.assert_ended(Reason::UserDisabled).await;
        scene.assert_elsewhere(false).await;
        scene.assert_somebody(true).await;
        scene.change_user(json!({ "status": "Activated" })).await;
        scene.assert_ended(Reason::UserDisabled).await;
        scene.assert_new_login_only().await;
    }
}

#[tokio::test]
async fn a_deleted_person() {
    let scene = Scene::new().await;
    let body = json!({ "userIds": [scene.person.id] });
    scene.server.post("delete-users-batch", body).await.data();
    let asked = json!({ "userId": scene.person.id, "appId": scene.app.id });
    let answer = scene.server.post("check-session-status", asked).await;
    answer.assert_fails(404, Some(2004));
    scene.server.assert_dead(&scene.app, &scene.tokens).await;
    let (other, elsewhere) = &scene.elsewhere;
    scene.server.assert_dead(other, elsewhere).await;
    scene.assert_somebody(true).await;
}

/// An application that is off or gone has no credentials that count; its
/// people's own calls are refused all the same.
async fn assert_client_gone(scene: &Scene) {
    let (server, app, tokens) = (&scene.server, &scene.app, &scene.tokens);
    for token in [&tokens.access, &tokens.refresh] {
        let answer = server.introspect(app, token).await;
        assert_oauth(&answer, 401, "invalid_client");
    }
    let answer = server.try_refresh(app, &tokens.refresh).await;
    assert_oauth(&answer, 401, "invalid_client");
    let answer = server.user_info(&tokens.access).await;
    assert_oauth(&answer, 401, "invalid_token");
    let answer = server.get_by(&tokens.access, "get-profile", &[]).await;
    answer.assert_fails(401, Some(2020));
}

#[tokio::test]
async fn a_disabled_application() {
    let scene = Scene::new().await;
    scene.change_application(json!({ "enabled": false })).await;
    assert!(!scene.server.is_active(&scene.person, &scene.app.id).await);
    scene.assert_somebody(false).await;
    assert_client_gone(&scene).await;
    scene.assert_elsewhere(true).await;
    scene.change_application(json!({ "enabled": true })).await;
    scene.assert_ended(Reason::AppDisabled).await;
    scene.assert_new_login_only().await;
}

#[tokio::test]
async fn a_deleted_application() {
    let scene = Scene::new().await;
    let body = json!({ "appId": scene.app.id });
    scene
        .server
        .post("delete-application", body.clone())
        .await
        .data();
    let asked = with(body, json!({ "userId": scene.person.id }));
    let answer = scene.server.post("check-session-status", asked).await;
    answer.assert_fails(404, Some(2011));
    assert_client_gone(&scene).await;
    scene.assert_elsewhere(true).await;
}

#[tokio::test]
async fn the_idle_timeout() {
    let scene = Scene::with_policy(json!({ "idleTimeout": 600 })).await;
    scene.server.clock.advance(Span::from_millis(599_999));
    assert!(scene.server.is_active(&scene.person, &scene.app.id).await);
    scene.server.clock.advance(Span::from_millis(1));
    scene.assert_ended(Reason::IdleTimeout).await;
    scene.assert_elsewhere(true).await;
    scene.assert_new_login_only().await;
}

#[tokio::test]
async fn the_maximum_lifetime() {
    let mut scene = Scene::with_policy(json!({ "maxLifetime": 600 })).await;
    // Activity moves the idle timeout, never this.
    scene.server.clock.advance(Span::from_millis(599_999));
    scene.refresh().await;
    let answer = scene.server.user_info(&scene.tokens.access).await;
    assert_eq!(answer.status, 200);
    scene.server.clock.advance(Span::from_millis(1));
    scene.assert_ended(Reason::MaxLifetime).await;
    scene.assert_elsewhere(true).await;
}

#[tokio::test]
async fn a_policy_that_was_outlived_when_it_was_shortened() {
    let scene = Scene::new().await;
    scene.server.pass(600);
    let policy = json!({ "sessionPolicy": { "maxLifetime": 600 } });
    scene.change_application(policy).await;
    scene.assert_ended(Reason::PolicyChanged).await;
    scene.assert_elsewhere(true).await;
    let longer = json!({ "sessionPolicy": { "maxLifetime": 86400 } });
    scene.change_application(longer).await;
    scene.assert_ended(Reason::PolicyChanged).await;
}

#[tokio::test]
async fn limits_of_the_pool_that_were_outlived_when_they_were_shortened() {
    let scene = Scene::new().await;
    scene.server.pass(600);
    let shorter = json!({ "sessionPolicy": { "maxLifetime": 600 } });
    let answer = scene.server.post("update-security-settings", shorter).await;
    answer.data();
    scene.assert_ended(Reason::PolicyChanged).await;
    scene.assert_elsewhere(false).await;
    scene.assert_somebody(false).await;
    scene.assert_new_login_only().await;
}

#[tokio::test]
async fn a_newer_sign_in_above_the_limit() {
    let scene = Scene::new().await;
    let one = json!({ "sessionPolicy": { "maxSessionsPerUser": 1 } });
    scene.change_application(one).await;
    scene.assert_new_login_only().await;
    let end = scene.server.end_of(&scene.tokens.login()).await;
    assert_eq!(end, Some(Reason::Replaced));
    scene.assert_elsewhere(true).await;
    scene.assert_somebody(true).await;
}

#[tokio::test]
async fn activity_moves_the_idle_timeout_of_its_own_login_alone() {
    let mut scene = Scene::with_policy(json!({ "idleTimeout": 600 })).await;
    scene.server.pass(400);
    scene.refresh().await;
    scene.server.pass(400);
    let answer = scene.server.user_info(&scene.tokens.access).await;
    assert_eq!(answer.status, 200);
    scene.server.pass(400);
    let own = scene
        .server
        .get_by(&scene.tokens.access, "get-profile", &[])
        .await;
    own.data();
    scene.server.pass(599);
    assert!(scene.server.is_active(&scene.person, &scene.app.id).await);
    // The other person of the same application did nothing.
    scene.assert_somebody(false).await;
    // Asking is not activity.
    scene
        .server
        .introspect(&scene.app, &scene.tokens.access)
        .await;
    scene
        .server
        .introspect(&scene.app, &scene.tokens.refresh)
        .await;
    scene.server.pass(1);
    scene.assert_ended(Reason::IdleTimeout).await;
}

#[tokio::test]
async fn activity_after_a_limit_revives_nothing() {
    let scene = Scene::with_policy(json!({ "idleTimeout": 600 })).await;
    scene.server.pass(600);
    for _ in 0..2 {
        scene.server.user_info(&scene.tokens.access).await;
        scene
            .server
            .try_refresh(&scene.app, &scene.tokens.refresh)
            .await;
        scene.assert_ended(Reason::IdleTimeout).await;
    }
}

// What is no end

#[tokio::test]
async fn a_superseded_access_token_ends_only_itself() {
    let mut scene = Scene::new().await;
    let old = scene.tokens.access.clone();
    scene.refresh().await;
    // It is good until it is revoked.
    assert_eq!(scene.server.user_info(&old).await.status, 200);
    scene.server.revoke(&scene.app, &old).await;
    let answer = scene.server.introspect(&scene.app, &old).await;
    assert_eq!(answer.text, r#"{"active":false}"#);
    assert_oauth(&scene.server.user_info(&old).await, 401, "invalid_token");
    let answer = scene.server.get_by(&old, "get-profile", &[]).await;
    answer.assert_fails(401, Some(2020));
    scene
        .server
        .assert_alive(&scene.app, &scene.person, &scene.tokens)
        .await;
}

#[tokio::test]
async fn an_expired_access_token_ends_nothing() {
    let scene = Scene::new().await;
    scene.server.pass(7200);
    let answer = scene.server.revoke(&scene.app, &scene.tokens.access).await;
    assert_eq!(answer.status, 200);
    assert_eq!(scene.server.end_of(&scene.tokens.login()).await, None);
    let answer = scene
        .server
        .try_refresh(&scene.app, &scene.tokens.refresh)
        .await;
    TestServer::refreshed(&answer);
}

#[tokio::test]
async fn another_clients_revocation_ends_nothing() {
    let scene = Scene::new().await;
    let (other, _) = &scene.elsewhere;
    for token in [&scene.tokens.access, &scene.tokens.refresh] {
        let answer = scene.server.revoke(other, token).await;
        assert_eq!((answer.status.as_u16(), answer.text.as_str()), (200, ""));
    }
    scene
        .server
        .assert_alive(&scene.app, &scene.person, &scene.tokens)
        .await;
}

#[tokio::test]
async fn a_new_application_secret_ends_no_login() {
    let scene = Scene::new().await;
    let body = json!({ "appId": scene.app.id });
    scene
        .server
        .post("refresh-application-secret", body)
        .await
        .data();
    let answer = scene
        .server
        .try_refresh(&scene.app, &scene.tokens.refresh)
        .await;
    assert_oauth(&answer, 401, "invalid_client");
    let app = scene.server.app(&scene.app.id).await;
    scene
        .server
        .assert_alive(&app, &scene.person, &scene.tokens)
        .await;
}

#[tokio::test]
async fn a_failed_sign_in_ends_nothing() {
    let scene = Scene::new().await;
    let wrong = json!({ "passwordPayload": { "username": "bob", "password": "wrong" } });
    let answer = scene.server.signin(&scene.app, &scene.person, wrong).await;
    answer.assert_fails(401, Some(2333));
    scene
        .server
        .assert_alive(&scene.app, &scene.person, &scene.tokens)
        .await;
}
