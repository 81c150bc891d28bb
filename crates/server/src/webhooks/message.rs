//! What a webhook is sent: headers and body, and what the log shows of them.

use super::signature::signature;
use crate::v3::convert::instant;
use crate::v3::convert::webhook_events::event_name;
use bytes::Bytes;
use http::HeaderMap;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use rollcall_core::ids::{ApplicationId, PoolId};
use rollcall_core::model::event::Actor;
use rollcall_core::model::webhook::{
    Happening, WebhookContent, WebhookContentType, WebhookEvent, WebhookMessage, WebhookWithSecret,
};
use rollcall_core::time::Timestamp;
use rollcall_wire::v3::JsonObject;
use rollcall_wire::v3::webhooks::{WebhookActorDto, WebhookMessageDataDto, WebhookMessageDto};
use serde_json::Value;

const ID: &str = "x-rollcall-webhook-id";
const TIMESTAMP: &str = "x-rollcall-webhook-timestamp";
const SIGNATURE: &str = "x-rollcall-webhook-signature";
/// Receivers that were written for the published service compare it with the secret.
const PUBLISHED_SECRET: &str = "x-authing-webhook-secret";
const PUBLISHED_POOL: &str = "x-authing-userpool-id";

/// What stands in the log for what it must not keep.
pub(super) const MASK: &str = "***";

/// Words in the names of headers whose values prove somebody.
const PROOFS: [&str; 8] = [
    "authorization",
    "cookie",
    "credential",
    "key",
    "password",
    "secret",
    "signature",
    "token",
];

/// A request that can be sent.
pub(super) struct Prepared {
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    /// The headers as the log shows them.
    pub(super) logged_headers: Vec<(String, String)>,
    /// The body as the log shows it: always JSON.
    pub(super) logged_body: String,
}

/// The request of a message, signed as of this instant.
pub(super) fn prepare(
    target: &WebhookWithSecret,
    message: &WebhookMessage,
    now: Timestamp,
) -> Prepared {
    let webhook = &target.webhook;
    let object = object_of(webhook.pool, message, now);
    let logged_body = Value::Object(object.clone()).to_string();
    let body = match webhook.content_type {
        WebhookContentType::Json => logged_body.clone(),
        WebhookContentType::Form => form(&object),
    };
    let timestamp = now.as_seconds().to_string();
    let mut pairs = vec![
        (
            CONTENT_TYPE.as_str(),
            webhook.content_type.as_str().to_owned(),
        ),
        (ID, message.event_id.to_string()),
        (TIMESTAMP, timestamp.clone()),
        (PUBLISHED_POOL, webhook.pool.to_string()),
    ];
    if let Some(secret) = &target.secret {
        let signature = signature(secret, &timestamp, body.as_bytes());
        pairs.push((SIGNATURE, signature));
        pairs.push((PUBLISHED_SECRET, secret.reveal().to_owned()));
    }
    if let WebhookContent::Given { headers, .. } = &message.content {
        let given = headers.iter();
        pairs.extend(given.map(|(name, value)| (name.as_str(), value.clone())));
    }
    let (headers, logged_headers) = header_map(pairs);
    Prepared {
        headers,
        body: Bytes::from(body),
        logged_headers,
        logged_body,
    }
}

/// Whether the value of a header of this name proves somebody.
pub(super) fn proves(name: &HeaderName) -> bool {
    PROOFS.iter().any(|word| name.as_str().contains(word))
}

/// The headers, and what the log shows of them. What is no header was refused before.
fn header_map(pairs: Vec<(&str, String)>) -> (HeaderMap, Vec<(String, String)>) {
    let (mut headers, mut logged) = (HeaderMap::new(), Vec::new());
    for (name, value) in pairs {
        let parsed = (
            HeaderName::from_bytes(name.as_bytes()),
            HeaderValue::from_str(&value),
        );
        let (Ok(name), Ok(mut header)) = parsed else {
            continue;
        };
        let proves = proves(&name);
        header.set_sensitive(proves);
        let shown = if proves { MASK.to_owned() } else { value };
        logged.push((name.as_str().to_owned(), shown));
        headers.insert(name, header);
    }
    (headers, logged)
}

fn object_of(pool: PoolId, message: &WebhookMessage, now: Timestamp) -> JsonObject {
    let (at, data) = match &message.content {
        WebhookContent::Happening(happening) => (happening.at, data_of(happening)),
        WebhookContent::Given { body: None, .. } => (now, test()),
        // It was an object when it came in.
        WebhookContent::Given {
            body: Some(body), ..
        } => return serde_json::from_str(body).unwrap_or_default(),
    };
    let dto = WebhookMessageDto {
        id: message.event_id.to_string(),
        event_name: event_name(message.event),
        occurred_at: instant(at),
        user_pool_id: pool.to_string(),
        data,
    };
    match serde_json::to_value(dto) {
        Ok(Value::Object(object)) => object,
        // Texts alone: nothing that JSON cannot say.
        Ok(_) | Err(_) => JsonObject::new(),
    }
}

fn test() -> WebhookMessageDataDto {
    WebhookMessageDataDto {
        description: Some("A test from Rollcall".to_owned()),
        ..WebhookMessageDataDto::default()
    }
}

fn data_of(happening: &Happening) -> WebhookMessageDataDto {
    let subjects = &happening.subjects;
    let mut applications = subjects.applications.iter().map(ApplicationId::to_string);
    let (app_id, app_ids) = match happening.event {
        WebhookEvent::Kick => (None, applications.collect()),
        _ => (applications.next(), Vec::new()),
    };
    WebhookMessageDataDto {
        user_id: subjects.user.map(|id| id.to_string()),
        app_id,
        app_ids,
        device_id: subjects.session.map(|id| id.to_string()),
        sid: subjects.login.map(|id| id.to_string()),
        ext_idp_id: subjects.ext_idp.map(|id| id.to_string()),
        reason: happening.reason.map(|reason| reason.as_str().to_owned()),
        updated_fields: happening.fields.clone(),
        actor: Some(actor(happening.actor)),
        request_id: Some(happening.request_id.clone()).filter(|id| !id.is_empty()),
        description: None,
    }
}

fn actor(actor: Actor) -> WebhookActorDto {
    let (kind, id) = match actor {
        Actor::System => ("system", None),
        Actor::Operator => ("operator", None),
        Actor::Person(user) => ("user", Some(user.to_string())),
        Actor::Key(key) => ("access_key", Some(key.to_string())),
        Actor::Client(application) => ("application", Some(application.to_string())),
        Actor::Administrator(user) => ("administrator", Some(user.to_string())),
    };
    WebhookActorDto {
        r#type: kind.to_owned(),
        id,
    }
}

/// Each member as a field: a text as it is, anything else as its JSON.
fn form(object: &JsonObject) -> String {
    let mut form = form_urlencoded::Serializer::new(String::new());
    for (name, value) in object {
        match value {
            Value::String(text) => form.append_pair(name, text),
            other => form.append_pair(name, &other.to_string()),
        };
    }
    form.finish()
}
