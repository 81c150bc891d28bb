use super::message::{Prepared, prepare};
use super::send::{kept, kept_headers};
use super::signature::signature;
use crate::egress::Answer;
use http::{HeaderMap, HeaderName, HeaderValue};
use rollcall_core::ids::{ApplicationId, LoginId, PoolId, UserId, WebhookEventId, WebhookId};
use rollcall_core::limits;
use rollcall_core::model::event::{Actor, Reason};
use rollcall_core::model::webhook::{
    Happening, Subjects, Webhook, WebhookContent, WebhookContentType, WebhookEvent, WebhookMessage,
    WebhookWithSecret,
};
use rollcall_core::secret::Secret;
use rollcall_core::time::Timestamp;
use serde_json::{Value, json};

const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_500);

fn target(content_type: WebhookContentType, secret: Option<&str>) -> WebhookWithSecret {
    WebhookWithSecret {
        webhook: Webhook {
            id: WebhookId::from_bytes([1; 12]),
            pool: PoolId::from_bytes([2; 12]),
            name: "hook".to_owned(),
            url: "https://hook.example/".to_owned(),
            content_type,
            enabled: true,
            events: Vec::new(),
            created_at: NOW,
            updated_at: NOW,
        },
        secret: secret.map(Secret::new),
    }
}

fn message(event: WebhookEvent) -> WebhookMessage {
    WebhookMessage {
        event_id: WebhookEventId::from_bytes([3; 16]),
        event,
        content: WebhookContent::Happening(Box::new(Happening {
            event,
            at: Timestamp::from_millis(1_000),
            subjects: Subjects {
                user: Some(UserId::from_bytes([4; 12])),
                applications: vec![ApplicationId::from_bytes([5; 12])],
                session: None,
                login: Some(LoginId::from_bytes([6; 16])),
                ext_idp: None,
            },
            reason: Some(Reason::Kicked),
            fields: Vec::new(),
            actor: Actor::System,
            request_id: String::new(),
        })),
    }
}

fn given(headers: &[(&str, &str)], body: Option<&str>) -> WebhookMessage {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    WebhookMessage {
        event_id: WebhookEventId::from_bytes([3; 16]),
        event: WebhookEvent::Test,
        content: WebhookContent::Given {
            headers: headers.iter().map(owned).collect(),
            body: body.map(str::to_owned),
        },
    }
}

fn json_of(prepared: &Prepared) -> Value {
    serde_json::from_slice(&prepared.body).unwrap()
}

#[test]
fn an_end_is_told_as_documented() {
    let target = target(WebhookContentType::Json, None);
    let prepared = prepare(&target, &message(WebhookEvent::LoginEnded), NOW);
    let expected = json!({
        "id": "03".repeat(16),
        "eventName": "login:ended",
        "occurredAt": "1970-01-01T00:00:01.000Z",
        "userPoolId": "02".repeat(12),
        "data": {
            "userId": "04".repeat(12),
            "appId": "05".repeat(12),
            "sid": "06".repeat(16),
            "reason": "kicked",
            "actor": {"type": "system"},
        },
    });
    assert_eq!(json_of(&prepared), expected);
    assert_eq!(prepared.headers["content-type"], "application/json");
    assert_eq!(
        prepared.headers["x-rollcall-webhook-timestamp"],
        "1800000000"
    );
    assert_eq!(prepared.headers.get("x-rollcall-webhook-signature"), None);
    assert_eq!(prepared.headers.get("x-authing-webhook-secret"), None);
}

#[test]
fn a_kick_names_all_its_applications() {
    let target = target(WebhookContentType::Json, None);
    let prepared = prepare(&target, &message(WebhookEvent::Kick), NOW);
    let data = &json_of(&prepared)["data"];
    assert_eq!(data["appIds"], json!(["05".repeat(12)]));
    assert_eq!(data.get("appId"), None);
}

