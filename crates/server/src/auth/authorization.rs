//! Reading `Authorization` (RFC 9110 section 11.6.2).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use http::header::AUTHORIZATION;
use rollcall_wire::v3::SecretText;
use std::fmt;
use zeroize::Zeroizing;

/// The header's value; none when it is absent or empty. What cannot be read, or
/// is there twice so that two readers may disagree, is there and proves nothing.
pub(super) fn authorization(headers: &HeaderMap) -> Option<&str> {
    const PROVES_NOTHING: &str = "\u{fffd}";
    let mut values = headers.get_all(AUTHORIZATION).iter();
    // A header's value has no control characters. So ASCII is text, and to look for that
    // alone is ten times as fast as `to_str`, which looks at each byte of a token by itself.
    let value = Some(values.next()?.as_bytes()).filter(|value| value.is_ascii());
    let value = value.and_then(|value| std::str::from_utf8(value).ok());
    let value = value.unwrap_or(PROVES_NOTHING).trim_ascii();
    if values.next().is_some() {
        return Some(PROVES_NOTHING);
    }
    (!value.is_empty()).then_some(value)
}

/// What follows the scheme, whose word is case-insensitive.
fn after_scheme<'a>(value: &'a str, scheme: &str) -> Option<&'a str> {
    let (word, rest) = value.split_once(' ')?;
    word.eq_ignore_ascii_case(scheme).then(|| rest.trim())
}

/// A bearer token (RFC 6750 section 2.1).
pub(super) fn bearer(value: &str) -> Option<&str> {
    after_scheme(value, "Bearer")
}

/// A client's id and secret in HTTP Basic.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Basic {
    pub(super) id: String,
    pub(super) secret: SecretText,
}

impl fmt::Debug for Basic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Basic({})", self.id)
    }
}

/// HTTP Basic that cannot be read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct BrokenBasic;

/// What the header says, if it is Basic at all. Id and secret are form-encoded before they are joined (RFC 6749 section
/// 2.3.1); ours have no character that the encoding changes, so clients that
/// forget it are understood too.
pub(super) fn basic(value: &str) -> Option<Result<Basic, BrokenBasic>> {
    let is_basic = value
        .split_once(' ')
        .map_or(value, |(word, _)| word)
        .eq_ignore_ascii_case("Basic");
    is_basic.then(|| {
        after_scheme(value, "Basic")
            .and_then(id_and_secret)
            .ok_or(BrokenBasic)
    })
}

fn id_and_secret(encoded: &str) -> Option<Basic> {
    let decoded = Zeroizing::new(STANDARD.decode(encoded).ok()?);
    let (id, secret) = std::str::from_utf8(&decoded).ok()?.split_once(':')?;
    Some(Basic {
        id: form_decoded(id),
        secret: form_decoded(secret).into(),
    })
}

/// One value in `application/x-www-form-urlencoded`. The characters that would
/// end it are encoded first: here they are part of it.
fn form_decoded(text: &str) -> String {
    let value = text.replace('&', "%26").replace('=', "%3D");
    form_urlencoded::parse(value.as_bytes())
        .next()
        .map_or_else(String::new, |(name, _)| name.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scheme_word_is_read_in_any_case() {
        assert_eq!(bearer("Bearer a.b"), Some("a.b"));
        assert_eq!(bearer("bEARER  a.b "), Some("a.b"));
        assert_eq!(bearer("Bearer"), None);
        assert_eq!(bearer("Basic a"), None);
        assert_eq!(bearer("a.b.c"), None);
    }

    #[test]
    fn basic_credentials_are_form_decoded() {
        let read = |text: &str| basic(&format!("basic {}", STANDARD.encode(text)));
        let found = |id: &str, secret: &str| {
            Some(Ok(Basic {
                id: id.to_owned(),
                secret: secret.into(),
            }))
        };
        assert_eq!(read("id:se%3Acret%25"), found("id", "se:cret%"));
        assert_eq!(read("id:a+b:c&d=e"), found("id", "a b:c&d=e"));
        assert_eq!(read("id:"), found("id", ""));
        assert_eq!(read("id"), Some(Err(BrokenBasic)));
        assert_eq!(basic("Basic !"), Some(Err(BrokenBasic)));
        assert_eq!(basic("Basic"), Some(Err(BrokenBasic)));
        assert_eq!(basic("Bearer x"), None);
    }

    #[test]
    fn two_headers_prove_nothing() {
        let mut headers = HeaderMap::new();
        assert_eq!(authorization(&headers), None);
        headers.append(AUTHORIZATION, "Bearer a".parse().unwrap());
        assert_eq!(authorization(&headers), Some("Bearer a"));
        headers.append(AUTHORIZATION, "Bearer a".parse().unwrap());
        assert_eq!(authorization(&headers).and_then(bearer), None);
    }
}
