//! Keys that sign tokens. The server has one issuer, so they are the server's.
//!
//! A key is published before it signs, so that whoever keeps a copy of the key
//! set knows it in time; it stays published while a token that it signed may
//! live; after that it only tells whether an old ID token was ours.

use crate::limits;
use crate::model::application::SigningAlgorithm;
use crate::time::{Timestamp, expired};
use std::fmt;
use zeroize::Zeroizing;

/// What a key signs, and how.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum KeyPurpose {
    /// Tokens for applications: RSA, RS256, published in the JWKS.
    Rs256,
    /// The same on the curve P-256, for applications that ask for it.
    Es256,
    /// The same on Ed25519.
    EdDsa,
    /// Management tokens: HMAC-SHA256, never published.
    Management,
}

impl KeyPurpose {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Rs256, Self::Es256, Self::EdDsa, Self::Management];

    /// The stored name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Es256 => "ES256",
            Self::EdDsa => "EdDSA",
            Self::Management => "management",
        }
    }

    /// The purpose with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|purpose| purpose.as_str() == name)
    }

    /// `alg` of what it signs (RFC 7518 section 3.1, RFC 8037 section 3.1).
    pub const fn algorithm_name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Es256 => "ES256",
            Self::EdDsa => "EdDSA",
            Self::Management => "HS256",
        }
    }
}

impl From<SigningAlgorithm> for KeyPurpose {
    fn from(algorithm: SigningAlgorithm) -> Self {
        match algorithm {
            SigningAlgorithm::Rs256 => Self::Rs256,
            SigningAlgorithm::Es256 => Self::Es256,
            SigningAlgorithm::EdDsa => Self::EdDsa,
        }
    }
}

/// A signing key as stored (encrypted).
#[derive(Clone)]
pub struct SigningKey {
    /// `kid`: names the key in token headers and the JWKS.
    pub key_id: String,
    /// What it signs.
    pub purpose: KeyPurpose,
    /// PKCS#8 for key pairs, raw bytes for HMAC.
    pub private: Zeroizing<Vec<u8>>,
    /// When it was made.
    pub created_at: Timestamp,
    /// From when on it signs; not before it was made.
    pub active_from: Timestamp,
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({} {})", self.purpose.as_str(), self.key_id)
    }
}

/// What a key does at an instant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum KeyState {
    /// Published, and signs nothing yet.
    Next,
    /// It signs.
    Active,
    /// It has a successor, which signs.
    Retired,
}

/// When a key signs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct KeyTerm {
    /// From when on.
    pub active_from: Timestamp,
    /// When its successor takes over, if it has one.
    pub retired_from: Option<Timestamp>,
}

impl KeyTerm {
    /// What the key does at this instant.
    pub fn state_at(self, now: Timestamp) -> KeyState {
        if self.retired_from.is_some_and(|from| expired(from, now)) {
            KeyState::Retired
        } else if expired(self.active_from, now) {
            KeyState::Active
        } else {
            KeyState::Next
        }
    }

    /// Whether it is in the key set, and its tokens are believed: until the last
    /// token that it can have signed has expired. A token that is said to live
    /// on after that is forged.
    pub fn is_published_at(self, now: Timestamp) -> bool {
        let last_token_ends = |from| from + limits::MAX_TOKEN_LIFETIME;
        !self
            .retired_from
            .is_some_and(|from| expired(last_token_ends(from), now))
    }
}

/// The keys of each purpose in the order in which they sign, each with its term.
/// Which one comes first of two that sign from the same instant is the same on
/// every node.
pub fn in_turn(mut keys: Vec<SigningKey>) -> Vec<(SigningKey, KeyTerm)> {
    keys.sort_by(|a, b| (a.active_from, &a.key_id).cmp(&(b.active_from, &b.key_id)));
    let mut turns: Vec<(SigningKey, KeyTerm)> = Vec::with_capacity(keys.len());
    for key in keys {
        let predecessor = turns
            .iter_mut()
            .rev()
            .find(|(other, _)| other.purpose == key.purpose);
        if let Some((_, term)) = predecessor {
            term.retired_from = Some(key.active_from);
        }
        let term = KeyTerm {
            active_from: key.active_from,
            retired_from: None,
        };
        turns.push((key, term));
    }
    turns
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Span;

    fn key(purpose: KeyPurpose, key_id: &str, active_from: i64) -> SigningKey {
        SigningKey {
            key_id: key_id.to_owned(),
            purpose,
            private: Zeroizing::new(Vec::new()),
            created_at: Timestamp::from_millis(0),
            active_from: Timestamp::from_millis(active_from),
        }
    }

    #[test]
    fn a_key_is_retired_by_the_next_one_of_its_purpose() {
        let turns = in_turn(vec![
            key(KeyPurpose::Rs256, "c", 3_000),
            key(KeyPurpose::Es256, "b", 2_000),
            key(KeyPurpose::Rs256, "a", 1_000),
        ]);
        let told: Vec<_> = turns
            .iter()
            .map(|(key, term)| {
                (
                    key.key_id.as_str(),
                    term.retired_from.map(Timestamp::as_millis),
                )
            })
            .collect();
        assert_eq!(told, [("a", Some(3_000)), ("b", None), ("c", None)]);
    }

    #[test]
    fn a_state_begins_at_its_own_millisecond() {
        let term = KeyTerm {
            active_from: Timestamp::from_millis(1_000),
            retired_from: Some(Timestamp::from_millis(2_000)),
        };
        for (at, state) in [
            (999, KeyState::Next),
            (1_000, KeyState::Active),
            (1_999, KeyState::Active),
            (2_000, KeyState::Retired),
        ] {
            assert_eq!(term.state_at(Timestamp::from_millis(at)), state, "{at}");
        }
    }

    #[test]
    fn a_key_is_published_until_its_last_token_has_expired() {
        let retired_from = Timestamp::from_millis(2_000);
        let term = KeyTerm {
            active_from: Timestamp::from_millis(1_000),
            retired_from: Some(retired_from),
        };
        let ends = retired_from + limits::MAX_TOKEN_LIFETIME;
        assert!(term.is_published_at(Timestamp::from_millis(0)));
        assert!(term.is_published_at(ends - Span::from_millis(1)));
        assert!(!term.is_published_at(ends));
    }

    #[test]
    fn what_is_published_is_never_among_what_is_forgotten() {
        let turns =
            limits::MAX_TOKEN_LIFETIME.as_millis() / limits::KEY_PUBLISHED_AHEAD.as_millis();
        // Those that retired in that time, the one that signs, and the next one.
        assert!(i64::from(limits::MAX_KEYS_OF_A_PURPOSE) > turns + 2);
    }

    #[test]
    fn names_read_back() {
        for purpose in KeyPurpose::ALL {
            assert_eq!(KeyPurpose::from_name(purpose.as_str()), Some(purpose));
        }
    }
}
