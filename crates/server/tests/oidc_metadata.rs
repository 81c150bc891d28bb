//! Discovery and the key set: what others learn of this server by themselves.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod browser;
mod relying_party;
mod support;

use browser::{Auth, Browser, Place};
use http::Method;
use serde_json::{Value, json};
use support::{Answer, PUBLIC_URL, TestServer, get, post_form};

const DISCOVERY: &str = "/oidc/.well-known/openid-configuration";
const INSERTED: &str = "/.well-known/oauth-authorization-server/oidc";
const JWKS: &str = "/oidc/.well-known/jwks.json";

async fn read(server: &TestServer, path: &str) -> Answer {
    let answer = server.send(get(path, &[])).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.headers["content-type"], "application/json");
    answer
}

fn texts(value: &Value) -> Vec<&str> {
    let texts = value.as_array().unwrap().iter();
    texts.map(|text| text.as_str().unwrap()).collect()
}

/// oidcc-discovery-endpoint-verification
#[tokio::test]
async fn discovery_is_as_openid_connect_and_rfc_8414_have_it() {
    let server = TestServer::start().await;
    let told = read(&server, DISCOVERY).await.body;
    let issuer = format!("{PUBLIC_URL}/oidc");
    assert_eq!(told["issuer"], issuer);
    for (member, path) in [
        ("authorization_endpoint", "/auth"),
        ("token_endpoint", "/token"),
        ("userinfo_endpoint", "/me"),
        ("jwks_uri", "/.well-known/jwks.json"),
        ("end_session_endpoint", "/session/end"),
        ("introspection_endpoint", "/token/introspection"),
        ("revocation_endpoint", "/token/revocation"),
    ] {
        assert_eq!(told[member], format!("{issuer}{path}"), "{member}");
    }
    assert_eq!(told["response_types_supported"], json!(["code"]));
    assert_eq!(told["subject_types_supported"], json!(["public"]));
    assert_eq!(told["code_challenge_methods_supported"], json!(["S256"]));
    let algorithms = &told["id_token_signing_alg_values_supported"];
    assert_eq!(algorithms, &json!(["RS256", "ES256", "EdDSA"]));
    let with_secret = json!(["client_secret_basic", "client_secret_post"]);
    assert_eq!(
        told["introspection_endpoint_auth_methods_supported"],
        with_secret
    );
    assert!(texts(&told["scopes_supported"]).contains(&"openid"));
    assert!(texts(&told["claims_supported"]).contains(&"sub"));
    for member in [
        "claims_parameter_supported",
        "request_parameter_supported",
        "request_uri_parameter_supported",
    ] {
        assert_eq!(told[member], false, "{member}");
    }
    for member in [
        "authorization_response_iss_parameter_supported",
        "backchannel_logout_supported",
        "backchannel_logout_session_supported",
    ] {
        assert_eq!(told[member], true, "{member}");
    }
    let modes = json!(["query", "fragment", "form_post"]);
    assert_eq!(told["response_modes_supported"], modes);
    // RFC 8414 section 3.2: members with zero elements are omitted.
    for (name, member) in told.as_object().unwrap() {
        assert_ne!(member, &json!([]), "{name}");
        assert!(!member.is_null(), "{name}");
    }
}

#[tokio::test]
async fn the_place_of_rfc_8414_has_the_same_content() {
    let server = TestServer::start().await;
    let appended = read(&server, DISCOVERY).await.text;
    assert_eq!(read(&server, INSERTED).await.text, appended);
}

/// Grants that are advertised are known, and those that are not are not.
#[tokio::test]
async fn no_grant_is_advertised_that_fails_when_used() {
    let server = TestServer::start().await;
    let app = server.add_app("app", json!({})).await;
    let told = read(&server, DISCOVERY).await.body;
    let advertised = texts(&told["grant_types_supported"]);
    let grants = [
        "authorization_code",
        "client_credentials",
        "implicit",
        "password",
        "refresh_token",
        "urn:ietf:params:oauth:grant-type:device_code",
    ];
    for grant in grants {
        let answer = server.oidc("token", &app, &[("grant_type", grant)]).await;
        let unknown = answer.body["error"] == "unsupported_grant_type";
        assert_eq!(unknown, !advertised.contains(&grant), "{grant}");
    }
}

/// Every member that says something of `/oidc/auth` is used as it says.
#[tokio::test]
async fn nothing_of_the_authorization_endpoint_is_advertised_that_fails_when_used() {
    let server = TestServer::start().await;
    let app = server.add_site("Shop", json!({})).await;
    let alice = server.add_user("alice").await;
    let mut browser = Browser::default();
    browser.enter(&server, &app, &alice).await;
    let told = read(&server, DISCOVERY).await.body;
    for (member, parameter) in [
        ("response_types_supported", "response_type"),
        ("response_modes_supported", "response_mode"),
        ("code_challenge_methods_supported", "code_challenge_method"),
        ("acr_values_supported", "acr_values"),
        ("display_values_supported", "display"),
        ("ui_locales_supported", "ui_locales"),
    ] {
        for value in texts(&told[member]) {
            let auth = Auth::new(&app).with(parameter, value);
            match browser.open(&server, &auth.path()).await {
                Place::Elsewhere(_, answer) => assert!(answer.contains_key("code"), "{value}"),
                Place::Page(page) => assert_eq!((&*page.kind, value), ("form-post", "form_post")),
            }
        }
    }
    for (prompt, kind) in [
        ("none", ""),
        ("login", "sign-in"),
        ("consent", "consent"),
        ("select_account", "account"),
    ] {
        assert!(texts(&told["prompt_values_supported"]).contains(&prompt));
        let auth = Auth::new(&app).with("prompt", prompt);
        match browser.open(&server, &auth.path()).await {
            Place::Elsewhere(_, answer) => assert!(kind.is_empty() && answer.contains_key("code")),
            Place::Page(page) => assert_eq!(page.kind, kind),
        }
    }
    assert_eq!(texts(&told["prompt_values_supported"]).len(), 4);
    let login = Auth::new(&app).with("prompt", "login");
    for locale in texts(&told["ui_locales_supported"]) {
        let auth = login.clone().with("ui_locales", locale);
        let page = browser.open(&server, &auth.path()).await.page();
        assert_eq!(page.answer.headers["content-language"], locale);
    }
}

