//! Access keys: made, listed, changed, rotated and deleted, and what that does to
//! their tokens and signatures.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use rollcall_core::limits;
use rollcall_core::model::access_key::Permission;
use rollcall_core::secret::Secret;
use serde_json::{Value, json};
use support::{Answer, Contract, Key, TestServer, post_json};

const MASK: &str = "********************************";

/// The one entry of a list.
#[track_caller]
fn one(answer: &Answer) -> &Value {
    let list = answer.data().as_array().unwrap();
    assert_eq!(list.len(), 1, "{}", answer.text);
    &list[0]
}

async fn create(server: &TestServer, body: Value) -> Value {
    let answer = server.post("create-access-key", body).await;
    Contract::management().assert_fits("post", "create-access-key", &answer);
    one(&answer).clone()
}

/// The key of an answer that tells its secret, as its holder.
async fn holder(server: &TestServer, told: &Value) -> Key {
    let key = Key {
        pool: server.root.pool,
        id: told["accessKeyId"].as_str().unwrap().parse().unwrap(),
        secret: Secret::new(told["accessKeySecret"].as_str().unwrap()),
        token: String::new(),
    };
    server.with_token(key).await
}

async fn list(server: &TestServer, query: &[(&str, &str)]) -> Vec<Value> {
    let answer = server.get("list-access-key", query).await;
    Contract::management().assert_fits("get", "list-access-key", &answer);
    answer.data().as_array().unwrap().clone()
}

fn ids(keys: &[Value]) -> Vec<&str> {
    keys.iter()
        .map(|key| key["accessKeyId"].as_str().unwrap())
        .collect()
}

async fn get(server: &TestServer, user_id: &str, id: &str) -> Answer {
    let query = [("userId", user_id), ("accessKeyId", id)];
    server.get("get-access-key", &query).await
}

async fn token_of(server: &TestServer, id: &str, secret: &str) -> Answer {
    let body = json!({ "accessKeyId": id, "accessKeySecret": secret });
    server
        .send(post_json("/api/v3/get-management-token", &body))
        .await
}

async fn check_users(server: &TestServer, key: &Key) -> Answer {
    server.get_as(key, "list-users", &[]).await
}

#[tokio::test]
async fn a_secret_is_told_once_and_masked_afterwards() {
    let server = TestServer::start().await;
    let told = create(&server, json!({ "type": "userpool", "userId": "alice" })).await;
    let id = told["accessKeyId"].as_str().unwrap();
    let secret = told["accessKeySecret"].as_str().unwrap();
    assert_eq!(secret.len(), 32);
    let expected = json!({
        "accessKeyId": id, "accessKeySecret": secret, "userId": "alice",
        "createdAt": told["createdAt"], "lastDate": told["createdAt"],
        "status": "activated", "enable": true,
        "userPoolId": server.root.pool.to_string(), "type": "userpool",
        "permissions": Permission::ALL.iter().map(|p| p.as_str()).collect::<Vec<_>>(),
    });
    assert_eq!(told, expected);
    assert_eq!(token_of(&server, id, secret).await.code(), 200);
    let answer = get(&server, "alice", id).await;
    Contract::management().assert_fits("get", "get-access-key", &answer);
    let mut masked = expected;
    masked["accessKeySecret"] = json!(MASK);
    assert_eq!(one(&answer), &masked);
    let listed = list(&server, &[]).await;
    assert_eq!(listed[1], masked);
    assert!(listed.iter().all(|key| key["accessKeySecret"] == MASK));
}

#[tokio::test]
async fn the_root_key_comes_first_and_belongs_to_its_pool() {
    let server = TestServer::start().await;
    let pool = server.root.pool.to_string();
    let other = server.add_pool().await;
    let made = create(&server, json!({ "type": "robot" })).await;
    let keys = list(&server, &[]).await;
    assert_eq!(
        ids(&keys),
        [pool.as_str(), made["accessKeyId"].as_str().unwrap()]
    );
    let root = &keys[0];
    assert_eq!(
        (&root["userId"], &root["type"]),
        (&json!(pool), &json!("userpool"))
    );
    let found = get(&server, &pool, &pool).await;
    assert_eq!(one(&found), root);
    let theirs = server.get_as(&other, "list-access-key", &[]).await;
    assert_eq!(one(&theirs)["accessKeyId"], other.id.to_string());
}

