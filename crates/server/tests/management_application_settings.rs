//! Settings of applications that are not built: refused by name, and nothing is
//! stored and ignored. Each is tried on a new application and on a change.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use serde_json::{Value, json};
use support::TestServer;

#[tokio::test]
async fn protocols_and_templates() {
    assert_not_built(
        |name, value| json!({ name: value }),
        &[
            ("template", json!("github")),
            ("templateData", json!("{}")),
            ("defaultProtocol", json!("saml")),
            ("defaultProtocol", json!("oauth")),
            ("defaultProtocol", json!("cas")),
            ("defaultProtocol", json!("asa")),
            ("samlProviderEnabled", json!(true)),
            ("samlConfig", json!({ "a": 1 })),
            ("oauthProviderEnabled", json!(true)),
            ("oauthConfig", json!({ "a": 1 })),
            ("casProviderEnabled", json!(true)),
            ("casConfig", json!({ "a": 1 })),
        ],
    )
    .await;
}

#[tokio::test]
async fn ways_to_sign_in_and_to_register() {
    let in_login_config = |name: &str, value: Value| json!({ "loginConfig": { "showAuthorizationPage": false, name: value } });
    assert_not_built(
        in_login_config,
        &[
            ("mergeLoginAndRegisterPage", json!(true)),
            (
                "defaultLoginMethod",
                json!({ "connectionType": "PASSCODE" }),
            ),
            ("enabledExtIdpConnIds", json!([{ "extIdpConnId": "c" }])),
            ("enabledAllExtIdpConns", json!(true)),
            ("showAuthorizationPage", json!(true)),
        ],
    )
    .await;
    let method = |name: &str, _| {
        json!({ "loginConfig": {
            "showAuthorizationPage": false,
            "enabledBasicLoginMethods": ["EMAIL_PASSWORD", name],
        } })
    };
    let methods = ["PHONE_CODE", "EMAIL_CODE", "SELF_BUILT_APP_QRCODE"];
    assert_not_built(method, &methods.map(|method| (method, Value::Null))).await;
    let default_method = |name: &str, value: Value| {
        json!({ "loginConfig": {
            "showAuthorizationPage": false,
            "defaultLoginMethod": { "connectionType": "PASSWORD", name: value },
        } })
    };
    assert_not_built(
        default_method,
        &[
            ("qrcodeType", json!("WECHAT_MINI_PROGRAM")),
            ("qrcodeExtIdpConnId", json!("c")),
            ("adExtIdpConnId", json!("c")),
            ("ldapExtIdpConnId", json!("c")),
        ],
    )
    .await;
    assert_not_built(|name, value| json!({ name: value }), &[
        (
            "registerConfig",
            json!({ "enabledBasicRegisterMethods": ["EMAIL_PASSWORD"], "defaultRegisterMethod": "PASSWORD" }),
        ),
        (
            "registerConfig",
            json!({ "enabledBasicRegisterMethods": [], "defaultRegisterMethod": "PASSCODE" }),
        ),
    ])
    .await;
}

#[tokio::test]
async fn branding() {
    assert_not_built(
        |name, value| json!({ "brandingConfig": { name: value } }),
        &[
            ("customCSSEnabled", json!(true)),
            ("customCSS", json!("body {}")),
            ("guardVersion", json!("Classical")),
            ("customLoadingImage", json!("https://a.example/x.png")),
            ("customBackground", json!("https://a.example/x.png")),
            ("showChangeLanguageButton", json!(true)),
            ("defaultLanguage", json!("zh-CN")),
            ("showForgetPasswordButton", json!(false)),
            ("showEnterpriseConnections", json!(false)),
            ("showSocialConnections", json!(false)),
        ],
    )
    .await;
}

#[tokio::test]
async fn members_of_oidc_config() {
    assert_not_built(
        |name, value| json!({ "oidcConfig": { name: value } }),
        &[
            ("grant_types", json!(["password"])),
            ("grant_types", json!(["implicit"])),
            ("token_endpoint_auth_method", json!("private_key_jwt")),
            (
                "introspection_endpoint_auth_method",
                json!("client_secret_jwt"),
            ),
            ("revocation_endpoint_auth_method", json!("tls_client_auth")),
            ("id_token_signed_response_alg", json!("HS256")),
            ("frontchannel_logout_uri", json!("https://a.example/out")),
            ("frontchannel_logout_session_required", json!(true)),
            ("require_pushed_authorization_requests", json!(true)),
            ("dpop_bound_access_tokens", json!(true)),
            ("jwks", json!({ "keys": [] })),
            ("jwks_uri", json!("https://a.example/jwks")),
            ("initiate_login_uri", json!("https://a.example/login")),
        ],
    )
    .await;
}

#[tokio::test]
async fn values_that_ask_for_nothing_are_no_settings() {
    let server = TestServer::start().await;
    let body = json!({
        "appName": "mail", "template": "", "templateData": "", "defaultProtocol": "oidc",
        "samlProviderEnabled": false, "samlConfig": {}, "oauthProviderEnabled": false,
        "oauthConfig": {}, "casProviderEnabled": false, "casConfig": null,
        "loginConfig": {
            "mergeLoginAndRegisterPage": false, "showAuthorizationPage": false,
            "defaultLoginMethod": { "connectionType": "PASSWORD", "qrcodeExtIdpConnId": "" },
            "enabledExtIdpConnIds": [], "enabledAllExtIdpConns": false,
        },
        "registerConfig": { "enabledBasicRegisterMethods": [], "defaultRegisterMethod": "PASSWORD" },
        "brandingConfig": {
            "customCSSEnabled": false, "customCSS": "", "guardVersion": "Advanced",
            "showChangeLanguageButton": false, "showForgetPasswordButton": true,
            "showEnterpriseConnections": true, "showSocialConnections": true,
        },
        "oidcConfig": { "backchannel_logout_uri": "", "dpop_bound_access_tokens": false, "jwks": null },
        "sessionPolicy": {}, "noSuchMember": { "a": 1 },
    });
    let made = server.post("create-application", body.clone()).await;
    assert_eq!(made.code(), 200, "{}", made.text);
    let mut change = body;
    change["appId"] = made.data()["appId"].clone();
    let changed = server.post("update-application", change).await;
    assert_eq!(changed.data()["oidcConfig"], made.data()["oidcConfig"]);
}

/// Each setting, put in its place by `body`, is refused by its name, on making
/// and on changing, and leaves nothing behind.
async fn assert_not_built(body: impl Fn(&str, Value) -> Value, settings: &[(&str, Value)]) {
    let server = TestServer::start().await;
    let app_id = server.add_application("mail").await;
    let before = server.get("get-application", &[("appId", &app_id)]).await;
    for (name, value) in settings {
        let mut new = body(name, value.clone());
        let mut change = new.clone();
        new["appName"] = json!("chat");
        server
            .post("create-application", new)
            .await
            .assert_names(501, name);
        change["appId"] = json!(app_id);
        change["appName"] = json!("changed");
        server
            .post("update-application", change)
            .await
            .assert_names(501, name);
    }
    let after = server.get("get-application", &[("appId", &app_id)]).await;
    assert_eq!(before.data(), after.data());
    assert_eq!(
        server.get("list-applications", &[]).await.data()["totalCount"],
        1
    );
}
