//! What is kept of webhooks, and what is refused.

use crate::new_webhook;
use crate::support::{Contract, TestServer};
use rollcall_core::limits;
use rollcall_core::model::access_key::Permission;
use rollcall_core::model::webhook::WebhookEvent;
use serde_json::{Value, json};

const URL: &str = "https://hook.example/in";

#[tokio::test]
async fn a_webhook_reads_back_and_fits_the_contract() {
    let server = TestServer::start().await;
    let contract = Contract::management();
    let body = new_webhook(URL, &["kick", "login", "login"]);
    let made = server.post("create-webhook", body).await;
    contract.assert_fits("post", "create-webhook", &made);
    let data = made.data();
    assert_eq!(data["name"], "audit");
    assert_eq!(data["url"], URL);
    assert_eq!(data["contentType"], "application/json");
    assert_eq!(data["enabled"], true);
    assert_eq!(data["events"], json!(["login", "kick"]), "each once");
    assert_eq!(data.get("secret"), None, "whoever set it knows it");
    let id = data["webhookId"].as_str().unwrap();
    let read = server.get("get-webhook", &[("webhookId", id)]).await;
    contract.assert_fits("get", "get-webhook", &read);
    assert_eq!(read.data(), data);
    let list = server.get("list-webhooks", &[]).await;
    contract.assert_fits("get", "list-webhooks", &list);
    assert_eq!(list.data(), &json!({"totalCount": 1, "list": [data]}));
    server.pass(1);
    let change = json!({"webhookId": id, "enabled": false, "events": ["test"]});
    let changed = server.post("update-webhook", change).await;
    contract.assert_fits("post", "update-webhook", &changed);
    let mut expected = data.clone();
    expected["enabled"] = json!(false);
    expected["events"] = json!(["test"]);
    expected["updatedAt"] = changed.data()["updatedAt"].clone();
    assert_ne!(expected["updatedAt"], expected["createdAt"]);
    assert_eq!(changed.data(), &expected);
    let delete = json!({ "webhookIds": [id] });
    let deleted = server.post("delete-webhook", delete.clone()).await;
    assert_eq!((deleted.code(), deleted.body.get("data")), (200, None));
    server
        .post("delete-webhook", delete)
        .await
        .assert_fails(404, None);
    let read = server.get("get-webhook", &[("webhookId", id)]).await;
    read.assert_fails(404, None);
}

#[tokio::test]
async fn the_event_list_is_what_can_be_asked_for() {
    let server = TestServer::start().await;
    let list = server.get("get-webhook-event-list", &[]).await;
    Contract::management().assert_fits("get", "get-webhook-event-list", &list);
    let listed = list.data()["events"].as_array().unwrap().clone();
    assert_eq!(listed.len(), WebhookEvent::ALL.len());
    for event in listed {
        let event = event["value"].as_str().unwrap();
        server.add_webhook(URL, &[event]).await;
    }
}

#[tokio::test]
async fn what_never_happens_here_is_501_and_what_is_no_event_400() {
    let server = TestServer::start().await;
    let id = server.add_webhook(URL, &["login"]).await;
    for (event, code) in [
        ("mfa:verified", 501),
        ("role:created", 501),
        ("user-pool:udf-added", 501),
        ("login:begun", 400),
        ("", 400),
    ] {
        let named = if code == 501 { event } else { "events" };
        let made = server
            .post("create-webhook", new_webhook(URL, &[event]))
            .await;
        made.assert_names(code, named);
        let change = json!({"webhookId": id, "events": ["kick", event]});
        let changed = server.post("update-webhook", change).await;
        changed.assert_names(code, named);
    }
    let list = server.get("list-webhooks", &[]).await;
    assert_eq!(list.data()["totalCount"], 1);
    assert_eq!(list.data()["list"][0]["events"], json!(["login"]));
}

fn with(name: &str, value: Value) -> Value {
    let mut body = new_webhook(URL, &["login"]);
    body[name] = value;
    body
}