#[tokio::test]
async fn a_list_is_cut_by_its_filter() {
    let server = TestServer::start().await;
    let root = server.root.id.to_string();
    let pool = root.clone();
    server.pass(1);
    let on = create(&server, json!({ "type": "robot", "userId": "alice" })).await;
    server.pass(1);
    let off = create(&server, json!({ "type": "robot" })).await;
    let [on, off] = [&on, &off].map(|key| key["accessKeyId"].as_str().unwrap());
    let body = json!({ "accessKeyId": off, "enable": false });
    server.post("update-access-key", body).await.data();
    for (query, expected) in [
        (vec![], vec![&root[..], on, off]),
        (vec![("userId", "alice")], vec![on]),
        (vec![("userId", pool.as_str())], vec![&root, off]),
        (vec![("userId", "nobody")], vec![]),
        (vec![("type", "robot")], vec![on, off]),
        (vec![("type", "Robot")], vec![]),
        (vec![("tenantId", "acme")], vec![]),
        (vec![("status", "activated")], vec![&root, on]),
        (vec![("status[]", "revoked")], vec![off]),
        (vec![("status", "staging")], vec![]),
        (
            vec![("status", "revoked"), ("status", "activated")],
            vec![&root, on, off],
        ),
        (
            vec![("type", "robot"), ("status", "activated"), ("userId", "")],
            vec![on],
        ),
    ] {
        assert_eq!(ids(&list(&server, &query).await), expected, "{query:?}");
    }
    let long = "a".repeat(257);
    for name in ["userId", "tenantId", "type", "status"] {
        let answer = server.get("list-access-key", &[(name, &long)]).await;
        answer.assert_names(400, name);
    }
    let many = vec![("status", "revoked"); limits::MAX_FILTERS + 1];
    assert_eq!(list(&server, &many[1..]).await.len(), 1);
    server
        .get("list-access-key", &many)
        .await
        .assert_names(400, "status");
}

#[tokio::test]
async fn what_a_new_key_may_do_is_named() {
    let server = TestServer::start().await;
    let body = json!({ "type": "a", "permissions": ["keys", "check", "check"] });
    let told = create(&server, body).await;
    assert_eq!(told["permissions"], json!(["check", "keys"]));
    let few = holder(&server, &told).await;
    check_users(&server, &few)
        .await
        .assert_names(403, "users:read");
    // Its own keys may do as much, by default and at most.
    let answer = server
        .post_as(&few, "create-access-key", json!({ "type": "a" }))
        .await;
    assert_eq!(one(&answer)["permissions"], json!(["check", "keys"]));
    let body = json!({ "type": "a", "permissions": ["check", "audit"] });
    let answer = server.post_as(&few, "create-access-key", body).await;
    answer.assert_names(403, "audit");
    for permissions in [
        json!(["everything"]),
        json!(["check", "Audit"]),
        json!([""]),
        json!([]),
    ] {
        let body = json!({ "type": "a", "permissions": permissions });
        let answer = server.post("create-access-key", body).await;
        answer.assert_names(400, "permissions");
    }
    assert_eq!(list(&server, &[]).await.len(), 3);
}

#[tokio::test]
async fn a_key_that_cannot_be_is_refused() {
    let server = TestServer::start().await;
    for (body, code, name) in [
        (json!({}), 400, "type"),
        (json!({ "type": "" }), 400, "type"),
        (json!({ "type": "a".repeat(257) }), 400, "type"),
        (
            json!({ "type": "a", "userId": "a".repeat(257) }),
            400,
            "userId",
        ),
        (
            json!({ "type": "a", "permissions": "check" }),
            400,
            "permissions",
        ),
        (json!({ "type": "a", "tenantId": "acme" }), 501, "tenantId"),
    ] {
        server
            .post("create-access-key", body)
            .await
            .assert_names(code, name);
    }
    let long = "a".repeat(256);
    create(&server, json!({ "type": long, "userId": long })).await;
    for query in [vec![], vec![("userId", "a")], vec![("accessKeyId", "a")]] {
        assert_eq!(server.get("get-access-key", &query).await.code(), 400);
    }
    let root = server.root.id.to_string();
    for (user_id, id) in [
        ("nobody", root.as_str()),
        (&root, "nowhere"),
        (&root, &"0".repeat(24)),
    ] {
        get(&server, user_id, id).await.assert_fails(404, None);
    }
    for verb in [
        "update-access-key",
        "delete-access-key",
        "rotate-access-key",
    ] {
        for (id, code) in [
            ("0".repeat(24), 404),
            ("x".to_owned(), 404),
            (String::new(), 400),
        ] {
            let body = json!({ "accessKeyId": id, "enable": true });
            assert_eq!(server.post(verb, body).await.code(), code, "{verb} {id}");
        }
    }
}

