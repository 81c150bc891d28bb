//! `list-users`, in both of its forms.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use serde_json::{Value, json};
use support::{Contract, TestServer};

#[tokio::test]
async fn pages_show_the_newest_first_and_how_many_there_are() {
    let server = with_people(&["ann", "bob", "eve"]).await;
    let answer = server.get("list-users", &[("limit", "2")]).await;
    Contract::management().assert_fits("get", "list-users", &answer);
    assert_eq!(answer.data()["totalCount"], 3);
    assert_eq!(names(answer.data()), ["eve", "bob"]);
    let answer = server
        .get("list-users", &[("limit", "2"), ("page", "2")])
        .await;
    assert_eq!(names(answer.data()), ["ann"]);
    let page = json!({ "pagination": { "page": 2, "limit": 2 } });
    assert_eq!(
        names(&list(&server, json!({ "options": page })).await),
        ["ann"]
    );
    let answer = server
        .get("list-users", &[("page", "9007199254740992")])
        .await;
    answer.assert_names(400, "page");
    let other = server.add_pool().await;
    let answer = server.get_as(&other, "list-users", &[]).await;
    assert_eq!(answer.data(), &json!({ "totalCount": 0, "list": [] }));
}

#[tokio::test]
async fn the_query_narrows_by_status_and_by_when_a_user_changed() {
    let server = with_people(&["ann", "bob"]).await;
    let change = json!({ "userId": "ann", "userIdType": "username", "status": "Suspended" });
    assert_eq!(server.post("update-user", change).await.code(), 200);
    for (query, expected) in [
        (("status", "Suspended"), vec!["ann"]),
        (("status", "Archived"), vec![]),
        // Ann was made at the start, Bob a second later, and Ann changed a second after that.
        (("updatedAtStart", "1767225602000"), vec!["ann"]),
        (("updatedAtStart", "1767225602001"), vec![]),
        (("updatedAtEnd", "1767225601000"), vec!["bob"]),
        (("updatedAtEnd", "1767225600999"), vec![]),
    ] {
        let answer = server.get("list-users", &[query]).await;
        assert_eq!(names(answer.data()), expected, "{query:?}");
    }
}

#[tokio::test]
async fn details_are_answered_when_asked_for_in_either_form() {
    let server = with_people(&["ann"]).await;
    let source = server.add_ext_idp("github").await;
    let ann = list(&server, json!({})).await["list"][0]["userId"].clone();
    let link = json!({ "extIdpId": source, "userId": ann, "userIdInIdp": "s" });
    assert_eq!(server.post("link-identity", link).await.code(), 200);
    let plain = server.get("list-users", &[]).await;
    for member in ["customData", "identities", "departmentIds", "postIdList"] {
        assert_eq!(plain.data()["list"][0].get(member), None, "{member}");
    }
    let options = [
        ("withCustomData", "true"),
        ("withIdentities", "true"),
        ("withDepartmentIds", "true"),
        ("withPost", "true"),
    ];
    let by_query = server.get("list-users", &options).await;
    let as_json: Value = options.iter().map(|(name, _)| (*name, true)).collect();
    let by_body = list(&server, json!({ "options": as_json })).await;
    assert_eq!(by_query.data(), &by_body);
    let user = &by_body["list"][0];
    assert_eq!(user["identities"][0]["userIdInIdp"], "s");
    assert_eq!(user["customData"], json!({}));
    assert_eq!(user["departmentIds"], json!([]));
    assert_eq!(user["postIdList"], json!([]));
}

#[tokio::test]
async fn key_words_are_found_in_the_contracts_fields_unless_others_are_named() {
    let server = with_people(&["ann", "bob"]).await;
    let body = json!({
        "username": "eve", "nickname": "annie", "company": "Bobbins", "email": "e@example.com",
    });
    assert_eq!(server.post("create-user", body).await.code(), 200);
    assert_eq!(
        names(&list(&server, json!({ "keywords": "ann" })).await),
        ["eve", "ann"]
    );
    assert_eq!(
        names(&list(&server, json!({ "keywords": "bob" })).await),
        ["bob"]
    );
    let company = json!({ "keywords": "bob", "options": { "fuzzySearchOn": ["company"] } });
    assert_eq!(names(&list(&server, company).await), ["eve"]);
    let none_named = json!({ "keywords": "bob", "options": { "fuzzySearchOn": [] } });
    assert_eq!(names(&list(&server, none_named).await), ["bob"]);
    assert_eq!(
        names(&list(&server, json!({ "keywords": "" })).await).len(),
        3
    );
    assert_eq!(
        list(&server, json!({ "keywords": "%" })).await["totalCount"],
        0
    );
}

