//! Calls through the one way out.

use super::message::{MASK, Prepared, prepare, proves};
use crate::egress::{Answer, Egress};
use async_trait::async_trait;
use http::HeaderMap;
use rollcall_core::limits;
use rollcall_core::model::webhook::{
    CallAnswer, CallResult, WebhookCall, WebhookMessage, WebhookWithSecret,
};
use rollcall_core::ports::webhook_sender::WebhookSender;
use rollcall_core::secret::Secret;
use rollcall_core::time::Timestamp;

#[async_trait]
impl WebhookSender for Egress {
    async fn call(
        &self,
        target: &WebhookWithSecret,
        message: &WebhookMessage,
        now: Timestamp,
    ) -> WebhookCall {
        let Prepared {
            headers,
            body,
            logged_headers,
            logged_body,
        } = prepare(target, message, now);
        let result = match self.post(&target.webhook.url, headers, body).await {
            Ok(answer) => CallResult::Answered(kept(&answer, target.secret.as_ref())),
            Err(error) => CallResult::Failed(error.as_str()),
        };
        WebhookCall {
            event: message.event,
            at: now,
            request_headers: logged_headers,
            request_body: logged_body,
            result,
        }
    }
}

/// What is kept of an answer, without what proves somebody: some receivers answer
/// all that they were sent, and the secret is stored sealed.
pub(super) fn kept(answer: &Answer, secret: Option<&Secret>) -> CallAnswer {
    // A shorter one is no secret, and stands in many a text.
    let secret = secret.map(Secret::reveal).filter(|text| text.len() >= 8);
    let hidden = |text: String| match secret {
        Some(secret) => text.replace(secret, MASK),
        None => text,
    };
    let most = limits::MAX_LOGGED_ANSWER_BYTES;
    // Hidden before it is cut: half a secret could not be found any more.
    let body = hidden(String::from_utf8_lossy(&answer.body).into_owned());
    let headers = kept_headers(&answer.headers).into_iter();
    CallAnswer {
        status: answer.status,
        headers: headers.map(|(name, value)| (name, hidden(value))).collect(),
        body: body[..body.floor_char_boundary(most)].to_owned(),
    }
}

pub(super) fn kept_headers(headers: &HeaderMap) -> Vec<(String, String)> {
    let mut room = limits::MAX_LOGGED_HEADER_BYTES;
    headers
        .iter()
        .take(limits::MAX_LOGGED_HEADERS)
        .map(|(name, value)| {
            let shown = if proves(name) {
                MASK.to_owned()
            } else {
                String::from_utf8_lossy(value.as_bytes()).into_owned()
            };
            (name.as_str().to_owned(), shown)
        })
        .take_while(|(name, value)| {
            let left = room.checked_sub(name.len() + value.len());
            room = left.unwrap_or_default();
            left.is_some()
        })
        .collect()
}
