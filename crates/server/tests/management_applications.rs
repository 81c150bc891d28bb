//! Applications: made, found, listed, changed and deleted, and their secrets.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use serde_json::{Value, json};
use support::{Contract, TestServer};

#[tokio::test]
async fn an_application_that_says_little_has_the_defaults() {
    let server = TestServer::start().await;
    let made = server
        .post("create-application", json!({ "appName": "mail" }))
        .await;
    Contract::management().assert_fits("post", "create-application", &made);
    let data = made.data();
    let id = data["appId"].as_str().unwrap();
    assert_eq!(id.len(), 24);
    for (name, value) in [
        ("appIdentifier", json!(id)),
        ("appName", json!("mail")),
        ("appLogo", json!("")),
        ("appType", json!("web")),
        ("userPoolId", json!(server.root.pool.to_string())),
        ("isIntegrateApp", json!(false)),
        ("defaultProtocol", json!("oidc")),
        ("redirectUris", json!([])),
        ("initLoginUri", json!("")),
        ("ssoEnabled", json!(true)),
        ("ssoEnabledAt", json!("2026-01-01T00:00:00.000Z")),
        ("enabled", json!(true)),
        ("apiSignIn", json!(true)),
        ("sessionPolicy", json!({})),
        ("samlProviderEnabled", json!(false)),
        ("customBrandingEnabled", json!(false)),
        ("oidcConfig", default_oidc_config()),
    ] {
        assert_eq!(data[name], value, "{name}");
    }
    assert_eq!(
        data["loginConfig"]["enabledBasicLoginMethods"],
        json!(["PHONE_PASSWORD", "EMAIL_PASSWORD", "USERNAME_PASSWORD"])
    );
    assert_eq!(
        data["loginConfig"]["defaultLoginMethod"]["connectionType"],
        "PASSWORD"
    );
    assert_eq!(
        data["registerConfig"]["enabledBasicRegisterMethods"],
        json!([])
    );
    assert_eq!(data.get("secret"), None);
    let found = server.get("get-application", &[("appId", id)]).await;
    Contract::management().assert_fits("get", "get-application", &found);
    assert_eq!(found.data(), data);
}

#[tokio::test]
async fn an_application_is_answered_as_it_was_made() {
    let server = TestServer::start().await;
    let body = json!({
        "appName": "mail", "appIdentifier": "mail-1", "appLogo": "https://mail.example/logo.png",
        "appDescription": "letters", "appType": "spa", "defaultProtocol": "oidc",
        "redirectUris": ["https://mail.example/cb", "http://localhost:3000/cb"],
        "logoutRedirectUris": ["https://mail.example/bye"],
        "initLoginUri": "https://mail.example/login", "ssoEnabled": false,
        "enabled": false, "apiSignIn": false,
        "sessionPolicy": { "idleTimeout": 900, "maxLifetime": 3600 },
        "loginConfig": {
            "enabledBasicLoginMethods": ["EMAIL_PASSWORD"], "showAuthorizationPage": false,
        },
    });
    let made = server.post("create-application", body.clone()).await;
    for name in [
        "appName",
        "appIdentifier",
        "appLogo",
        "appDescription",
        "appType",
        "redirectUris",
        "logoutRedirectUris",
        "initLoginUri",
        "ssoEnabled",
        "enabled",
        "apiSignIn",
        "sessionPolicy",
    ] {
        assert_eq!(made.data()[name], body[name], "{name}");
    }
    assert_eq!(made.data().get("ssoEnabledAt"), None);
    let methods = &made.data()["loginConfig"]["enabledBasicLoginMethods"];
    assert_eq!(methods, &json!(["EMAIL_PASSWORD"]));
    // A public application has no secret to prove itself with.
    assert_eq!(
        made.data()["oidcConfig"]["token_endpoint_auth_method"],
        "none"
    );
}

