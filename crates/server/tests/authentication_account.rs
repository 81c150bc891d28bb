//! What signed-in people see and change of their own account: get-security-info,
//! get-identities, get-my-accessible-apps, update-profile; and `system`.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod relying_party;
mod support;

use relying_party::{World, with};
use rollcall_core::time::Span;
use serde_json::{Value, json};
use support::{Answer, Contract, PASSWORD, Person, TestServer, get};

impl World {
    async fn get(&self, verb: &str) -> Value {
        let answer = self.server.get_by(&self.tokens.access, verb, &[]).await;
        Contract::authentication().assert_fits("get", verb, &answer);
        answer.data().clone()
    }

    async fn update(&self, body: Value) -> Answer {
        let token = &self.tokens.access;
        self.server.post_by(token, "update-profile", body).await
    }

    async fn administer(&self, members: Value) {
        let body = with(json!({ "userId": self.person.id }), members);
        self.server.post("update-user", body).await.data();
    }
}

#[tokio::test]
async fn security_info_tells_what_there_is() {
    let world = World::new().await;
    let expected = |level: u64, email: bool, phone: bool, score: u64| {
        json!({
            "passwordSecurityLevel": level, "mfaEnrolled": false, "passwordSet": true,
            "emailBinded": email, "phoneBinded": phone, "securityScore": score,
        })
    };
    // "correct horse": long, of letters and a space.
    assert_eq!(
        world.get("get-security-info").await,
        expected(3, false, false, 60)
    );
    world
        .administer(json!({ "email": "bob@example.com" }))
        .await;
    assert_eq!(
        world.get("get-security-info").await,
        expected(3, true, false, 70)
    );
    world.administer(json!({ "phone": "13800138000" })).await;
    assert_eq!(
        world.get("get-security-info").await,
        expected(3, true, true, 80)
    );
}

#[tokio::test]
async fn an_asserted_address_is_not_bound() {
    let world = World::new().await;
    let open = json!({ "registerDisabled": false });
    world
        .server
        .post("update-security-settings", open)
        .await
        .data();
    let body = json!({
        "connection": "PASSWORD",
        "passwordPayload": { "username": "ann", "password": PASSWORD, "email": "ann@example.com" },
        "client_id": world.app.id,
    });
    let request = support::post_json("/api/v3/signup", &body);
    world.server.send(request).await.data();
    let ann = Person {
        id: String::new(),
        username: "ann".to_owned(),
    };
    let tokens = world.server.log_in(&world.app, &ann).await;
    let server = &world.server;
    let answer = server
        .get_by(&tokens.access, "get-security-info", &[])
        .await;
    assert_eq!(answer.data()["emailBinded"], false);
    assert_eq!(answer.data()["securityScore"], 60);
}

#[tokio::test]
async fn identities_are_told_without_the_sources_tokens() {
    let server = TestServer::start().await;
    let app = server.add_app("app", json!({})).await;
    let source = server.add_ext_idp("oidc").await;
    let identity = json!({
        "extIdpId": source, "provider": "oidc", "type": "openid", "userIdInIdp": "bob-there",
        "userInfoInIdp": { "name": "Bob" }, "accessToken": "at", "refreshToken": "rt",
        "originConnIds": [],
    });
    let body = json!({ "username": "bob", "password": PASSWORD, "identities": [identity] });
    let id = server.post("create-user", body).await.data()["userId"].clone();
    let person = Person {
        id: id.as_str().unwrap().to_owned(),
        username: "bob".to_owned(),
    };
    let tokens = server.log_in(&app, &person).await;
    let answer = server.get_by(&tokens.access, "get-identities", &[]).await;
    Contract::authentication().assert_fits("get", "get-identities", &answer);
    let query = [("withIdentities", "true")];
    let profile = server.get_by(&tokens.access, "get-profile", &query).await;
    for told in [answer.data(), &profile.data()["identities"]] {
        assert_eq!(told.as_array().unwrap().len(), 1);
        assert_eq!(told[0]["userIdInIdp"], "bob-there");
        assert_eq!(told[0]["userInfoInIdp"], json!({ "name": "Bob" }));
        assert_eq!(told[0].get("accessToken"), None);
        assert_eq!(told[0].get("refreshToken"), None);
    }
    // Another person's are not among them.
    let stranger = server.add_user("eve").await;
    let tokens = server.log_in(&app, &stranger).await;
    let answer = server.get_by(&tokens.access, "get-identities", &[]).await;
    assert_eq!(answer.data(), &json!([]));
}

