//! `POST /api/v3/signup`: people who register by themselves.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod relying_party;
mod support;

use relying_party::{App, basic, from_address, with};
use serde_json::{Value, json};
use support::{Answer, Contract, Key, PASSWORD, Person, TestServer, post_json, with_header};

const EMAIL: &str = "ann@example.com";

/// A pool that lets people register, and an application of it.
async fn open_world() -> (TestServer, App) {
    let server = TestServer::start().await;
    let app = server.add_app("app", json!({})).await;
    set_open(&server, &server.root, true).await;
    (server, app)
}

async fn set_open(server: &TestServer, key: &Key, open: bool) {
    let body = json!({ "registerDisabled": !open });
    let answer = server.post_as(key, "update-security-settings", body).await;
    assert_eq!(answer.data()["registerDisabled"], !open);
}

/// As the published SDKs send it: the header names the application, and its secret
/// is not shown.
async fn sign_up(server: &TestServer, app: &App, body: Value) -> Answer {
    let body = with(json!({ "connection": "PASSWORD" }), body);
    let request = post_json("/api/v3/signup", &body);
    server
        .send(with_header(request, "x-authing-app-id", &app.id))
        .await
}

fn by_username(username: &str) -> Value {
    json!({ "passwordPayload": { "username": username, "password": PASSWORD } })
}

async fn user(server: &TestServer, id: &Value) -> Value {
    let query = [("userId", id.as_str().unwrap())];
    server.get("get-user", &query).await.data().clone()
}

#[tokio::test]
async fn who_registers_is_a_user_and_not_signed_in() {
    let (server, app) = open_world().await;
    let profile = json!({
        "nickname": "Annie", "gender": "F", "locality": "Berlin", "phone": "13800138000",
        "website": "https://ann.example", "birthdate": "2001-02-03", "email": EMAIL,
    });
    let body = with(by_username("ann"), json!({ "profile": profile }));
    let answer = sign_up(&server, &app, body).await;
    Contract::authentication().assert_fits("post", "signup", &answer);
    let made = answer.data();
    for (name, value) in [
        ("username", "ann"),
        ("nickname", "Annie"),
        ("gender", "F"),
        ("city", "Berlin"),
        ("phone", "13800138000"),
        ("phoneCountryCode", "+86"),
        ("email", EMAIL),
        ("status", "Activated"),
        ("userSourceType", "register"),
    ] {
        assert_eq!(made[name], value, "{name}");
    }
    assert_eq!(made["emailVerified"], false);
    assert_eq!(made["phoneVerified"], false);
    assert_eq!(made["loginsCount"], 0);
    let person = Person {
        id: made["userId"].as_str().unwrap().to_owned(),
        username: "ann".to_owned(),
    };
    assert!(!server.is_active(&person, &app.id).await);
    let tokens = server.log_in(&app, &person).await;
    server.assert_alive(&app, &person, &tokens).await;
}

#[tokio::test]
async fn nobody_registers_unless_the_pool_lets_them() {
    let server = TestServer::start().await;
    let app = server.add_app("app", json!({})).await;
    let other = server.add_pool().await;
    set_open(&server, &other, true).await;
    let answer = sign_up(&server, &app, by_username("ann")).await;
    answer.assert_fails(403, Some(2031));
    set_open(&server, &server.root, true).await;
    sign_up(&server, &app, by_username("ann")).await.data();
    set_open(&server, &server.root, false).await;
    let answer = sign_up(&server, &app, by_username("bob")).await;
    answer.assert_fails(403, Some(2031));
    // Who waits for the hasher meanwhile is refused in the commit.
    set_open(&server, &server.root, true).await;
    let places = server.hold_hasher().await;
    let waits = sign_up(&server, &app, by_username("bob"));
    let closes = async {
        tokio::task::yield_now().await;
        set_open(&server, &server.root, false).await;
        drop(places);
    };
    let (answer, ()) = tokio::join!(waits, closes);
    answer.assert_fails(403, Some(2031));
}

#[tokio::test]
async fn an_application_is_named_and_what_it_shows_is_its_own() {
    let (server, app) = open_world().await;
    let public = server.add_public_app("public").await;
    let send = async |name: &str, credentials: Value| {
        let body = with(by_username(name), json!({ "connection": "PASSWORD" }));
        let body = with(body, credentials);
        server.send(post_json("/api/v3/signup", &body)).await
    };
    send("a", json!({ "client_id": app.id })).await.data();
    send("b", json!({ "client_id": public.id })).await.data();
    let right = json!({ "client_id": app.id, "client_secret": app.secret });
    send("c", right).await.data();
    let body = with(by_username("d"), json!({ "connection": "PASSWORD" }));
    let request = post_json("/api/v3/signup", &body);
    let value = basic(&app.id, &app.secret);
    let answer = server
        .send(with_header(request, "authorization", &value))
        .await;
    answer.data();
    let wrong = json!({ "client_id": app.id, "client_secret": "wrong" });
    send("e", wrong).await.assert_fails(401, None);
    let nothing = json!({ "client_id": "0".repeat(24) });
    send("e", nothing).await.assert_fails(401, None);
    send("e", json!({})).await.assert_fails(401, None);
    let off = json!({ "appId": app.id, "enabled": false });
    server.post("update-application", off).await.data();
    let answer = send("e", json!({ "client_id": app.id })).await;
    answer.assert_fails(401, None);
    for members in [
        json!({ "apiSignIn": false }),
        json!({ "oidcConfig": { "skip_consent": false } }),
    ] {
        let third_party = server.add_app("third", members).await;
        let answer = sign_up(&server, &third_party, by_username("e")).await;
        answer.assert_fails(403, None);
    }
}