#[tokio::test]
async fn every_field_of_the_contract_can_be_searched() {
    let server = with_people(&["ann"]).await;
    for field in [
        "id",
        "phone",
        "email",
        "name",
        "username",
        "externalId",
        "nickname",
        "company",
        "givenName",
        "familyName",
        "middleName",
        "profile",
        "preferredUsername",
        "website",
        "address",
        "formatted",
        "streetAddress",
        "postalCode",
        "identityNumber",
    ] {
        let body = json!({ "keywords": "no such", "options": { "fuzzySearchOn": [field] } });
        assert_eq!(list(&server, body).await["totalCount"], 0, "{field}");
    }
}

#[tokio::test]
async fn lists_are_sorted_by_the_keys_that_are_named() {
    let server = with_people(&["ann", "bob", "eve"]).await;
    let sorted = |field: &str, order: &str| {
        let sort = json!([{ "field": field, "order": order }]);
        let body = json!({ "options": { "sort": sort } });
        let server = &server;
        async move { list(server, body).await }
    };
    assert_eq!(
        names(&sorted("username", "asc").await),
        ["ann", "bob", "eve"]
    );
    assert_eq!(
        names(&sorted("username", "desc").await),
        ["eve", "bob", "ann"]
    );
    assert_eq!(
        names(&sorted("createdAt", "asc").await),
        ["ann", "bob", "eve"]
    );
    for field in [
        "updatedAt",
        "email",
        "externalId",
        "phone",
        "status",
        "statusChangedAt",
        "passwordLastSetAt",
        "loginsCount",
        "gender",
        "lastLogin",
        "userSourceType",
        "passwordSecurityLevel",
        "phoneCountryCode",
        "lastIp",
    ] {
        assert_eq!(sorted(field, "asc").await["totalCount"], 3, "{field}");
    }
    let sort = json!({ "options": { "sort": [{ "field": "lastMfaTime", "order": "asc" }] } });
    server
        .post("list-users", sort)
        .await
        .assert_names(501, "lastMfaTime");
    let sort = json!({ "options": { "sort": [{ "field": "shoeSize", "order": "asc" }] } });
    server
        .post("list-users", sort)
        .await
        .assert_names(400, "field");
    let sort = vec![json!({ "field": "gender", "order": "asc" }); 21];
    let answer = server
        .post("list-users", json!({ "options": { "sort": sort } }))
        .await;
    answer.assert_names(400, "sort");
}

#[tokio::test]
async fn conditions_without_a_value_are_tested() {
    let server = with_people(&["ann"]).await;
    let body = json!({ "username": "eve", "nickname": "annie" });
    assert_eq!(server.post("create-user", body).await.code(), 200);
    let test = |operator: &str| json!({ "field": "nickname", "operator": operator });
    let filter = |tests: Value| json!({ "advancedFilter": tests });
    let found = list(&server, filter(json!([test("NOT_NULL")]))).await;
    assert_eq!(names(&found), ["eve"]);
    let found = list(&server, filter(json!([test("IS_NULL")]))).await;
    assert_eq!(names(&found), ["ann"]);
    let both = filter(json!([test("IS_NULL"), test("NOT_NULL")]));
    assert_eq!(list(&server, both).await["totalCount"], 0);
}

#[tokio::test]
async fn conditions_with_a_value_are_tested_as_the_published_clients_send_them() {
    let server = with_people(&["ann", "bob"]).await;
    let body = json!({ "username": "eve", "nickname": "annie", "email": "Eve@Example.com" });
    assert_eq!(server.post("create-user", body).await.code(), 200);
    let app_id = server.add_application("mail").await;
    let ann = list(&server, json!({ "keywords": "ann" })).await["list"][1]["userId"].clone();
    let ann = support::Person {
        id: ann.as_str().unwrap().to_owned(),
        username: "ann".to_owned(),
    };
    server.sign_in(&ann, &app_id).await;
    for (field, operator, value, expected) in [
        ("username", "EQUAL", json!("ANN"), vec!["ann"]),
        ("nickname", "NOT_EQUAL", json!("annie"), vec!["bob", "ann"]),
        ("email", "CONTAINS", json!("@example.com"), vec!["eve"]),
        ("nickname", "NOT_CONTAINS", json!("ann"), vec!["bob", "ann"]),
        (
            "status",
            "IN",
            json!(["Activated", "Archived"]),
            vec!["eve", "bob", "ann"],
        ),
        ("loginsCount", "GREATER", json!(0), vec!["ann"]),
        ("loginsCount", "LESSER", json!(1), vec!["eve", "bob"]),
        ("loginsCount", "BETWEEN", json!([1, 10]), vec!["ann"]),
        (
            "createdAt",
            "GREATER",
            json!("2026-01-01T00:00:01.000Z"),
            vec!["eve"],
        ),
        (
            "createdAt",
            "LESSER",
            json!(1_767_225_602_000_i64),
            vec!["bob", "ann"],
        ),
        ("userId", "EQUAL", json!(ann.id), vec!["ann"]),
    ] {
        let test = json!({ "field": field, "operator": operator, "value": value });
        let found = list(&server, json!({ "advancedFilter": [test] })).await;
        assert_eq!(names(&found), expected, "{field} {operator}");
    }
    for (field, operator, value) in [
        ("nickname", "CONTAINS", json!(["a"])),
        ("nickname", "EQUAL", json!(true)),
        ("status", "IN", json!(vec!["Activated"; 21])),
        ("loginsCount", "GREATER", json!("many")),
        ("loginsCount", "BETWEEN", json!([1])),
        ("createdAt", "GREATER", json!("yesterday")),
        ("nickname", "EQUAL", json!("a".repeat(257))),
    ] {
        let test = json!({ "field": field, "operator": operator, "value": value });
        let answer = server
            .post("list-users", json!({ "advancedFilter": [test] }))
            .await;
        answer.assert_names(400, "value");
    }
}

