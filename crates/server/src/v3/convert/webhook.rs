//! Webhooks to be made, changed or called, and what is answered of them.

use super::page::whole;
use super::webhook_events::{event, event_name};
use super::{instant, object, object_text};
use rollcall_core::Refusal;
use rollcall_core::model::webhook::{
    CallAnswer, Webhook, WebhookChange, WebhookContentType, WebhookEvent, WebhookLog,
};
use rollcall_core::operations::create_webhook::CreateWebhook;
use rollcall_core::operations::trigger_webhook::TriggerWebhook;
use rollcall_core::page::PageOf;
use rollcall_core::secret::Secret;
use rollcall_wire::v3::webhooks::{
    CreateWebhookDto, GetWebhooksData, ListWebhookLogsData, TriggerWebhookDto, UpdateWebhookDto,
    WebhookContentType as ContentTypeName, WebhookDto, WebhookEventName, WebhookLogDto,
};
use rollcall_wire::v3::{JsonObject, SecretText};
use serde_json::Value;

/// The webhook that a body asks for.
pub(crate) fn new_webhook(dto: CreateWebhookDto) -> Result<CreateWebhook, Refusal> {
    Ok(CreateWebhook {
        events: events(dto.events)?,
        name: dto.name,
        url: dto.url,
        content_type: content_type(dto.content_type),
        enabled: dto.enabled.unwrap_or(true),
        secret: dto.secret.as_ref().map(secret),
    })
}

/// The change that a body asks for; which webhook it is for is not part of it.
pub(crate) fn webhook_change(dto: UpdateWebhookDto) -> Result<WebhookChange, Refusal> {
    Ok(WebhookChange {
        name: dto.name,
        url: dto.url,
        content_type: dto.content_type.map(content_type),
        enabled: dto.enabled,
        events: dto.events.map(events).transpose()?,
        secret: dto.secret.as_ref().map(secret),
    })
}

/// What is to be sent. Values of headers are texts.
pub(crate) fn trigger(dto: TriggerWebhookDto) -> Result<TriggerWebhook, Refusal> {
    let headers = dto.request_headers.unwrap_or_default();
    let headers = headers.into_iter().map(|(name, value)| match value {
        Value::String(text) => Ok((name, text)),
        _ => Err(Refusal::invalid("requestHeaders")),
    });
    Ok(TriggerWebhook {
        webhook_id: dto.webhook_id,
        headers: headers.collect::<Result<_, _>>()?,
        body: dto.request_body.map(object_text),
    })
}

/// A webhook (V3 `WebhookDto`).
pub(crate) fn webhook_dto(webhook: &Webhook) -> WebhookDto {
    WebhookDto {
        webhook_id: webhook.id.to_string(),
        created_at: instant(webhook.created_at),
        updated_at: instant(webhook.updated_at),
        name: webhook.name.clone(),
        url: webhook.url.clone(),
        content_type: match webhook.content_type {
            WebhookContentType::Json => ContentTypeName::Json,
            WebhookContentType::Form => ContentTypeName::Form,
        },
        enabled: webhook.enabled,
        events: webhook.events.iter().copied().map(event_name).collect(),
        secret: None,
    }
}

/// A page of webhooks.
pub(crate) fn webhooks_dto(page: &PageOf<Webhook>) -> GetWebhooksData {
    GetWebhooksData {
        total_count: whole(page.total_count),
        list: page.list.iter().map(webhook_dto).collect(),
    }
}

/// The body of an answer: its JSON, or the text as it came.
pub(crate) fn response(answer: CallAnswer) -> Value {
    serde_json::from_str(&answer.body).unwrap_or(Value::String(answer.body))
}

/// A page of the log of a webhook.
pub(crate) fn webhook_logs_dto(webhook_id: &str, page: PageOf<WebhookLog>) -> ListWebhookLogsData {
    let list = page.list.into_iter();
    ListWebhookLogsData {
        total_count: whole(page.total_count),
        list: list.map(|log| webhook_log_dto(webhook_id, log)).collect(),
    }
}

/// The contract knows no call without an answer: its status is 0, and nothing is in
/// it.
fn webhook_log_dto(webhook_id: &str, log: WebhookLog) -> WebhookLogDto {
    let (status, headers, body) = match log.answer {
        Some(answer) => (answer.status, answer.headers, body_object(answer.body)),
        None => (0, Vec::new(), JsonObject::new()),
    };
    WebhookLogDto {
        webhook_id: webhook_id.to_owned(),
        event_name: event_name(log.event),
        request_body: object(&log.request_body),
        request_headers: headers_object(log.request_headers),
        response_status_code: status,
        response_headers: headers_object(headers),
        response_body: body,
        timestamp: instant(log.at),
        success: log.success,
        error_message: log.error,
    }
}

/// The contract says that a body is an object.
fn body_object(body: String) -> JsonObject {
    match serde_json::from_str(&body) {
        Ok(object) => object,
        Err(_) if body.is_empty() => JsonObject::new(),
        Err(_) => [("text".to_owned(), Value::String(body))]
            .into_iter()
            .collect(),
    }
}

/// A header that came several times is a list (RFC 9110, section 5.3).
fn headers_object(headers: Vec<(String, String)>) -> JsonObject {
    let mut object = JsonObject::new();
    for (name, value) in headers {
        match object.get_mut(&name) {
            Some(Value::String(before)) => {
                before.push_str(", ");
                before.push_str(&value);
            }
            _ => {
                object.insert(name, Value::String(value));
            }
        }
    }
    object
}

fn events(names: Vec<WebhookEventName>) -> Result<Vec<WebhookEvent>, Refusal> {
    names.into_iter().map(event).collect()
}

fn content_type(name: ContentTypeName) -> WebhookContentType {
    match name {
        ContentTypeName::Json => WebhookContentType::Json,
        ContentTypeName::Form => WebhookContentType::Form,
    }
}

fn secret(text: &SecretText) -> Secret {
    Secret::new(text.as_str())
}
