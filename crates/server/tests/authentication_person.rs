//! What a signed-in person calls: get-profile, get-my-logged-in-apps,
//! get-my-login-history and update-password.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod relying_party;
mod support;

use relying_party::{World, tampered};
use rollcall_core::model::event::Reason;
use rollcall_core::time::Span;
use serde_json::{Value, json};
use support::{Contract, PASSWORD, get, post_json, with_header};

const NEW_PASSWORD: &str = "another horse";

#[tokio::test]
async fn a_profile_is_the_persons_own_record() {
    let World {
        server,
        person,
        tokens,
        ..
    } = World::new().await;
    let more = json!({ "userId": person.id, "nickname": "Bobby", "customData": { "a": 1 } });
    server.post("update-user", more).await.data();
    let answer = server.get_by(&tokens.access, "get-profile", &[]).await;
    Contract::authentication().assert_fits("get", "get-profile", &answer);
    let told = answer.data();
    assert_eq!(told["userId"], person.id);
    assert_eq!(told["nickname"], "Bobby");
    assert_eq!(told["loginsCount"], 1);
    assert_eq!(told["lastIp"], "192.0.2.1");
    for name in ["customData", "identities", "departmentIds"] {
        assert_eq!(told.get(name), None, "{name}");
    }
    // As Python spells it.
    let query = [
        ("withCustomData", "True"),
        ("withIdentities", "true"),
        ("withDepartmentIds", "true"),
    ];
    let answer = server.get_by(&tokens.access, "get-profile", &query).await;
    Contract::authentication().assert_fits("get", "get-profile", &answer);
    assert_eq!(answer.data()["customData"], json!({ "a": 1 }));
    assert_eq!(answer.data()["identities"], json!([]));
    assert_eq!(answer.data()["departmentIds"], json!([]));
}

#[tokio::test]
async fn a_token_is_read_with_and_without_bearer() {
    let World { server, tokens, .. } = World::new().await;
    for scheme in ["", "Bearer ", "bearer "] {
        let value = format!("{scheme}{}", tokens.access);
        server.get_by(&value, "get-profile", &[]).await.data();
    }
}

#[tokio::test]
async fn without_a_live_token_nobody_is_signed_in() {
    let World {
        server,
        app,
        tokens,
        ..
    } = World::new().await;
    let garbage = tampered(&tokens.access);
    server.revoke(&app, &tokens.access).await;
    let values = [
        tokens.access.as_str(),
        &tokens.id,
        &tokens.refresh,
        &server.root.token,
        &garbage,
        "Bearer",
        "garbage",
        "Basic Ym9iOmI=",
        "",
    ];
    let new = json!({ "newPassword": NEW_PASSWORD });
    for value in values {
        for verb in [
            "get-profile",
            "get-my-logged-in-apps",
            "get-my-login-history",
        ] {
            let answer = server.get_by(value, verb, &[]).await;
            answer.assert_fails(401, Some(2020));
        }
        let answer = server.post_by(value, "update-password", new.clone()).await;
        answer.assert_fails(401, Some(2020));
    }
    let answer = server.send(get("/api/v3/get-profile", &[])).await;
    answer.assert_fails(401, Some(2020));
    let answer = server
        .send(post_json("/api/v3/update-password", &new))
        .await;
    answer.assert_fails(401, Some(2020));
}

#[tokio::test]
async fn an_expired_access_token_is_no_sign_in_though_its_login_lives() {
    let World {
        mut server,
        app,
        person,
        tokens,
    } = World::new().await;
    server.clock.advance(Span::from_millis(7_199_999));
    server
        .get_by(&tokens.access, "get-profile", &[])
        .await
        .data();
    server.clock.advance(Span::from_millis(1));
    let answer = server.get_by(&tokens.access, "get-profile", &[]).await;
    answer.assert_fails(401, Some(2020));
    server.root = server.with_token(server.root.clone()).await;
    assert!(server.is_active(&person, &app.id).await);
}