#[tokio::test]
async fn built_members_of_oidc_config_are_kept_under_their_registered_names() {
    let server = TestServer::start().await;
    let config = json!({
        "grant_types": ["client_credentials", "refresh_token"],
        "token_endpoint_auth_method": "client_secret_post",
        "introspection_endpoint_auth_method": "client_secret_basic",
        "revocation_endpoint_auth_method": "client_secret_post",
        "access_token_expire": 600, "id_token_expire": 300, "refresh_token_expire": 86400,
        "refresh_token_retry_window": 30, "skip_consent": false, "require_pkce": false,
        "id_token_signed_response_alg": "ES256", "authorization_code_expire": 30,
        "backchannel_logout_uri": "https://mail.example/out",
        "backchannel_logout_session_required": true,
    });
    let mut with_unknown = config.clone();
    with_unknown["response_types"] = json!(["code"]);
    let body = json!({ "appName": "mail", "oidcConfig": with_unknown });
    let made = server.post("create-application", body).await;
    assert_eq!(made.data()["oidcConfig"], config);
    let body = json!({
        "appId": made.data()["appId"], "oidcConfig": { "access_token_expire": 60 },
    });
    let changed = server.post("update-application", body).await;
    let mut expected = config;
    expected["access_token_expire"] = json!(60);
    assert_eq!(changed.data()["oidcConfig"], expected);
}

#[tokio::test]
async fn what_was_answered_can_be_sent_back_and_changes_nothing() {
    let server = TestServer::start().await;
    for kind in ["web", "spa", "native", "api", "mfa", "mini-program"] {
        let body = json!({ "appName": kind, "appType": kind });
        let made = server.post("create-application", body).await;
        let sent_back = server.post("update-application", made.data().clone()).await;
        Contract::management().assert_is("ApplicationDto", sent_back.data());
        if matches!(kind, "web" | "api" | "mfa") {
            // Both forms of the secret are accepted, for which there is no one name.
            let config = &made.data()["oidcConfig"];
            assert_eq!(config.get("token_endpoint_auth_method"), None, "{kind}");
        }
        assert_eq!(sent_back.data(), made.data(), "{kind}");
    }
}

#[tokio::test]
async fn all_that_is_wrong_with_an_application_is_told_at_once() {
    let server = TestServer::start().await;
    server
        .post("create-application", json!({}))
        .await
        .assert_names(400, "appName");
    let types =
        json!({ "appName": 1, "appType": "fridge", "redirectUris": [1], "ssoEnabled": "on" });
    let answer = server.post("create-application", types).await;
    for name in ["appName", "appType", "redirectUris", "ssoEnabled"] {
        answer.assert_names(400, name);
    }
    let forms = json!({
        "appName": "", "appIdentifier": "a b", "appLogo": "logo", "initLoginUri": "x",
        "redirectUris": ["http://mail.example/cb"], "logoutRedirectUris": ["*"],
        "oidcConfig": { "access_token_expire": 0, "refresh_token_retry_window": 61 },
    });
    let answer = server.post("create-application", forms).await;
    answer.assert_names(
        400,
        "appName, appIdentifier, appLogo, initLoginUri, redirectUris, logoutRedirectUris, \
         access_token_expire, refresh_token_retry_window",
    );
    let config = json!({ "skip_consent": "yes", "grant_types": "x", "id_token_expire": 1.5 });
    let answer = server
        .post(
            "create-application",
            json!({ "appName": "a", "oidcConfig": config }),
        )
        .await;
    answer.assert_names(400, "grant_types, skip_consent, id_token_expire");
    for (name, config) in [
        ("grant_types", json!({ "grant_types": ["telepathy"] })),
        (
            "token_endpoint_auth_method",
            json!({ "token_endpoint_auth_method": "nod" }),
        ),
    ] {
        let body = json!({ "appName": "a", "oidcConfig": config });
        server
            .post("create-application", body)
            .await
            .assert_names(400, name);
    }
    let rules = [
        json!({ "appType": "spa", "oidcConfig": { "grant_types": ["client_credentials"] } }),
        json!({ "sessionPolicy": { "idleTimeout": 14 * 86_400 + 1 } }),
    ];
    for mut body in rules {
        body["appName"] = json!("a");
        server
            .post("create-application", body)
            .await
            .assert_fails(422, None);
    }
    let body = json!({ "appName": "a", "sessionPolicy": { "idleTimeout": 0 } });
    server
        .post("create-application", body)
        .await
        .assert_names(400, "idleTimeout");
    assert_eq!(
        server.get("list-applications", &[]).await.data()["totalCount"],
        0
    );
}

#[tokio::test]
async fn two_applications_do_not_share_an_identifier() {
    let server = TestServer::start().await;
    let body = json!({ "appName": "a", "appIdentifier": "mail" });
    assert_eq!(
        server.post("create-application", body.clone()).await.code(),
        200
    );
    let again = server.post("create-application", body.clone()).await;
    again.assert_names(409, "appIdentifier");
    let chat = server.add_application("chat").await;
    let body_of_change = json!({ "appId": chat, "appIdentifier": "mail" });
    let answer = server.post("update-application", body_of_change).await;
    answer.assert_names(409, "appIdentifier");
    let other = server.add_pool().await;
    let answer = server.post_as(&other, "create-application", body).await;
    assert_eq!(answer.code(), 200);
}

