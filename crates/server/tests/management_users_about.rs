//! What else there is to know of users: who is archived, which factors and
//! identities they have, which applications they may use.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use serde_json::{Value, json};
use support::{Answer, Contract, TestServer};

async fn set_status(server: &TestServer, user: &str, status: &str) {
    let body = json!({ "userId": user, "status": status });
    assert_eq!(server.post("update-user", body).await.code(), 200);
}

fn ids(answer: &Answer) -> Vec<&str> {
    let list = answer.data()["list"].as_array().unwrap();
    list.iter()
        .map(|row| row["userId"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn archived_users_are_listed_from_an_instant_on() {
    let server = TestServer::start().await;
    let mut people = Vec::new();
    for name in ["alice", "bob", "carol", "dave"] {
        people.push(server.add_user(name).await.id);
    }
    // 2026-01-01T00:00:00Z is the clock's beginning: 1767225600.
    for id in &people[..3] {
        set_status(&server, id, "Archived").await;
        server.pass(60);
    }
    let all = server.get("list-archived-users", &[]).await;
    Contract::management().assert_fits("get", "list-archived-users", &all);
    let newest_first = [&*people[2], &people[1], &people[0]];
    assert_eq!(ids(&all), newest_first);
    assert_eq!(all.data()["totalCount"], 3);
    let archived_at = &all.data()["list"][2]["archivedAt"];
    assert_eq!(archived_at, "2026-01-01T00:00:00.000Z");
    let second = [("page", "2"), ("limit", "2")];
    let second = server.get("list-archived-users", &second).await;
    assert_eq!(ids(&second), newest_first[2..]);
    assert_eq!(second.data()["totalCount"], 3);
    for (start, found) in [
        ("1767225660", 2),
        ("1767225661", 1),
        ("9007199254740992", 0),
    ] {
        let cut = server
            .get("list-archived-users", &[("startAt", start)])
            .await;
        assert_eq!(ids(&cut), newest_first[..found], "{start}");
        assert_eq!(cut.data()["totalCount"], found);
    }
    set_status(&server, &people[1], "Activated").await;
    let body = json!({ "userIds": [people[2]] });
    server.post("delete-users-batch", body).await;
    let left = server.get("list-archived-users", &[]).await;
    assert_eq!(ids(&left), newest_first[2..]);
    let stranger = server.add_pool().await;
    let foreign = server.get_as(&stranger, "list-archived-users", &[]).await;
    assert_eq!(foreign.data(), &json!({ "totalCount": 0, "list": [] }));
    for name in ["startAt", "page", "limit"] {
        let wrong = server.get("list-archived-users", &[(name, "x")]).await;
        wrong.assert_names(400, name);
    }
}

const ABOUT_ONE: [&str; 3] = [
    "get-user-mfa-info",
    "get-user-logged-in-identities",
    "get-user-accessible-apps",
];

#[tokio::test]
async fn questions_about_one_user_find_the_user_like_others() {
    let server = TestServer::start().await;
    let bob = server.add_user("bob").await;
    let stranger = server.add_pool().await;
    for verb in ABOUT_ONE {
        for query in [
            vec![("userId", bob.id.as_str())],
            vec![("userId", "bob"), ("userIdType", "username")],
        ] {
            let found = server.get(verb, &query).await;
            Contract::management().assert_fits("get", verb, &found);
        }
        let nobody = server.get(verb, &[("userId", "bob")]).await;
        nobody.assert_fails(404, Some(2004));
        let foreign = server.get_as(&stranger, verb, &[("userId", &bob.id)]).await;
        foreign.assert_fails(404, Some(2004));
        server.get(verb, &[]).await.assert_names(400, "userId");
        let kind = [("userId", "x"), ("userIdType", "sync_relation")];
        server
            .get(verb, &kind)
            .await
            .assert_names(501, "sync_relation");
    }
}

#[tokio::test]
async fn a_user_with_an_address_has_no_further_factor() {
    let server = TestServer::start().await;
    let body = json!({ "email": "bob@example.com", "emailVerified": true,
        "phone": "13800138000", "phoneVerified": true });
    let bob = server.post("create-user", body).await;
    let id = bob.data()["userId"].as_str().unwrap();
    let info = server.get("get-user-mfa-info", &[("userId", id)]).await;
    let none = json!({ "totpStatus": "disabled", "faceMfaStatus": "disabled",
        "smsMfaStatus": "disabled", "emailMfaStatus": "disabled" });
    assert_eq!(info.data(), &none);
}

/// Linked by an administrator, and signed in by a password.
#[tokio::test]
async fn a_linked_identity_is_none_that_somebody_signed_in_through() {
    let server = TestServer::start().await;
    let app = server.add_application("Shop").await;
    let source = server.add_ext_idp("oidc").await;
    let bob = server.add_user("bob").await;
    let link = json!({ "userId": bob.id, "extIdpId": source, "userIdInIdp": "b" });
    assert_eq!(server.post("link-identity", link).await.code(), 200);
    server.sign_in(&bob, &app).await;
    let through = server
        .get("get-user-logged-in-identities", &[("userId", &bob.id)])
        .await;
    assert_eq!(through.data(), &json!([]));
}

#[tokio::test]
async fn whoever_may_sign_in_may_use_what_is_switched_on() {
    let server = TestServer::start().await;
    let bob = server.add_user("bob").await;
    let shop = json!({ "appName": "Shop", "initLoginUri": "https://shop.example/login",
        "appLogo": "https://shop.example/logo.png" });
    let shop = server.post("create-application", shop).await;
    let shop = shop.data()["appId"].clone();
    let mail = server.add_application("Mail").await;
    let off = server.add_application("Off").await;
    let body = json!({ "appId": off, "enabled": false });
    assert_eq!(server.post("update-application", body).await.code(), 200);
    let accessible = async || {
        let answer = server
            .get("get-user-accessible-apps", &[("userId", &bob.id)])
            .await;
        answer.data().clone()
    };
    let tile = |id: Value, name: &str, logo: &str, login: &str| {
        json!({ "appId": id, "appName": name, "appLogo": logo, "appLoginUrl": login,
            "appDefaultLoginStrategy": "ALLOW_ALL" })
    };
    // Those made later come first; ids of one instant decide as they fall.
    let mut all = [
        tile(json!(mail), "Mail", "", ""),
        tile(
            shop,
            "Shop",
            "https://shop.example/logo.png",
            "https://shop.example/login",
        ),
    ];
    all.sort_by_key(|tile| std::cmp::Reverse(tile["appId"].to_string()));
    let all = json!(all);
    assert_eq!(accessible().await, all);
    set_status(&server, &bob.id, "Suspended").await;
    assert_eq!(accessible().await, json!([]));
    set_status(&server, &bob.id, "Activated").await;
    assert_eq!(accessible().await, all);
}
