//! Password hashes that were made elsewhere: they sign in, and are hashed anew then.
//!
//! The hashes of "correct horse" were made by others: libxcrypt, CPython's hashlib
//! and OpenSSL.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod browser;
mod relying_party;
mod support;

use browser::{Auth, Browser};
use relying_party::App;
use rollcall_core::model::identifier::UserSelector;
use rollcall_core::model::user::{Password, User};
use rollcall_core::ports::users::Found;
use serde_json::{Value, json};
use support::{Answer, PASSWORD, Person, TestServer, post_json};

const BCRYPT: &str = "$2b$04$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e";
const FORMS: [&str; 9] = [
    BCRYPT,
    "$2a$04$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e",
    "$2y$04$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e",
    "$pbkdf2-sha256$i=1000,l=32$c2Vhc2FsdA$mQnueSakb748zqBAC1tmWVZsZbi2zPGZarEzTGdfmso",
    "$pbkdf2-sha512$i=1000$c2Vhc2FsdA$CBx2rkpvjyEAoopNVuRZWOOxTTRwoV6JjrHARZAmWoRGf7Bll/+N6ttV\
        /4gWvtd16NJ94OpVpZHm44IdMrFULg",
    "pbkdf2_sha256$1000$seasalt$mQnueSakb748zqBAC1tmWVZsZbi2zPGZarEzTGdfmso=",
    "pbkdf2_sha512$1000$seasalt$CBx2rkpvjyEAoopNVuRZWOOxTTRwoV6JjrHARZAmWoRGf7Bll/+N6ttV\
        /4gWvtd16NJ94OpVpZHm44IdMrFULg==",
    "$argon2i$v=19$m=64,t=2,p=1$c2Vhc2FsdHNlYQ$ThtFbijZu7udwoabm7ybNhmr8ZxqHzoFXvTFjLquR5c",
    "$argon2id$v=19$m=64,t=2,p=1$c2Vhc2FsdHNlYQ$3bmWj6AcUm8B/naFTUcf3XrQF33SHZ6BTMcBi7nHyPU",
];

/// One user for each form.
async fn imported(server: &TestServer) -> Vec<Person> {
    let row = |(n, hash): (usize, &&str)| json!({ "username": format!("p{n}"), "password": hash });
    let list: Vec<Value> = FORMS.iter().enumerate().map(row).collect();
    let body = json!({ "list": list, "options": { "keepPassword": true } });
    let made = server.post("create-users-batch", body).await;
    let users = made.data().as_array().unwrap();
    assert_eq!(users.len(), FORMS.len(), "{}", made.text);
    let person = |user: &Value| {
        assert_eq!(user.get("passwordSecurityLevel"), None, "nobody knows");
        Person {
            id: user["userId"].as_str().unwrap().to_owned(),
            username: user["username"].as_str().unwrap().to_owned(),
        }
    };
    users.iter().map(person).collect()
}

async fn stored(server: &TestServer, person: &Person) -> User {
    let selector = UserSelector::id(person.id.parse().unwrap());
    let store = &server.authority.store;
    match store.find_user(server.root.pool, selector).await.unwrap() {
        Found::One(user) => user,
        other => panic!("{other:?}"),
    }
}

/// The same password in our own form: no change of it, so nothing else moved.
async fn assert_rehashed(server: &TestServer, person: &Person, before: &User) {
    let now = stored(server, person).await;
    let phc = now.password.hash.as_ref().unwrap().as_phc().to_owned();
    assert!(phc.starts_with("$argon2id$v=19$"), "{phc}");
    let expected = Password {
        hash: now.password.hash.clone(),
        security_level: now.password.security_level,
        ..before.password.clone()
    };
    assert_eq!(now.password, expected);
    assert_eq!(now.updated_at, before.updated_at);
}

async fn try_signin(server: &TestServer, app: &App, person: &Person, password: &str) -> Answer {
    let body = json!({
        "connection": "PASSWORD", "client_id": app.id, "client_secret": app.secret,
        "passwordPayload": { "username": person.username, "password": password },
    });
    server.send(post_json("/api/v3/signin", &body)).await
}

#[tokio::test]
async fn every_form_signs_in_by_the_api_and_is_hashed_anew() {
    let server = TestServer::start().await;
    let app = server.add_app("app", json!({})).await;
    for person in imported(&server).await {
        let before = stored(&server, &person).await;
        let wrong = try_signin(&server, &app, &person, "correct hors").await;
        wrong.assert_fails(401, Some(2333));
        assert_eq!(
            stored(&server, &person).await.password.hash,
            before.password.hash
        );
        let first = try_signin(&server, &app, &person, PASSWORD).await;
        assert_eq!(first.code(), 200, "{:?}", before.password.hash);
        assert_rehashed(&server, &person, &before).await;
        // The next one is like any other, and ends nothing.
        let once = stored(&server, &person).await.password.hash;
        let again = try_signin(&server, &app, &person, PASSWORD).await;
        assert_eq!(again.code(), 200);
        assert_eq!(stored(&server, &person).await.password.hash, once);
        try_signin(&server, &app, &person, "correct hors")
            .await
            .assert_fails(401, Some(2333));
        let token = first.data()["access_token"].as_str().unwrap();
        assert_eq!(server.get_by(token, "get-profile", &[]).await.code(), 200);
    }
}

