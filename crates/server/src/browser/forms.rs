//! Tokens of forms, against cross-site request forgery and login CSRF (RFC 6749
//! section 10.12; ASVS 5.0, 3.5.1): an HMAC over everything that the form is for.
//! Nothing is stored, and every node makes the same.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rollcall_core::limits::FORM_LIFETIME;
use rollcall_core::model::signing_key::KeyPurpose;
use rollcall_core::operations::Authority;
use rollcall_core::ports::{Detail, StoreError, StoreResult};
use rollcall_core::time::{Timestamp, expired};
use std::fmt;

/// Makes and checks tokens of forms.
pub struct Forms {
    key: hmac::Key,
}

impl fmt::Debug for Forms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Forms")
    }
}

impl Forms {
    /// Derives the key that all nodes share from the store's first management key,
    /// which every store has and no rotation takes away.
    pub async fn load(authority: &Authority) -> StoreResult<Self> {
        let keys = authority.store.signing_keys().await?;
        let mut management = keys
            .iter()
            .filter(|key| key.purpose == KeyPurpose::Management);
        let first = management
            .next()
            .ok_or_else(|| StoreError::Fault(Detail("there is no management key".to_owned())))?;
        let secret = hmac::Key::new(hmac::HMAC_SHA256, &first.private);
        // Of its own kind: no token that the key signs is this text.
        let derived = hmac::sign(&secret, b"rollcall: tokens of forms");
        Ok(Self {
            key: hmac::Key::new(hmac::HMAC_SHA256, derived.as_ref()),
        })
    }

    /// The token of a form that is given out now. `parts` is what it is for: which
    /// form, whose browser, which request.
    pub(crate) fn token(&self, now: Timestamp, parts: &[&str]) -> String {
        let issued = now.as_millis().to_string();
        let tag = hmac::sign(&self.key, &message(&issued, parts));
        format!("{issued}.{}", URL_SAFE_NO_PAD.encode(tag))
    }

    /// Whether the token is of a form that was given out for the same, not too
    /// long ago.
    pub(crate) fn check(&self, now: Timestamp, token: &str, parts: &[&str]) -> bool {
        self.issued(now, token, parts).is_some()
    }

    /// When that was. Compared in constant time.
    pub(crate) fn issued(&self, now: Timestamp, token: &str, parts: &[&str]) -> Option<Timestamp> {
        let (issued, tag) = token.split_once('.')?;
        let tag = URL_SAFE_NO_PAD.decode(tag).ok()?;
        let at = Timestamp::from_millis(issued.parse().ok()?);
        hmac::verify(&self.key, &message(issued, parts), &tag).ok()?;
        (!expired(at + FORM_LIFETIME, now)).then_some(at)
    }

    /// A tag over these parts that does not expire: of what the store is asked about
    /// each time, or of what a token with a lifetime goes with.
    pub(crate) fn tag(&self, parts: &[&str]) -> String {
        let tag = hmac::sign(&self.key, &message("", parts));
        URL_SAFE_NO_PAD.encode(tag)
    }

    /// Whether the tag is the one of these parts.
    pub(crate) fn has_tag(&self, tag: &str, parts: &[&str]) -> bool {
        let Ok(tag) = URL_SAFE_NO_PAD.decode(tag) else {
            return false;
        };
        hmac::verify(&self.key, &message("", parts), &tag).is_ok()
    }
}

/// Each part with its length, so that no two lists are one text.
fn message(issued: &str, parts: &[&str]) -> Vec<u8> {
    let mut message = Vec::new();
    for part in std::iter::once(&issued).chain(parts) {
        message.extend_from_slice(&(part.len() as u64).to_be_bytes());
        message.extend_from_slice(part.as_bytes());
    }
    message
}

#[cfg(test)]
mod tests {
    use super::*;
    use rollcall_core::time::Span;

    fn forms(secret: u8) -> Forms {
        Forms {
            key: hmac::Key::new(hmac::HMAC_SHA256, &[secret; 32]),
        }
    }

    const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

    #[test]
    fn a_token_is_good_for_its_own_form_alone() {
        let token = forms(1).token(NOW, &["sign-in", "browser", "a=b"]);
        assert!(forms(1).check(NOW, &token, &["sign-in", "browser", "a=b"]));
        let later = NOW + Span::from_seconds(5);
        let issued = forms(1).issued(later, &token, &["sign-in", "browser", "a=b"]);
        assert_eq!(issued, Some(NOW));
        for other in [
            &["sign-in", "browser", "a=c"][..],
            &["sign-in", "other", "a=b"],
            &["consent", "browser", "a=b"],
            &["sign-inb", "rowser", "a=b"],
            &["sign-in", "browser"],
        ] {
            assert!(!forms(1).check(NOW, &token, other), "{other:?}");
        }
        assert!(!forms(2).check(NOW, &token, &["sign-in", "browser", "a=b"]));
    }

    #[test]
    fn a_token_ends_at_its_lifetime_and_cannot_be_made_younger() {
        let token = forms(1).token(NOW, &["x"]);
        let last = NOW + FORM_LIFETIME - Span::from_millis(1);
        assert!(forms(1).check(last, &token, &["x"]));
        assert!(!forms(1).check(NOW + FORM_LIFETIME, &token, &["x"]));
        let (_, tag) = token.split_once('.').unwrap();
        let younger = format!("{}.{tag}", last.as_millis());
        assert!(!forms(1).check(last, &younger, &["x"]));
        for broken in ["", ".", "1.", "x.y", "1.!!"] {
            assert!(!forms(1).check(NOW, broken, &["x"]));
        }
    }
}
