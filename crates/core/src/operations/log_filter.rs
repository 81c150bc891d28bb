//! What the logs are filtered by, as it is typed. An id or a text that nothing can
//! have is no error: of a deleted record the log may still tell, of one that never
//! was it has nothing.

use crate::limits;
use crate::refusal::{Field, Refusal};
use std::net::IpAddr;

/// A text within its limit.
pub(super) fn text(text: Option<String>, field: Field) -> Result<Option<String>, Refusal> {
    match text {
        Some(text) if text.chars().count() > limits::MAX_NAME_CHARS => Err(Refusal::invalid(field)),
        other => Ok(other),
    }
}

/// An address.
pub(super) fn address(text: Option<&str>) -> Result<Option<IpAddr>, Refusal> {
    text.map(|text| text.parse().map_err(|_| Refusal::invalid("clientIp")))
        .transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_ends_at_its_limit() {
        let longest = "x".repeat(limits::MAX_NAME_CHARS);
        assert_eq!(
            text(Some(longest.clone()), "requestId"),
            Ok(Some(longest.clone()))
        );
        let longer = text(Some(longest + "x"), "requestId");
        assert_eq!(longer, Err(Refusal::invalid("requestId")));
    }

    #[test]
    fn an_address_is_one() {
        assert_eq!(address(Some("192.0.2.1")), Ok(Some([192, 0, 2, 1].into())));
        assert_eq!(address(None), Ok(None));
        assert_eq!(address(Some("here")), Err(Refusal::invalid("clientIp")));
    }
}
