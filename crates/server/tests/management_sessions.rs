//! Who is signed in where, ending it, and what was.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use rollcall_core::limits::END_BATCH;
use serde_json::{Value, json};
use support::{Contract, TestServer};

/// One past the contract's 50 ids in a call.
const TOO_MANY_IDS: usize = 51;

#[tokio::test]
async fn a_kick_ends_the_named_applications_on_every_device_and_no_other() {
    let server = TestServer::start().await;
    let bob = server.add_user("bob").await;
    let ann = server.add_user("ann").await;
    let (mail, chat, files) = (
        server.add_application("mail").await,
        server.add_application("chat").await,
        server.add_application("files").await,
    );
    for app_id in [&mail, &mail, &chat, &files] {
        server.sign_in(&bob, app_id).await;
    }
    server.sign_in(&ann, &mail).await;
    let body = json!({ "userId": bob.id, "appIds": [mail, chat] });
    let answer = server.post("kick-users", body).await;
    Contract::management().assert_fits("post", "kick-users", &answer);
    assert_eq!(answer.data(), &json!({ "success": true }));
    assert!(!server.is_active(&bob, &mail).await);
    assert!(!server.is_active(&bob, &chat).await);
    assert!(server.is_active(&bob, &files).await);
    assert!(server.is_active(&ann, &mail).await);
}

#[tokio::test]
async fn a_kick_of_more_logins_than_a_batch_is_in_force_at_once() {
    let server = TestServer::start().await;
    let bob = server.add_user("bob").await;
    let mail = server.add_application("mail").await;
    for _ in 0..=END_BATCH {
        server.sign_in(&bob, &mail).await;
    }
    let body = json!({ "userId": bob.id, "appIds": [mail] });
    server.post("kick-users", body).await.data();
    assert!(!server.is_active(&bob, &mail).await);
    // Whoever comes back while the rest is recorded is signed in.
    server.sign_in(&bob, &mail).await;
    assert!(server.is_active(&bob, &mail).await);
    let store = &server.authority.store;
    while store.record_mass_ends(END_BATCH).await.unwrap().more {}
    assert!(server.is_active(&bob, &mail).await);
}

#[tokio::test]
async fn a_kick_finds_the_user_by_the_named_kind_in_either_place() {
    let server = TestServer::start().await;
    let bob = server.add_user("bob").await;
    let app_id = server.add_application("mail").await;
    for place in ["top level", "options"] {
        server.sign_in(&bob, &app_id).await;
        let mut body = json!({ "userId": "BOB", "appIds": [app_id] });
        let kind = json!("username");
        match place {
            "options" => body["options"] = json!({ "userIdType": kind }),
            _ => body["userIdType"] = kind,
        }
        assert_eq!(server.post("kick-users", body).await.code(), 200, "{place}");
        assert!(!server.is_active(&bob, &app_id).await, "{place}");
    }
    let body = json!({
        "userId": bob.id, "appIds": [app_id], "userIdType": "email",
        "options": { "userIdType": "user_id" },
    });
    server
        .post("kick-users", body)
        .await
        .assert_names(400, "userIdType");
    for kind in ["sync_relation", "custom_field"] {
        let body = json!({ "userId": bob.id, "appIds": [app_id], "userIdType": kind });
        server
            .post("kick-users", body)
            .await
            .assert_names(501, kind);
    }
}

#[tokio::test]
async fn nobody_is_kicked_when_one_application_is_unknown() {
    let server = TestServer::start().await;
    let bob = server.add_user("bob").await;
    let app_id = server.add_application("mail").await;
    server.sign_in(&bob, &app_id).await;
    for unknown in ["0".repeat(24), "no id at all".to_owned()] {
        let body = json!({ "userId": bob.id, "appIds": [app_id, unknown] });
        server
            .post("kick-users", body)
            .await
            .assert_fails(404, Some(2011));
    }
    let body = json!({ "userId": "0".repeat(24), "appIds": [app_id] });
    server
        .post("kick-users", body)
        .await
        .assert_fails(404, Some(2004));
    for app_ids in [json!([]), json!(vec![&app_id; TOO_MANY_IDS]), json!([""])] {
        let body = json!({ "userId": bob.id, "appIds": app_ids });
        server
            .post("kick-users", body)
            .await
            .assert_names(400, "appIds");
    }
    let answer = server.post("kick-users", json!({})).await;
    answer.assert_names(400, "userId, appIds");
    assert!(server.is_active(&bob, &app_id).await);
    let at_the_limit = json!({ "userId": bob.id, "appIds": vec![&app_id; 50] });
    assert_eq!(server.post("kick-users", at_the_limit).await.code(), 200);
    let again = json!({ "userId": bob.id, "appIds": [app_id] });
    assert_eq!(server.post("kick-users", again).await.code(), 200);
}

