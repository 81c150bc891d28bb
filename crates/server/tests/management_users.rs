//! Users: made, found, listed, changed and deleted.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use serde_json::{Value, json};
use support::{Contract, TestServer, get, post_json, with_header};

/// Every member of a user that a caller may set and is answered as it was given.
fn everything() -> Value {
    json!({
        "status": "Suspended", "email": "bob@example.com", "emailVerified": true,
        "phone": "188 1234 8888", "phoneCountryCode": "+86", "phoneVerified": true,
        "username": "Bob", "externalId": "10010", "name": "Bob B", "nickname": "bobby",
        "photo": "https://example.com/bob.png", "gender": "M", "birthdate": "1990-06-03",
        "country": "CN", "province": "BJ", "city": "Beijing", "address": "somewhere",
        "streetAddress": "1 Street", "postalCode": "438100", "company": "steamory",
        "browser": "Mozilla/5.0", "device": "iOS", "givenName": "Robert", "familyName": "B",
        "middleName": "James", "profile": "https://example.com/bob", "preferredUsername": "bob",
        "website": "https://bob.example", "zoneinfo": "GMT-08:00", "locale": "af",
        "formatted": "132, My Street", "region": "Xinjiang", "identityNumber": "420421",
    })
}

#[tokio::test]
async fn a_user_is_answered_as_it_was_made() {
    let server = TestServer::start().await;
    let mut body = everything();
    body["customData"] = json!({ "school": "X", "deep": [1, { "a": null }] });
    body["email"] = json!("Bob@Example.COM");
    let made = server.post("create-user", body.clone()).await;
    Contract::management().assert_fits("post", "create-user", &made);
    for (name, value) in everything().as_object().unwrap() {
        assert_eq!(&made.data()[name], value, "{name}");
    }
    let data = made.data();
    assert_eq!(data["createdAt"], "2026-01-01T00:00:00.000Z");
    assert_eq!(data["statusChangedAt"], data["createdAt"]);
    assert_eq!(data["workStatus"], "Active");
    assert_eq!(data["userSourceType"], "adminCreated");
    assert_eq!(
        (&data["loginsCount"], data.get("lastLogin")),
        (&json!(0), None)
    );
    assert_eq!(data["resetPasswordOnNextLogin"], false);
    assert_eq!(data.get("customData"), None);
    let id = data["userId"].as_str().unwrap();
    let query = [("userId", id), ("withCustomData", "true")];
    let found = server.get("get-user", &query).await;
    Contract::management().assert_fits("get", "get-user", &found);
    assert_eq!(found.data()["customData"], body["customData"]);
}

#[tokio::test]
async fn a_user_that_says_little_has_the_defaults() {
    let server = TestServer::start().await;
    let body = json!({ "phone": "18812348888", "password": "correct horse 1" });
    let made = server.post("create-user", body).await;
    let data = made.data();
    assert_eq!(data["status"], "Activated");
    assert_eq!(data["gender"], "U");
    assert_eq!(data["phone"], "18812348888");
    assert_eq!(data["phoneCountryCode"], "+86");
    assert_eq!(data["passwordLastSetAt"], "2026-01-01T00:00:00.000Z");
    assert_eq!(data["passwordSecurityLevel"], 3);
    assert!(
        data["photo"]
            .as_str()
            .unwrap()
            .starts_with("data:image/svg+xml,")
    );
    assert!(!made.text.contains("correct horse"));
    for absent in [
        "username",
        "email",
        "externalId",
        "name",
        "identities",
        "departmentIds",
    ] {
        assert_eq!(data.get(absent), None, "{absent}");
    }
}

#[tokio::test]
async fn a_user_needs_one_of_three_names() {
    let server = TestServer::start().await;
    for language in ["en-US", "zh-CN", "ja-JP"] {
        let request = post_json("/api/v3/create-user", &json!({ "externalId": "1" }));
        let request = with_header(request, "x-authing-lang", language);
        let request = support::bearer(request, &server.root.token);
        let answer = server.send(request).await;
        answer.assert_names(
            400,
            "Must contain one of the following fields: username, phone, email",
        );
    }
}

