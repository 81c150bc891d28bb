//! External identity sources, and people's identities there.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use serde_json::{Value, json};
use support::{Contract, TestServer};

#[tokio::test]
async fn a_source_is_found_by_its_id_and_only_as_it_is() {
    let server = TestServer::start().await;
    let body = json!({ "name": "Acme", "type": "oidc", "tenantId": "t1" });
    let made = server.post("create-ext-idp", body).await;
    Contract::management().assert_fits("post", "create-ext-idp", &made);
    let id = made.data()["id"].as_str().unwrap().to_owned();
    let expected =
        json!({ "id": id, "name": "Acme", "logo": "", "tenantId": "t1", "type": "oidc" });
    assert_eq!(made.data(), &expected);
    let found = server.get("get-ext-idp", &[("id", &id)]).await;
    Contract::management().assert_fits("get", "get-ext-idp", &found);
    assert_eq!(found.data()["name"], "Acme");
    assert_eq!(found.data()["connections"], json!({}));
    assert_eq!(found.data()["autoJoin"], false);
    for (name, value, code) in [
        ("type", "enterprise", 200),
        ("type", "social", 404),
        ("tenantId", "t1", 200),
        ("tenantId", "t2", 404),
    ] {
        let answer = server
            .get("get-ext-idp", &[("id", &id), (name, value)])
            .await;
        assert_eq!(answer.code(), code, "{name}={value}");
    }
    let other = server.add_pool().await;
    let answer = server.get_as(&other, "get-ext-idp", &[("id", &id)]).await;
    answer.assert_fails(404, None);
}

#[tokio::test]
async fn a_source_that_cannot_be_is_refused() {
    let server = TestServer::start().await;
    let answer = server.post("create-ext-idp", json!({})).await;
    answer.assert_names(400, "name, type");
    let answer = server
        .post(
            "create-ext-idp",
            json!({ "name": "a", "type": "carrier-pigeon" }),
        )
        .await;
    answer.assert_names(400, "type");
    let long = "a".repeat(257);
    let answer = server
        .post("create-ext-idp", json!({ "name": long, "type": "oidc" }))
        .await;
    answer.assert_names(400, "name");
    let name = "a".repeat(256);
    let answer = server
        .post("create-ext-idp", json!({ "name": name, "type": "oidc" }))
        .await;
    assert_eq!(answer.code(), 200);
    server.get("get-ext-idp", &[]).await.assert_names(400, "id");
    server
        .get("get-ext-idp", &[("id", "nowhere")])
        .await
        .assert_fails(404, None);
    let answer = server
        .get("get-ext-idp", &[("id", "a"), ("type", "x")])
        .await;
    answer.assert_names(400, "type");
}

#[tokio::test]
async fn a_linked_identity_is_answered_and_finds_its_user() {
    let server = TestServer::start().await;
    let bob = server.add_user("bob").await;
    let source = server.add_ext_idp("wechat").await;
    let link = json!({
        "extIdpId": source, "userId": bob.id, "userIdInIdp": "subject-1", "type": "openid",
        "isSocial": true,
    });
    for _ in 0..2 {
        let answer = server.post("link-identity", link.clone()).await;
        Contract::management().assert_fits("post", "link-identity", &answer);
    }
    let answer = server
        .get("get-user-identities", &[("userId", &bob.id)])
        .await;
    Contract::management().assert_fits("get", "get-user-identities", &answer);
    let identities = answer.data().as_array().unwrap();
    assert_eq!(identities.len(), 1);
    let identity = &identities[0];
    assert_eq!(identity["extIdpId"], json!(source));
    assert_eq!(identity["provider"], "wechat");
    assert_eq!(identity["type"], "openid");
    assert_eq!(identity["userIdInIdp"], "subject-1");
    assert_eq!(identity["userInfoInIdp"], json!({}));
    assert_eq!(identity["originConnIds"], json!([]));
    assert_eq!(identity.get("accessToken"), None);
    let by_identity = format!("{source}:subject-1");
    let query = [("userId", by_identity.as_str()), ("userIdType", "identity")];
    assert_eq!(
        server.get("get-user", &query).await.data()["userId"],
        json!(bob.id)
    );
}

#[tokio::test]
async fn one_identity_belongs_to_one_user() {
    let server = TestServer::start().await;
    let (ann, bob) = (server.add_user("ann").await, server.add_user("bob").await);
    let source = server.add_ext_idp("github").await;
    let link = |user: &str, subject: &str| json!({ "extIdpId": source, "userId": user, "userIdInIdp": subject });
    assert_eq!(
        server
            .post("link-identity", link(&ann.id, "s"))
            .await
            .code(),
        200
    );
    let answer = server.post("link-identity", link(&bob.id, "s")).await;
    answer.assert_names(409, "userIdInIdp");
    assert_eq!(identities(&server, &bob.id).await, json!([]));
}