#[tokio::test]
async fn a_field_that_cannot_be_kept_is_named() {
    let server = TestServer::start().await;
    let id = server.add_webhook(URL, &["login"]).await;
    let long = |count: usize| json!("n".repeat(count));
    for (name, value) in [
        ("name", json!("")),
        ("name", long(limits::MAX_NAME_CHARS + 1)),
        ("url", json!("http://hook.example/in")),
        ("url", json!("https://user:pass@hook.example/in")),
        ("url", json!("ftp://hook.example/in")),
        ("url", json!("https://hook.example/in#part")),
        ("secret", long(limits::MAX_WEBHOOK_SECRET_BYTES + 1)),
        ("secret", json!("line\nfeed")),
        ("contentType", json!("text/xml")),
        ("enabled", json!("yes")),
        ("events", json!("login")),
        ("events", json!([])),
    ] {
        let made = server
            .post("create-webhook", with(name, value.clone()))
            .await;
        made.assert_names(400, name);
        let change = json!({"webhookId": id, name: value});
        server
            .post("update-webhook", change)
            .await
            .assert_names(400, name);
    }
    for (name, value) in [
        ("name", long(limits::MAX_NAME_CHARS)),
        ("url", json!("http://127.0.0.1:9/in")),
        ("secret", long(limits::MAX_WEBHOOK_SECRET_BYTES)),
        ("secret", json!("")),
    ] {
        server
            .post("create-webhook", with(name, value))
            .await
            .data();
    }
}

#[tokio::test]
async fn a_pool_has_fifty_webhooks_and_not_one_more() {
    let server = TestServer::start().await;
    for _ in 0..limits::MAX_WEBHOOKS_PER_POOL {
        server.add_webhook(URL, &["test"]).await;
    }
    let one_more = server
        .post("create-webhook", new_webhook(URL, &["test"]))
        .await;
    one_more.assert_names(422, "webhooks");
}

#[tokio::test]
async fn another_pools_webhook_is_not_there() {
    let server = TestServer::start().await;
    let id = server.add_webhook(URL, &["login"]).await;
    let other = server.add_pool().await;
    let get = server
        .get_as(&other, "get-webhook", &[("webhookId", &id)])
        .await;
    get.assert_fails(404, None);
    for (verb, body) in [
        ("update-webhook", json!({"webhookId": id, "name": "theirs"})),
        ("delete-webhook", json!({"webhookIds": [id]})),
        ("trigger-webhook", json!({ "webhookId": id })),
        ("get-webhook-logs", json!({ "webhookId": id })),
    ] {
        server
            .post_as(&other, verb, body)
            .await
            .assert_fails(404, None);
    }
    let list = server.get_as(&other, "list-webhooks", &[]).await;
    assert_eq!(list.data(), &json!({"totalCount": 0, "list": []}));
    let read = server.get("get-webhook", &[("webhookId", &id)]).await;
    assert_eq!(read.data()["name"], "audit");
}

#[tokio::test]
async fn who_may_not_change_settings_sees_no_webhook() {
    let server = TestServer::start().await;
    let id = server.add_webhook(URL, &["login"]).await;
    let key = server.key_without(Permission::Settings).await;
    for (verb, body) in [
        ("create-webhook", new_webhook(URL, &["login"])),
        ("update-webhook", json!({"webhookId": id, "name": "theirs"})),
        ("delete-webhook", json!({"webhookIds": [id]})),
        ("trigger-webhook", json!({ "webhookId": id })),
        ("get-webhook-logs", json!({ "webhookId": id })),
    ] {
        server
            .post_as(&key, verb, body)
            .await
            .assert_names(403, "settings");
    }
    for (verb, query) in [
        ("get-webhook", vec![("webhookId", id.as_str())]),
        ("list-webhooks", vec![]),
        ("get-webhook-event-list", vec![]),
    ] {
        server
            .get_as(&key, verb, &query)
            .await
            .assert_names(403, "settings");
    }
}

#[tokio::test]
async fn fifty_are_deleted_at_once_and_all_or_none() {
    let server = TestServer::start().await;
    let id = server.add_webhook(URL, &["login"]).await;
    let unknown = "f".repeat(24);
    for (ids, code) in [
        (json!([]), 400),
        (json!(vec![id.clone(); limits::MAX_BATCH_IDS + 1]), 400),
        (json!([""]), 400),
        (json!([id, unknown]), 404),
        (json!([id, "no id"]), 404),
    ] {
        let body = json!({ "webhookIds": ids });
        assert_eq!(
            server.post("delete-webhook", body).await.code(),
            code,
            "{ids}"
        );
    }
    let ids = json!(vec![id.clone(); limits::MAX_BATCH_IDS]);
    let deleted = server
        .post("delete-webhook", json!({ "webhookIds": ids }))
        .await;
    assert_eq!(deleted.code(), 200);
}