#[tokio::test]
async fn an_asserted_address_names_nobody_and_tells_of_nobody() {
    let (server, app) = open_world().await;
    let known = json!({ "username": "owner", "email": EMAIL, "password": PASSWORD });
    let owner = server.post("create-user", known).await.data()["userId"].clone();
    let by_email = |email: &str| {
        json!({ "passwordPayload": {
        "email": email, "password": "somebody else",
    } })
    };
    let as_known = sign_up(&server, &app, by_email("Ann@Example.com")).await;
    let as_unknown = sign_up(&server, &app, by_email("new@example.com")).await;
    let shape = |answer: &Answer| {
        let members = answer.data().as_object().unwrap();
        members.keys().cloned().collect::<Vec<_>>()
    };
    assert_eq!(shape(&as_known), shape(&as_unknown));
    let by = async |email: &str| {
        let query = [("userId", email), ("userIdType", "email")];
        server.get("get-user", &query).await
    };
    assert_eq!(by(EMAIL).await.data()["userId"], owner);
    by("new@example.com").await.assert_fails(404, Some(2004));
    let exists = json!({ "email": "new@example.com" });
    let answer = server.post("is-user-exists", exists).await;
    assert_eq!(answer.data()["exists"], false);
    // Nobody signs in by it, and no application is told it.
    let sign_in = async |password: &str| {
        let payload = json!({ "email": "new@example.com", "password": password });
        let person = server_person();
        let body = json!({ "passwordPayload": payload });
        server.signin(&app, &person, body).await
    };
    sign_in("somebody else").await.assert_fails(401, Some(2333));
    let new = as_unknown.data()["userId"].clone();
    let verified = json!({ "userId": new, "emailVerified": true });
    server.post("update-user", verified).await.data();
    assert_eq!(by("new@example.com").await.data()["userId"], new);
    sign_in("somebody else").await.data();
    // The address that is another's stays so.
    let squatter = as_known.data()["userId"].clone();
    let verified = json!({ "userId": squatter, "emailVerified": true });
    let answer = server.post("update-user", verified).await;
    answer.assert_names(409, "email");
    assert_eq!(user(&server, &squatter).await["emailVerified"], false);
}

fn server_person() -> Person {
    Person {
        id: String::new(),
        username: String::new(),
    }
}

#[tokio::test]
async fn an_application_is_told_an_address_once_it_is_verified() {
    let (server, app) = open_world().await;
    let profile = json!({ "profile": { "email": EMAIL, "phone": "13800138000" } });
    let answer = sign_up(&server, &app, with(by_username("ann"), profile)).await;
    let id = answer.data()["userId"].clone();
    let person = Person {
        id: id.as_str().unwrap().to_owned(),
        username: "ann".to_owned(),
    };
    let tokens = server.log_in(&app, &person).await;
    let told = async || server.user_info(&tokens.access).await.body;
    for name in ["email", "email_verified", "phone_number"] {
        assert_eq!(told().await.get(name), None, "{name}");
    }
    let verified = json!({ "userId": id, "emailVerified": true, "phoneVerified": true });
    server.post("update-user", verified).await.data();
    assert_eq!(told().await["email"], EMAIL);
    assert_eq!(told().await["email_verified"], true);
    assert_eq!(told().await["phone_number"], "+8613800138000");
}

#[tokio::test]
async fn a_username_is_taken_once_and_is_no_other_name() {
    let (server, app) = open_world().await;
    let employee = json!({ "username": "bob", "externalId": "EMP-77" });
    server.post("create-user", employee).await.data();
    for name in ["bob", "BOB", "Ｂob", "emp-77"] {
        let answer = sign_up(&server, &app, by_username(name)).await;
        answer.assert_names(409, "username");
    }
    for name in [
        "a@b",
        "a:b",
        "12345",
        "+8613800138000",
        "62299d8b866d2dab79a89dc4",
        " ",
    ] {
        let answer = sign_up(&server, &app, by_username(name)).await;
        answer.assert_fails(422, None);
    }
}

