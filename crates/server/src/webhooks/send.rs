//! Calls through the one way out.

use super::message::{Prepared, prepare};
use crate::egress::{Answer, Egress};
use async_trait::async_trait;
use http::HeaderMap;
use rollcall_core::limits;
use rollcall_core::model::webhook::{
    CallAnswer, CallResult, WebhookCall, WebhookMessage, WebhookWithSecret,
};
use rollcall_core::ports::webhook_sender::WebhookSender;
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
            Ok(answer) => CallResult::Answered(kept(&answer)),
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

/// What is kept of an answer.
fn kept(answer: &Answer) -> CallAnswer {
    let most = answer.body.len().min(limits::MAX_LOGGED_ANSWER_BYTES);
    let body = answer.body.get(..most).unwrap_or_default();
    CallAnswer {
        status: answer.status,
        headers: kept_headers(&answer.headers),
        body: String::from_utf8_lossy(body).into_owned(),
    }
}

pub(super) fn kept_headers(headers: &HeaderMap) -> Vec<(String, String)> {
    let mut room = limits::MAX_LOGGED_HEADER_BYTES;
    headers
        .iter()
        .take(limits::MAX_LOGGED_HEADERS)
        .map(|(name, value)| {
            let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
            (name.as_str().to_owned(), value)
        })
        .take_while(|(name, value)| {
            let left = room.checked_sub(name.len() + value.len());
            room = left.unwrap_or_default();
            left.is_some()
        })
        .collect()
}
