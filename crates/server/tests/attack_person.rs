//! People who reach for what is not theirs: in what they register with, what they
//! change of themselves, and what logs and webhooks tell.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod relying_party;
mod support;

use relying_party::{from_address, with};
use serde_json::{Value, json};
use support::{PASSWORD, TestServer, post_json, with_header};

/// Members of a user that only an administrator, or nobody, may say.
fn smuggled() -> Value {
    json!({
        "status": "Suspended", "externalId": "boss", "emailVerified": true,
        "phoneVerified": true, "userId": "0".repeat(24), "loginsCount": 9,
        "userSourceType": "adminCreated", "departmentIds": ["d"], "isRoot": true,
        "identities": [{ "extIdpId": "0".repeat(24), "userIdInIdp": "x" }],
        "email": "ann@example.com",
    })
}

fn assert_unmoved(user: &Value) {
    assert_eq!(user["status"], "Activated", "{user}");
    assert_eq!(user["emailVerified"], false, "{user}");
    assert_eq!(user["phoneVerified"], false, "{user}");
    assert!(user["externalId"].is_null(), "{user}");
    assert_ne!(user["userId"], "0".repeat(24), "{user}");
    assert_eq!(user["loginsCount"], 0, "{user}");
}

#[tokio::test]
async fn nothing_is_smuggled_into_a_registration_from_whatever_address_it_says() {
    let server = TestServer::start().await;
    let app = server.add_app("app", json!({})).await;
    let open = json!({ "registerDisabled": false });
    server.post("update-security-settings", open).await.data();
    let body = json!({
        "connection": "PASSWORD",
        "passwordPayload": with(smuggled(), json!({ "username": "ann", "password": PASSWORD })),
        "profile": smuggled(),
        "options": smuggled(),
    });
    let request = post_json("/api/v3/signup", &with(smuggled(), body));
    let answer = server
        .send(with_header(request, "x-authing-app-id", &app.id))
        .await;
    assert_unmoved(answer.data());
    assert_eq!(answer.data()["userSourceType"], "register");
    // Nobody is found by what they only said.
    let found = json!({ "email": "ann@example.com" });
    let found = server.post("is-user-exists", found).await;
    assert_eq!(found.data()["exists"], false);
    // A stranger says another address each time, and is counted as what they are.
    for n in 0..51 {
        let body = json!({
            "connection": "PASSWORD",
            "passwordPayload": { "username": "ann", "password": PASSWORD },
            "options": { "clientIp": format!("203.0.113.{n}") },
        });
        let request = from_address(post_json("/api/v3/signup", &body), "192.0.2.77");
        let request = with_header(request, "x-authing-app-id", &app.id);
        let forged = format!("203.0.113.{n}");
        let request = with_header(request, "x-forwarded-for", &forged);
        let request = with_header(request, "x-real-ip", &forged);
        let answer = server.send(request).await;
        let expected = if n < 50 { 409 } else { 429 };
        answer.assert_fails(expected, None);
    }
}
