//! Many users in one call: a result for each row, in one commit.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use rollcall_core::model::access_key::Permission;
use serde_json::{Value, json};
use support::{Answer, Contract, PASSWORD, Person, TestServer, get};

/// `statusCode` of each row, in order.
fn codes(answer: &Answer) -> Vec<u64> {
    let results = answer.body["results"].as_array().unwrap();
    for (index, row) in results.iter().enumerate() {
        assert_eq!(row["index"], index);
        let is_success = row["statusCode"] == 200;
        assert_eq!(row.get("userId").is_some(), is_success, "{row}");
    }
    let code = |row: &Value| row["statusCode"].as_u64().unwrap();
    results.iter().map(code).collect()
}

/// One member of each user in `data`.
fn told<'a>(answer: &'a Answer, member: &str) -> Vec<&'a str> {
    let users = answer.data().as_array().unwrap();
    users
        .iter()
        .map(|user| user[member].as_str().unwrap())
        .collect()
}

async fn batch(server: &TestServer, list: Value) -> Answer {
    server
        .post("create-users-batch", json!({ "list": list }))
        .await
}

async fn count(server: &TestServer) -> u64 {
    let list = server.get("list-users", &[]).await;
    list.data()["totalCount"].as_u64().unwrap()
}

#[tokio::test]
async fn each_row_of_new_users_has_its_own_result() {
    let server = TestServer::start().await;
    server.add_user("taken").await;
    let list = json!([
        { "username": "bob", "password": PASSWORD, "options": { "keepPassword": true } },
        { "username": "Taken" },
        { "username": "BOB" },
        { "nickname": "nameless" },
        { "username": "eve", "email": "no e-mail", "phone": "x" },
        { "username": "short", "password": "short" },
        { "username": "otp", "otp": { "secret": "HZ2F6J3AGNAVSOTV" } },
        { "username": "lost", "identities": [{ "extIdpId": "0".repeat(24), "provider": "oidc",
            "type": "sub", "userIdInIdp": "x", "userInfoInIdp": {}, "originConnIds": [] }] },
        { "email": "Joe@Example.com", "customData": { "a": 1 } },
    ]);
    let answer = batch(&server, list).await;
    Contract::management().assert_fits("post", "create-users-batch", &answer);
    assert_eq!(
        codes(&answer),
        [200, 409, 409, 400, 400, 422, 501, 404, 200]
    );
    let results = &answer.body["results"];
    let ids = [&results[0]["userId"], &results[8]["userId"]];
    assert_eq!(told(&answer, "userId"), ids.map(|id| id.as_str().unwrap()));
    assert_eq!(results[0]["message"], "Success");
    for (row, names) in [
        (1, "username"),
        (2, "username"),
        (4, "email, phone"),
        (6, "otp"),
    ] {
        let message = results[row]["message"].as_str().unwrap();
        assert!(message.contains(names), "{message}");
    }
    assert_eq!(count(&server).await, 3);
    let bob = Person {
        id: results[0]["userId"].as_str().unwrap().to_owned(),
        username: "bob".to_owned(),
    };
    let app = server.add_application("Shop").await;
    server.sign_in(&bob, &app).await;
    let joe = [
        ("userId", "joe@example.com"),
        ("userIdType", "email"),
        ("withCustomData", "true"),
    ];
    assert_eq!(
        server.get("get-user", &joe).await.data()["customData"],
        json!({ "a": 1 })
    );
}

#[tokio::test]
async fn options_are_those_of_every_row() {
    let server = TestServer::start().await;
    let list = json!([{ "username": "bob" }, { "username": "eve" }]);
    let body = json!({ "list": list, "options": { "resetPasswordOnFirstLogin": true } });
    let made = server.post("create-users-batch", body).await;
    for user in made.data().as_array().unwrap() {
        assert_eq!(user["resetPasswordOnNextLogin"], true);
    }
    let options = json!({ "sendNotification": { "sendEmailNotification": true } });
    let body = json!({ "list": [{ "username": "joe" }], "options": options });
    let refused = server.post("create-users-batch", body).await;
    refused.assert_names(501, "sendNotification");
    assert_eq!(refused.body.get("results"), None);
    assert_eq!(count(&server).await, 2);
}

