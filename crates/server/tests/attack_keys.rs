//! Keys that are taken away, or that reach for more than they were given.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use rollcall_core::model::access_key::Permission;
use serde_json::{Value, json};
use support::{Key, PASSWORD, TestServer};
use tokio::join;

/// The users that have one of these names.
async fn known(server: &TestServer, names: &[&str]) -> u64 {
    let mut known = 0;
    for name in names {
        let body = json!({ "username": name });
        let answer = server.post("is-user-exists", body).await;
        known += u64::from(answer.data()["exists"].as_bool().unwrap());
    }
    known
}

/// A call waits for the hasher while its key is taken away: it has changed nothing
/// when it is answered, which it is as if it came now.
async fn waits_while(path: &str, body: fn(&str) -> Value, taken: fn(&Key) -> (&str, Value)) {
    let server = TestServer::start().await;
    let person = server.add_user("carol").await;
    let key = server.key_with(&[Permission::UsersWrite]).await;
    let places = server.hold_hasher().await;
    let waiting = server.post_as(&key, path, body(&person.id));
    let taking = async {
        tokio::task::yield_now().await;
        let (path, body) = taken(&key);
        server.post(path, body).await.data();
        drop(places);
    };
    let (answer, ()) = join!(waiting, taking);
    let code = answer.body["statusCode"].as_u64().unwrap();
    assert!(matches!(code, 401 | 403), "{path}: {}", answer.text);
    assert_eq!(known(&server, &["mallory", "carol"]).await, 1, "{path}");
}

/// A call that hashes: its path, and its body for a user.
type Hashing = (&'static str, fn(&str) -> Value);

const CALLS: [Hashing; 4] = [
    (
        "create-user",
        |_| json!({ "username": "mallory", "password": PASSWORD }),
    ),
    (
        "create-users-batch",
        |_| json!({ "list": [{ "username": "mallory", "password": PASSWORD }] }),
    ),
    (
        "update-user",
        |id| json!({ "userId": id, "username": "mallory", "password": PASSWORD }),
    ),
    (
        "update-user-batch",
        |id| json!({ "list": [{ "userId": id, "username": "mallory", "password": PASSWORD }] }),
    ),
];

#[tokio::test]
async fn a_key_that_is_taken_away_changes_nothing_more() {
    for (path, body) in CALLS {
        waits_while(path, body, |key| {
            let body = json!({ "accessKeyId": key.id.to_string(), "enable": false });
            ("update-access-key", body)
        })
        .await;
    }
}

#[tokio::test]
async fn nor_does_one_that_is_deleted_or_rotated_or_may_less() {
    let (path, body) = CALLS[1];
    waits_while(path, body, |key| {
        let body = json!({ "accessKeyId": key.id.to_string() });
        ("delete-access-key", body)
    })
    .await;
    waits_while(path, body, |key| {
        let body = json!({ "accessKeyId": key.id.to_string() });
        ("rotate-access-key", body)
    })
    .await;
    waits_while(path, body, |key| {
        let id = key.id.to_string();
        let body = json!({ "accessKeyId": id, "enable": true, "permissions": ["users:read"] });
        ("update-access-key", body)
    })
    .await;
}

/// Whoever may only look after keys comes by nothing that they were not given.
#[tokio::test]
async fn a_key_that_looks_after_keys_grows_in_no_way() {
    let server = TestServer::start().await;
    let small = server.key_with(&[Permission::Keys]).await;
    let large = server.key_without(Permission::Audit).await;
    let all = server.key_with(Permission::ALL).await;
    let stranger = server.add_pool().await;
    let id = |key: &Key| key.id.to_string();
    let own =
        json!({ "accessKeyId": id(&small), "enable": true, "permissions": ["keys", "check"] });
    let theirs = json!({ "accessKeyId": id(&large), "enable": true, "permissions": ["keys"] });
    let root = json!({ "accessKeyId": id(&server.root) });
    let gone = json!({ "accessKeyId": id(&stranger) });
    for (by, path, body, code) in [
        (&small, "update-access-key", own, 403),
        (&small, "update-access-key", theirs.clone(), 403),
        (
            &small,
            "rotate-access-key",
            json!({ "accessKeyId": id(&large) }),
            403,
        ),
        (
            &small,
            "delete-access-key",
            json!({ "accessKeyId": id(&large) }),
            403,
        ),
        (
            &small,
            "create-access-key",
            json!({ "type": "t", "permissions": ["keys", "audit"] }),
            403,
        ),
        (
            &small,
            "create-access-key",
            json!({ "type": "t", "permissions": ["*"] }),
            400,
        ),
        (
            &small,
            "create-access-key",
            json!({ "type": "t", "permissions": [] }),
            400,
        ),
        (&all, "rotate-access-key", root, 403),
        (&all, "create-user-pool", json!({ "name": "mine" }), 403),
        (
            &stranger,
            "create-user-pool",
            json!({ "name": "mine" }),
            403,
        ),
        (&stranger, "rotate-signing-keys", json!({}), 403),
        (&stranger, "update-access-key", theirs, 404),
        (&server.root, "rotate-access-key", gone, 404),
    ] {
        let answer = server.post_as(by, path, body.clone()).await;
        assert_eq!(
            answer.body["statusCode"], code,
            "{path} {body}: {}",
            answer.text
        );
    }
}

#[tokio::test]
async fn without_a_word_on_permissions_a_key_gives_no_more_than_it_has() {
    let server = TestServer::start().await;
    let small = server.key_with(&[Permission::Keys]).await;
    let made = server
        .post_as(&small, "create-access-key", json!({ "type": "mine" }))
        .await;
    let made = &made.data()[0]["accessKeyId"];
    let keys = server.get("list-access-key", &[]).await;
    let mut keys = keys.data().as_array().unwrap().iter();
    let made = keys.find(|key| key["accessKeyId"] == *made).unwrap();
    assert_eq!(made["permissions"], json!(["keys"]));
}