#[tokio::test]
async fn an_unlinked_identity_is_gone_and_a_second_time_unknown() {
    let server = TestServer::start().await;
    let bob = server.add_user("bob").await;
    let source = server.add_ext_idp("github").await;
    let link = json!({ "extIdpId": source, "userId": bob.id, "userIdInIdp": "s", "type": "login" });
    assert_eq!(server.post("link-identity", link).await.code(), 200);
    let other_kind = json!({ "extIdpId": source, "userId": bob.id, "type": "openid" });
    server
        .post("unlink-identity", other_kind)
        .await
        .assert_fails(404, None);
    let unlink = json!({ "extIdpId": source, "userId": bob.id, "type": "login" });
    let answer = server.post("unlink-identity", unlink.clone()).await;
    Contract::management().assert_fits("post", "unlink-identity", &answer);
    assert_eq!(identities(&server, &bob.id).await, json!([]));
    server
        .post("unlink-identity", unlink)
        .await
        .assert_fails(404, None);
}

#[tokio::test]
async fn a_link_that_cannot_be_is_refused() {
    let server = TestServer::start().await;
    let bob = server.add_user("bob").await;
    let source = server.add_ext_idp("github").await;
    let answer = server.post("link-identity", json!({})).await;
    answer.assert_names(400, "extIdpId, userId, userIdInIdp");
    let answer = server.post("unlink-identity", json!({})).await;
    answer.assert_names(400, "extIdpId, userId");
    let link = |source: &str, user: &str, subject: &str, is_social: bool| json!({ "extIdpId": source, "userId": user, "userIdInIdp": subject, "isSocial": is_social });
    let nobody = "0".repeat(24);
    let answer = server
        .post("link-identity", link(&nobody, &bob.id, "s", true))
        .await;
    answer.assert_fails(404, None);
    let answer = server
        .post("link-identity", link(&source, &nobody, "s", true))
        .await;
    answer.assert_fails(404, Some(2004));
    let answer = server
        .post("link-identity", link(&source, &bob.id, "s", false))
        .await;
    answer.assert_names(400, "isSocial");
    let answer = server
        .post("link-identity", link(&source, &bob.id, "", true))
        .await;
    answer.assert_names(400, "userIdInIdp");
    assert_eq!(identities(&server, &bob.id).await, json!([]));
}

#[tokio::test]
async fn a_new_user_may_bring_identities_and_the_sources_tokens() {
    let server = TestServer::start().await;
    let source = server.add_ext_idp("wechat").await;
    let identity = json!({
        "extIdpId": source, "provider": "wechat", "type": "openid", "userIdInIdp": "s",
        "userInfoInIdp": { "city": "Oslo" }, "accessToken": "at", "refreshToken": "rt",
        "originConnIds": ["c1"],
    });
    let body = json!({ "username": "bob", "identities": [identity] });
    let made = server.post("create-user", body).await;
    let user = made.data()["userId"].as_str().unwrap().to_owned();
    assert_eq!(made.data().get("identities"), None);
    let query = [("userId", user.as_str()), ("withIdentities", "True")];
    let found = server.get("get-user", &query).await;
    let mut kept = found.data()["identities"][0].clone();
    assert_eq!(kept["identityId"].as_str().unwrap().len(), 24);
    kept.as_object_mut().unwrap().remove("identityId");
    assert_eq!(kept, identity);
    let unknown = json!({ "username": "ann", "identities": [
        { "extIdpId": "0".repeat(24), "provider": "wechat", "type": "openid",
          "userIdInIdp": "t", "userInfoInIdp": {}, "originConnIds": [] }
    ] });
    server
        .post("create-user", unknown)
        .await
        .assert_fails(404, None);
    let incomplete = json!({ "username": "ann", "identities": [{ "extIdpId": source }] });
    server
        .post("create-user", incomplete)
        .await
        .assert_names(400, "provider");
    let answer = server
        .post("is-user-exists", json!({ "username": "ann" }))
        .await;
    assert_eq!(answer.data()["exists"], false);
}

#[tokio::test]
async fn another_pools_identities_and_sources_are_not_there() {
    let server = TestServer::start().await;
    let other = server.add_pool().await;
    let bob = server.add_user("bob").await;
    let source = server.add_ext_idp("github").await;
    let query = [("userId", bob.id.as_str())];
    let answer = server.get_as(&other, "get-user-identities", &query).await;
    answer.assert_fails(404, Some(2004));
    let link = json!({ "extIdpId": source, "userId": bob.id, "userIdInIdp": "s" });
    let answer = server.post_as(&other, "link-identity", link.clone()).await;
    answer.assert_fails(404, None);
    assert_eq!(server.post("link-identity", link).await.code(), 200);
    let unlink = json!({ "extIdpId": source, "userId": bob.id });
    let answer = server.post_as(&other, "unlink-identity", unlink).await;
    answer.assert_fails(404, None);
    assert_eq!(
        identities(&server, &bob.id).await.as_array().unwrap().len(),
        1
    );
}

async fn identities(server: &TestServer, user: &str) -> Value {
    let answer = server.get("get-user-identities", &[("userId", user)]).await;
    answer.data().clone()
}

