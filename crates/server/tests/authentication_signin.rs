//! `POST /api/v3/signin`: tokens for a password.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod relying_party;
mod support;

use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use relying_party::{App, EVERYTHING, Tokens, basic, claims, header, with};
use serde_json::{Value, json};
use support::{Contract, PASSWORD, PUBLIC_URL, Person, TestServer, get, post_json, with_header};

const NOW: i64 = 1_767_225_600;

async fn world() -> (TestServer, App, Person) {
    let server = TestServer::start().await;
    let app = server.add_app("app", json!({})).await;
    let person = server.add_user("bob").await;
    (server, app, person)
}

fn scope(scope: &str) -> Value {
    json!({ "options": { "scope": scope } })
}

/// The signature is that of a key in the key set, and the payload is as told.
async fn verified(server: &TestServer, token: &str) -> Value {
    let keys = server.send(get("/oidc/.well-known/jwks.json", &[])).await;
    let kid = &header(token)["kid"];
    let keys = keys.body["keys"].as_array().unwrap();
    let key = keys.iter().find(|key| &key["kid"] == kid).unwrap();
    let decode = |text: &str| URL_SAFE_NO_PAD.decode(text).unwrap();
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let public = RsaPublicKeyComponents {
        n: decode(key["n"].as_str().unwrap()),
        e: decode(key["e"].as_str().unwrap()),
    };
    public
        .verify(
            &RSA_PKCS1_2048_8192_SHA256,
            signed.as_bytes(),
            &decode(signature),
        )
        .unwrap();
    claims(token)
}

#[tokio::test]
async fn a_sign_in_fits_the_contract_and_makes_a_login() {
    let (server, app, person) = world().await;
    assert!(!server.is_active(&person, &app.id).await);
    let answer = server.signin(&app, &person, json!({})).await;
    Contract::authentication().assert_fits("post", "signin", &answer);
    let data = answer.data();
    assert_eq!(data["token_type"], "Bearer");
    assert_eq!(data["expires_in"], 7200);
    assert_eq!(data["expire_in"], 7200);
    assert!(server.is_active(&person, &app.id).await);
    server.assert_alive(&app, &person, &Tokens::of(data)).await;
}

#[tokio::test]
async fn the_access_token_is_as_rfc_9068_has_it() {
    let (server, app, person) = world().await;
    let tokens = server.log_in(&app, &person).await;
    assert_eq!(header(&tokens.access)["typ"], "at+jwt");
    assert_eq!(header(&tokens.access)["alg"], "RS256");
    let told = verified(&server, &tokens.access).await;
    assert_eq!(told["iss"], format!("{PUBLIC_URL}/oidc"));
    assert_eq!(told["sub"], person.id);
    assert_eq!(told["aud"], app.id);
    assert_eq!(told["client_id"], app.id);
    assert_eq!(told["scope"], EVERYTHING);
    assert_eq!(told["iat"], NOW);
    assert_eq!(told["exp"], NOW + 7200);
    assert_eq!(told["auth_time"], NOW);
    assert_eq!(told["amr"], json!(["pwd"]));
    assert!(told["jti"].as_str().unwrap().ends_with(".1"));
}

#[tokio::test]
async fn the_id_token_is_of_the_same_login_and_tells_of_the_access_token() {
    let (server, app, person) = world().await;
    let tokens = server.log_in(&app, &person).await;
    let told = verified(&server, &tokens.id).await;
    assert_eq!(header(&tokens.id)["typ"], "JWT");
    assert_eq!(told["sub"], person.id);
    assert_eq!(told["aud"], app.id);
    assert_eq!(told["exp"], NOW + 3600);
    assert_eq!(told["sid"], claims(&tokens.access)["sid"]);
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, tokens.access.as_bytes());
    let half = URL_SAFE_NO_PAD.encode(&digest.as_ref()[..16]);
    assert_eq!(told["at_hash"], half);
    assert_eq!(told.get("nonce"), None);
}

#[tokio::test]
async fn lifetimes_are_the_applications() {
    let (server, _, person) = world().await;
    let config = json!({ "access_token_expire": 60, "id_token_expire": 30 });
    let app = server
        .add_app("short", json!({ "oidcConfig": config }))
        .await;
    let answer = server.signin(&app, &person, json!({})).await;
    assert_eq!(answer.data()["expires_in"], 60);
    let tokens = Tokens::of(answer.data());
    assert_eq!(claims(&tokens.access)["exp"], NOW + 60);
    assert_eq!(claims(&tokens.id)["exp"], NOW + 30);
}

