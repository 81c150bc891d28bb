//! What callers say of a webhook, checked.

use super::application_input::check_uri;
use super::user_input::is_name;
use crate::ids::WebhookId;
use crate::limits;
use crate::model::webhook::{WebhookChange, WebhookEvent};
use crate::refusal::{Field, Record, Refusal};
use crate::secret::Secret;

/// The webhook of a text; what has not the form of an id is none of ours.
pub(super) fn webhook_id(text: &str) -> Result<WebhookId, Refusal> {
    if !is_name(text) {
        return Err(Refusal::invalid("webhookId"));
    }
    text.parse().map_err(|_| Refusal::NotFound(Record::Webhook))
}

/// Refuses what cannot be stored; all that is wrong is told at once.
pub(super) fn check_webhook(change: &WebhookChange) -> Result<(), Refusal> {
    let events = change.events.as_ref();
    let checks: [(bool, Field); 4] = [
        (change.name.as_deref().is_none_or(is_name), "name"),
        (change.url.as_deref().is_none_or(check_uri), "url"),
        // Whoever wants to be called by `trigger-webhook` alone asks for `test`.
        (events.is_none_or(|events| !events.is_empty()), "events"),
        (change.secret.as_ref().is_none_or(is_secret), "secret"),
    ];
    refuse_wrong(&checks)
}

/// Names each field that does not fit.
pub(super) fn refuse_wrong(checks: &[(bool, Field)]) -> Result<(), Refusal> {
    let wrong: Vec<Field> = checks
        .iter()
        .filter(|(fits, _)| !fits)
        .map(|(_, field)| *field)
        .collect();
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(Refusal::Invalid(wrong))
    }
}

/// It stands in a header (RFC 9110, section 5.5): visible characters and spaces
/// between them. Empty: there is none.
fn is_secret(secret: &Secret) -> bool {
    let text = secret.reveal();
    text.len() <= limits::MAX_WEBHOOK_SECRET_BYTES
        && text.bytes().all(|b| (b' '..=b'~').contains(&b))
        && text.trim() == text
}

/// Each event once, however often it was named.
pub(super) fn once(events: Vec<WebhookEvent>) -> Vec<WebhookEvent> {
    let mut events = events;
    events.sort_unstable();
    events.dedup();
    events
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_stands_in_a_header() {
        let longest = "s".repeat(limits::MAX_WEBHOOK_SECRET_BYTES);
        for text in ["", "hush", "with a space", &longest] {
            assert!(is_secret(&Secret::new(text)), "{text}");
        }
        let too_long = "s".repeat(limits::MAX_WEBHOOK_SECRET_BYTES + 1);
        for text in [" hush", "hush ", "a\r\nb", "geheim-ß", "\u{7f}", &too_long] {
            assert!(!is_secret(&Secret::new(text)), "{text}");
        }
    }
}
