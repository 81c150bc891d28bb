//! Userinfo (OIDC Core section 5.3): who a person is, to whom a scope tells it.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod relying_party;
mod support;

use http::header::WWW_AUTHENTICATE;
use relying_party::{EVERYTHING, Tokens, World, assert_oauth, claims, tampered};
use serde_json::{Value, json};
use support::{Answer, PASSWORD, Person, TestServer, bearer, get, post_form};

const NOW: i64 = 1_767_225_600;

async fn told(scope: &str, members: Value) -> Value {
    let server = TestServer::start().await;
    let app = server.add_app("app", json!({})).await;
    let user = relying_party::with(json!({ "username": "bob", "password": PASSWORD }), members);
    let created = server.post("create-user", user).await;
    let person = Person {
        id: created.data()["userId"].as_str().unwrap().to_owned(),
        username: "bob".to_owned(),
    };
    let scope = json!({ "options": { "scope": scope } });
    let tokens = Tokens::of(server.signin(&app, &person, scope).await.data());
    let answer = server.user_info(&tokens.access).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(answer.headers["content-type"], "application/json");
    assert_eq!(answer.body["sub"], person.id);
    assert_eq!(answer.body["sub"], claims(&tokens.access)["sub"]);
    let mut told = answer.body;
    told.as_object_mut().unwrap().remove("sub");
    told
}

/// oidcc-scope-profile, -email, -phone, -address
#[tokio::test]
async fn each_scope_tells_its_claims_and_no_other() {
    let person = || {
        json!({
            "email": "Bob@Example.com", "emailVerified": true,
            "phone": "138 0013 8000", "externalId": "10010",
            "name": "Bob B.", "givenName": "Bob", "familyName": "B.", "middleName": "M.",
            "nickname": "Bobby", "preferredUsername": "bobby", "photo": "https://a.example/b.png",
            "profile": "https://a.example/bob", "website": "https://bob.example",
            "gender": "M", "birthdate": "2001-02-03T00:00:00.000Z",
            "zoneinfo": "Europe/Berlin", "locale": "de",
            "formatted": "Street 1\nCity", "streetAddress": "Street 1", "city": "City",
            "region": "Region", "postalCode": "12345", "country": "DE",
        })
    };
    assert_eq!(told("openid", person()).await, json!({}));
    let profile = json!({
        "name": "Bob B.", "given_name": "Bob", "family_name": "B.", "middle_name": "M.",
        "nickname": "Bobby", "preferred_username": "bobby",
        "picture": "https://a.example/b.png", "profile": "https://a.example/bob",
        "website": "https://bob.example", "gender": "male", "birthdate": "2001-02-03",
        "zoneinfo": "Europe/Berlin", "locale": "de", "updated_at": NOW,
    });
    assert_eq!(told("openid profile", person()).await, profile);
    let email = json!({ "email": "bob@example.com", "email_verified": true });
    assert_eq!(told("openid email", person()).await, email);
    let phone = json!({ "phone_number": "+8613800138000", "phone_number_verified": false });
    assert_eq!(told("openid phone", person()).await, phone);
    let address = json!({ "address": {
        "formatted": "Street 1\nCity", "street_address": "Street 1", "locality": "City",
        "region": "Region", "postal_code": "12345", "country": "DE",
    } });
    assert_eq!(told("openid address", person()).await, address);
    let own = json!({ "username": "bob", "external_id": "10010" });
    assert_eq!(told("openid username external_id", person()).await, own);
}

#[tokio::test]
async fn a_claim_without_a_value_is_left_out() {
    let told = told(EVERYTHING, json!({ "name": "" })).await;
    assert_eq!(told, json!({ "updated_at": NOW, "username": "bob" }));
}

/// oidcc-userinfo-get, -post-header, -post-body
#[tokio::test]
async fn userinfo_is_asked_in_three_ways() {
    let World { server, tokens, .. } = World::new().await;
    let by_get = server.user_info(&tokens.access).await;
    let by_post = bearer(post_form("/oidc/me", &[]), &tokens.access);
    assert_eq!(server.send(by_post).await.body, by_get.body);
    let mut bare = bearer(get("/oidc/me", &[]), &tokens.access);
    *bare.method_mut() = http::Method::POST;
    assert_eq!(server.send(bare).await.body, by_get.body);
    let in_body = post_form("/oidc/me", &[("access_token", &tokens.access)]);
    assert_eq!(server.send(in_body).await.body, by_get.body);
    // In two of them at once (RFC 6750 section 2).
    let form = [("access_token", tokens.access.as_str())];
    let twice = bearer(post_form("/oidc/me", &form), &tokens.access);
    assert_oauth(&server.send(twice).await, 400, "invalid_request");
    let repeated = [form, form].concat();
    let repeated = post_form("/oidc/me", &repeated);
    assert_oauth(&server.send(repeated).await, 400, "invalid_request");
}

#[track_caller]
fn challenge(answer: &Answer) -> &str {
    answer.headers[WWW_AUTHENTICATE].to_str().unwrap()
}

/// RFC 6750 section 3.1; RFC 9700 section 2.6: never a token in a URL.
#[tokio::test]
async fn without_a_token_that_counts_userinfo_refuses() {
    let World { server, tokens, .. } = World::new().await;
    let in_url = get("/oidc/me", &[("access_token", &tokens.access)]);
    for request in [get("/oidc/me", &[]), post_form("/oidc/me", &[]), in_url] {
        let answer = server.send(request).await;
        assert_eq!(answer.status, 401);
        assert_eq!(challenge(&answer), r#"Bearer realm="rollcall""#);
    }
    let tampered = tampered(&tokens.access);
    for token in [
        "unknown",
        &tokens.id,
        &tokens.refresh,
        &server.root.token,
        &tampered,
    ] {
        let answer = server.user_info(token).await;
        assert_oauth(&answer, 401, "invalid_token");
        assert!(challenge(&answer).contains(r#"error="invalid_token""#));
        let form = post_form("/oidc/me", &[("access_token", token)]);
        assert_oauth(&server.send(form).await, 401, "invalid_token");
    }
    // `Bearer` is the scheme there.
    let bare = support::with_header(get("/oidc/me", &[]), "authorization", &tokens.access);
    assert_eq!(server.send(bare).await.status, 401);
    server.pass(7200);
    let answer = server.user_info(&tokens.access).await;
    assert_oauth(&answer, 401, "invalid_token");
}

#[tokio::test]
async fn userinfo_wants_the_scope_openid_of_a_live_token() {
    let World {
        server,
        app,
        person,
        ..
    } = World::new().await;
    let scope = json!({ "options": { "scope": "profile email" } });
    let tokens = Tokens::of(server.signin(&app, &person, scope).await.data());
    let answer = server.user_info(&tokens.access).await;
    assert_oauth(&answer, 403, "insufficient_scope");
    assert!(challenge(&answer).contains(r#"error="insufficient_scope", scope="openid""#));
    server.revoke(&app, &tokens.access).await;
    let answer = server.user_info(&tokens.access).await;
    assert_oauth(&answer, 401, "invalid_token");
}