#[tokio::test]
async fn all_that_is_wrong_with_a_user_is_told_at_once() {
    let server = TestServer::start().await;
    let types = json!({ "username": 1, "email": [], "emailVerified": "yes", "gender": "X" });
    let answer = server.post("create-user", types).await;
    for name in ["username", "email", "emailVerified", "gender"] {
        answer.assert_names(400, name);
    }
    let long = "a".repeat(257);
    let forms = json!({
        "username": long, "email": "nobody", "phone": "call me", "externalId": long, "name": long,
    });
    let answer = server.post("create-user", forms).await;
    answer.assert_names(400, "email, phone, username, externalId, name");
    let bytes = "a".repeat(16 * 1024);
    let large = json!({ "username": "bob", "customData": { "a": bytes } });
    server
        .post("create-user", large)
        .await
        .assert_names(400, "customData");
    let code = json!({ "username": "bob", "phone": "18812348888", "phoneCountryCode": "86" });
    server
        .post("create-user", code)
        .await
        .assert_names(400, "phoneCountryCode");
    let weak = json!({ "username": "bob", "password": "abcde" });
    server
        .post("create-user", weak)
        .await
        .assert_fails(422, None);
    let answer = server.get("list-users", &[]).await;
    assert_eq!(answer.data()["totalCount"], 0);
}

#[tokio::test]
async fn two_users_do_not_share_a_name() {
    let server = TestServer::start().await;
    let first = json!({
        "username": "bob", "email": "bob@example.com", "phone": "18812348888", "externalId": "1",
    });
    assert_eq!(server.post("create-user", first).await.code(), 200);
    for (name, value) in [
        ("username", "BOB"),
        ("email", "Bob@example.com"),
        ("phone", "+86 188-1234-8888"),
        ("externalId", "1"),
    ] {
        let mut body = json!({ "username": "ann" });
        body[name] = json!(value);
        server
            .post("create-user", body)
            .await
            .assert_names(409, name);
    }
    let other = server.add_pool().await;
    let body = json!({ "username": "bob", "externalId": "1" });
    assert_eq!(
        server.post_as(&other, "create-user", body).await.code(),
        200
    );
}

#[tokio::test]
async fn a_user_is_found_by_each_kind_of_identifier() {
    let server = TestServer::start().await;
    let made = server.post("create-user", everything()).await;
    let id = made.data()["userId"].as_str().unwrap();
    for (kind, text) in [
        ("user_id", id),
        ("external_id", "10010"),
        ("phone", "18812348888"),
        ("email", "BOB@example.com"),
        ("username", "bOB"),
    ] {
        let answer = server
            .get("get-user", &[("userId", text), ("userIdType", kind)])
            .await;
        assert_eq!(answer.data()["userId"], made.data()["userId"], "{kind}");
    }
    let by_default = server.get("get-user", &[("userId", "Bob")]).await;
    by_default.assert_fails(404, Some(2004));
    for kind in ["sync_relation", "custom_field"] {
        let answer = server
            .get("get-user", &[("userId", "x"), ("userIdType", kind)])
            .await;
        answer.assert_names(501, kind);
    }
    let other = server.add_pool().await;
    let answer = server.get_as(&other, "get-user", &[("userId", id)]).await;
    answer.assert_fails(404, Some(2004));
}

#[tokio::test]
async fn a_user_is_refused_in_the_callers_language() {
    let server = TestServer::start().await;
    let ask = |query: &[(&str, &str)]| {
        let request = with_header(get("/api/v3/get-user", query), "x-genauth-lang", "zh-CN");
        server.send(support::bearer(request, &server.root.token))
    };
    let answer = ask(&[("userId", "nobody")]).await;
    answer.assert_fails(404, Some(2004));
    assert_eq!(answer.message(), "用户不存在");
    let answer = ask(&[("userId", "nobody"), ("userIdType", "email")]).await;
    assert_eq!(
        (answer.code(), answer.message()),
        (400, "参数 userId 格式错误")
    );
    let answer = ask(&[]).await;
    assert_eq!(
        (answer.code(), answer.message()),
        (400, "参数 userId 格式错误")
    );
}