#[tokio::test]
async fn what_is_wrong_is_named() {
    let (server, app) = open_world().await;
    let payload = |members: Value| json!({ "passwordPayload": members });
    let profile = |members: Value| with(by_username("ann"), json!({ "profile": members }));
    let long = "a".repeat(257);
    for (body, name) in [
        (json!({}), "passwordPayload"),
        (payload(json!({ "username": "ann" })), "password"),
        (payload(json!({ "password": PASSWORD })), "username, email"),
        (
            payload(json!({ "password": PASSWORD, "username": "" })),
            "username",
        ),
        (
            payload(json!({ "password": PASSWORD, "username": long })),
            "username",
        ),
        (
            payload(json!({ "password": PASSWORD, "email": "ann" })),
            "email",
        ),
        (
            payload(json!({ "password": "", "username": "ann" })),
            "password",
        ),
        (
            profile(json!({ "website": "javascript:alert(1)" })),
            "website",
        ),
        (profile(json!({ "photo": "data:text/html,x" })), "photo"),
        (profile(json!({ "birthdate": "x" })), "birthdate"),
        (profile(json!({ "phone": "x" })), "phone"),
        (profile(json!({ "locality": "a".repeat(257) })), "locality"),
        (profile(json!({ "gender": "X" })), "gender"),
    ] {
        let answer = sign_up(&server, &app, body).await;
        answer.assert_names(400, name);
    }
    let two = with(
        payload(json!({ "password": PASSWORD, "email": EMAIL })),
        json!({ "profile": { "email": "other@example.com" } }),
    );
    sign_up(&server, &app, two).await.assert_names(400, "email");
    let short = payload(json!({ "username": "ann", "password": "short" }));
    sign_up(&server, &app, short).await.assert_fails(422, None);
    let total = server.get("list-users", &[]).await.data()["totalCount"].clone();
    assert_eq!(total, 0);
}

#[tokio::test]
async fn what_is_not_built_is_refused_by_name() {
    let (server, app) = open_world().await;
    let options = |members: Value| with(by_username("ann"), json!({ "options": members }));
    let passcode = json!({
        "connection": "PASSCODE", "passCodePayload": { "passCode": "1", "email": EMAIL },
    });
    let custom = json!({ "profile": { "customData": { "plan": "gold" } } });
    let code = "phonePassCodeForInformationCompletion";
    for (body, name) in [
        (passcode, "connection"),
        (with(by_username("ann"), custom), "customData"),
        (options(json!({ "context": { "a": 1 } })), "context"),
        (options(json!({ code: "1" })), code),
        (
            options(json!({ "passwordEncryptType": "rsa" })),
            "passwordEncryptType",
        ),
        (
            options(json!({ "passwordEncryptType": "sm2" })),
            "passwordEncryptType",
        ),
    ] {
        let answer = sign_up(&server, &app, body).await;
        answer.assert_names(501, name);
    }
    let nothing = json!({ "context": {}, "passwordEncryptType": "none" });
    sign_up(&server, &app, options(nothing)).await.data();
}

#[tokio::test]
async fn one_address_registers_fifty_in_five_minutes() {
    let (server, app) = open_world().await;
    let try_from = async |address: &str, options: Value, name: &str| {
        let body = json!({
            "connection": "PASSWORD",
            "passwordPayload": { "username": name, "password": PASSWORD },
            "client_id": app.id, "client_secret": app.secret, "options": options,
        });
        let request = from_address(post_json("/api/v3/signup", &body), address);
        server.send(request).await
    };
    // A name that is taken counts too: nobody learns of more in that time.
    try_from("192.0.2.7", json!({}), "ann").await.data();
    for _ in 1..50 {
        let answer = try_from("192.0.2.7", json!({}), "ann").await;
        answer.assert_names(409, "username");
    }
    let answer = try_from("192.0.2.7", json!({}), "bob").await;
    answer.assert_fails(429, None);
    assert_eq!(answer.headers["retry-after"], "300");
    try_from("192.0.2.8", json!({}), "carol").await.data();
    // An application that shows its secret is believed where its people are.
    let told = json!({ "clientIp": "198.51.100.1" });
    try_from("192.0.2.7", told, "dave").await.data();
    // A host has a whole /64 of IPv6 to itself.
    for host in 0..50 {
        let told = json!({ "clientIp": format!("2001:db8::{host:x}") });
        let taken = try_from("192.0.2.9", told, "ann").await;
        taken.assert_fails(409, None);
    }
    let told = json!({ "clientIp": "2001:db8::ffff" });
    try_from("192.0.2.9", told, "frank")
        .await
        .assert_fails(429, None);
    let told = json!({ "clientIp": "x" });
    let answer = try_from("192.0.2.7", told, "erin").await;
    answer.assert_names(400, "clientIp");
    let body = with(
        by_username("erin"),
        json!({
            "connection": "PASSWORD", "client_id": app.id,
            "options": { "clientIp": "198.51.100.2" },
        }),
    );
    let request = from_address(post_json("/api/v3/signup", &body), "192.0.2.7");
    server.send(request).await.assert_fails(429, None);
    server.pass(300);
    try_from("192.0.2.7", json!({}), "erin").await.data();
}