#[tokio::test]
async fn accessible_applications_are_those_of_the_pool_that_are_on() {
    let world = World::new().await;
    let server = &world.server;
    let second = server.add_app("second", json!({})).await;
    let off = server.add_app("off", json!({})).await;
    let change = json!({ "appId": off.id, "enabled": false });
    server.post("update-application", change).await.data();
    let other = server.add_pool().await;
    let body = json!({ "appName": "theirs" });
    server
        .post_as(&other, "create-application", body)
        .await
        .data();
    let told = world.get("get-my-accessible-apps").await;
    let rows = told.as_array().unwrap();
    let mut ids: Vec<_> = rows
        .iter()
        .map(|row| row["appId"].as_str().unwrap())
        .collect();
    ids.sort_unstable();
    let mut expected = [world.app.id.as_str(), &second.id];
    expected.sort_unstable();
    assert_eq!(ids, expected);
    assert!(rows.iter().all(|row| row["active"] == true));
}

#[tokio::test]
async fn a_profile_is_changed_as_far_as_it_is_said() {
    let world = World::new().await;
    world
        .administer(json!({ "name": "Bob", "nickname": "B", "customData": { "plan": "gold" } }))
        .await;
    let body = json!({
        "nickname": "Bobby", "photo": "https://a.example/b.png", "gender": "M",
        "birthdate": "2001-02-03T00:00:00.000Z", "city": "Berlin", "company": "A",
    });
    let answer = world.update(body.clone()).await;
    Contract::authentication().assert_fits("post", "update-profile", &answer);
    for (name, value) in body.as_object().unwrap() {
        assert_eq!(&answer.data()[name], value, "{name}");
    }
    assert_eq!(answer.data()["name"], "Bob");
    let stored = world
        .server
        .get(
            "get-user",
            &[("userId", &world.person.id), ("withCustomData", "true")],
        )
        .await;
    assert_eq!(stored.data()["nickname"], "Bobby");
    assert_eq!(stored.data()["customData"], json!({ "plan": "gold" }));
    // Nothing asked for is no change.
    world.server.pass(1);
    let again = world.update(json!({})).await;
    assert_eq!(again.data()["updatedAt"], stored.data()["updatedAt"]);
    // Nobody is signed out by it.
    let World {
        server,
        app,
        person,
        tokens,
    } = &world;
    server.assert_alive(app, person, tokens).await;
}

#[tokio::test]
async fn what_a_person_is_known_by_is_not_theirs_to_choose() {
    let world = World::new().await;
    world.administer(json!({ "externalId": "emp-1" })).await;
    let answer = world.update(json!({ "externalId": "emp-2" })).await;
    answer.assert_names(501, "externalId");
    let answer = world
        .update(json!({ "customData": { "plan": "gold" } }))
        .await;
    answer.assert_names(501, "customData");
    // Sent back as it was, it is no change; nor do members of an administrator count.
    let same = json!({ "externalId": "emp-1", "status": "Suspended", "emailVerified": true, "email": "x" });
    let answer = world.update(same).await;
    assert_eq!(answer.data()["externalId"], "emp-1");
    assert_eq!(answer.data()["status"], "Activated");
    assert_eq!(answer.data().get("email"), None);
}

#[tokio::test]
async fn a_new_username_keeps_the_rules_and_needs_a_recent_sign_in() {
    let world = World::new().await;
    world.server.add_user("ann").await;
    let rename = async |name: &str| world.update(json!({ "username": name })).await;
    rename("ann").await.assert_names(409, "username");
    for name in ["a@b", "12345", "62299d8b866d2dab79a89dc4", "138 0013 8000"] {
        rename(name).await.assert_fails(422, None);
    }
    rename("").await.assert_names(400, "username");
    assert_eq!(rename("robert").await.data()["username"], "robert");
    world.server.clock.advance(Span::from_millis(599_999));
    rename("bobby").await.data();
    world.server.clock.advance(Span::from_millis(1));
    rename("bob").await.assert_fails(403, None);
    let number = json!({ "identityNumber": "1" });
    world.update(number).await.assert_fails(403, None);
    // What is as it was, and what nobody is known by, may be said at any time.
    let answer = world
        .update(json!({ "username": "bobby", "name": "Bob" }))
        .await;
    assert_eq!(answer.data()["name"], "Bob");
}

