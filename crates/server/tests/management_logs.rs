//! What people did and what administrators did, as the logs tell it.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod browser;
mod relying_party;
mod support;

use browser::{Auth, Browser};
use relying_party::{App, from_address};
use rollcall_core::limits::{FAILURES_BEFORE_DELAY, MAX_NAME_CHARS};
use rollcall_core::model::access_key::Permission;
use serde_json::{Value, json};
use support::{Answer, Contract, PASSWORD, Person, TestServer, post_json, with_header};

const AGENT: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0";

struct World {
    server: TestServer,
    app: App,
    bob: Person,
}

impl World {
    async fn new() -> Self {
        let server = TestServer::start().await;
        Self {
            app: server.add_site("Shop", json!({})).await,
            bob: server.add_user("bob").await,
            server,
        }
    }

    async fn try_password(&self, name: &str, password: &str) -> Answer {
        let payload = json!({ "username": name, "password": password });
        let members = json!({ "passwordPayload": payload });
        let body = TestServer::signin_body(&self.app, &self.bob, members);
        let request = with_header(post_json("/api/v3/signin", &body), "user-agent", AGENT);
        self.server.send(from_address(request, "203.0.113.9")).await
    }

    async fn actions(&self, filter: Value) -> Vec<Value> {
        list(&self.server.post("get-user-action-logs", filter).await)
    }

    async fn audit(&self, filter: Value) -> Vec<Value> {
        list(&self.server.post("get-admin-audit-logs", filter).await)
    }
}

fn list(answer: &Answer) -> Vec<Value> {
    let (all, total) = (&answer.data()["list"], &answer.data()["totalCount"]);
    let all = all.as_array().unwrap().clone();
    assert_eq!(total, all.len());
    all
}

#[tokio::test]
async fn what_people_did_is_told_whole() {
    let w = World::new().await;
    let right = w.try_password("bob", PASSWORD).await;
    right.data();
    let wrong = w.try_password("bob", "wrong").await;
    wrong.assert_fails(401, Some(2333));
    w.try_password("nobody", "wrong")
        .await
        .assert_fails(401, Some(2333));
    let answer = w.server.post("get-user-action-logs", json!({})).await;
    Contract::management().assert_fits("post", "get-user-action-logs", &answer);
    let all = list(&answer);
    assert_eq!(all.len(), 2, "nobody is nobody's row: {all:?}");
    let expected = json!({
        "userId": w.bob.id,
        "userDisplayName": "bob",
        "userLoginsCount": 1,
        "appId": w.app.id,
        "appName": "Shop",
        "clientIp": "203.0.113.9",
        "eventType": "login",
        "eventDetail": "password",
        "success": true,
        "userAgent": AGENT,
        "parsedUserAgent": { "device": "Desktop", "browser": "Firefox", "os": "Linux" },
        "requestId": right.body["requestId"],
        "timestamp": "2026-01-01T00:00:00.000Z",
    });
    for (name, value) in expected.as_object().unwrap() {
        assert_eq!(&all[1][name], value, "{name}");
    }
    assert!(
        all[1]["userAvatar"]
            .as_str()
            .unwrap()
            .starts_with("data:image")
    );
    assert_eq!(all[1]["geoip"]["country_name"], "");
    assert_eq!(all[0]["success"], false);
    assert_eq!(all[0]["requestId"], wrong.body["requestId"]);
    let detail = format!("2333 {}", wrong.message());
    assert_eq!(all[0]["eventDetail"], detail);
}

#[tokio::test]
async fn what_a_throttle_refuses_is_not_written() {
    let w = World::new().await;
    for _ in 0..FAILURES_BEFORE_DELAY {
        w.try_password("bob", "wrong")
            .await
            .assert_fails(401, Some(2333));
    }
    w.try_password("bob", "wrong").await.assert_fails(429, None);
    let answer = w
        .server
        .post("get-user-action-logs", json!({ "success": false }))
        .await;
    assert_eq!(answer.data()["totalCount"], FAILURES_BEFORE_DELAY);
    assert_eq!(answer.data()["list"].as_array().unwrap().len(), 10);
}