#[tokio::test]
async fn the_headers_must_name_the_tokens_own_pool_and_application() {
    let World {
        server,
        app,
        tokens,
        ..
    } = World::new().await;
    let call = async |name: &'static str, value: &str| {
        let request = get("/api/v3/get-profile", &[]);
        let request = with_header(request, "authorization", &tokens.access);
        server.send(with_header(request, name, value)).await
    };
    call("x-genauth-app-id", &app.id).await.data();
    call("x-authing-app-id", "").await.data();
    let other = server.add_app("other", json!({})).await;
    let answer = call("x-authing-app-id", &other.id).await;
    answer.assert_fails(403, None);
    let answer = call("x-genauth-userpool-id", &other.id).await;
    answer.assert_fails(403, None);
}

#[tokio::test]
async fn logged_in_applications_are_those_with_a_live_login() {
    let World {
        server,
        app,
        person,
        tokens,
    } = World::new().await;
    let other = server.add_app("other", json!({})).await;
    let unused = server.add_app("unused", json!({})).await;
    let there = server.log_in(&other, &person).await;
    let ids = async || {
        let answer = server
            .get_by(&tokens.access, "get-my-logged-in-apps", &[])
            .await;
        Contract::authentication().assert_fits("get", "get-my-logged-in-apps", &answer);
        let list = answer.data().as_array().unwrap().clone();
        assert!(list.iter().all(|row| row["active"] == true));
        let id = |row: &Value| row["appId"].as_str().unwrap().to_owned();
        list.iter().map(id).collect::<Vec<_>>()
    };
    let before = ids().await;
    assert!(before.contains(&app.id) && before.contains(&other.id));
    assert!(!before.contains(&unused.id));
    server.revoke(&other, &there.refresh).await;
    assert_eq!(ids().await, [app.id]);
}

#[tokio::test]
async fn a_changed_password_ends_every_other_session_and_keeps_this_one() {
    let World {
        server,
        app,
        person,
        tokens,
    } = World::new().await;
    let elsewhere = server.log_in(&app, &person).await;
    let body = json!({ "oldPassword": PASSWORD, "newPassword": NEW_PASSWORD });
    let answer = server
        .post_by(&tokens.access, "update-password", body)
        .await;
    Contract::authentication().assert_fits("post", "update-password", &answer);
    server.assert_dead(&app, &elsewhere).await;
    let end = server.end_of(&elsewhere.login()).await;
    assert_eq!(end, Some(Reason::PasswordChanged));
    server.assert_alive(&app, &person, &tokens).await;
    let answer = server.signin(&app, &person, json!({})).await;
    answer.assert_fails(401, Some(2333));
    let payload = json!({ "username": "bob", "password": NEW_PASSWORD });
    server
        .signin(&app, &person, json!({ "passwordPayload": payload }))
        .await
        .data();
}

#[tokio::test]
async fn who_is_signed_out_meanwhile_changes_no_password() {
    let World {
        server,
        app,
        person,
        tokens,
    } = World::new().await;
    for old in [Some(PASSWORD), None] {
        let tokens = server.log_in(&app, &person).await;
        let body = json!({ "oldPassword": old, "newPassword": NEW_PASSWORD });
        let places = server.hold_hasher().await;
        let change = server.post_by(&tokens.access, "update-password", body);
        let sign_out = async {
            // The person has been found signed in, and the change waits.
            tokio::task::yield_now().await;
            server.revoke(&app, &tokens.refresh).await;
            drop(places);
        };
        let (answer, ()) = tokio::join!(change, sign_out);
        answer.assert_fails(401, Some(2020));
    }
    server.assert_alive(&app, &person, &tokens).await;
    server.log_in(&app, &person).await;
}

