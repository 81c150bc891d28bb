//! Webhooks, called by the real server.

use crate::world::World;
use rollcall_client::Error;
use rollcall_client::types::{
    CreateWebhookDto, TriggerWebhookDto, UpdateWebhookDto, WebhookContentType, WebhookEventName,
    Whole,
};
use serde_json::json;
use wiremock::matchers::{body_json, header};
use wiremock::{Mock, MockServer, ResponseTemplate};

#[tokio::test]
async fn a_webhook_is_made_triggered_changed_and_deleted() {
    let world = World::new().await;
    let client = &world.management;
    let events = client.get_webhook_event_list().await.unwrap().events;
    let offered = |name| events.iter().any(|event| event.value == name);
    assert!(offered(WebhookEventName::UserPoolSecretRefreshed));

    let receiver = MockServer::start().await;
    let body = json!({ "hello": "there" });
    Mock::given(header("x-authing-webhook-secret", "hush"))
        .and(body_json(&body))
        .respond_with(ResponseTemplate::new(200).set_body_json(json!({ "heard": true })))
        .expect(1)
        .mount(&receiver)
        .await;
    let new = CreateWebhookDto {
        name: "audit".to_owned(),
        url: receiver.uri(),
        events: vec![WebhookEventName::LoginEnded],
        content_type: WebhookContentType::Json,
        enabled: None,
        secret: Some("hush".into()),
    };
    let made = client.create_webhook(&new).await.unwrap();
    let id = made.webhook_id.as_str();
    assert_eq!(client.get_webhook(id).await.unwrap().name, "audit");
    let page = client.list_webhooks(1, 50).await.unwrap();
    assert_eq!(page.total_count, Whole::from_u32(1));

    let call = TriggerWebhookDto {
        webhook_id: id.to_owned(),
        request_body: body.as_object().cloned(),
        ..TriggerWebhookDto::default()
    };
    let answer = client.trigger_webhook(&call).await.unwrap();
    assert_eq!(answer, json!({ "heard": true }));
    let logs = client.get_webhook_logs(id, 1, 50).await.unwrap();
    assert!(logs.list[0].success && logs.list[0].response_status_code == 200);
    assert_eq!(logs.list[0].event_name, WebhookEventName::Test);

    let change = UpdateWebhookDto {
        webhook_id: id.to_owned(),
        enabled: Some(false),
        ..UpdateWebhookDto::default()
    };
    assert!(!client.update_webhook(&change).await.unwrap().enabled);
    client.delete_webhook(&[id]).await.unwrap();
    let gone = client.get_webhook(id).await.unwrap_err();
    assert!(
        matches!(
            gone,
            Error::Api {
                status_code: 404,
                ..
            }
        ),
        "{gone:?}"
    );
    world.end().await;
}
