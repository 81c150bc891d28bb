//! Members of `oidcConfig` that the browser flows look at: each is kept, answered
//! back, and refused by name where it is wrong.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use serde_json::{Value, json};
use support::{Answer, TestServer};

async fn config(server: &TestServer, app_id: &str, member: Value) -> Answer {
    let body = json!({ "appId": app_id, "oidcConfig": member });
    server.post("update-application", body).await
}

async fn answered(server: &TestServer, app_id: &str) -> Value {
    let answer = server.get("get-application", &[("appId", app_id)]).await;
    answer.data()["oidcConfig"].clone()
}

#[tokio::test]
async fn a_backchannel_logout_uri_is_kept_and_taken_away() {
    let server = TestServer::start().await;
    let app_id = server.add_application("mail").await;
    let field = "backchannel_logout_uri";
    let without = answered(&server, &app_id).await;
    assert_eq!(without.get(field), None);
    for uri in [
        "https://mail.example/out",
        "https://mail.example:8443/out?kind=back",
        "http://127.0.0.1:7000/out",
        "http://mail.localhost/out",
    ] {
        let answer = config(&server, &app_id, json!({ field: uri })).await;
        assert_eq!(answer.data()["oidcConfig"][field], uri);
        assert_eq!(answered(&server, &app_id).await[field], uri);
    }
    let other = json!({ "id_token_expire": 60 });
    config(&server, &app_id, other).await.data();
    let kept = answered(&server, &app_id).await;
    assert_eq!(kept[field], "http://mail.localhost/out");
    config(&server, &app_id, json!({ field: null }))
        .await
        .data();
    assert_eq!(answered(&server, &app_id).await, kept);
    let answer = config(&server, &app_id, json!({ field: "" })).await;
    assert_eq!(answer.data()["oidcConfig"].get(field), None);
    assert_eq!(answered(&server, &app_id).await.get(field), None);
}

/// OpenID Connect Back-Channel Logout, section 2.2: absolute and without a
/// fragment; ours: nothing that is sent in the clear through a network.
#[tokio::test]
async fn a_backchannel_logout_uri_that_cannot_be_called_is_refused() {
    let server = TestServer::start().await;
    let app_id = server.add_application("mail").await;
    let field = "backchannel_logout_uri";
    config(
        &server,
        &app_id,
        json!({ field: "https://mail.example/out" }),
    )
    .await
    .data();
    let before = answered(&server, &app_id).await;
    let long = format!("https://mail.example/{}", "a".repeat(2_048));
    for uri in [
        json!("/out"),
        json!("mail.example/out"),
        json!("http://mail.example/out"),
        json!("https://mail.example/out#part"),
        json!("https://user@mail.example/out"),
        json!("https://*.mail.example/out"),
        json!("com.example.mail:/out"),
        json!("ftp://mail.example/out"),
        json!(" "),
        json!(long),
        json!(1),
        json!(["https://mail.example/out"]),
    ] {
        let answer = config(&server, &app_id, json!({ field: uri })).await;
        answer.assert_names(400, field);
        let new = json!({ "appName": "chat", "oidcConfig": { field: uri } });
        let answer = server.post("create-application", new).await;
        answer.assert_names(400, field);
    }
    // A private-use scheme is for redirects of native applications alone.
    let native = json!({
        "appName": "native", "appType": "native", "oidcConfig": { field: "com.example.mail:/out" },
    });
    let answer = server.post("create-application", native).await;
    answer.assert_names(400, field);
    assert_eq!(answered(&server, &app_id).await, before);
}

#[tokio::test]
async fn whether_sid_is_required_is_kept() {
    let server = TestServer::start().await;
    let app_id = server.add_application("mail").await;
    let field = "backchannel_logout_session_required";
    for required in [true, false] {
        let answer = config(&server, &app_id, json!({ field: required })).await;
        assert_eq!(answer.data()["oidcConfig"][field], required);
        assert_eq!(answered(&server, &app_id).await[field], required);
    }
    let answer = config(&server, &app_id, json!({ field: "yes" })).await;
    answer.assert_names(400, field);
}

#[tokio::test]
async fn a_signing_algorithm_is_one_of_ours() {
    let server = TestServer::start().await;
    let app_id = server.add_application("mail").await;
    let field = "id_token_signed_response_alg";
    for name in ["ES256", "EdDSA", "RS256"] {
        let answer = config(&server, &app_id, json!({ field: name })).await;
        assert_eq!(answer.data()["oidcConfig"][field], name);
        assert_eq!(answered(&server, &app_id).await[field], name);
    }
    for (name, code) in [
        ("HS256", 501),
        ("PS256", 501),
        ("ES384", 501),
        ("none", 501),
        ("", 400),
        ("rs256", 400),
        ("ROT13", 400),
    ] {
        let answer = config(&server, &app_id, json!({ field: name })).await;
        answer.assert_names(code, field);
    }
    assert_eq!(answered(&server, &app_id).await[field], "RS256");
}

/// RFC 9700, section 2.1.1: a public client has nothing but PKCE.
#[tokio::test]
async fn a_public_application_needs_pkce() {
    let server = TestServer::start().await;
    let without = json!({ "require_pkce": false });
    for kind in ["spa", "native", "mini-program"] {
        let body = json!({ "appName": kind, "appType": kind, "oidcConfig": without });
        let answer = server.post("create-application", body).await;
        answer.assert_names(422, "needs PKCE");
        let body = json!({ "appName": kind, "appType": kind });
        let made = server.post("create-application", body).await;
        let app_id = made.data()["appId"].as_str().unwrap();
        let answer = config(&server, app_id, without.clone()).await;
        answer.assert_names(422, "needs PKCE");
        assert_eq!(answered(&server, app_id).await["require_pkce"], true);
    }
    let app_id = server.add_application("mail").await;
    config(&server, &app_id, without).await.data();
    assert_eq!(answered(&server, &app_id).await["require_pkce"], false);
    // It cannot become public that way either.
    let public = json!({ "appId": app_id, "appType": "spa" });
    let answer = server.post("update-application", public).await;
    answer.assert_names(422, "needs PKCE");
    let method = json!({ "token_endpoint_auth_method": "none" });
    let answer = config(&server, &app_id, method).await;
    answer.assert_names(422, "needs PKCE");
}

/// ASVS 5.0, 10.4.3: a code lives for a minute at most.
#[tokio::test]
async fn a_code_lives_for_a_minute_at_most() {
    let server = TestServer::start().await;
    let app_id = server.add_application("mail").await;
    let field = "authorization_code_expire";
    for seconds in [1, 60] {
        let answer = config(&server, &app_id, json!({ field: seconds })).await;
        assert_eq!(answer.data()["oidcConfig"][field], seconds);
    }
    for seconds in [json!(0), json!(61), json!(-1), json!(1.5), json!("30")] {
        let answer = config(&server, &app_id, json!({ field: seconds })).await;
        answer.assert_names(400, field);
    }
    assert_eq!(answered(&server, &app_id).await[field], 60);
}