#[tokio::test]
async fn names_are_not_tried_one_after_the_other() {
    let world = World::new().await;
    world.server.add_user("ann").await;
    let rename = async |name: &str| world.update(json!({ "username": name })).await;
    for _ in 0..50 {
        rename("ann").await.assert_names(409, "username");
    }
    rename("robert").await.assert_fails(429, None);
    // What is no name is changed all the same.
    world.update(json!({ "name": "Bob" })).await.data();
    world.server.pass(300);
    rename("robert").await.data();
}

#[tokio::test]
async fn nobody_fills_the_logs_with_changes_of_their_own() {
    let world = World::new().await;
    let change = async |n: u32| world.update(json!({ "nickname": format!("b{n}") })).await;
    for n in 0..50 {
        change(n).await.data();
    }
    change(50).await.assert_fails(429, None);
    let logs = world.server.post("get-user-action-logs", json!({})).await;
    // And the sign-in.
    assert_eq!(logs.data()["totalCount"], 51);
    world.server.pass(300);
    change(51).await.data();
}

#[tokio::test]
async fn a_profile_that_could_harm_is_refused() {
    let world = World::new().await;
    for (body, name) in [
        (json!({ "photo": "javascript:alert(1)" }), "photo"),
        (json!({ "birthdate": "yesterday" }), "birthdate"),
        (json!({ "name": "a\u{0}b" }), "name"),
        (json!({ "name": "a".repeat(257) }), "name"),
        (json!({ "address": "a".repeat(2_049) }), "address"),
        (json!({ "gender": "X" }), "gender"),
    ] {
        world.update(body).await.assert_names(400, name);
    }
}

#[tokio::test]
async fn without_a_live_token_none_of_it_is_answered() {
    let World {
        server,
        app,
        tokens,
        ..
    } = World::new().await;
    server.revoke(&app, &tokens.access).await;
    for verb in [
        "get-security-info",
        "get-identities",
        "get-my-accessible-apps",
        "mydevices/list",
    ] {
        let answer = server.get_by(&tokens.access, verb, &[]).await;
        answer.assert_fails(401, Some(2020));
    }
    let device = json!({ "deviceId": "0".repeat(32) });
    for (verb, body) in [
        ("update-profile", json!({ "name": "x" })),
        ("mydevices/unbind", device.clone()),
        ("mydevices/revoke-session", device),
    ] {
        let answer = server.post_by(&tokens.access, verb, body).await;
        answer.assert_fails(401, Some(2020));
    }
}

/// An idle timeout of ten minutes, and a call every five.
#[tokio::test]
async fn each_of_them_keeps_the_person_signed_in() {
    let policy = json!({ "sessionPolicy": { "idleTimeout": 600 } });
    for (verb, body) in [
        ("get-security-info", None),
        ("get-identities", None),
        ("get-my-accessible-apps", None),
        ("mydevices/list", None),
        ("update-profile", Some(json!({ "name": "x" }))),
    ] {
        let world = World::new().await;
        let change = with(json!({ "appId": world.app.id }), policy.clone());
        world.server.post("update-application", change).await.data();
        for _ in 0..3 {
            world.server.pass(300);
            let token = &world.tokens.access;
            let answer = match &body {
                None => world.server.get_by(token, verb, &[]).await,
                Some(body) => world.server.post_by(token, verb, body.clone()).await,
            };
            answer.data();
        }
        assert!(
            world.server.is_active(&world.person, &world.app.id).await,
            "{verb}"
        );
        world.server.pass(600);
        assert!(
            !world.server.is_active(&world.person, &world.app.id).await,
            "{verb}"
        );
    }
}

#[tokio::test]
async fn the_system_tells_its_version_and_promises_no_key() {
    let server = TestServer::start().await;
    let answer = server.send(get("/api/v3/system", &[])).await;
    Contract::authentication().assert_fits("get", "system", &answer);
    let version = env!("CARGO_PKG_VERSION");
    let mut told = answer.body.clone();
    let request_id = told.as_object_mut().unwrap().remove("requestId");
    assert!(request_id.is_some());
    let expected = json!({
        "statusCode": 200, "message": "Success",
        "rsa": { "publicKey": "" }, "sm2": { "publicKey": "" },
        "version": { "server": version, "console": "", "login": version },
        "publicIps": [],
    });
    assert_eq!(told, expected);
}
