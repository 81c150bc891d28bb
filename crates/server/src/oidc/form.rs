//! Forms: `application/x-www-form-urlencoded`.

use super::authorize::Rejection;
use super::respond::{OAuthFailure, OAuthResult};
use crate::pages::ErrorKind;
use crate::routes::Incoming;
use http::HeaderMap;
use http::header::CONTENT_TYPE;
use serde::de::DeserializeOwned;

/// Whether the body is declared as a form.
pub(crate) fn is_form(headers: &HeaderMap) -> bool {
    let value = headers.get(CONTENT_TYPE);
    let value = value
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let kind = value.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

/// Reads a form. A parameter without a value is absent, a repeated one an error
/// (RFC 6749 section 3.2).
pub(super) fn read<T: DeserializeOwned>(headers: &HeaderMap, body: &[u8]) -> OAuthResult<T> {
    if !body.is_empty() && !is_form(headers) {
        return Err(OAuthFailure::invalid_request(
            "Content-Type must be application/x-www-form-urlencoded",
        ));
    }
    let pairs = form_urlencoded::parse(body).filter(|(_, value)| !value.is_empty());
    let text = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish();
    let reader = serde_html_form::Deserializer::from_bytes(text.as_bytes());
    serde_path_to_error::deserialize(reader).map_err(|error| {
        let description = format!("{} is repeated or malformed", error.path());
        OAuthFailure::invalid_request(&description)
    })
}

/// The fields of a form of our pages, as a browser sends it.
pub(super) fn read_from<T: DeserializeOwned>(incoming: &Incoming) -> Result<T, Rejection> {
    let bytes = incoming.body.as_ref().map_err(|error| *error)?;
    let malformed = |_| Rejection::local(ErrorKind::BadRequest, "invalid_request");
    read(&incoming.parts.headers, bytes).map_err(malformed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rollcall_wire::oidc::token::TokenRequest;

    fn read_form(body: &str) -> OAuthResult<TokenRequest> {
        let mut headers = HeaderMap::new();
        let kind = "application/x-www-form-urlencoded;charset=UTF-8";
        headers.insert(CONTENT_TYPE, kind.parse().unwrap());
        read(&headers, body.as_bytes())
    }

    #[test]
    fn empty_is_absent_repeated_is_refused_unknown_is_ignored() {
        let form = read_form("grant_type=refresh_token&scope=&x=1&x=2").unwrap();
        assert_eq!(form.grant_type.as_deref(), Some("refresh_token"));
        assert_eq!(form.scope, None);
        assert!(read_form("grant_type=a&grant_type=b").is_err());
        assert!(read_form("grant_type=a&grant_type=").is_ok());
    }

    #[test]
    fn the_declared_type_must_be_a_form() {
        assert!(read::<TokenRequest>(&HeaderMap::new(), b"grant_type=a").is_err());
        assert!(read::<TokenRequest>(&HeaderMap::new(), b"").is_ok());
    }
}
