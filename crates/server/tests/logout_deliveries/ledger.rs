//! `list-logout-deliveries`

use crate::support::TestServer;
use rollcall_core::model::access_key::Permission;
use rollcall_core::model::event::Origin;
use rollcall_core::model::event::Reason;
use rollcall_core::model::logout_delivery::{Attempt, AttemptResult};
use rollcall_core::ports::logins::{SessionEnd, SessionKey};
use serde_json::{Value, json};

const VERB: &str = "list-logout-deliveries";

#[tokio::test]
async fn each_end_is_listed_with_its_attempts() {
    let server = TestServer::start().await;
    let bob = server.add_user("bob").await;
    let mail = server.add_told_application("mail").await;
    let login = server.sign_in(&bob, &mail).await.view.login;
    let body = json!({ "userId": bob.id, "appIds": [mail] });
    server.post("kick-users", body).await.data();
    let ended_at = "2026-01-01T00:00:00.000Z";
    let mut entry = json!({
        "sid": login.id.to_string(),
        "deviceId": login.session.to_string(),
        "userId": bob.id,
        "appId": mail,
        "reason": "kicked",
        "endedAt": ended_at,
        "uri": "https://mail.example/logout",
        "status": "waiting",
        "attempts": [],
        "nextAttemptAt": ended_at,
    });
    let answer = server.post(VERB, json!({})).await;
    assert_eq!(answer.data(), &json!({ "totalCount": 1, "list": [entry] }));
    let store = &server.authority.store;
    let failed = AttemptResult::Failed("timed_out".to_owned());
    for result in [failed, AttemptResult::Answered(200)] {
        let at = store.now();
        let attempt = Attempt { at, result };
        let recorded = store.record_attempt(server.root.pool, login.id, attempt);
        recorded.await.unwrap();
        server.pass(1);
    }
    entry["status"] = json!("confirmed");
    entry["attempts"] = json!([
        { "number": 1, "at": ended_at, "outcome": "timed_out" },
        { "number": 2, "at": "2026-01-01T00:00:01.000Z", "outcome": "confirmed", "httpStatus": 200 },
    ]);
    entry["finishedAt"] = json!("2026-01-01T00:00:01.000Z");
    entry.as_object_mut().unwrap().remove("nextAttemptAt");
    let answer = server.post(VERB, json!({ "status": "confirmed" })).await;
    assert_eq!(answer.data(), &json!({ "totalCount": 1, "list": [entry] }));
}

#[tokio::test]
async fn the_ledger_is_cut_by_user_application_and_status() {
    let server = TestServer::start().await;
    let (bob, ann) = (server.add_user("bob").await, server.add_user("ann").await);
    let (mail, chat) = (
        server.add_told_application("mail").await,
        server.add_told_application("chat").await,
    );
    let mut sids = Vec::new();
    for (person, app_id) in [(&bob, &mail), (&bob, &chat), (&ann, &mail)] {
        let login = server.sign_in(person, app_id).await.view.login.id;
        let key = SessionKey::Login(login);
        let store = &server.authority.store;
        let ended = store.end_session(server.root.pool, key, Reason::SignedOut, Origin::system());
        assert_eq!(ended.await, Ok(SessionEnd::Ended(vec![login])));
        sids.push(login.to_string());
    }
    let [bobs_mail, bobs_chat, anns_mail] = sids.try_into().unwrap();
    for (body, expected) in [
        (json!({}), vec![&anns_mail, &bobs_chat, &bobs_mail]),
        (json!({ "userId": bob.id }), vec![&bobs_chat, &bobs_mail]),
        (
            json!({ "userId": "BOB", "userIdType": "username" }),
            vec![&bobs_chat, &bobs_mail],
        ),
        (
            json!({ "userId": "ann", "options": { "userIdType": "username" } }),
            vec![&anns_mail],
        ),
        (json!({ "appId": mail }), vec![&anns_mail, &bobs_mail]),
        (json!({ "appId": chat, "userId": bob.id }), vec![&bobs_chat]),
        (json!({ "appId": chat, "userId": ann.id }), vec![]),
        (
            json!({ "status": "waiting", "appId": chat }),
            vec![&bobs_chat],
        ),
        (json!({ "status": "given_up" }), vec![]),
    ] {
        let answer = server.post(VERB, body.clone()).await;
        assert_eq!(answer.data()["totalCount"], expected.len(), "{body}");
        assert_eq!(sids_of(answer.data()), expected, "{body}");
    }
    let second = server.post(VERB, json!({ "page": 2, "limit": 2 })).await;
    assert_eq!(second.data()["totalCount"], 3);
    assert_eq!(sids_of(second.data()), [&bobs_mail]);
    let other = server.add_pool().await;
    let answer = server.post_as(&other, VERB, json!({})).await;
    assert_eq!(answer.data(), &json!({ "totalCount": 0, "list": [] }));
}

fn sids_of(data: &Value) -> Vec<&str> {
    let list = data["list"].as_array().unwrap();
    list.iter()
        .map(|row| row["sid"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn a_deleted_applications_entries_are_found_by_its_id() {
    let server = TestServer::start().await;
    let bob = server.add_user("bob").await;
    let mail = server.add_told_application("mail").await;
    server.sign_in(&bob, &mail).await;
    let body = json!({ "appId": mail });
    server.post("delete-application", body.clone()).await.data();
    let answer = server.post(VERB, body).await;
    assert_eq!(answer.data()["list"][0]["reason"], "app_deleted");
    let none = json!({ "appId": mail, "status": "confirmed" });
    assert_eq!(server.post(VERB, none).await.data()["totalCount"], 0);
}

#[tokio::test]
async fn bad_questions_are_told_what_is_wrong() {
    let server = TestServer::start().await;
    let bob = server.add_user("bob").await;
    let mail = server.add_application("mail").await;
    for (body, field) in [
        (json!({ "status": "lost" }), "status"),
        (json!({ "status": 7 }), "status"),
        (json!({ "userId": "" }), "userId"),
        (json!({ "userId": 7 }), "userId"),
        (
            json!({ "userId": bob.id, "userIdType": "name" }),
            "userIdType",
        ),
        (
            json!({ "userId": bob.id, "userIdType": "email", "options": { "userIdType": "phone" } }),
            "userIdType",
        ),
        (json!({ "appId": "" }), "appId"),
        (json!({ "appId": "a".repeat(257) }), "appId"),
        (json!({ "page": 0 }), "page"),
        (json!({ "limit": 51 }), "limit"),
    ] {
        server.post(VERB, body).await.assert_names(400, field);
    }
    for unknown in ["0".repeat(24), "no id at all".to_owned()] {
        let answer = server.post(VERB, json!({ "appId": unknown })).await;
        answer.assert_fails(404, Some(2011));
        let both = json!({ "appId": mail, "userId": unknown });
        server.post(VERB, both).await.assert_fails(404, Some(2004));
    }
    let theirs = server.add_pool().await;
    for body in [json!({ "appId": mail }), json!({ "userId": bob.id })] {
        assert_eq!(server.post_as(&theirs, VERB, body).await.code(), 404);
    }
    let key = server.key_without(Permission::SessionsRead).await;
    let answer = server.post_as(&key, VERB, json!({})).await;
    answer.assert_names(403, "sessions:read");
    let key = server.key_with(&[Permission::SessionsRead]).await;
    assert_eq!(server.post_as(&key, VERB, json!({})).await.code(), 200);
}
