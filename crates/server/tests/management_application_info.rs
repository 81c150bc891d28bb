//! Applications in few words.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use serde_json::{Value, json};
use support::{Contract, TestServer};

async fn list(server: &TestServer, query: &[(&str, &str)]) -> Value {
    let answer = server.get("list-application-simple-info", query).await;
    Contract::management().assert_fits("get", "list-application-simple-info", &answer);
    answer.data().clone()
}

#[tokio::test]
async fn an_application_is_told_of_in_few_words() {
    let server = TestServer::start().await;
    let body = json!({
        "appName": "Mail", "appIdentifier": "mail", "appDescription": "Letters",
        "appLogo": "https://example.com/mail.png", "appType": "spa",
    });
    let made = server.post("create-application", body).await;
    let id = made.data()["appId"].as_str().unwrap();
    let expected = json!({
        "appId": id, "appIdentifier": "mail", "appName": "Mail",
        "appLogo": "https://example.com/mail.png", "appDescription": "Letters",
        "appType": "spa", "isIntegrateApp": false,
    });
    let answer = server
        .get("get-application-simple-info", &[("appId", id)])
        .await;
    Contract::management().assert_fits("get", "get-application-simple-info", &answer);
    assert_eq!(answer.data(), &expected);
    assert_eq!(
        list(&server, &[]).await,
        json!({ "list": [expected], "totalCount": 1 })
    );
    let other = server.add_pool().await;
    let answer = server
        .get_as(&other, "get-application-simple-info", &[("appId", id)])
        .await;
    answer.assert_fails(404, Some(2011));
    let answer = server
        .get_as(&other, "list-application-simple-info", &[])
        .await;
    assert_eq!(answer.data(), &json!({ "list": [], "totalCount": 0 }));
    let answer = server.get("get-application-simple-info", &[]).await;
    answer.assert_names(400, "appId");
}

/// The same as of list-applications.
#[tokio::test]
async fn a_list_is_cut_by_its_filter_and_pages() {
    let server = TestServer::start().await;
    for (name, sso) in [("one", true), ("two", false), ("three", true)] {
        let body = json!({ "appName": name, "ssoEnabled": sso });
        server.post("create-application", body).await.data();
        server.pass(1);
    }
    for (query, expected, total) in [
        (vec![], vec!["three", "two", "one"], 3),
        (vec![("ssoEnabled", "true")], vec!["three", "one"], 2),
        (vec![("isIntegrateApp", "true")], vec![], 0),
        (
            vec![("isSelfBuiltApp", "true")],
            vec!["three", "two", "one"],
            3,
        ),
        (vec![("keywords", "tw")], vec!["two"], 1),
        (vec![("page", "2"), ("limit", "2")], vec!["one"], 3),
    ] {
        let page = list(&server, &query).await;
        let names: Vec<_> = page["list"]
            .as_array()
            .unwrap()
            .iter()
            .map(|application| application["appName"].as_str().unwrap())
            .collect();
        assert_eq!(
            (names, &page["totalCount"]),
            (expected, &json!(total)),
            "{query:?}"
        );
        let whole = server.get("list-applications", &query).await;
        assert_eq!(whole.data()["totalCount"], total);
    }
    for (name, value) in [("page", "0"), ("limit", "51"), ("ssoEnabled", "x")] {
        let answer = server
            .get("list-application-simple-info", &[(name, value)])
            .await;
        assert_eq!(answer.code(), 400, "{name}");
    }
}
