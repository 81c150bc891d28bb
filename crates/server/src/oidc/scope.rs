//! The `scope` parameter (RFC 6749 section 3.3).

use super::respond::{OAuthFailure, OAuthResult};
use rollcall_core::limits::MAX_SCOPE_BYTES;

/// The requested scopes, each once; `invalid_scope` where the parameter holds
/// characters that no scope has.
pub(super) fn requested(scope: Option<&str>) -> OAuthResult<Option<String>> {
    let Some(scope) = scope else {
        return Ok(None);
    };
    let fits = scope.len() <= MAX_SCOPE_BYTES && scope.bytes().all(is_scope_byte);
    if !fits {
        return Err(OAuthFailure::invalid_scope("scope is malformed"));
    }
    let mut once: Vec<&str> = Vec::new();
    for part in scope.split_ascii_whitespace() {
        if !once.contains(&part) {
            once.push(part);
        }
    }
    Ok((!once.is_empty()).then(|| once.join(" ")))
}

/// `scope-token = 1*( %x21 / %x23-5B / %x5D-7E )`, and the space between them.
const fn is_scope_byte(byte: u8) -> bool {
    matches!(byte, b' '..=b'~') && byte != b'"' && byte != b'\\'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(scope: &str) -> Option<String> {
        requested(Some(scope)).unwrap()
    }

    #[test]
    fn scopes_are_read_once_each() {
        assert_eq!(
            read("openid  email openid").as_deref(),
            Some("openid email")
        );
        assert_eq!(read("  "), None);
        assert_eq!(requested(None), Ok(None));
    }

    #[test]
    fn other_characters_are_refused() {
        for scope in ["a\tb", "a\"b", "a\\b", "é", "a\u{7f}"] {
            assert!(requested(Some(scope)).is_err(), "{scope:?}");
        }
        assert!(requested(Some(&"a".repeat(MAX_SCOPE_BYTES))).is_ok());
        assert!(requested(Some(&"a".repeat(MAX_SCOPE_BYTES + 1))).is_err());
    }
}