#[tokio::test]
async fn every_form_signs_in_with_a_page_and_is_hashed_anew() {
    let server = TestServer::start().await;
    let app = server.add_site("Shop", json!({})).await;
    for person in imported(&server).await {
        let before = stored(&server, &person).await;
        let mut visitor = Browser::default();
        let page = visitor.open(&server, &Auth::new(&app).path()).await.page();
        let fields = [
            ("identifier", person.username.as_str()),
            ("password", "correct hors"),
        ];
        let again = visitor.submit(&server, &page, &fields).await.page();
        assert_eq!(again.kind, page.kind, "a wrong password is asked for again");
        assert_eq!(
            stored(&server, &person).await.password.hash,
            before.password.hash
        );
        visitor.enter(&server, &app, &person).await;
        assert_rehashed(&server, &person, &before).await;
        assert!(server.is_active(&person, &app.id).await);
    }
}

/// Both verified the same hash; neither makes the other's password another one.
#[tokio::test]
async fn two_first_sign_ins_at_once_are_both_good() {
    let server = TestServer::start().await;
    let app = server.add_app("app", json!({})).await;
    let person = imported(&server).await.remove(0);
    let (one, other) = tokio::join!(
        try_signin(&server, &app, &person, PASSWORD),
        try_signin(&server, &app, &person, PASSWORD),
    );
    assert_eq!((one.code(), other.code()), (200, 200));
    assert_eq!(
        try_signin(&server, &app, &person, PASSWORD).await.code(),
        200
    );
}

#[tokio::test]
async fn a_hash_of_no_known_form_is_refused_and_nothing_is_stored() {
    let server = TestServer::start().await;
    let keep = json!({ "keepPassword": true });
    for hash in [
        "",
        "correct horse",
        "5f4dcc3b5aa765d61d8327deb882cf99",
        "$1$seasalt$x",
        &BCRYPT.replace("$2b$", "$2x$"),
        &BCRYPT.replace("$04$", "$15$"),
        "pbkdf2_sha256$2000001$seasalt$mQnueSakb748zqBAC1tmWVZsZbi2zPGZarEzTGdfmso=",
        "$argon2id$v=19$m=4294967295,t=2,p=1$c2Vhc2FsdHNlYQ$3bmWj6AcUm8B/naFTUcf3XrQF33SHZ6B",
    ] {
        let body = json!({ "username": "bob", "password": hash, "options": keep });
        let refused = server.post("create-user", body).await;
        refused.assert_names(400, "password");
    }
    let body = json!({ "username": "bob", "password": BCRYPT, "salt": "another", "options": keep });
    server
        .post("create-user", body)
        .await
        .assert_names(400, "salt");
    let list = json!([{ "username": "bob", "password": "x" }, { "username": "eve" }]);
    let batch = json!({ "list": list, "options": keep });
    let batch = server.post("create-users-batch", batch).await;
    assert_eq!(batch.body["results"][0]["statusCode"], 400);
    assert_eq!(
        batch.data()[0]["username"],
        "eve",
        "without a password is fine"
    );
    assert_eq!(server.get("list-users", &[]).await.data()["totalCount"], 1);
    let salt = "abcdefghijklmnopqrstuu";
    let body = json!({ "username": "bob", "password": BCRYPT, "salt": salt, "options": keep });
    assert_eq!(server.post("create-user", body).await.code(), 200);
}

#[tokio::test]
async fn a_change_of_password_takes_an_imported_one_for_the_old() {
    let server = TestServer::start().await;
    let app = server.add_app("app", json!({})).await;
    let keep = json!({ "keepPassword": true });
    let body = json!({ "username": "bob", "password": BCRYPT, "options": keep });
    let bob = server.post("create-user", body).await;
    let bob = Person {
        id: bob.data()["userId"].as_str().unwrap().to_owned(),
        username: "bob".to_owned(),
    };
    let signed_in = try_signin(&server, &app, &bob, PASSWORD).await;
    let token = signed_in.data()["access_token"].as_str().unwrap();
    let change = json!({ "oldPassword": PASSWORD, "newPassword": "battery staple" });
    let changed = server.post_by(token, "update-password", change).await;
    assert_eq!(changed.code(), 200);
    try_signin(&server, &app, &bob, PASSWORD)
        .await
        .assert_fails(401, Some(2333));
    assert_eq!(
        try_signin(&server, &app, &bob, "battery staple")
            .await
            .code(),
        200
    );
}