#[tokio::test]
async fn what_is_asked_for_is_answered_and_nothing_else() {
    let server = TestServer::start().await;
    let bob = server.add_user("bob").await;
    let found = server.get("get-user", &[("userId", &bob.id)]).await;
    for member in ["customData", "identities", "departmentIds", "postIdList"] {
        assert_eq!(found.data().get(member), None, "{member}");
    }
    for (option, member, empty) in [
        ("withCustomData", "customData", json!({})),
        ("withIdentities", "identities", json!([])),
        ("withDepartmentIds", "departmentIds", json!([])),
        ("withPost", "postIdList", json!([])),
    ] {
        let query = [("userId", bob.id.as_str()), (option, "true")];
        assert_eq!(
            server.get("get-user", &query).await.data()[member],
            empty,
            "{option}"
        );
    }
    let query = [("userId", bob.id.as_str()), ("flatCustomData", "true")];
    server
        .get("get-user", &query)
        .await
        .assert_names(501, "flatCustomData");
    let query = [("userId", bob.id.as_str()), ("flatCustomData", "false")];
    assert_eq!(server.get("get-user", &query).await.code(), 200);
    let query = [("userId", bob.id.as_str()), ("withPost", "maybe")];
    server
        .get("get-user", &query)
        .await
        .assert_names(400, "withPost");
}

#[tokio::test]
async fn a_change_changes_what_it_says_and_nothing_else() {
    let server = TestServer::start().await;
    let made = server.post("create-user", everything()).await;
    let id = made.data()["userId"].as_str().unwrap().to_owned();
    server.pass(60);
    let change = json!({ "userId": id, "nickname": "rob", "customData": { "a": 1 } });
    let changed = server.post("update-user", change).await;
    Contract::management().assert_fits("post", "update-user", &changed);
    let mut expected = made.data().clone();
    expected["nickname"] = json!("rob");
    expected["updatedAt"] = json!("2026-01-01T00:01:00.000Z");
    assert_eq!(changed.data(), &expected);
    let query = [("userId", id.as_str()), ("withCustomData", "true")];
    let found = server.get("get-user", &query).await;
    assert_eq!(found.data()["customData"], json!({ "a": 1 }));
    let moved = json!({ "userId": id, "email": "New@Example.com" });
    let changed = server.post("update-user", moved).await;
    assert_eq!(changed.data()["email"], "new@example.com");
    assert_eq!(changed.data()["emailVerified"], false);
}

#[tokio::test]
async fn a_status_that_is_not_activated_signs_out() {
    let server = TestServer::start().await;
    let bob = server.add_user("bob").await;
    let app_id = server.add_application("mail").await;
    server.sign_in(&bob, &app_id).await;
    let change = |status| json!({ "userId": "bob", "userIdType": "username", "status": status });
    let changed = server.post("update-user", change("Resigned")).await;
    assert_eq!(changed.data()["workStatus"], "Closed");
    assert!(!server.is_active(&bob, &app_id).await);
    server.post("update-user", change("Activated")).await;
    assert!(!server.is_active(&bob, &app_id).await);
}

#[tokio::test]
async fn a_new_password_signs_out_and_may_have_to_be_reset() {
    let server = TestServer::start().await;
    let bob = server.add_user("bob").await;
    let app_id = server.add_application("mail").await;
    server.sign_in(&bob, &app_id).await;
    let body = json!({
        "userId": bob.id, "password": "another horse",
        "options": { "resetPasswordOnNextLogin": true },
    });
    let changed = server.post("update-user", body).await;
    assert_eq!(changed.data()["resetPasswordOnNextLogin"], true);
    assert!(!server.is_active(&bob, &app_id).await);
    let body = json!({
        "userId": bob.id,
        "options": { "resetPasswordOnFirstLogin": false, "resetPasswordOnNextLogin": false },
    });
    let changed = server.post("update-user", body).await;
    assert_eq!(changed.data()["resetPasswordOnNextLogin"], false);
}

#[tokio::test]
async fn a_change_that_cannot_be_made_is_refused() {
    let server = TestServer::start().await;
    let (ann, bob) = (server.add_user("ann").await, server.add_user("bob").await);
    server
        .post("update-user", json!({}))
        .await
        .assert_names(400, "userId");
    let taken = json!({ "userId": ann.id, "username": "BOB" });
    server
        .post("update-user", taken)
        .await
        .assert_names(409, "username");
    let wrong = json!({ "userId": ann.id, "email": "nobody", "phone": "x" });
    server
        .post("update-user", wrong)
        .await
        .assert_names(400, "email, phone");
    let weak = json!({ "userId": ann.id, "password": "abcde" });
    server
        .post("update-user", weak)
        .await
        .assert_fails(422, None);
    let nobody = json!({ "userId": "0".repeat(24), "name": "x" });
    server
        .post("update-user", nobody)
        .await
        .assert_fails(404, Some(2004));
    let differing = json!({
        "userId": ann.id, "userIdType": "user_id", "options": { "userIdType": "email" },
    });
    server
        .post("update-user", differing)
        .await
        .assert_names(400, "userIdType");
    let other = server.add_pool().await;
    let body = json!({ "userId": bob.id, "name": "x" });
    let answer = server.post_as(&other, "update-user", body).await;
    answer.assert_fails(404, Some(2004));
}