#[tokio::test]
async fn switching_a_key_acts_at_once_on_its_tokens() {
    let server = TestServer::start().await;
    let told = create(&server, json!({ "type": "a" })).await;
    let key = holder(&server, &told).await;
    check_users(&server, &key).await.data();
    for enable in [false, true] {
        let body = json!({ "accessKeyId": key.id.to_string(), "enable": enable });
        let answer = server.post("update-access-key", body).await;
        Contract::management().assert_fits("post", "update-access-key", &answer);
        assert_eq!(answer.data(), &json!({ "success": true }));
        let pool = server.root.pool.to_string();
        let found = get(&server, &pool, &key.id.to_string()).await;
        let status = if enable { "activated" } else { "revoked" };
        assert_eq!(
            (&one(&found)["enable"], &one(&found)["status"]),
            (&json!(enable), &json!(status))
        );
        let code = if enable { 200 } else { 401 };
        assert_eq!(check_users(&server, &key).await.code(), code);
        let answer = token_of(&server, &key.id.to_string(), key.secret.reveal()).await;
        assert_eq!(answer.code(), code);
    }
}

#[tokio::test]
async fn permissions_are_taken_at_once_from_tokens_too() {
    let server = TestServer::start().await;
    let told = create(&server, json!({ "type": "a" })).await;
    let key = holder(&server, &told).await;
    let id = key.id.to_string();
    let few = json!({ "accessKeyId": id, "enable": true, "permissions": ["check"] });
    server.post("update-access-key", few).await.data();
    check_users(&server, &key)
        .await
        .assert_names(403, "users:read");
    // They stay where a change does not name them.
    server
        .post(
            "update-access-key",
            json!({ "accessKeyId": id, "enable": true }),
        )
        .await
        .data();
    check_users(&server, &key)
        .await
        .assert_names(403, "users:read");
    let more = json!({ "accessKeyId": id, "enable": true, "permissions": ["users:read"] });
    server.post("update-access-key", more).await.data();
    check_users(&server, &key).await.data();
    let wrong = json!({ "accessKeyId": id, "enable": true, "permissions": ["all"] });
    server
        .post("update-access-key", wrong)
        .await
        .assert_names(400, "permissions");
    let answer = server
        .post("update-access-key", json!({ "accessKeyId": id }))
        .await;
    answer.assert_names(400, "enable");
}

#[tokio::test]
async fn a_deleted_key_is_refused_at_once() {
    let server = TestServer::start().await;
    let told = create(&server, json!({ "type": "a" })).await;
    let key = holder(&server, &told).await;
    let body = json!({ "accessKeyId": key.id.to_string() });
    let answer = server.post("delete-access-key", body.clone()).await;
    assert_eq!((answer.code(), answer.body.get("data")), (200, None));
    check_users(&server, &key).await.assert_fails(401, None);
    let answer = token_of(&server, &key.id.to_string(), key.secret.reveal()).await;
    answer.assert_fails(401, None);
    server
        .post("delete-access-key", body)
        .await
        .assert_fails(404, None);
    assert_eq!(list(&server, &[]).await.len(), 1);
}

#[tokio::test]
async fn nobody_touches_what_may_do_more_than_themselves() {
    let server = TestServer::start().await;
    let keys = server.key_with(&[Permission::Keys]).await;
    let strong = server
        .key_with(&[Permission::Keys, Permission::Audit])
        .await;
    let weak = server.key_with(&[]).await;
    for verb in [
        "update-access-key",
        "delete-access-key",
        "rotate-access-key",
    ] {
        for enable in [true, false] {
            let body = json!({ "accessKeyId": strong.id.to_string(), "enable": enable });
            server
                .post_as(&keys, verb, body)
                .await
                .assert_names(403, "audit");
        }
    }
    let body = json!({
        "accessKeyId": weak.id.to_string(), "enable": true, "permissions": ["audit"],
    });
    server
        .post_as(&keys, "update-access-key", body)
        .await
        .assert_names(403, "audit");
    server.get_as(&strong, "list-access-key", &[]).await.data();
    let body = json!({ "accessKeyId": weak.id.to_string(), "enable": false });
    server
        .post_as(&keys, "update-access-key", body)
        .await
        .data();
    let own = json!({ "accessKeyId": keys.id.to_string() });
    assert_eq!(
        server.post_as(&keys, "delete-access-key", own).await.code(),
        200
    );
}