#[tokio::test]
async fn conditions_that_cannot_be_tested_are_refused() {
    let server = with_people(&[]).await;
    let refused = |test: Value, name: &'static str| {
        let body = json!({ "advancedFilter": [test] });
        let server = &server;
        async move {
            server
                .post("list-users", body)
                .await
                .assert_names(400, name);
        }
    };
    refused(
        json!({ "field": "shoeSize", "operator": "IS_NULL" }),
        "field",
    )
    .await;
    refused(
        json!({ "field": "nickname", "operator": "LIKE" }),
        "operator",
    )
    .await;
    // A word that no user can have, named as the published specs want it.
    for field in ["status", "gender", "userSourceType"] {
        for (operator, value) in [
            ("EQUAL", json!("invalid")),
            ("NOT_EQUAL", json!("")),
            ("IN", json!(["invalid"])),
        ] {
            refused(
                json!({ "field": field, "operator": operator, "value": value }),
                field,
            )
            .await;
        }
    }
    refused(json!({ "field": "nickname", "operator": "EQUAL" }), "value").await;
    refused(
        json!({ "field": "nickname", "operator": "IN", "value": {} }),
        "value",
    )
    .await;
    let test = json!({ "field": "nickname", "operator": "IS_NULL" });
    let body = |count: usize| json!({ "advancedFilter": vec![test.clone(); count] });
    assert_eq!(server.post("list-users", body(20)).await.code(), 200);
    server
        .post("list-users", body(21))
        .await
        .assert_names(400, "advancedFilter");
    let custom = json!({ "keywords": "a".repeat(257) });
    server
        .post("list-users", custom)
        .await
        .assert_names(400, "keywords");
}

#[tokio::test]
async fn settings_of_a_list_that_are_not_built_are_refused_by_name() {
    let server = with_people(&[]).await;
    let body = json!({ "searchQuery": { "a": 1 } });
    server
        .post("list-users", body)
        .await
        .assert_names(501, "searchQuery");
    let body = json!({ "options": { "flatCustomData": true } });
    server
        .post("list-users", body)
        .await
        .assert_names(501, "flatCustomData");
    let nothing = json!({ "searchQuery": {}, "options": { "flatCustomData": false } });
    assert_eq!(server.post("list-users", nothing).await.code(), 200);
    assert_eq!(server.post("list-users", json!({})).await.code(), 200);
}

#[tokio::test]
async fn lists_refuse_pages_that_cannot_be() {
    let server = with_people(&[]).await;
    for (name, value) in [
        ("page", "0"),
        ("page", "x"),
        ("limit", "0"),
        ("limit", "-1"),
        ("status", "Happy"),
        ("updatedAtStart", "today"),
        ("withPost", "2"),
    ] {
        server
            .get("list-users", &[(name, value)])
            .await
            .assert_names(400, name);
    }
    let words = "limit must less than 50";
    let answer = server.get("list-users", &[("limit", "51")]).await;
    answer.assert_names(400, words);
    let body = json!({ "options": { "pagination": { "limit": 51 } } });
    server
        .post("list-users", body)
        .await
        .assert_names(400, words);
    assert_eq!(
        server.get("list-users", &[("limit", "50")]).await.code(),
        200
    );
}

/// A server with these users, made one second apart.
async fn with_people(names: &[&str]) -> TestServer {
    let server = TestServer::start().await;
    for name in names {
        server.add_user(name).await;
        server.pass(1);
    }
    server
}

async fn list(server: &TestServer, body: Value) -> Value {
    let answer = server.post("list-users", body).await;
    Contract::management().assert_fits("post", "list-users", &answer);
    answer.data().clone()
}

fn names(page: &Value) -> Vec<&str> {
    let users = page["list"].as_array().unwrap().iter();
    users
        .map(|user| user["username"].as_str().unwrap())
        .collect()
}