/// A client that knows the contract alone looks at `statusCode`.
#[tokio::test]
async fn a_call_fails_as_its_first_row_where_none_was_carried_out() {
    let server = TestServer::start().await;
    server.add_user("bob").await;
    let answer = batch(&server, json!([{ "username": "bob" }, { "gender": "M" }])).await;
    answer.assert_names(409, "username");
    assert_eq!(codes(&answer), [409, 400]);
    let body = json!({ "userIds": ["0".repeat(24), "1".repeat(24)] });
    let nobody = server.post("resign-user-batch", body).await;
    nobody.assert_fails(404, Some(2004));
    assert_eq!(codes(&nobody), [404, 404]);
    assert_eq!(nobody.body["results"][1]["apiCode"], 2004);
    // What is no JSON of the schema changes nothing, and has no rows.
    let list = json!([{ "username": "eve" }, { "username": 1 }]);
    let answer = batch(&server, list).await;
    answer.assert_names(400, "username");
    assert_eq!(answer.body.get("results"), None);
    assert_eq!(count(&server).await, 1);
}

#[tokio::test]
async fn a_thousand_rows_are_one_call_and_one_more_is_refused() {
    let server = TestServer::start().await;
    let user = |n: usize| json!({ "username": format!("user-{n}"), "password": PASSWORD });
    let rows = |count: usize| (0..count).map(user).collect::<Vec<_>>();
    for list in [Vec::new(), rows(1_001)] {
        batch(&server, json!(list)).await.assert_names(400, "list");
    }
    assert_eq!(count(&server).await, 0);
    let made = batch(&server, json!(rows(1_000))).await;
    assert_eq!(codes(&made), [200; 1_000]);
    let names: Vec<String> = (0..1_000).map(|n| format!("user-{n}")).collect();
    assert_eq!(told(&made, "username"), names);
    let ids = told(&made, "userId");
    let row = |id: &&str| json!({ "userId": id, "nickname": "all" });
    let asked: Vec<Value> = ids.iter().map(row).collect();
    let changed = server
        .post("update-user-batch", json!({ "list": asked }))
        .await;
    assert_eq!(codes(&changed), [200; 1_000]);
    let resigned = server
        .post("resign-user-batch", json!({ "userIds": ids }))
        .await;
    assert_eq!(codes(&resigned), [200; 1_000]);
    let query = [("status", "Resigned")];
    assert_eq!(
        server.get("list-users", &query).await.data()["totalCount"],
        1_000
    );
    let mut more = changes.clone();
    more.push(changes[0].clone());
    let refused = server
        .post("update-user-batch", json!({ "list": more }))
        .await;
    refused.assert_names(400, "list");
    let mut more = ids.clone();
    more.push(ids[0]);
    for verb in ["resign-user-batch", "delete-users-batch"] {
        let refused = server.post(verb, json!({ "userIds": more })).await;
        refused.assert_names(400, "userIds");
        let refused = server.post(verb, json!({ "userIds": [] })).await;
        refused.assert_names(400, "userIds");
    }
    let deleted = server
        .post("delete-users-batch", json!({ "userIds": ids }))
        .await;
    assert_eq!(deleted.data()["success"], true);
    assert_eq!(count(&server).await, 0);
}