#[tokio::test]
async fn a_root_key_is_neither_switched_off_nor_limited_nor_deleted() {
    let server = TestServer::start().await;
    let id = server.root.id.to_string();
    let all = create(&server, json!({ "type": "a" })).await;
    let all = holder(&server, &all).await;
    for key in [&server.root, &all] {
        let off = json!({ "accessKeyId": id, "enable": false });
        server
            .post_as(key, "update-access-key", off)
            .await
            .assert_fails(422, None);
        let few = json!({ "accessKeyId": id, "enable": true, "permissions": ["keys"] });
        server
            .post_as(key, "update-access-key", few)
            .await
            .assert_fails(422, None);
        let body = json!({ "accessKeyId": id });
        server
            .post_as(key, "delete-access-key", body)
            .await
            .assert_fails(422, None);
        let on = json!({ "accessKeyId": id, "enable": true });
        server.post_as(key, "update-access-key", on).await.data();
    }
    check_users(&server, &server.root).await.data();
}

#[tokio::test]
async fn a_rotated_secret_replaces_the_former_one_and_its_tokens() {
    let server = TestServer::start().await;
    let told = create(&server, json!({ "type": "a", "userId": "alice" })).await;
    let key = holder(&server, &told).await;
    let root = server.root.clone();
    for (caller, former) in [(&server.root, &key), (&root, &root)] {
        let id = former.id.to_string();
        let body = json!({ "accessKeyId": id });
        let answer = server.post_as(caller, "rotate-access-key", body).await;
        Contract::management().assert_is("GetAccessKeyRespDto", answer.data());
        assert_eq!(answer.data()["accessKeyId"], id.as_str());
        check_users(&server, former).await.assert_fails(401, None);
        token_of(&server, &id, former.secret.reveal())
            .await
            .assert_fails(401, None);
        let new = holder(&server, answer.data()).await;
        check_users(&server, &new).await.data();
    }
}

#[tokio::test]
async fn a_root_key_is_rotated_by_itself_alone() {
    let server = TestServer::start().await;
    let all = server.key_with(Permission::ALL).await;
    let body = json!({ "accessKeyId": server.root.id.to_string() });
    let answer = server.post_as(&all, "rotate-access-key", body).await;
    answer.assert_fails(403, None);
    check_users(&server, &server.root).await.data();
}

/// The instant is one that a commit has reached: who asks between use and record
/// is told the former one.
#[tokio::test]
async fn the_last_use_is_told_within_a_minute() {
    let server = TestServer::start().await;
    let told = create(&server, json!({ "type": "a", "userId": "alice" })).await;
    let id = told["accessKeyId"].as_str().unwrap();
    let last_date = async || {
        let found = get(&server, "alice", id).await;
        one(&found)["lastDate"].as_str().unwrap().to_owned()
    };
    let record = async || {
        let store = &server.authority.store;
        store.record_key_uses(limits::KEY_USE_BATCH).await.unwrap();
    };
    record().await;
    let made = told["createdAt"].as_str().unwrap();
    assert_eq!(last_date().await, made);
    server.pass(5);
    let key = holder(&server, &told).await;
    assert_eq!(last_date().await, made);
    record().await;
    let first = last_date().await;
    assert!(first.as_str() > made);
    server.pass(59);
    check_users(&server, &key).await.data();
    record().await;
    assert_eq!(last_date().await, first);
    server.pass(1);
    check_users(&server, &key).await.data();
    record().await;
    assert!(last_date().await > first);
    // A refused proof is no use.
    server.pass(60);
    let before = last_date().await;
    token_of(&server, id, "wrong").await.assert_fails(401, None);
    record().await;
    assert_eq!(last_date().await, before);
}