#[tokio::test]
async fn a_change_changes_what_it_says_and_nothing_else() {
    let server = TestServer::start().await;
    let app_id = server.add_application("mail").await;
    let before = server.get("get-application", &[("appId", &app_id)]).await;
    let body = json!({ "appId": app_id, "appDescription": "letters" });
    let changed = server.post("update-application", body).await;
    let mut expected = before.data().clone();
    expected["appDescription"] = json!("letters");
    assert_eq!(changed.data(), &expected);
    let found = server.get("get-application", &[("appId", &app_id)]).await;
    assert_eq!(found.data(), &expected);
}

#[tokio::test]
async fn switching_off_signs_everybody_out_and_switching_on_nobody_in() {
    let server = TestServer::start().await;
    let bob = server.add_user("bob").await;
    let (mail, chat) = (
        server.add_application("mail").await,
        server.add_application("chat").await,
    );
    server.sign_in(&bob, &mail).await;
    server.sign_in(&bob, &chat).await;
    for enabled in [false, true] {
        let body = json!({ "appId": mail, "enabled": enabled });
        let changed = server.post("update-application", body).await;
        assert_eq!(changed.data()["enabled"], enabled);
        assert!(!server.is_active(&bob, &mail).await);
        assert!(server.is_active(&bob, &chat).await);
    }
}

#[tokio::test]
async fn a_shorter_session_policy_counts_at_once() {
    let server = TestServer::start().await;
    let bob = server.add_user("bob").await;
    let app_id = server.add_application("mail").await;
    server.sign_in(&bob, &app_id).await;
    server.pass(60);
    let policy =
        |seconds: i64| json!({ "appId": app_id, "sessionPolicy": { "idleTimeout": seconds } });
    let changed = server.post("update-application", policy(61)).await;
    assert_eq!(
        changed.data()["sessionPolicy"],
        json!({ "idleTimeout": 61 })
    );
    assert!(server.is_active(&bob, &app_id).await);
    server.post("update-application", policy(60)).await;
    assert!(!server.is_active(&bob, &app_id).await);
    server.post("update-application", policy(3600)).await;
    assert!(!server.is_active(&bob, &app_id).await);
}

#[tokio::test]
async fn a_change_of_an_unknown_application_is_refused() {
    let server = TestServer::start().await;
    server
        .post("update-application", json!({}))
        .await
        .assert_names(400, "appId");
    for unknown in ["0".repeat(24), "nowhere".to_owned()] {
        let body = json!({ "appId": unknown, "appName": "x" });
        server
            .post("update-application", body)
            .await
            .assert_fails(404, Some(2011));
    }
    let app_id = server.add_application("mail").await;
    let other = server.add_pool().await;
    let body = json!({ "appId": app_id, "appName": "x" });
    let answer = server.post_as(&other, "update-application", body).await;
    answer.assert_fails(404, Some(2011));
}

#[tokio::test]
async fn lists_of_applications_are_pages_of_what_was_asked_for() {
    let server = TestServer::start().await;
    for (name, sso_enabled) in [("mail", true), ("chat", false), ("mailing list", true)] {
        let body = json!({ "appName": name, "ssoEnabled": sso_enabled });
        assert_eq!(server.post("create-application", body).await.code(), 200);
        server.pass(1);
    }
    let list = |query: &'static [(&'static str, &'static str)]| {
        let server = &server;
        async move {
            let answer = server.get("list-applications", query).await;
            Contract::management().assert_fits("get", "list-applications", &answer);
            names(answer.data())
        }
    };
    assert_eq!(list(&[]).await, ["mailing list", "chat", "mail"]);
    assert_eq!(list(&[("limit", "1"), ("page", "2")]).await, ["chat"]);
    assert_eq!(
        list(&[("keywords", "MAIL")]).await,
        ["mailing list", "mail"]
    );
    assert_eq!(list(&[("keywords", "")]).await.len(), 3);
    assert_eq!(
        list(&[("ssoEnabled", "true")]).await,
        ["mailing list", "mail"]
    );
    assert_eq!(list(&[("isSelfBuiltApp", "true")]).await.len(), 3);
    assert_eq!(list(&[("isIntegrateApp", "True")]).await.len(), 0);
    let both = &[("isIntegrateApp", "true"), ("isSelfBuiltApp", "true")];
    assert_eq!(list(both).await.len(), 3);
    assert_eq!(list(&[("all", "false")]).await.len(), 3);
    let answer = server.get("list-applications", &[("all", "true")]).await;
    answer.assert_names(501, "all");
    for (name, value) in [("page", "0"), ("limit", "x"), ("all", "perhaps")] {
        let answer = server.get("list-applications", &[(name, value)]).await;
        answer.assert_names(400, name);
    }
    let answer = server.get("list-applications", &[("limit", "51")]).await;
    answer.assert_names(400, "limit must less than 50");
    let other = server.add_pool().await;
    let answer = server.get_as(&other, "list-applications", &[]).await;
    assert_eq!(answer.data()["totalCount"], 0);
}