#[tokio::test]
async fn what_stands_in_the_way_of_the_right_password_is_told() {
    let w = World::new().await;
    let status = |status: &str| json!({ "userId": w.bob.id, "status": status });
    w.server
        .post("update-user", status("Suspended"))
        .await
        .data();
    w.try_password("bob", PASSWORD)
        .await
        .assert_fails(403, Some(2005));
    w.server
        .post("update-user", status("Activated"))
        .await
        .data();
    let options = json!({ "resetPasswordOnNextLogin": true });
    let reset = json!({ "userId": w.bob.id, "options": options });
    w.server.post("update-user", reset).await.data();
    w.try_password("bob", PASSWORD)
        .await
        .assert_fails(403, Some(2058));
    let all = w.actions(json!({ "userId": w.bob.id })).await;
    let codes = all
        .iter()
        .map(|row| &row["eventDetail"].as_str().unwrap()[..5]);
    assert_eq!(codes.collect::<Vec<_>>(), ["2058 ", "2005 "]);
}

#[tokio::test]
async fn signing_in_and_out_with_pages_is_told() {
    let w = World::new().await;
    let mut browser = Browser::default();
    let page = browser
        .open(&w.server, &Auth::new(&w.app).path())
        .await
        .page();
    let wrong = [("identifier", "bob"), ("password", "wrong")];
    let page = browser.submit(&w.server, &page, &wrong).await.page();
    browser.sign_in(&w.server, &page, &w.bob).await.code();
    let silent = Auth::new(&w.app).with("prompt", "none");
    browser.open(&w.server, &silent.path()).await.code();
    let mail = w.server.add_site("Mail", json!({})).await;
    let silent = Auth::new(&mail).with("prompt", "none");
    browser.open(&w.server, &silent.path()).await.code();
    let all = w.actions(json!({ "userId": w.bob.id })).await;
    let short = |row: &Value| {
        let detail = row["eventDetail"].as_str().unwrap();
        format!("{} {} {}", row["appName"], row["success"], &detail[..3])
    };
    let short: Vec<_> = all.iter().map(short).collect();
    assert_eq!(
        short,
        [
            r#""Mail" true sso"#,
            r#""Shop" true pas"#,
            r#""Shop" false 233"#
        ]
    );
}

#[tokio::test]
async fn a_changed_password_and_a_sign_out_are_told() {
    let w = World::new().await;
    let tokens = w.server.log_in(&w.app, &w.bob).await;
    let change = |old: &str| json!({ "oldPassword": old, "newPassword": "another horse" });
    let wrong = w
        .server
        .post_by(&tokens.access, "update-password", change("wrong"))
        .await;
    wrong.assert_fails(401, Some(2006));
    let right = w
        .server
        .post_by(&tokens.access, "update-password", change(PASSWORD))
        .await;
    right.data();
    w.server.revoke(&w.app, &tokens.refresh).await;
    let all = w.actions(json!({ "userId": w.bob.id })).await;
    let short = |row: &Value| {
        let detail = row["eventDetail"].as_str().unwrap();
        let kind = row["eventType"].as_str().unwrap();
        format!(
            "{kind} {} {}",
            row["success"],
            detail.split(' ').next().unwrap()
        )
    };
    let short: Vec<_> = all.iter().map(short).collect();
    assert_eq!(
        short,
        [
            "logout true token_revoked",
            "updateUserPassword true password",
            "updateUserPassword false 2006",
            "login true password",
        ]
    );
    // What is one's own is no management.
    let of_bob = w.audit(json!({ "userId": w.bob.id })).await;
    assert_eq!(of_bob, Vec::<Value>::new());
    let set = w
        .audit(json!({ "operationType": "update", "resourceType": "user" }))
        .await;
    assert_eq!(set, Vec::<Value>::new());
}