#[tokio::test]
async fn active_users_are_those_signed_in_now_each_once() {
    let server = TestServer::start().await;
    let (mail, chat) = (
        server.add_application("mail").await,
        server.add_application("chat").await,
    );
    let mut people = Vec::new();
    for name in ["ann", "bob", "eve"] {
        people.push(server.add_user(name).await);
    }
    for person in [&people[0], &people[0], &people[1]] {
        server.sign_in(person, &mail).await;
    }
    server.sign_in(&people[2], &chat).await;
    let answer = active(&server, json!({ "appId": mail })).await;
    assert_eq!(answer["totalCount"], 2);
    assert_eq!(names(&answer), ["ann", "bob"]);
    let second = json!({ "pagination": { "page": 2, "limit": 1 } });
    let answer = active(&server, json!({ "appId": mail, "options": second })).await;
    assert_eq!(
        (&answer["totalCount"], names(&answer).len()),
        (&json!(2), 1)
    );
    let body = json!({ "userId": people[0].id, "appIds": [mail] });
    server.post("kick-users", body).await;
    let answer = active(&server, json!({ "appId": mail })).await;
    assert_eq!(names(&answer), ["bob"]);
    // The default idle timeout: fourteen days.
    server.pass(14 * 86_400);
    let root = server.with_token(server.root.clone()).await;
    let body = json!({ "appId": mail });
    let answer = server
        .post_as(&root, "list-application-active-users", body)
        .await;
    assert_eq!(answer.data()["totalCount"], 0);
}

#[tokio::test]
async fn active_users_are_as_detailed_as_asked_for() {
    let server = TestServer::start().await;
    let bob = server.add_user("bob").await;
    let app_id = server.add_application("mail").await;
    server.sign_in(&bob, &app_id).await;
    let answer = active(&server, json!({ "appId": app_id })).await;
    for member in ["customData", "identities", "departmentIds"] {
        assert_eq!(answer["list"][0].get(member), None, "{member}");
    }
    let options =
        json!({ "withCustomData": true, "withIdentities": true, "withDepartmentIds": true });
    let answer = active(&server, json!({ "appId": app_id, "options": options })).await;
    let user = &answer["list"][0];
    assert_eq!(user["customData"], json!({}));
    assert_eq!(user["identities"], json!([]));
    assert_eq!(user["departmentIds"], json!([]));
    assert_eq!(user["loginsCount"], 1);
    assert_eq!(user["lastIp"], "192.0.2.9");
    assert_eq!(user["lastLoginApp"], json!(app_id));
    assert_eq!(user["lastLogin"], "2026-01-01T00:00:00.000Z");
}

#[tokio::test]
async fn active_users_refuse_what_they_cannot_list() {
    let server = TestServer::start().await;
    let app_id = server.add_application("mail").await;
    let verb = "list-application-active-users";
    let unknown = json!({ "appId": "0".repeat(24) });
    server
        .post(verb, unknown)
        .await
        .assert_fails(404, Some(2011));
    server
        .post(verb, json!({}))
        .await
        .assert_names(400, "appId");
    let page =
        |pagination: Value| json!({ "appId": app_id, "options": { "pagination": pagination } });
    let answer = server.post(verb, page(json!({ "limit": 51 }))).await;
    answer.assert_names(400, "limit must less than 50");
    let answer = server
        .post(verb, page(json!({ "page": 0, "limit": 0 })))
        .await;
    answer.assert_names(400, "page, limit");
    let answer = server.post(verb, page(json!({ "page": 1.5 }))).await;
    answer.assert_names(400, "page");
    assert_eq!(
        server.post(verb, page(json!({ "limit": 50 }))).await.code(),
        200
    );
}