#[tokio::test]
async fn the_scope_decides_which_tokens_there_are() {
    let (server, app, person) = world().await;
    let names = async |members: Value| {
        let answer = server.signin(&app, &person, members).await;
        let data = answer.data();
        let has = |name: &str| data.get(name).is_some();
        let granted = claims(data["access_token"].as_str().unwrap());
        let granted = granted["scope"].as_str().unwrap_or_default().to_owned();
        (has("id_token"), has("refresh_token"), granted)
    };
    let granted = |text: &str| text.to_owned();
    // Without a scope, `openid profile`.
    let usual = (true, false, granted("openid profile"));
    assert_eq!(names(json!({ "options": {} })).await, usual);
    assert_eq!(names(json!({ "options": null })).await, usual);
    assert_eq!(names(scope("")).await, usual);
    assert_eq!(
        names(scope("email")).await,
        (false, false, granted("email"))
    );
    let offline = (false, true, granted("offline_access"));
    assert_eq!(names(scope("offline_access")).await, offline);
    // Unknown ones are left out (RFC 6749 section 3.3).
    let known = (true, false, granted("openid"));
    assert_eq!(names(scope("openid roles")).await, known);
    assert_eq!(names(scope("roles")).await, (false, false, granted("")));
}

#[tokio::test]
async fn an_application_without_the_refresh_grant_gets_no_refresh_token() {
    let (server, _, person) = world().await;
    let config = json!({ "grant_types": ["authorization_code"] });
    let app = server
        .add_app("no-refresh", json!({ "oidcConfig": config }))
        .await;
    let answer = server.signin(&app, &person, json!({})).await;
    assert_eq!(answer.data().get("refresh_token"), None);
    let told = claims(answer.data()["access_token"].as_str().unwrap());
    assert!(!told["scope"].as_str().unwrap().contains("offline_access"));
}

#[tokio::test]
async fn people_sign_in_by_each_of_their_names() {
    let (server, app, _) = world().await;
    let body = json!({
        "username": "Alice", "email": "Alice@Example.com", "phone": "13800138000",
        "password": PASSWORD,
    });
    let id = server.post("create-user", body).await.data()["userId"].clone();
    for (name, value) in [
        ("username", "ALICE"),
        ("email", "alice@example.com"),
        ("phone", "138 0013 8000"),
        ("phone", "+8613800138000"),
        ("account", "alice"),
        ("account", "ALICE@example.com"),
        ("account", "13800138000"),
    ] {
        let payload = json!({ "passwordPayload": { name: value, "password": PASSWORD } });
        let nobody = Person {
            id: String::new(),
            username: String::new(),
        };
        let answer = server.signin(&app, &nobody, payload).await;
        let token = answer.data()["access_token"].as_str().unwrap().to_owned();
        assert_eq!(claims(&token)["sub"], id, "{name}");
    }
}

#[tokio::test]
async fn exactly_one_account_must_be_given() {
    let (server, app, person) = world().await;
    let payload = |payload: Value| json!({ "passwordPayload": payload });
    let none = payload(json!({ "password": PASSWORD }));
    let answer = server.signin(&app, &person, none).await;
    for name in ["account", "email", "phone", "username"] {
        answer.assert_names(400, name);
    }
    let two = json!({ "username": "bob", "email": "bob@example.com", "password": PASSWORD });
    let answer = server.signin(&app, &person, payload(two)).await;
    answer.assert_names(400, "username");
    answer.assert_names(400, "email");
    assert!(!answer.message().contains("phone"), "{}", answer.text);
    let answer = server
        .signin(&app, &person, json!({ "passwordPayload": null }))
        .await;
    answer.assert_names(400, "passwordPayload");
    let answer = server
        .signin(&app, &person, payload(json!({ "username": "bob" })))
        .await;
    answer.assert_names(400, "password");
    let long = json!({ "username": "bob", "password": "p".repeat(1025) });
    let answer = server.signin(&app, &person, payload(long)).await;
    answer.assert_names(400, "password");
    assert!(!server.is_active(&person, &app.id).await);
}