#[tokio::test]
async fn the_action_log_is_narrowed_by_each_member() {
    let w = World::new().await;
    let ann = w.server.add_user("ann").await;
    let right = w.try_password("bob", PASSWORD).await;
    w.try_password("bob", "wrong").await;
    w.server.pass(1);
    let mail = w.server.add_site("Mail", json!({})).await;
    w.server.log_in(&mail, &ann).await;
    let begun: i64 = 1_767_225_600_000;
    for (filter, found) in [
        (json!({}), 3),
        (json!({ "userId": w.bob.id }), 2),
        (json!({ "userId": "0123456789abcdef01234567" }), 0),
        (json!({ "userId": "nobody" }), 0),
        (json!({ "appId": mail.id }), 1),
        (json!({ "appId": "nothing" }), 0),
        (json!({ "clientIp": "203.0.113.9" }), 2),
        (json!({ "requestId": right.body["requestId"] }), 1),
        (json!({ "requestId": "unknown" }), 0),
        (json!({ "eventType": "login" }), 3),
        (json!({ "eventType": "unbindMFA" }), 0),
        (json!({ "success": true }), 2),
        (json!({ "success": false, "userId": ann.id }), 0),
        (json!({ "start": begun + 1 }), 1),
        (json!({ "start": begun, "end": begun }), 2),
        (json!({ "start": begun + 1, "end": begun }), 0),
    ] {
        assert_eq!(w.actions(filter.clone()).await.len(), found, "{filter}");
    }
    let second = json!({ "pagination": { "page": 2, "limit": 2 } });
    let answer = w.server.post("get-user-action-logs", second).await;
    assert_eq!(answer.data()["totalCount"], 3);
    assert_eq!(answer.data()["list"].as_array().unwrap().len(), 1);
    let other = w.server.add_pool().await;
    let theirs = w
        .server
        .post_as(&other, "get-user-action-logs", json!({}))
        .await;
    assert_eq!(list(&theirs), Vec::<Value>::new());
}

#[tokio::test]
async fn a_filter_that_is_none_is_named() {
    let w = World::new().await;
    let too_long = "x".repeat(MAX_NAME_CHARS + 1);
    for (name, value) in [
        ("eventType", json!("signin")),
        ("clientIp", json!("here")),
        ("start", json!(-1)),
        ("end", json!("now")),
        ("success", json!("yes")),
        ("requestId", json!(too_long)),
        ("userId", json!(too_long)),
        ("appId", json!(too_long)),
    ] {
        let answer = w
            .server
            .post("get-user-action-logs", json!({ name: value }))
            .await;
        answer.assert_names(400, name);
    }
    for (name, value) in [
        ("operationType", json!("made")),
        ("resourceType", json!("people")),
        ("clientIp", json!("here")),
        ("userId", json!(too_long)),
        ("requestId", json!(too_long)),
    ] {
        let answer = w
            .server
            .post("get-admin-audit-logs", json!({ name: value }))
            .await;
        answer.assert_names(400, name);
    }
    for verb in ["get-user-action-logs", "get-admin-audit-logs"] {
        let page = json!({ "pagination": { "page": 0 } });
        w.server.post(verb, page).await.assert_names(400, "page");
        let limit = json!({ "pagination": { "limit": 51 } });
        assert_eq!(w.server.post(verb, limit).await.code(), 400);
        let key = w.server.key_without(Permission::Audit).await;
        let answer = w.server.post_as(&key, verb, json!({})).await;
        answer.assert_fails(403, None);
        let key = w.server.key_with(&[Permission::Audit]).await;
        w.server.post_as(&key, verb, json!({})).await.data();
    }
}

#[tokio::test]
async fn a_deleted_user_leaves_what_was_done_and_not_from_where() {
    let w = World::new().await;
    w.try_password("bob", PASSWORD).await.data();
    w.try_password("bob", "wrong").await;
    let before = w.actions(json!({ "userId": w.bob.id })).await;
    let bob = json!({ "userIds": [w.bob.id] });
    w.server.post("delete-users-batch", bob).await.data();
    let answer = w
        .server
        .post("get-user-action-logs", json!({ "userId": w.bob.id }))
        .await;
    Contract::management().assert_fits("post", "get-user-action-logs", &answer);
    let after = list(&answer);
    assert_eq!(after.len(), 2);
    for (before, after) in before.iter().zip(&after) {
        for name in [
            "userId",
            "timestamp",
            "requestId",
            "eventType",
            "eventDetail",
            "appId",
        ] {
            assert_eq!(before[name], after[name], "{name}");
        }
        assert_eq!(after.get("clientIp"), None);
        for name in ["userAgent", "userDisplayName", "userAvatar"] {
            assert_eq!(after[name], "", "{name}");
        }
    }
}