#[tokio::test]
async fn a_deleted_application_is_gone_and_everybody_signed_out() {
    let server = TestServer::start().await;
    let bob = server.add_user("bob").await;
    let app_id = server.add_application("mail").await;
    server.sign_in(&bob, &app_id).await;
    let other = server.add_pool().await;
    let body = json!({ "appId": app_id });
    let answer = server
        .post_as(&other, "delete-application", body.clone())
        .await;
    answer.assert_fails(404, Some(2011));
    assert!(server.is_active(&bob, &app_id).await);
    let answer = server.post("delete-application", body.clone()).await;
    Contract::management().assert_fits("post", "delete-application", &answer);
    server
        .post("delete-application", body)
        .await
        .assert_fails(404, Some(2011));
    let answer = server.get("get-application", &[("appId", &app_id)]).await;
    answer.assert_fails(404, Some(2011));
    let apps = server
        .get("get-user-loggedin-apps", &[("userId", &bob.id)])
        .await;
    assert_eq!(apps.data(), &json!([]));
    let history = server
        .get("get-user-login-history", &[("userId", &bob.id)])
        .await;
    let row = &history.data()["list"][0];
    assert_eq!(
        (&row["appId"], &row["appName"]),
        (&json!(app_id), &json!(""))
    );
    server
        .post("delete-application", json!({}))
        .await
        .assert_names(400, "appId");
}

#[tokio::test]
async fn a_secret_is_read_and_replaced() {
    let server = TestServer::start().await;
    let app_id = server.add_application("mail").await;
    let read = || async {
        server
            .get("get-application-secret", &[("appId", &app_id)])
            .await
    };
    let first = read().await;
    Contract::management().assert_fits("get", "get-application-secret", &first);
    assert_eq!(first.data()["secret"].as_str().unwrap().len(), 32);
    assert_eq!(read().await.data(), first.data());
    let body = json!({ "appId": app_id });
    let second = server
        .post("refresh-application-secret", body.clone())
        .await;
    Contract::management().assert_fits("post", "refresh-application-secret", &second);
    assert_ne!(second.data(), first.data());
    assert_eq!(read().await.data(), second.data());
    let other = server.add_pool().await;
    let answer = server
        .post_as(&other, "refresh-application-secret", body)
        .await;
    answer.assert_fails(404, Some(2011));
    let query = [("appId", app_id.as_str())];
    let answer = server
        .get_as(&other, "get-application-secret", &query)
        .await;
    answer.assert_fails(404, Some(2011));
    assert_eq!(read().await.data(), second.data());
    server
        .get("get-application-secret", &[])
        .await
        .assert_names(400, "appId");
    let answer = server
        .post("refresh-application-secret", json!({ "appId": "x" }))
        .await;
    answer.assert_fails(404, Some(2011));
}

fn default_oidc_config() -> Value {
    json!({
        "grant_types": ["authorization_code", "refresh_token"],
        "id_token_signed_response_alg": "RS256", "backchannel_logout_session_required": false,
        "skip_consent": true, "require_pkce": true,
        "access_token_expire": 7200, "id_token_expire": 3600,
        "refresh_token_expire": 2_592_000, "authorization_code_expire": 60,
        "refresh_token_retry_window": 0,
    })
}

fn names(page: &Value) -> Vec<String> {
    let applications = page["list"].as_array().unwrap().iter();
    let name = |application: &Value| application["appName"].as_str().unwrap().to_owned();
    applications.map(name).collect()
}