#[tokio::test]
async fn sources_are_listed_by_their_tenant() {
    let server = TestServer::start().await;
    let other = server.add_pool().await;
    let mut made = Vec::new();
    for tenant in [None, Some("t1"), Some("t2")] {
        let body = json!({ "name": "Acme", "type": "oidc", "tenantId": tenant });
        let answer = server.post("create-ext-idp", body).await;
        made.push(answer.data().clone());
        server.pass(1);
    }
    for (query, expected) in [
        (vec![], &made[..]),
        (vec![("tenantId", ""), ("appId", "")], &made[..]),
        (vec![("tenantId", "t1")], &made[1..2]),
        (vec![("tenantId", "t3")], &[]),
    ] {
        let answer = server.get("list-ext-idp", &query).await;
        Contract::management().assert_fits("get", "list-ext-idp", &answer);
        let total = expected.len();
        assert_eq!(
            answer.data(),
            &json!({ "totalCount": total, "list": expected })
        );
    }
    let theirs = server.get_as(&other, "list-ext-idp", &[]).await;
    assert_eq!(theirs.data(), &json!({ "totalCount": 0, "list": [] }));
    let answer = server.get("list-ext-idp", &[("appId", "a")]).await;
    answer.assert_names(501, "appId");
    let long = "a".repeat(257);
    let answer = server.get("list-ext-idp", &[("tenantId", &long)]).await;
    answer.assert_names(400, "tenantId");
}

#[tokio::test]
async fn a_source_is_renamed() {
    let server = TestServer::start().await;
    let body = json!({ "name": "Acme", "type": "oidc", "tenantId": "t1" });
    let made = server.post("create-ext-idp", body).await.data().clone();
    let id = &made["id"];
    let body = json!({ "id": id, "name": "Ajax", "tenantId": "t1" });
    let answer = server.post("update-ext-idp", body).await;
    Contract::management().assert_fits("post", "update-ext-idp", &answer);
    let mut expected = made.clone();
    expected["name"] = json!("Ajax");
    assert_eq!(answer.data(), &expected);
    for (body, code, name) in [
        (json!({ "id": id }), 400, "name"),
        (json!({ "name": "a" }), 400, "id"),
        (json!({ "id": id, "name": "" }), 400, "name"),
        (json!({ "id": id, "name": "a".repeat(257) }), 400, "name"),
        (json!({ "id": "nowhere", "name": "a" }), 404, ""),
        (json!({ "id": "0".repeat(24), "name": "a" }), 404, ""),
        (json!({ "id": id, "name": "a", "tenantId": "t2" }), 404, ""),
    ] {
        server
            .post("update-ext-idp", body)
            .await
            .assert_names(code, name);
    }
    let other = server.add_pool().await;
    let body = json!({ "id": id, "name": "theirs" });
    server
        .post_as(&other, "update-ext-idp", body)
        .await
        .assert_fails(404, None);
    let found = server
        .get("get-ext-idp", &[("id", id.as_str().unwrap())])
        .await;
    assert_eq!(found.data()["name"], "Ajax");
}

/// People stay signed in: they signed in here, and not there.
#[tokio::test]
async fn a_deleted_source_takes_its_identities_along_and_nobodys_session() {
    let server = TestServer::start().await;
    let bob = server.add_user("bob").await;
    let app = server.add_application("mail").await;
    let source = server.add_ext_idp("github").await;
    let link = json!({ "extIdpId": source, "userId": bob.id, "userIdInIdp": "s" });
    server.post("link-identity", link.clone()).await.data();
    server.sign_in(&bob, &app).await;
    let by_identity = json!({ "appId": app, "userId": format!("{source}:s") });
    let answer = server
        .post("check-session-status", by_identity.clone())
        .await;
    assert_eq!(answer.data()["active"], true);
    let other = server.add_pool().await;
    let body = json!({ "id": source });
    server
        .post_as(&other, "delete-ext-idp", body.clone())
        .await
        .assert_fails(404, None);
    let of_tenant = json!({ "id": source, "tenantId": "t1" });
    server
        .post("delete-ext-idp", of_tenant)
        .await
        .assert_fails(404, None);
    let answer = server.post("delete-ext-idp", body.clone()).await;
    Contract::management().assert_fits("post", "delete-ext-idp", &answer);
    assert_eq!(answer.data(), &json!({ "success": true }));
    let answer = server.post("check-session-status", by_identity).await;
    answer.assert_fails(404, Some(2004));
    assert!(server.is_active(&bob, &app).await);
    let theirs = server
        .get("get-user-identities", &[("userId", &bob.id)])
        .await;
    assert_eq!(theirs.data(), &json!([]));
    server
        .post("link-identity", link)
        .await
        .assert_fails(404, None);
    server
        .get("get-ext-idp", &[("id", &source)])
        .await
        .assert_fails(404, None);
    server
        .post("delete-ext-idp", body)
        .await
        .assert_fails(404, None);
    server
        .post("delete-ext-idp", json!({}))
        .await
        .assert_names(400, "id");
}