#[test]
fn a_form_has_the_members_as_fields() {
    let target = target(WebhookContentType::Form, Some("hush"));
    let prepared = prepare(&target, &message(WebhookEvent::LoginEnded), NOW);
    let fields: Vec<(String, String)> = form_urlencoded::parse(&prepared.body)
        .into_owned()
        .collect();
    let field = |wanted: &str| {
        let mut found = fields.iter().filter(|(name, _)| name == wanted);
        found.next().unwrap().1.clone()
    };
    assert_eq!(field("eventName"), "login:ended");
    let data: Value = serde_json::from_str(&field("data")).unwrap();
    assert_eq!(data["reason"], "kicked");
    let signed = signature(&Secret::new("hush"), "1800000000", &prepared.body);
    assert_eq!(
        prepared.headers["x-rollcall-webhook-signature"],
        signed.as_str()
    );
    let logged: Value = serde_json::from_str(&prepared.logged_body).unwrap();
    assert_eq!(logged["eventName"], "login:ended");
}

/// Computed with Python's `hmac` and `hashlib`.
#[test]
fn the_signature_is_what_others_compute() {
    let signed = signature(&Secret::new("hush"), "1800000000", br#"{"a":1}"#);
    assert_eq!(signed, SIGNED);
}

const SIGNED: &str = "v1=a1fec28d84de44cf4fc21f97f55b7512b868678ba179438c9f571672581ea420";

#[test]
fn so_many_headers_of_an_answer_are_kept_and_not_one_more() {
    let headers = |count: usize, value: &str| -> HeaderMap {
        let pair = |n: usize| {
            let name: HeaderName = format!("x-{n:04}").parse().unwrap();
            (name, HeaderValue::from_str(value).unwrap())
        };
        (0..count).map(pair).collect()
    };
    for (count, kept) in [
        (limits::MAX_LOGGED_HEADERS, limits::MAX_LOGGED_HEADERS),
        (limits::MAX_LOGGED_HEADERS + 1, limits::MAX_LOGGED_HEADERS),
    ] {
        assert_eq!(kept_headers(&headers(count, "")).len(), kept);
    }
    let half = limits::MAX_LOGGED_HEADER_BYTES / 2 - "x-0000".len();
    assert_eq!(kept_headers(&headers(2, &"v".repeat(half))).len(), 2);
    assert_eq!(kept_headers(&headers(2, &"v".repeat(half + 1))).len(), 1);
}

#[test]
fn the_log_keeps_no_proof() {
    let target = target(WebhookContentType::Json, Some("hush"));
    let headers = [("Authorization", "Bearer abc"), ("X-Mine", "seen")];
    let prepared = prepare(&target, &given(&headers, Some(r#"{"z":1,"a":2}"#)), NOW);
    assert_eq!(prepared.headers["authorization"], "Bearer abc");
    assert_eq!(prepared.headers["x-authing-webhook-secret"], "hush");
    let shown = |wanted: &str| {
        let mut found = prepared.logged_headers.iter();
        let (_, value) = found.find(|(name, _)| name == wanted).unwrap();
        value.as_str()
    };
    assert_eq!(shown("authorization"), "***");
    assert_eq!(shown("x-authing-webhook-secret"), "***");
    assert_eq!(shown("x-rollcall-webhook-signature"), "***");
    assert_eq!(shown("x-mine"), "seen");
    assert_eq!(json_of(&prepared), json!({"a": 2, "z": 1}));
}

#[test]
fn a_receiver_that_answers_all_it_was_sent_puts_no_secret_into_the_log() {
    let mut headers = HeaderMap::new();
    for (name, value) in [
        ("set-cookie", "sid=1"),
        ("x-echo", "is hush-hush!"),
        ("x-kept", "1"),
    ] {
        headers.insert(
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        );
    }
    let answer = Answer {
        status: 200,
        headers,
        body: br#"{"x-authing-webhook-secret":"hush-hush"}"#.as_slice().into(),
    };
    let secret = Secret::new("hush-hush");
    let shown = kept(&answer, Some(&secret));
    assert_eq!(shown.body, r#"{"x-authing-webhook-secret":"***"}"#);
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    assert_eq!(
        shown.headers,
        [
            pair("set-cookie", "***"),
            pair("x-echo", "is ***!"),
            pair("x-kept", "1"),
        ]
    );
}