#[tokio::test]
async fn a_recent_sign_in_or_the_old_password_is_needed() {
    let World { server, tokens, .. } = World::new().await;
    let change = async |old: Option<&str>| {
        let body = json!({ "oldPassword": old, "newPassword": PASSWORD });
        server
            .post_by(&tokens.access, "update-password", body)
            .await
    };
    server.clock.advance(Span::from_millis(599_999));
    change(None).await.data();
    // Nothing of it is interactive: the sign-in stays as old as it is.
    server.clock.advance(Span::from_millis(1));
    change(None).await.assert_fails(403, None);
    change(Some("wrong")).await.assert_fails(401, Some(2006));
    change(Some("")).await.assert_names(400, "oldPassword");
    change(Some(PASSWORD)).await.data();
}

#[tokio::test]
async fn a_new_password_must_do() {
    let World { server, tokens, .. } = World::new().await;
    let change = async |body: Value| {
        server
            .post_by(&tokens.access, "update-password", body)
            .await
    };
    let answer = change(json!({})).await;
    answer.assert_names(400, "newPassword");
    let answer = change(json!({ "newPassword": "" })).await;
    answer.assert_names(400, "newPassword");
    let answer = change(json!({ "newPassword": "p".repeat(1025) })).await;
    answer.assert_names(400, "newPassword");
    change(json!({ "newPassword": "short" }))
        .await
        .assert_fails(422, None);
    for kind in ["rsa", "sm2"] {
        let body = json!({ "newPassword": NEW_PASSWORD, "passwordEncryptType": kind });
        change(body).await.assert_names(501, "passwordEncryptType");
    }
    let body = json!({ "newPassword": NEW_PASSWORD, "passwordEncryptType": "none" });
    change(body).await.data();
}

#[tokio::test]
async fn ones_own_sign_ins_are_told_with_those_that_failed() {
    let World {
        server,
        app,
        person,
        tokens,
    } = World::new().await;
    let eve = server.add_user("eve").await;
    server.log_in(&app, &eve).await;
    server.pass(1);
    let payload = json!({ "username": person.username, "password": "wrong" });
    let wrong = json!({ "passwordPayload": payload });
    let wrong = server.signin(&app, &person, wrong).await;
    let mail = server.add_app("mail", json!({})).await;
    server.log_in(&mail, &person).await;
    let history = async |query: &[(&str, &str)]| {
        let answer = server
            .get_by(&tokens.access, "get-my-login-history", query)
            .await;
        Contract::authentication().assert_fits("get", "get-my-login-history", &answer);
        let list = answer.data()["list"].as_array().unwrap().clone();
        assert_eq!(answer.data()["totalCount"], list.len());
        list
    };
    let all = history(&[]).await;
    let told: Vec<_> = all
        .iter()
        .map(|row| (&row["appName"], &row["success"], &row["loginMethod"]))
        .collect();
    let password = json!("password");
    assert_eq!(
        told,
        [
            (&json!("mail"), &json!(true), &password),
            (&json!("app"), &json!(false), &password),
            (&json!("app"), &json!(true), &password),
        ]
    );
    assert!(all.iter().all(|row| row["userId"] == person.id));
    assert_eq!(all[1]["errorMessage"], wrong.message());
    assert_eq!(all[0].get("errorMessage"), None);
    assert_eq!(all[2]["clientIp"], "192.0.2.1");
    assert_eq!(all[2]["loginAt"], "2026-01-01T00:00:00.000Z");
    for (name, value, found) in [
        ("success", "True", 2),
        ("success", "false", 1),
        ("appId", mail.id.as_str(), 1),
        ("appId", "nothing", 0),
        ("clientIp", "192.0.2.1", 3),
        ("clientIp", "198.51.100.1", 0),
        ("start", "1767225600001", 2),
        ("end", "1767225600000", 1),
    ] {
        assert_eq!(
            history(&[(name, value)]).await.len(),
            found,
            "{name} {value}"
        );
    }
    for (name, value) in [
        ("clientIp", "here"),
        ("success", "maybe"),
        ("start", "now"),
        ("page", "0"),
    ] {
        let query = [(name, value)];
        let answer = server.get_by(&tokens.access, "get-my-login-history", &query);
        answer.await.assert_names(400, name);
    }
}
