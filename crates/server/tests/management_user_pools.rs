//! User pools: made by the root key of the server's first pool, and apart from it.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use rollcall_core::model::access_key::Permission;
use rollcall_core::model::audit::{AuditAction, AuditResource};
use rollcall_core::page::PageRequest;
use rollcall_core::secret::Secret;
use serde_json::json;
use support::{Key, TestServer};

#[tokio::test]
async fn a_new_pool_is_reached_by_its_own_root_key_alone() {
    let server = TestServer::start().await;
    let answer = server
        .post("create-user-pool", json!({ "name": "Staff" }))
        .await;
    let data = answer.data();
    let pool = data["userPoolId"].as_str().unwrap();
    assert_eq!(data["name"], "Staff");
    assert_eq!(data["rootKey"]["accessKeyId"], pool);
    let root = Key {
        pool: pool.parse().unwrap(),
        id: pool.parse().unwrap(),
        secret: Secret::new(data["rootKey"]["accessKeySecret"].as_str().unwrap()),
        token: String::new(),
    };
    let root = server.with_token(root).await;
    let body = json!({ "username": "eve" });
    let made = server.post_as(&root, "create-user", body).await;
    let user = made.data()["userId"].as_str().unwrap();
    server
        .get_as(&root, "get-user", &[("userId", user)])
        .await
        .data();
    server
        .get("get-user", &[("userId", user)])
        .await
        .assert_fails(404, Some(2004));
    for key in [&root, &server.root] {
        let keys = server.get_as(key, "list-access-key", &[]).await;
        assert_eq!(keys.data().as_array().unwrap().len(), 1);
    }
    let store = &server.authority.store;
    for told in [server.root.pool, root.pool] {
        let page = PageRequest::new(None, None).unwrap();
        let rows = store.audit_rows(told, page).await.unwrap().list;
        let made = rows.iter().find(|row| row.resource_id == pool).unwrap();
        assert_eq!(
            (made.action, made.resource),
            (AuditAction::Create, AuditResource::Pool)
        );
    }
}

#[tokio::test]
async fn nobody_else_makes_a_pool() {
    let server = TestServer::start().await;
    let all = server.key_with(Permission::ALL).await;
    let other = server.add_pool().await;
    for key in [&all, &other] {
        let body = json!({ "name": "Mine" });
        server
            .post_as(key, "create-user-pool", body)
            .await
            .assert_fails(403, None);
    }
}

#[tokio::test]
async fn a_pool_has_a_name() {
    let server = TestServer::start().await;
    for body in [
        json!({}),
        json!({ "name": null }),
        json!({ "name": "" }),
        json!({ "name": 7 }),
        json!({ "name": "a".repeat(257) }),
        json!({ "name": "a\u{0}" }),
    ] {
        server
            .post("create-user-pool", body)
            .await
            .assert_names(400, "name");
    }
    let body = json!({ "name": "a".repeat(256) });
    server.post("create-user-pool", body).await.data();
}