#[tokio::test]
async fn the_login_history_has_a_row_for_each_login_the_newest_first() {
    let server = TestServer::start().await;
    let bob = server.add_user("bob").await;
    let (mail, chat) = (
        server.add_application("mail").await,
        server.add_application("chat").await,
    );
    server.sign_in(&bob, &mail).await;
    server.pass(60);
    server.sign_in(&bob, &chat).await;
    let answer = server
        .get("get-user-login-history", &[("userId", &bob.id)])
        .await;
    Contract::management().assert_fits("get", "get-user-login-history", &answer);
    let data = answer.data();
    assert_eq!(data["totalCount"], 2);
    assert_eq!(
        data["list"][0],
        json!({
            "appId": chat, "appName": "chat", "appLogo": "", "appLoginUrl": "",
            "clientIp": "192.0.2.9", "userAgent": "Test/1.0",
            "time": "2026-01-01T00:01:00.000Z",
        })
    );
    let start = "1767225600000";
    let one_past = "1767225600001";
    let found = |more: [(&'static str, String); 1]| {
        let (server, bob) = (&server, &bob);
        async move {
            let query = [("userId", bob.id.as_str()), (more[0].0, more[0].1.as_str())];
            let answer = server.get("get-user-login-history", &query).await;
            answer.data()["totalCount"].as_u64().unwrap()
        }
    };
    assert_eq!(found([("appId", mail.clone())]).await, 1);
    assert_eq!(found([("clientIp", "192.0.2.9".to_owned())]).await, 2);
    assert_eq!(found([("clientIp", "192.0.2.8".to_owned())]).await, 0);
    assert_eq!(found([("start", start.to_owned())]).await, 2);
    assert_eq!(found([("start", one_past.to_owned())]).await, 1);
    assert_eq!(found([("end", start.to_owned())]).await, 1);
    assert_eq!(found([("end", "1767225599999".to_owned())]).await, 0);
}

#[tokio::test]
async fn the_login_history_refuses_what_it_cannot_find() {
    let server = TestServer::start().await;
    let bob = server.add_user("bob").await;
    let verb = "get-user-login-history";
    server.get(verb, &[]).await.assert_names(400, "userId");
    let unknown = "0".repeat(24);
    let answer = server.get(verb, &[("userId", &unknown)]).await;
    answer.assert_fails(404, Some(2004));
    let with = |name, value| [("userId", bob.id.as_str()), (name, value)];
    for (name, value) in [
        ("start", "yesterday"),
        ("end", "-1"),
        ("page", "0"),
        ("limit", "x"),
        ("clientIp", "nowhere"),
        ("userIdType", "nobody"),
    ] {
        server
            .get(verb, &with(name, value))
            .await
            .assert_names(400, name);
    }
    let answer = server.get(verb, &with("limit", "51")).await;
    answer.assert_names(400, "limit must less than 50");
    let answer = server.get(verb, &with("userIdType", "custom_field")).await;
    answer.assert_names(501, "custom_field");
    let answer = server.get(verb, &with("appId", "no id")).await;
    answer.assert_fails(404, Some(2011));
}

#[tokio::test]
async fn logged_in_applications_are_those_of_now() {
    let server = TestServer::start().await;
    let bob = server.add_user("bob").await;
    let body = json!({
        "appName": "mail", "appLogo": "https://mail.example/logo.png",
        "initLoginUri": "https://mail.example/login",
    });
    let mail = server.post("create-application", body).await;
    let mail = mail.data()["appId"].as_str().unwrap().to_owned();
    let chat = server.add_application("chat").await;
    for app_id in [&mail, &mail, &chat] {
        server.sign_in(&bob, app_id).await;
    }
    server
        .post("kick-users", json!({ "userId": bob.id, "appIds": [chat] }))
        .await;
    let query = [("userId", "bob"), ("userIdType", "username")];
    let answer = server.get("get-user-loggedin-apps", &query).await;
    Contract::management().assert_fits("get", "get-user-loggedin-apps", &answer);
    assert_eq!(
        answer.data(),
        &json!([{
            "appId": mail, "appName": "mail", "appLogo": "https://mail.example/logo.png",
            "appLoginUrl": "https://mail.example/login",
        }])
    );
    let answer = server
        .get("get-user-loggedin-apps", &[("userId", "bob")])
        .await;
    answer.assert_fails(404, Some(2004));
    server
        .get("get-user-loggedin-apps", &[])
        .await
        .assert_names(400, "userId");
}

async fn active(server: &TestServer, body: Value) -> Value {
    let answer = server.post("list-application-active-users", body).await;
    Contract::management().assert_fits("post", "list-application-active-users", &answer);
    answer.data().clone()
}

fn names(page: &Value) -> Vec<&str> {
    let users = page["list"].as_array().unwrap().iter();
    let mut names: Vec<_> = users
        .map(|user| user["username"].as_str().unwrap())
        .collect();
    names.sort_unstable();
    names
}
