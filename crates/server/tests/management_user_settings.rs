//! Settings of users that are not built: refused by name, and nothing is stored
//! and ignored.

mod support;

use serde_json::json;
use support::TestServer;

#[tokio::test]
async fn settings_of_a_new_user_that_are_not_built_are_refused_by_name() {
    let server = TestServer::start().await;
    for (name, value) in [
        ("salt", json!("s")),
        ("tenantIds", json!(["t"])),
        ("otp", json!({ "secret": "HZ2F6J3AGNAVSOTV" })),
        ("departmentIds", json!(["d"])),
        ("metadataSource", json!({ "a": 1 })),
    ] {
        let mut body = json!({ "username": "bob" });
        body[name] = value;
        server
            .post("create-user", body)
            .await
            .assert_names(501, name);
    }
    for (name, value) in [
        ("autoGeneratePassword", json!(true)),
        ("sendNotification", json!({ "sendEmailNotification": true })),
        ("sendNotification", json!({ "sendPhoneNotification": true })),
        ("passwordEncryptType", json!("sm2")),
        ("passwordEncryptType", json!("rsa")),
    ] {
        let body = json!({ "username": "bob", "options": { name: value } });
        server
            .post("create-user", body)
            .await
            .assert_names(501, name);
    }
    assert_eq!(server.get("list-users", &[]).await.data()["totalCount"], 0);
    let nothing = json!({
        "username": "bob", "salt": "", "tenantIds": [], "otp": null, "departmentIds": [],
        "metadataSource": {}, "noSuchMember": 1,
        "options": {
            "keepPassword": false, "autoGeneratePassword": false, "passwordEncryptType": "none",
            "departmentIdType": "department_id", "resetPasswordOnFirstLogin": true,
            "sendNotification": { "sendEmailNotification": false, "appId": "a" },
        },
    });
    let made = server.post("create-user", nothing).await;
    assert_eq!(made.data()["resetPasswordOnNextLogin"], true);
}

#[tokio::test]
async fn settings_of_a_change_that_are_not_built_are_refused_by_name() {
    let server = TestServer::start().await;
    let bob = server.add_user("bob").await;
    let before = server.get("get-user", &[("userId", &bob.id)]).await;
    let body = json!({ "userId": bob.id, "name": "x", "metadata": { "a": 1 } });
    server
        .post("update-user", body)
        .await
        .assert_names(501, "metadata");
    let notification = "sendPasswordResetedNotification";
    for (name, value) in [
        ("autoGeneratePassword", json!(true)),
        ("passwordEncryptType", json!("rsa")),
        (
            notification,
            json!({ "sendDefaultEmailNotification": true }),
        ),
        (
            notification,
            json!({ "sendDefaultPhoneNotification": true }),
        ),
        (
            notification,
            json!({ "inputSendEmailNotification": "a@b.example" }),
        ),
        (
            notification,
            json!({ "inputSendPhoneNotification": "18812348888" }),
        ),
    ] {
        let body = json!({ "userId": bob.id, "name": "x", "options": { name: value } });
        server
            .post("update-user", body)
            .await
            .assert_names(501, name);
    }
    let after = server.get("get-user", &[("userId", &bob.id)]).await;
    assert_eq!(before.data(), after.data());
    let nothing = json!({
        "userId": bob.id, "metadata": {},
        "options": { "autoGeneratePassword": false, "passwordEncryptType": "none",
            notification: { "sendDefaultEmailNotification": false, "inputSendEmailNotification": "" } },
    });
    assert_eq!(server.post("update-user", nothing).await.code(), 200);
}
