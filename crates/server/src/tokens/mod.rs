//! Tokens that the server signs: management tokens for access keys, access and
//! ID tokens for applications.
//!
//! A token proves only what it says and when it was said. Whether the key or
//! the login that it names still counts is read from the store on every call.

mod access;
mod hint;
mod jws;
mod management;
#[cfg(test)]
mod tests;

use crate::tokens::jws::{HmacKey, RsaKey};
use rollcall_core::entropy::Entropy;
use rollcall_core::model::signing_key::{KeyPurpose, SigningKey};
use rollcall_core::operations::Authority;
use rollcall_core::ports::{Store, StoreError};
use rollcall_core::time::{Span, Timestamp, expired};
use rollcall_wire::oidc::jwks::JwkSet;
use rollcall_wire::v3::Whole;
use std::fmt;
use std::sync::Arc;
use zeroize::Zeroizing;

pub(crate) use access::ONE_FACTOR;
pub use access::{AccessToken, TokenSubject};
pub use hint::IdTokenHint;
pub use jws::KeyFault;
pub use management::ManagementClaims;

/// A token that was just signed.
#[derive(Clone, PartialEq, Eq)]
pub struct Minted {
    /// The token.
    pub token: String,
    /// How long it lasts.
    pub lifetime: Span,
}

impl Minted {
    /// `expires_in`, in seconds (RFC 6749 section 5.1).
    pub fn expires_in(&self) -> Whole {
        Whole::try_from(self.lifetime.as_seconds()).unwrap_or_default()
    }
}

/// Without the token, which is a credential.
impl fmt::Debug for Minted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Minted({:?})", self.lifetime)
    }
}

/// Why a token proves nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Untrusted {
    /// It is no token of ours for this purpose.
    Invalid,
    /// It was one.
    Expired,
}

impl From<jws::NotOurs> for Untrusted {
    fn from(_: jws::NotOurs) -> Self {
        Self::Invalid
    }
}

/// The keys could not be loaded at start.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The store could not answer.
    #[error("the signing keys could not be read")]
    Store(#[from] StoreError),
    /// A key could not be made or read.
    #[error(transparent)]
    Key(#[from] KeyFault),
    /// A stored key does not have the id that follows from it.
    #[error("the signing key {0} has another key's id")]
    WrongId(String),
}

/// Signs and verifies, with keys that were parsed once.
pub struct Tokens {
    issuer: String,
    entropy: Arc<dyn Entropy>,
    /// Oldest first; the newest signs, all verify. Never empty.
    rsa: Vec<RsaKey>,
    /// The same for management tokens.
    management: Vec<HmacKey>,
    jwks: JwkSet,
}

impl Tokens {
    /// Loads the store's keys, making those that are missing. Nodes that start
    /// together agree on the first that was stored.
    pub async fn load(authority: &Authority, issuer: String) -> Result<Self, LoadError> {
        let store = authority.store.as_ref();
        let mut keys = store.signing_keys().await?;
        let lacks = |keys: &[SigningKey], purpose| keys.iter().all(|key| key.purpose != purpose);
        if lacks(&keys, KeyPurpose::Rs256) || lacks(&keys, KeyPurpose::Management) {
            add_first_keys(store, authority.entropy.as_ref()).await?;
            keys = store.signing_keys().await?;
        }
        Self::from_keys(&keys, Arc::clone(&authority.entropy), issuer)
    }

    /// Parses stored keys.
    fn from_keys(
        keys: &[SigningKey],
        entropy: Arc<dyn Entropy>,
        issuer: String,
    ) -> Result<Self, LoadError> {
        let mut rsa = Vec::new();
        let mut management = Vec::new();
        for key in keys {
            match key.purpose {
                KeyPurpose::Rs256 => {
                    let parsed = RsaKey::from_pkcs8(&key.private)?;
                    if parsed.key_id() != key.key_id {
                        return Err(LoadError::WrongId(key.key_id.clone()));
                    }
                    rsa.push(parsed);
                }
                KeyPurpose::Management => management.push(HmacKey::new(&key.key_id, &key.private)),
                // Not for tokens.
                KeyPurpose::Forms => {}
            }
        }
        if rsa.is_empty() || management.is_empty() {
            return Err(KeyFault.into());
        }
        let jwks = JwkSet {
            keys: rsa.iter().map(|key| key.jwk().clone()).collect(),
        };
        Ok(Self {
            issuer,
            entropy,
            rsa,
            management,
            jwks,
        })
    }

    /// The public keys, for `/oidc/.well-known/jwks.json`. Those of management
    /// tokens have no public half and are never there.
    pub fn jwks(&self) -> &JwkSet {
        &self.jwks
    }

    /// The issuer of every token.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    fn rsa_signer(&self) -> Result<&RsaKey, KeyFault> {
        self.rsa.last().ok_or(KeyFault)
    }

    fn management_signer(&self) -> Result<&HmacKey, KeyFault> {
        self.management.last().ok_or(KeyFault)
    }

    fn new_token_id(&self) -> String {
        let mut bytes = [0; 16];
        self.entropy.fill(&mut bytes);
        hex::encode(bytes)
    }
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tokens")
            .field("issuer", &self.issuer)
            .field("jwks", &self.jwks)
            .finish_non_exhaustive()
    }
}

async fn add_first_keys(store: &dyn Store, entropy: &dyn Entropy) -> Result<(), LoadError> {
    let now = store.now();
    let private = tokio::task::spawn_blocking(RsaKey::generate)
        .await
        .map_err(|_| KeyFault)??;
    let key_id = RsaKey::from_pkcs8(&private)?.key_id().to_owned();
    store
        .add_first_signing_key(SigningKey {
            key_id,
            purpose: KeyPurpose::Rs256,
            private,
            created_at: now,
        })
        .await?;
    store
        .add_first_signing_key(new_management_key(entropy, now))
        .await?;
    Ok(())
}

fn new_management_key(entropy: &dyn Entropy, now: Timestamp) -> SigningKey {
    // As long as the hash (RFC 7518 section 3.2).
    let mut private = Zeroizing::new(vec![0; 32]);
    entropy.fill(&mut private);
    // A thumbprint of the key itself would be a hash of the secret in public.
    let mut key_id = [0; 8];
    entropy.fill(&mut key_id);
    SigningKey {
        key_id: hex::encode(key_id),
        purpose: KeyPurpose::Management,
        private,
        created_at: now,
    }
}

/// The `exp` of a token that lasts `lifetime` from `now` (RFC 7519 section 4.1.4).
fn expiry(now: Timestamp, lifetime: Span) -> i64 {
    now.as_seconds().saturating_add(lifetime.as_seconds())
}

/// The instant of a `NumericDate`.
fn instant(seconds: i64) -> Timestamp {
    Timestamp::from_millis(seconds.saturating_mul(1000))
}

/// RFC 7519 section 4.1.4: not on or after `exp`.
fn check_expiry(exp: i64, now: Timestamp) -> Result<(), Untrusted> {
    if expired(instant(exp), now) {
        Err(Untrusted::Expired)
    } else {
        Ok(())
    }
}