#[tokio::test]
async fn each_row_of_changes_has_its_own_result_and_ends_what_it_would_alone() {
    let server = TestServer::start().await;
    let app = server.add_application("Shop").await;
    let mut people = Vec::new();
    for name in ["alice", "bob", "carol", "dave"] {
        let person = server.add_user(name).await;
        server.sign_in(&person, &app).await;
        people.push(person);
    }
    let [alice, bob, carol, dave] = people.try_into().unwrap();
    let stranger = server.add_pool().await;
    let list = json!([
        { "userId": alice.id, "status": "Suspended" },
        { "userId": bob.id, "password": "another password" },
        { "userId": carol.id, "nickname": "c", "metadata": { "a": 1 } },
        { "userId": dave.id, "username": "alice" },
        { "userId": "0".repeat(24), "nickname": "x" },
        { "userId": alice.id, "nickname": "twice" },
        { "userId": "x".repeat(257) },
    ]);
    let answer = server
        .post("update-user-batch", json!({ "list": list }))
        .await;
    Contract::management().assert_fits("post", "update-user-batch", &answer);
    assert_eq!(codes(&answer), [200, 200, 501, 409, 404, 409, 400]);
    assert_eq!(answer.body["results"][4]["apiCode"], 2004);
    assert_eq!(told(&answer, "status"), ["Suspended", "Activated"]);
    for (person, active) in [
        (&alice, false),
        (&bob, false),
        (&carol, true),
        (&dave, true),
    ] {
        assert_eq!(
            server.is_active(person, &app).await,
            active,
            "{}",
            person.username
        );
    }
    let list = json!([{ "userId": dave.id, "status": "Suspended" }]);
    let foreign = server
        .post_as(&stranger, "update-user-batch", json!({ "list": list }))
        .await;
    foreign.assert_fails(404, Some(2004));
    assert!(server.is_active(&dave, &app).await);
    // By another kind of identifier, in either place.
    let list = json!([{ "userId": "dave", "nickname": "d" }]);
    for body in [
        json!({ "list": list, "userIdType": "username" }),
        json!({ "list": list, "options": { "userIdType": "username" } }),
    ] {
        let changed = server.post("update-user-batch", body).await;
        assert_eq!(told(&changed, "nickname"), ["d"]);
    }
}

#[tokio::test]
async fn who_is_resigned_is_signed_out_and_does_not_come_back() {
    let server = TestServer::start().await;
    let app = server.add_application("Shop").await;
    let mut people = Vec::new();
    for name in ["alice", "bob", "carol"] {
        let person = server.add_user(name).await;
        server.sign_in(&person, &app).await;
        people.push(person);
    }
    let [alice, bob, carol] = people.try_into().unwrap();
    let body = json!({ "userId": "alice", "userIdType": "username" });
    for _ in 0..2 {
        let resigned = server.post("resign-user", body.clone()).await;
        Contract::management().assert_fits("post", "resign-user", &resigned);
        assert_eq!(resigned.data(), &json!({ "success": true }));
    }
    let told = server.get("get-user", &[("userId", &alice.id)]).await;
    assert_eq!(told.data()["status"], "Resigned");
    assert_eq!(told.data()["workStatus"], "Closed");
    assert!(!server.is_active(&alice, &app).await);
    let nobody = server
        .post("resign-user", json!({ "userId": "nobody" }))
        .await;
    nobody.assert_fails(404, Some(2004));
    let stranger = server.add_pool().await;
    let foreign = json!({ "userId": bob.id });
    let foreign = server.post_as(&stranger, "resign-user", foreign).await;
    foreign.assert_fails(404, Some(2004));

    let ids = json!([bob.id, "0".repeat(24), bob.id]);
    let some = server
        .post("resign-user-batch", json!({ "userIds": ids }))
        .await;
    Contract::management().assert_fits("post", "resign-user-batch", &some);
    assert_eq!(some.data(), &json!({ "success": false }));
    assert_eq!(codes(&some), [200, 404, 200]);
    assert!(!server.is_active(&bob, &app).await);
    assert!(server.is_active(&carol, &app).await);
    let all = server
        .post("resign-user-batch", json!({ "userIds": [carol.id] }))
        .await;
    assert_eq!(all.data(), &json!({ "success": true }));
}

