//! Webhooks against a mock of the V3 API.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use rollcall_client::types::{
    CreateWebhookDto, TriggerWebhookDto, UpdateWebhookDto, WebhookContentType, WebhookEventName,
};
use rollcall_client::{Error, ManagementClient};
use serde_json::{Value, json};
use wiremock::matchers::{body_json, method, path, query_param};
use wiremock::{Mock, MockServer, ResponseTemplate};

const ID: &str = "6229ffaa0000000000000001";

fn answer(body: &Value) -> ResponseTemplate {
    let mut whole = json!({"statusCode": 200, "message": "Success", "requestId": "r"});
    for (name, value) in body.as_object().unwrap() {
        whole[name] = value.clone();
    }
    ResponseTemplate::new(200).set_body_json(whole)
}

fn webhook() -> Value {
    json!({
        "webhookId": ID, "name": "audit", "url": "https://audit.example/",
        "contentType": "application/json", "enabled": true,
        "events": ["login", "login:ended"],
        "createdAt": "2026-07-03T02:20:30.000Z", "updatedAt": "2026-07-03T02:20:30.000Z",
    })
}

async fn server() -> (MockServer, ManagementClient) {
    let server = MockServer::start().await;
    let token = json!({"data": {"access_token": "token", "expires_in": 7200}});
    Mock::given(path("/api/v3/get-management-token"))
        .respond_with(answer(&token))
        .mount(&server)
        .await;
    let client = ManagementClient::builder(server.uri(), "key-id", "key-secret");
    (server, client.build().unwrap())
}

async fn on_post(server: &MockServer, verb: &str, body: Value, answered: &Value) {
    Mock::given(method("POST"))
        .and(path(format!("/api/v3/{verb}")))
        .and(body_json(body))
        .respond_with(answer(answered))
        .mount(server)
        .await;
}

#[tokio::test]
async fn a_webhook_is_made_read_changed_and_deleted() {
    let (server, client) = server().await;
    let body = json!({
        "name": "audit", "url": "https://audit.example/", "contentType": "application/json",
        "events": ["login", "login:ended"], "secret": "hush",
    });
    let data = json!({ "data": webhook() });
    on_post(&server, "create-webhook", body, &data).await;
    let new = CreateWebhookDto {
        name: "audit".to_owned(),
        url: "https://audit.example/".to_owned(),
        events: vec![WebhookEventName::Login, WebhookEventName::LoginEnded],
        content_type: WebhookContentType::Json,
        enabled: None,
        secret: Some("hush".into()),
    };
    let made = client.create_webhook(&new).await.unwrap();
    assert_eq!(made.webhook_id, ID);
    assert_eq!(made.events, new.events);
    Mock::given(method("GET"))
        .and(path("/api/v3/get-webhook"))
        .and(query_param("webhookId", ID))
        .respond_with(answer(&data))
        .mount(&server)
        .await;
    assert_eq!(client.get_webhook(ID).await.unwrap(), made);
    let body = json!({"webhookId": ID, "enabled": false});
    on_post(&server, "update-webhook", body, &data).await;
    let change = UpdateWebhookDto {
        webhook_id: ID.to_owned(),
        enabled: Some(false),
        ..UpdateWebhookDto::default()
    };
    client.update_webhook(&change).await.unwrap();
    let body = json!({ "webhookIds": [ID] });
    on_post(&server, "delete-webhook", body, &json!({})).await;
    client.delete_webhook(&[ID]).await.unwrap();
}

#[tokio::test]
async fn webhooks_are_listed_by_the_page() {
    let (server, client) = server().await;
    let data = json!({"data": {"totalCount": 1, "list": [webhook()]}});
    Mock::given(method("GET"))
        .and(path("/api/v3/list-webhooks"))
        .and(query_param("page", "2"))
        .and(query_param("limit", "50"))
        .respond_with(answer(&data))
        .mount(&server)
        .await;
    let list = client.list_webhooks(2, 50).await.unwrap();
    assert_eq!(list.total_count.get(), 1);
    let events = json!({"data": {"categories": [], "events": []}});
    Mock::given(method("GET"))
        .and(path("/api/v3/get-webhook-event-list"))
        .respond_with(answer(&events))
        .mount(&server)
        .await;
    let list = client.get_webhook_event_list().await.unwrap();
    assert!(list.events.is_empty());
}

#[tokio::test]
async fn a_webhook_is_called_and_its_log_read() {
    let (server, client) = server().await;
    let body = json!({ "webhookId": ID });
    let answered = json!({"data": {"response": {"ok": true}}});
    on_post(&server, "trigger-webhook", body, &answered).await;
    let call = TriggerWebhookDto {
        webhook_id: ID.to_owned(),
        ..TriggerWebhookDto::default()
    };
    let response = client.trigger_webhook(&call).await.unwrap();
    assert_eq!(response, json!({"ok": true}));
    let log = json!({
        "webhookId": ID, "eventName": "test", "requestBody": {}, "requestHeaders": {},
        "responseStatusCode": 0, "responseHeaders": {}, "responseBody": {},
        "timestamp": "2026-07-03T02:20:30.000Z", "success": false, "errorMessage": "timed_out",
    });
    let body = json!({"webhookId": ID, "page": 1, "limit": 10});
    let data = json!({"data": {"totalCount": 1, "list": [log]}});
    on_post(&server, "get-webhook-logs", body, &data).await;
    let logs = client.get_webhook_logs(ID, 1, 10).await.unwrap();
    assert_eq!(logs.list[0].error_message.as_deref(), Some("timed_out"));
}

#[tokio::test]
async fn an_answer_without_data_is_no_webhook() {
    let (server, client) = server().await;
    Mock::given(path("/api/v3/get-webhook"))
        .respond_with(answer(&json!({})))
        .mount(&server)
        .await;
    let missing = client.get_webhook(ID).await;
    assert!(matches!(missing, Err(Error::UnexpectedAnswer { .. })));
}
