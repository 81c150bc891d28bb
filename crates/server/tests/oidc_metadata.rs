//! Discovery and the key set: what others learn of this server by themselves.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod relying_party;
mod support;

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
    assert_eq!(algorithms, &json!(["RS256"]));
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
