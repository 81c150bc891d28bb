//! Tokens that the server signs: management tokens for access keys; access, ID
//! and logout tokens for applications.
//!
//! A token proves only what it says and when it was said. Whether the key or
//! the login that it names still counts is read from the store on every call.

mod access;
mod hint;
mod jws;
mod key_pair;
mod key_set;
mod logout;
mod make;
mod management;
#[cfg(test)]
mod tests;
mod verified;

use self::key_pair::TokenKind;
use self::key_set::KeySet;
use parking_lot::RwLock;
use rollcall_core::Refusal;
use rollcall_core::entropy::Entropy;
use rollcall_core::model::application::SigningAlgorithm;
use rollcall_core::model::signing_key::KeyPurpose;
use rollcall_core::operations::Authority;
use rollcall_core::ports::StoreError;
use rollcall_core::ports::signing_keys::SigningKeys;
use rollcall_core::time::{Span, Timestamp, expired};
use rollcall_wire::oidc::jwks::JwkSet;
use rollcall_wire::v3::Whole;
use serde::Serialize;
use std::fmt;
use std::sync::Arc;
use tokio::sync::Mutex;

pub(crate) use access::ONE_FACTOR;
pub use access::{AccessToken, TokenSubject};
pub use hint::IdTokenHint;
pub use jws::Unusable;

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

/// The keys could not be loaded.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum LoadError {
    /// The store could not answer.
    #[error("the signing keys could not be read")]
    Store(#[from] StoreError),
    /// A key could not be made or read.
    #[error(transparent)]
    Key(#[from] Unusable),
    /// A stored key does not have the id that follows from it.
    #[error("the signing key {0} has another key's id")]
    WrongId(String),
}

/// A token could not be signed.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum KeyFault {
    /// The key could not be used.
    #[error(transparent)]
    Key(#[from] Unusable),
    /// There was no key of the algorithm, and none could be had.
    #[error(transparent)]
    Load(#[from] LoadError),
}

/// What a caller is told of it.
pub(crate) fn refusal_of(fault: KeyFault) -> Refusal {
    if let KeyFault::Load(LoadError::Store(error)) = fault {
        return error.into();
    }
    tracing::error!(%fault, "a token could not be signed");
    Refusal::Fault
}

/// Signs and verifies, with keys that were parsed once.
pub struct Tokens {
    issuer: String,
    entropy: Arc<dyn Entropy>,
    store: Arc<dyn SigningKeys>,
    /// Replaced as a whole, by [`reload`](Self::reload) alone.
    keys: RwLock<Arc<KeySet>>,
    /// Held from the reading to the replacing: no older reading replaces a newer.
    reloading: Mutex<()>,
}

impl Tokens {
    /// Loads the store's keys, making those that every server has. Nodes that
    /// start together agree on the first that was stored.
    pub async fn load(authority: &Authority, issuer: String) -> Result<Self, LoadError> {
        let now = authority.store.now();
        let store: Arc<dyn SigningKeys> = authority.store.clone();
        Self::load_from(store, Arc::clone(&authority.entropy), issuer, now).await
    }

    async fn load_from(
        store: Arc<dyn SigningKeys>,
        entropy: Arc<dyn Entropy>,
        issuer: String,
        now: Timestamp,
    ) -> Result<Self, LoadError> {
        let tokens = Self {
            issuer,
            entropy,
            store,
            keys: RwLock::default(),
            reloading: Mutex::default(),
        };
        let stored = tokens.store.signing_keys().await?;
        for purpose in [KeyPurpose::Rs256, KeyPurpose::Management] {
            if stored.iter().all(|key| key.purpose != purpose) {
                tokens.add_first(purpose, now).await?;
            }
        }
        tokens.reload().await?;
        Ok(tokens)
    }

    /// Takes the keys that the store has now.
    pub async fn reload(&self) -> Result<(), LoadError> {
        let _one_at_a_time = self.reloading.lock().await;
        let stored = self.store.signing_keys().await?;
        let set = KeySet::parse(stored, &self.keys())?;
        *self.keys.write() = Arc::new(set);
        Ok(())
    }

    /// Makes sure that there is a key of this algorithm, so that it is published
    /// before anybody is told that it is used. A key that is no RSA key exists
    /// only once an application has asked for it: some clients fail at a key set
    /// that has one.
    pub async fn ensure_key(
        &self,
        algorithm: SigningAlgorithm,
        now: Timestamp,
    ) -> Result<(), LoadError> {
        if self.keys().signer(algorithm, now).is_none() {
            self.add_first(algorithm.into(), now).await?;
            self.reload().await?;
        }
        Ok(())
    }

    /// Another node may be first: then its key is the one.
    async fn add_first(&self, purpose: KeyPurpose, now: Timestamp) -> Result<(), LoadError> {
        let key = make::make(self.entropy.as_ref(), purpose, now, now).await?;
        self.store.add_first_signing_key(key).await?;
        Ok(())
    }

    /// The public keys at this instant, for `/oidc/.well-known/jwks.json`. Those of
    /// management tokens have no public half and are never there.
    pub fn jwks(&self, now: Timestamp) -> JwkSet {
        self.keys().jwks(now)
    }

    /// The issuer of every token.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The keys of the last reading.
    fn keys(&self) -> Arc<KeySet> {
        Arc::clone(&self.keys.read())
    }

    /// Signs with the key that is due at this instant. Where there is none, since
    /// this node has not heard of it or lost it, it is fetched or made first.
    async fn sign(
        &self,
        algorithm: SigningAlgorithm,
        kind: TokenKind,
        now: Timestamp,
        claims: &(impl Serialize + Sync),
    ) -> Result<String, KeyFault> {
        self.ensure_key(algorithm, now).await?;
        let keys = self.keys();
        let signer = keys.signer(algorithm, now).ok_or(Unusable)?;
        Ok(signer.sign(kind, claims)?)
    }

    fn new_token_id(&self) -> String {
        let mut bytes = [0; 16];
        self.entropy.fill(&mut bytes);
        hex::encode(bytes)
    }
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ids: Vec<_> = self
            .keys()
            .all()
            .map(|pair| pair.key_id().to_owned())
            .collect();
        f.debug_struct("Tokens")
            .field("issuer", &self.issuer)
            .field("keys", &ids)
            .finish_non_exhaustive()
    }
}

/// The algorithm of key pairs for this purpose; none where the key is a secret.
fn algorithm_of(purpose: KeyPurpose) -> Option<SigningAlgorithm> {
    match purpose {
        KeyPurpose::Rs256 => Some(SigningAlgorithm::Rs256),
        KeyPurpose::Es256 => Some(SigningAlgorithm::Es256),
        KeyPurpose::EdDsa => Some(SigningAlgorithm::EdDsa),
        KeyPurpose::Management => None,
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
