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

const CALLS: [(&str, fn(&str) -> Value); 4] = [
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