#[tokio::test]
async fn users_are_looked_up_together_however_a_client_writes_their_list() {
    let server = TestServer::start().await;
    let source = server.add_ext_idp("oidc").await;
    let bob = server.add_user("bob").await;
    let eve = server.add_user("eve").await;
    let link = json!({ "userId": bob.id, "extIdpId": source, "userIdInIdp": "b" });
    server.post("link-identity", link).await;
    let nobody = "0".repeat(24);
    let with_commas = format!("{},{nobody},{}", eve.id, bob.id);
    for query in [
        vec![
            ("userIds", eve.id.as_str()),
            ("userIds", &nobody),
            ("userIds", &bob.id),
        ],
        vec![
            ("userIds[]", eve.id.as_str()),
            ("userIds[]", &bob.id),
            ("userIds[]", &eve.id),
        ],
        vec![("userIds", with_commas.as_str())],
        vec![("userIds", "eve,bob"), ("userIdType", "username")],
    ] {
        let found = server.get("get-user-batch", &query).await;
        Contract::management().assert_fits("get", "get-user-batch", &found);
        assert_eq!(told(&found, "username"), ["eve", "bob"], "{query:?}");
        assert_eq!(found.data()[1].get("identities"), None);
    }
    let whole = [
        ("userIds", bob.id.as_str()),
        ("withIdentities", "true"),
        ("withCustomData", "True"),
    ];
    let whole = server.get("get-user-batch", &whole).await;
    assert_eq!(whole.data()[0]["identities"][0]["userIdInIdp"], "b");
    assert_eq!(whole.data()[0]["customData"], json!({}));
    let stranger = server.add_pool().await;
    let foreign = server
        .get_as(&stranger, "get-user-batch", &[("userIds", &bob.id)])
        .await;
    assert_eq!(foreign.data(), &json!([]));
    for (query, name) in [
        (vec![], "userIds"),
        (vec![("userIds", "")], "userIds"),
        (vec![("userIds", ",")], "userIds"),
        (
            vec![("userIds", "no e-mail"), ("userIdType", "email")],
            "userIds",
        ),
        (vec![("userIds", nobody.as_str()); 51], "userIds"),
        (
            vec![("userIds", "x"), ("withIdentities", "1")],
            "withIdentities",
        ),
    ] {
        server
            .get("get-user-batch", &query)
            .await
            .assert_names(400, name);
    }
    let most = vec![("userIds", nobody.as_str()); 50];
    assert_eq!(server.get("get-user-batch", &most).await.data(), &json!([]));
    let flat = [("userIds", "x"), ("flatCustomData", "true")];
    server
        .get("get-user-batch", &flat)
        .await
        .assert_names(501, "flatCustomData");
}

#[tokio::test]
async fn a_change_of_many_leaves_an_audit_row_of_each() {
    let server = TestServer::start().await;
    let made = batch(
        &server,
        json!([{ "username": "bob" }, { "username": "eve" }]),
    )
    .await;
    let ids = told(&made, "userId");
    let passwords = json!([
        { "userId": ids[0], "password": PASSWORD },
        { "userId": ids[1], "nickname": "e" },
    ]);
    server
        .post("update-user-batch", json!({ "list": passwords }))
        .await;
    server
        .post("resign-user-batch", json!({ "userIds": ids }))
        .await;
    let page = rollcall_core::page::PageRequest::new(None, Some(50)).unwrap();
    let rows = server
        .authority
        .store
        .audit_rows(server.root.pool, page)
        .await;
    let rows = rows.unwrap().list;
    for id in ids {
        let of_user = rows.iter().filter(|row| row.resource_id == id);
        assert_eq!(of_user.count(), 3, "made, changed, resigned");
    }
}

/// The permission is asked for before anything is looked at.
#[tokio::test]
async fn a_key_that_may_not_write_changes_nobody() {
    let server = TestServer::start().await;
    let bob = server.add_user("bob").await;
    let key = server.key_without(Permission::UsersWrite).await;
    for (verb, body) in [
        (
            "create-users-batch",
            json!({ "list": [{ "username": "eve" }] }),
        ),
        (
            "update-user-batch",
            json!({ "list": [{ "userId": bob.id, "name": "x" }] }),
        ),
        ("resign-user", json!({ "userId": bob.id })),
        ("resign-user-batch", json!({ "userIds": [bob.id] })),
    ] {
        let refused = server.post_as(&key, verb, body).await;
        refused.assert_names(403, "users:write");
    }
    assert_eq!(count(&server).await, 1);
    let path = get("/api/v3/get-user-batch", &[("userIds", &bob.id)]);
    assert_eq!(server.send(path).await.code(), 401);
}