#[tokio::test]
async fn what_administrators_did_is_told_in_the_contracts_words() {
    let w = World::new().await;
    let source = w.server.add_ext_idp("oidc").await;
    w.server
        .get("get-application-secret", &[("appId", &w.app.id)])
        .await
        .data();
    let rotated = json!({ "appId": w.app.id });
    w.server
        .post("refresh-application-secret", rotated)
        .await
        .data();
    let kick = json!({ "userId": w.bob.id, "appIds": [w.app.id] });
    let kicked = w.server.post("kick-users", kick).await;
    let password = json!({ "userId": w.bob.id, "password": "another horse" });
    w.server.post("update-user", password).await.data();
    let answer = w.server.post("get-admin-audit-logs", json!({})).await;
    Contract::management().assert_fits("post", "get-admin-audit-logs", &answer);
    let words = |row: &Value| {
        let text = |name: &str| row[name].as_str().unwrap().to_owned();
        format!("{} {}", text("operationType"), text("resourceType"))
    };
    let all = list(&answer);
    let newest: Vec<_> = all.iter().take(5).map(words).collect();
    assert_eq!(
        newest,
        [
            "update user",
            "remove userLoginState",
            "refresh application",
            "query application",
            "create socialConnection",
        ]
    );
    let root = w.server.root.id.to_string();
    assert_eq!(all[1]["adminUserId"], root);
    assert_eq!(all[1]["adminUserDisplayName"], "root key");
    assert_eq!(all[1]["requestId"], kicked.body["requestId"]);
    assert_eq!(all[1]["clientIp"], "192.0.2.1");
    assert_eq!(all[1]["operationParam"], w.app.id);
    assert_eq!(all[1]["eventDetail"], format!("kick user {}", w.bob.id));
    assert_eq!(all[4]["eventDetail"], format!("create ext_idp {source}"));
    let whole = answer.text;
    assert!(!whole.contains("originValue") && !whole.contains("another horse"));
}

#[tokio::test]
async fn the_audit_log_is_narrowed_by_each_member() {
    let w = World::new().await;
    let key = w
        .server
        .key_with(&[Permission::UsersWrite, Permission::Audit])
        .await;
    w.server.pass(1);
    let change = json!({ "userId": w.bob.id, "nickname": "Bobby" });
    let changed = w.server.post_as(&key, "update-user", change).await;
    let begun: i64 = 1_767_225_600_000;
    let all = w.audit(json!({})).await.len();
    for (filter, found) in [
        (
            json!({ "operationType": "all", "resourceType": "all" }),
            all,
        ),
        (json!({ "success": true }), all),
        (json!({ "success": false }), 0),
        (json!({ "userId": key.id.to_string() }), 1),
        (json!({ "userId": "nobody" }), 0),
        (json!({ "requestId": changed.body["requestId"] }), 1),
        (json!({ "operationType": "update" }), 1),
        (
            json!({ "operationType": "create", "resourceType": "user" }),
            1,
        ),
        (json!({ "resourceType": "org" }), 0),
        (json!({ "start": begun + 1 }), 1),
        (json!({ "end": begun }), all - 1),
        (json!({ "clientIp": "198.51.100.1" }), 0),
        (
            json!({ "clientIp": "192.0.2.1", "operationType": "update" }),
            1,
        ),
    ] {
        assert_eq!(w.audit(filter.clone()).await.len(), found, "{filter}");
    }
    let other = w.server.add_pool().await;
    let theirs = w
        .server
        .post_as(&other, "get-admin-audit-logs", json!({}))
        .await;
    let theirs = list(&theirs);
    assert!(theirs.iter().all(|row| row["resourceType"] != "user"));
}