#[tokio::test]
async fn what_is_not_built_is_refused_by_name() {
    let (server, app, person) = world().await;
    for connection in ["PASSCODE", "LDAP", "AD"] {
        let answer = server
            .signin(&app, &person, json!({ "connection": connection }))
            .await;
        answer.assert_names(501, "connection");
    }
    for (name, value) in [
        ("autoRegister", json!(true)),
        ("captchaCode", json!("a8nz")),
        ("context", json!({ "a": 1 })),
        ("customData", json!({ "a": 1 })),
        ("tenantId", json!("625783d629f2bd1f5ddddd98c")),
        ("passwordEncryptType", json!("rsa")),
        ("passwordEncryptType", json!("sm2")),
    ] {
        let answer = server
            .signin(&app, &person, json!({ "options": { name: value } }))
            .await;
        answer.assert_names(501, name);
    }
    assert!(!server.is_active(&person, &app.id).await);
    // What asks for nothing is no setting.
    let nothing = json!({
        "autoRegister": false, "captchaCode": "", "context": {}, "customData": {},
        "tenantId": "", "passwordEncryptType": "none",
    });
    server
        .signin(&app, &person, json!({ "options": nothing }))
        .await
        .data();
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_account_are_one_answer() {
    let (server, app, person) = world().await;
    let attempt = |name: &str| {
        let payload = json!({ "username": name, "password": "wrong" });
        json!({ "passwordPayload": payload })
    };
    let wrong = server.signin(&app, &person, attempt("bob")).await;
    let unknown = server.signin(&app, &person, attempt("nobody")).await;
    wrong.assert_fails(401, Some(2333));
    unknown.assert_fails(401, Some(2333));
    assert_eq!(wrong.message(), unknown.message());
    // A user without a password is no other case.
    let body = json!({ "username": "without" });
    server.post("create-user", body).await.data();
    let without = server.signin(&app, &person, attempt("without")).await;
    without.assert_fails(401, Some(2333));
}

#[tokio::test]
async fn what_else_is_wrong_is_told_only_after_the_right_password() {
    let (server, app, person) = world().await;
    let wrong = json!({ "passwordPayload": { "username": "bob", "password": "wrong" } });
    let change = async |members: Value| {
        let body = with(json!({ "userId": person.id }), members);
        server.post("update-user", body).await.data();
    };
    change(json!({ "status": "Suspended" })).await;
    let answer = server.signin(&app, &person, wrong.clone()).await;
    answer.assert_fails(401, Some(2333));
    let answer = server.signin(&app, &person, json!({})).await;
    answer.assert_fails(403, Some(2005));
    change(json!({ "status": "Activated" })).await;
    change(json!({ "options": { "resetPasswordOnNextLogin": true } })).await;
    let answer = server.signin(&app, &person, wrong).await;
    answer.assert_fails(401, Some(2333));
    let answer = server.signin(&app, &person, json!({})).await;
    answer.assert_fails(403, Some(2058));
    assert!(!server.is_active(&person, &app.id).await);
}

#[tokio::test]
async fn a_person_of_another_pool_is_nobody() {
    let (server, _, person) = world().await;
    let other = server.add_pool().await;
    let body = json!({ "appName": "theirs" });
    let created = server.post_as(&other, "create-application", body).await;
    let id = created.data()["appId"].as_str().unwrap().to_owned();
    let secret = server
        .get_as(&other, "get-application-secret", &[("appId", &id)])
        .await;
    let secret = secret.data()["secret"].as_str().unwrap().to_owned();
    let theirs = App { id, secret };
    let answer = server.signin(&theirs, &person, json!({})).await;
    answer.assert_fails(401, Some(2333));
}

#[tokio::test]
async fn an_application_may_refuse_this_way_to_sign_in() {
    let (server, _, person) = world().await;
    let refuses = async |name: &str, members: Value| {
        let app = server.add_app(name, members).await;
        let answer = server.signin(&app, &person, json!({})).await;
        answer.assert_fails(403, None);
    };
    refuses("switched-off", json!({ "apiSignIn": false })).await;
    let consent = json!({ "oidcConfig": { "skip_consent": false } });
    refuses("third-party", consent).await;
}

#[tokio::test]
async fn a_client_proves_itself_in_one_of_three_ways() {
    let (server, app, person) = world().await;
    let without = |names: &[&str]| {
        let mut body = TestServer::signin_body(&app, &person, json!({}));
        let object = body.as_object_mut().unwrap();
        object.retain(|name, _| !names.contains(&name.as_str()));
        post_json("/api/v3/signin", &body)
    };
    let bare = || without(&["client_id", "client_secret"]);
    // client_secret_post
    server.send(without(&[])).await.data();
    // client_secret_basic, also beside the same client_id
    let by_basic = |request| with_header(request, "authorization", &app.basic());
    server.send(by_basic(bare())).await.data();
    server
        .send(by_basic(without(&["client_secret"])))
        .await
        .data();
    // Two ways at once
    let answer = server.send(by_basic(without(&[]))).await;
    answer.assert_names(400, "client_secret");
    // A secret that is wrong, missing, or nobody's
    let wrong = with_header(bare(), "authorization", &basic(&app.id, "wrong"));
    server.send(wrong).await.assert_fails(401, None);
    let answer = server.send(without(&["client_secret"])).await;
    answer.assert_fails(401, None);
    server.send(bare()).await.assert_fails(401, None);
    let nobody = with_header(bare(), "authorization", &basic("nobody", "wrong"));
    server.send(nobody).await.assert_fails(401, None);
    let unreadable = with_header(bare(), "authorization", "Basic ###");
    server.send(unreadable).await.assert_fails(401, None);
    // The header names a client; it does not prove one that has a secret.
    let header = with_header(bare(), "x-genauth-app-id", &app.id);
    server.send(header).await.assert_fails(401, None);
    let foreign = with_header(without(&[]), "x-authing-app-id", "6229ffaxxxxxxxxcade3e3d9");
    server.send(foreign).await.assert_fails(403, None);
}

#[tokio::test]
async fn a_public_client_only_says_who_it_is() {
    let (server, _, person) = world().await;
    let spa = server.add_public_app("spa").await;
    let mut body = TestServer::signin_body(&spa, &person, json!({}));
    body.as_object_mut().unwrap().remove("client_secret");
    server.send(post_json("/api/v3/signin", &body)).await.data();
    body.as_object_mut().unwrap().remove("client_id");
    for name in ["x-genauth-app-id", "x-authing-app-id"] {
        let request = with_header(post_json("/api/v3/signin", &body), name, &spa.id);
        let answer = server.send(request).await;
        let token = answer.data()["access_token"].as_str().unwrap();
        assert_eq!(claims(token)["client_id"], spa.id);
    }
    // The SDK sends its former token along; that is no second way.
    let request = with_header(
        post_json("/api/v3/signin", &body),
        "x-genauth-app-id",
        &spa.id,
    );
    let request = with_header(request, "authorization", "Bearer former");
    server.send(request).await.data();
}

#[tokio::test]
async fn an_application_that_is_off_signs_nobody_in() {
    let (server, app, person) = world().await;
    let off = json!({ "appId": app.id, "enabled": false });
    server.post("update-application", off).await.data();
    let answer = server.signin(&app, &person, json!({})).await;
    answer.assert_fails(401, None);
}

#[tokio::test]
async fn the_persons_address_is_believed_of_an_application_with_a_secret() {
    let (server, app, person) = world().await;
    let from = json!({ "options": { "clientIp": "203.0.113.7" } });
    let newest = async || {
        let query = [("userId", person.id.as_str())];
        let history = server.get("get-user-login-history", &query).await;
        history.data()["list"][0].clone()
    };
    let body = TestServer::signin_body(&app, &person, from.clone());
    let agent = "a".repeat(513);
    let request = with_header(post_json("/api/v3/signin", &body), "user-agent", &agent);
    server.send(request).await.data();
    assert_eq!(newest().await["clientIp"], "203.0.113.7");
    assert_eq!(newest().await["userAgent"], "a".repeat(512));
    server.pass(1);
    server.signin(&app, &person, json!({})).await.data();
    assert_eq!(newest().await["clientIp"], "192.0.2.1");
    server.pass(1);
    let spa = server.add_public_app("spa").await;
    let mut body = TestServer::signin_body(&spa, &person, from);
    body.as_object_mut().unwrap().remove("client_secret");
    server.send(post_json("/api/v3/signin", &body)).await.data();
    assert_eq!(newest().await["clientIp"], "192.0.2.1");
    let wrong = json!({ "options": { "clientIp": "somewhere" } });
    let answer = server.signin(&app, &person, wrong).await;
    answer.assert_names(400, "clientIp");
}

#[tokio::test]
async fn each_sign_in_is_a_device_of_its_own() {
    let (server, app, person) = world().await;
    let first = server.log_in(&app, &person).await;
    let second = server.log_in(&app, &person).await;
    assert_ne!(first.login(), second.login());
    server.assert_alive(&app, &person, &first).await;
    server.assert_alive(&app, &person, &second).await;
}