#[tokio::test]
async fn deleted_users_are_gone_all_or_none() {
    let server = TestServer::start().await;
    let (ann, bob) = (server.add_user("ann").await, server.add_user("bob").await);
    let app_id = server.add_application("mail").await;
    server.sign_in(&bob, &app_id).await;
    let one_unknown = json!({ "userIds": [bob.id, "0".repeat(24)] });
    let answer = server.post("delete-users-batch", one_unknown).await;
    answer.assert_fails(404, Some(2004));
    assert!(server.is_active(&bob, &app_id).await);
    let other = server.add_pool().await;
    let body = json!({ "userIds": [bob.id] });
    let answer = server.post_as(&other, "delete-users-batch", body).await;
    answer.assert_fails(404, Some(2004));
    let body = json!({ "userIds": ["ann", "BOB"], "options": { "userIdType": "username" } });
    let answer = server.post("delete-users-batch", body).await;
    Contract::management().assert_fits("post", "delete-users-batch", &answer);
    for id in [&ann.id, &bob.id] {
        let answer = server.get("get-user", &[("userId", id)]).await;
        answer.assert_fails(404, Some(2004));
    }
    let body = json!({ "appId": app_id });
    let active = server.post("list-application-active-users", body).await;
    assert_eq!(active.data()["totalCount"], 0);
}

#[tokio::test]
async fn a_batch_of_deletions_has_one_to_a_thousand_users() {
    let server = TestServer::start().await;
    let bob = server.add_user("bob").await;
    server
        .post("delete-users-batch", json!({}))
        .await
        .assert_names(400, "userIds");
    for ids in [
        json!([]),
        json!(vec![&bob.id; 1_001]),
        json!([1]),
        json!([null]),
    ] {
        let answer = server
            .post("delete-users-batch", json!({ "userIds": ids }))
            .await;
        answer.assert_names(400, "userIds");
    }
    let body = json!({ "userIds": ["bob"], "userIdType": "sync_relation" });
    server
        .post("delete-users-batch", body)
        .await
        .assert_names(501, "sync_relation");
    let thousand = json!({ "userIds": vec![&bob.id; 1_000] });
    assert_eq!(
        server.post("delete-users-batch", thousand).await.code(),
        200
    );
}

#[tokio::test]
async fn whether_a_user_exists_is_answered_for_each_name() {
    let server = TestServer::start().await;
    server.post("create-user", everything()).await;
    let other = server.add_pool().await;
    for (name, value) in [
        ("username", "BOB"),
        ("email", "bob@EXAMPLE.com"),
        ("phone", "+8618812348888"),
        ("externalId", "10010"),
    ] {
        let body = json!({ name: value });
        let answer = server.post("is-user-exists", body.clone()).await;
        Contract::management().assert_fits("post", "is-user-exists", &answer);
        assert_eq!(answer.data(), &json!({ "exists": true }), "{name}");
        let answer = server.post_as(&other, "is-user-exists", body).await;
        assert_eq!(answer.data(), &json!({ "exists": false }), "{name}");
    }
    let either = json!({ "username": "nobody", "externalId": "10010" });
    assert_eq!(
        server.post("is-user-exists", either).await.data()["exists"],
        true
    );
    let request = post_json("/api/v3/is-user-exists", &json!({}));
    let request = with_header(request, "x-genauth-lang", "zh-CN");
    let answer = server
        .send(support::bearer(request, &server.root.token))
        .await;
    answer.assert_names(400, "参数 username, email, phone, externalId 格式错误");
    let wrong = json!({ "email": "nobody" });
    server
        .post("is-user-exists", wrong)
        .await
        .assert_names(400, "email");
}
