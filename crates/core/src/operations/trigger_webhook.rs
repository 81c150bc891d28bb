//! `trigger-webhook`: calls a webhook now, to see what it answers.

use super::Authority;
use super::webhook_input::{refuse_wrong, webhook_id};
use crate::ids::WebhookEventId;
use crate::limits;
use crate::model::access_key::{ManagementCaller, Permission};
use crate::model::delivery::Verdict;
use crate::model::webhook::{CallAnswer, CallResult, WebhookContent, WebhookEvent, WebhookMessage};
use crate::ports::webhook_sender::WebhookSender;
use crate::refusal::{Record, Refusal};

/// What is to be sent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TriggerWebhook {
    /// Which webhook.
    pub webhook_id: String,
    /// Headers besides ours.
    pub headers: Vec<(String, String)>,
    /// A JSON object; absent: one that says that this is a test.
    pub body: Option<String>,
}

/// Calls the webhook, whether it is switched on or not, and answers what it
/// answered. The call is in the log, whatever came of it.
pub async fn trigger_webhook(
    authority: &Authority,
    caller: &ManagementCaller,
    request: TriggerWebhook,
    sender: &dyn WebhookSender,
) -> Result<CallAnswer, Refusal> {
    caller.require(Permission::Settings)?;
    let id = webhook_id(&request.webhook_id)?;
    check(&request)?;
    let store = &authority.store;
    let target = store.webhook_with_secret(caller.pool, id).await?;
    let target = target.ok_or(Refusal::NotFound(Record::Webhook))?;
    let now = authority.now();
    let message = WebhookMessage {
        event_id: WebhookEventId::generate(now, authority.entropy.as_ref()),
        event: WebhookEvent::Test,
        content: WebhookContent::Given {
            headers: request.headers,
            body: request.body,
        },
    };
    let call = sender.call(&target, &message, now).await;
    let result = call.result.clone();
    store.log_webhook_call(caller.pool, id, call).await?;
    let verdict = result.verdict();
    match result {
        CallResult::Failed(code) => Err(Refusal::ThirdPartyUnreachable(code)),
        CallResult::Answered(answer) if verdict == Verdict::Confirmed => Ok(answer),
        CallResult::Answered(answer) => Err(Refusal::ThirdPartyError(answer.status)),
    }
}

fn check(request: &TriggerWebhook) -> Result<(), Refusal> {
    let headers = &request.headers;
    let fits = headers.len() <= limits::MAX_TRIGGER_HEADERS
        && headers.iter().all(|(name, value)| is_header(name, value))
        && !has_repeats(headers);
    let body = request.body.as_ref();
    let body_fits = body.is_none_or(|body| body.len() <= limits::MAX_TRIGGER_BODY_BYTES);
    refuse_wrong(&[(fits, "requestHeaders"), (body_fits, "requestBody")])
}

/// Header names are compared without case (RFC 9110, section 5.1).
fn has_repeats(headers: &[(String, String)]) -> bool {
    let name = |at: usize| headers.get(at).map(|(name, _)| name.to_ascii_lowercase());
    (0..headers.len()).any(|at| (0..at).any(|before| name(before) == name(at)))
}

/// What says where a request goes, how long it is or how it travels (RFC 9110,
/// sections 7.2, 7.6.1, 8.6 and 10.1.1), and who we are: it is ours to say.
const OURS: &[&str] = &[
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "expect",
    "host",
    "http2-settings",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
];

/// Headers of the product, of which the signature is one.
const OUR_PREFIXES: &[&str] = &["x-rollcall-", "x-authing-", "x-genauth-"];

/// Whether a caller may add a header: a token and visible text (RFC 9110, sections
/// 5.1 and 5.5), and none of ours.
fn is_header(name: &str, value: &str) -> bool {
    let is_token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
    let lower = name.to_ascii_lowercase();
    !name.is_empty()
        && name.bytes().all(is_token)
        && value
            .bytes()
            .all(|b| (b' '..=b'~').contains(&b) || b == b'\t')
        && name.len() + value.len() <= limits::MAX_TRIGGER_HEADER_BYTES
        && !OURS.contains(&lower.as_str())
        && !OUR_PREFIXES.iter().any(|prefix| lower.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_that_are_ours_or_none_at_all_are_refused() {
        for (name, value) in [
            ("Host", "evil.example"),
            ("Transfer-Encoding", "chunked"),
            ("Content-Length", "1"),
            ("content-type", "text/plain"),
            ("X-Rollcall-Webhook-Signature", "v1=00"),
            ("x-authing-webhook-secret", "guess"),
            ("a b", "c"),
            ("", "c"),
            ("a", "b\r\nc: d"),
            ("a", "é"),
        ] {
            assert!(!is_header(name, value), "{name}: {value}");
        }
        assert!(is_header("Authorization", "Bearer abc"));
        assert!(is_header("x-mine", ""));
        let value = "v".repeat(limits::MAX_TRIGGER_HEADER_BYTES - 1);
        assert!(is_header("a", &value));
        assert!(!is_header("ab", &value));
    }

    #[test]
    fn twenty_headers_are_sent_and_not_one_more() {
        let with = |count: usize| TriggerWebhook {
            webhook_id: String::new(),
            headers: (0..count)
                .map(|n| (format!("x-{n}"), String::new()))
                .collect(),
            body: None,
        };
        assert_eq!(check(&with(limits::MAX_TRIGGER_HEADERS)), Ok(()));
        let refusal = Refusal::invalid("requestHeaders");
        assert_eq!(check(&with(limits::MAX_TRIGGER_HEADERS + 1)), Err(refusal));
    }

    #[test]
    fn a_header_is_given_once() {
        let header = |name: &str| (name.to_owned(), String::new());
        assert!(has_repeats(&[header("a"), header("A")]));
        assert!(!has_repeats(&[header("a"), header("b")]));
    }
}