#[tokio::test]
async fn every_scope_and_claim_that_is_advertised_is_granted_or_told() {
    let server = TestServer::start().await;
    let app = server.add_site("Shop", json!({})).await;
    let alice = server.add_user("alice").await;
    let told = read(&server, DISCOVERY).await.body;
    let all = texts(&told["scopes_supported"]).join(" ");
    let mut browser = Browser::default();
    let auth = Auth::new(&app).with("scope", &all);
    let page = browser.open(&server, &auth.path()).await.page();
    let code = browser.sign_in(&server, &page, &alice).await.code();
    let redeemed = server.try_redeem(&app, &code).await;
    let mut granted: Vec<&str> = redeemed.body["scope"]
        .as_str()
        .unwrap()
        .split(' ')
        .collect();
    let mut asked = texts(&told["scopes_supported"]);
    granted.sort_unstable();
    asked.sort_unstable();
    assert_eq!(granted, asked);
    let id = relying_party::claims(redeemed.body["id_token"].as_str().unwrap());
    let advertised = texts(&told["claims_supported"]);
    for claim in [
        "iss",
        "sub",
        "aud",
        "exp",
        "iat",
        "auth_time",
        "nonce",
        "acr",
        "amr",
        "sid",
    ] {
        assert!(id.get(claim).is_some(), "{claim}");
        assert!(advertised.contains(&claim), "{claim} is not advertised");
    }
}

#[tokio::test]
async fn over_https_every_url_is_https_and_of_the_issuer() {
    let server = TestServer::start_at("https://id.example").await;
    let told = read(&server, DISCOVERY).await.body;
    assert_eq!(told["issuer"], "https://id.example/oidc");
    for (name, value) in told.as_object().unwrap() {
        if name.ends_with("_endpoint") || name == "jwks_uri" {
            let url = value.as_str().unwrap();
            assert!(url.starts_with("https://id.example/oidc/"), "{name}");
            let path = url.strip_prefix("https://id.example").unwrap();
            let answer = server.send(get(path, &[])).await;
            let is_there = answer.status != 404 && answer.status != 501;
            assert!(is_there, "{name}: {}", answer.status);
        }
    }
}

#[tokio::test]
async fn the_key_set_has_public_rsa_keys_alone() {
    let server = TestServer::start().await;
    let told = read(&server, JWKS).await.body;
    let keys = told["keys"].as_array().unwrap();
    assert_eq!(keys.len(), 1);
    for key in keys {
        let names: Vec<&String> = key.as_object().unwrap().keys().collect();
        assert_eq!(names, ["alg", "e", "kid", "kty", "n", "use"]);
        assert_eq!((&key["kty"], &key["alg"]), (&json!("RSA"), &json!("RS256")));
        // 2048 bits in base64url without padding.
        assert!(key["n"].as_str().unwrap().len() >= 342);
    }
}

/// RFC 9700 section 2.6: scripts of other sites may read what is public.
#[tokio::test]
async fn only_what_is_public_may_be_kept_and_read_by_other_sites() {
    let server = TestServer::start().await;
    for path in [DISCOVERY, INSERTED, JWKS] {
        let headers = read(&server, path).await.headers;
        assert_eq!(headers["cache-control"], "public, max-age=300");
        assert_eq!(headers["access-control-allow-origin"], "*");
        assert_eq!(headers.get("pragma"), None);
    }
    for path in ["/oidc/token", "/oidc/token/introspection", "/oidc/auth"] {
        let answer = server.send(post_form(path, &[])).await;
        assert_eq!(answer.headers.get("access-control-allow-origin"), None);
        assert_eq!(answer.headers["cache-control"], "no-store");
    }
}

#[tokio::test]
async fn a_wrong_method_is_refused_with_those_that_do() {
    let server = TestServer::start().await;
    for (method, path, allow) in [
        (Method::POST, DISCOVERY, "GET,HEAD"),
        (Method::GET, "/oidc/token", "POST"),
        (Method::GET, "/oidc/token/introspection", "POST"),
        (Method::PUT, "/oidc/me", "GET,HEAD,POST"),
    ] {
        let mut request = get(path, &[]);
        *request.method_mut() = method;
        let answer = server.send(request).await;
        assert_eq!(answer.status, 405, "{path}");
        assert_eq!(answer.headers["allow"], allow, "{path}");
    }
}
