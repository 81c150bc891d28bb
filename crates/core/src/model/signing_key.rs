//! Keys that sign tokens. The server has one issuer, so they are the server's.

use crate::time::Timestamp;
use std::fmt;
use zeroize::Zeroizing;

/// What a key signs, and how.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum KeyPurpose {
    /// Tokens for applications: RSA, RS256, published in the JWKS.
    Rs256,
    /// Management tokens: HMAC-SHA256, never published.
    Management,
    /// Tokens of forms: HMAC-SHA256, never published.
    Forms,
}

impl KeyPurpose {
    /// The stored name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Management => "management",
            Self::Forms => "forms",
        }
    }

    /// The purpose with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Rs256, Self::Management, Self::Forms]
            .into_iter()
            .find(|purpose| purpose.as_str() == name)
    }
}

/// A signing key as stored (encrypted).
#[derive(Clone)]
pub struct SigningKey {
    /// `kid`: names the key in token headers and the JWKS.
    pub key_id: String,
    /// What it signs.
    pub purpose: KeyPurpose,
    /// PKCS#8 for RSA, raw bytes for HMAC.
    pub private: Zeroizing<Vec<u8>>,
    /// When it was made.
    pub created_at: Timestamp,
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({} {})", self.purpose.as_str(), self.key_id)
    }
}
