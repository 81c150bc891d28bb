//! The keys that a node works with, parsed once, each with its term.

use super::jws::{HmacKey, Unusable};
use super::key_pair::KeyPair;
use super::verified::Verified;
use super::{LoadError, algorithm_of};
use rollcall_core::model::application::SigningAlgorithm;
use rollcall_core::model::signing_key::{KeyState, KeyTerm, SigningKey, in_turn};
use rollcall_core::time::Timestamp;
use rollcall_wire::oidc::jwks::JwkSet;
use std::sync::Arc;

/// All keys of the store as of one reading, in the order in which they sign. It
/// is replaced as a whole.
#[derive(Default)]
pub(super) struct KeySet {
    pairs: Vec<(Arc<KeyPair>, KeyTerm)>,
    management: Vec<(HmacKey, KeyTerm)>,
    /// Tokens that one of `management` signed.
    pub(super) verified: Verified,
}

impl KeySet {
    /// Parses stored keys but for those that the former set has parsed already.
    pub(super) fn parse(keys: Vec<SigningKey>, former: &Self) -> Result<Self, LoadError> {
        let mut set = Self::default();
        for (key, term) in in_turn(keys) {
            let Some(algorithm) = algorithm_of(key.purpose) else {
                let parsed = HmacKey::new(&key.key_id, &key.private);
                set.management.push((parsed, term));
                continue;
            };
            let pair = match former.pair(algorithm, &key.key_id) {
                Some(pair) => pair,
                None => Arc::new(KeyPair::from_pkcs8(algorithm, &key.private)?),
            };
            if pair.key_id() != key.key_id {
                return Err(LoadError::WrongId(key.key_id));
            }
            set.pairs.push((pair, term));
        }
        Ok(set)
    }

    fn pair(&self, algorithm: SigningAlgorithm, key_id: &str) -> Option<Arc<KeyPair>> {
        let mut pairs = self.pairs.iter().map(|(pair, _)| pair);
        let found = pairs.find(|pair| pair.algorithm() == algorithm && pair.key_id() == key_id);
        found.cloned()
    }

    /// The pair that signs with this algorithm now; none if none was ever made.
    pub(super) fn signer(&self, algorithm: SigningAlgorithm, now: Timestamp) -> Option<&KeyPair> {
        let turns = self.pairs.iter();
        let turns = turns.filter(|(pair, _)| pair.algorithm() == algorithm);
        signer(turns, now).map(Arc::as_ref)
    }

    /// The key that signs management tokens now.
    pub(super) fn management_signer(&self, now: Timestamp) -> Result<&HmacKey, Unusable> {
        signer(self.management.iter(), now).ok_or(Unusable)
    }

    /// The pairs whose tokens are believed now.
    pub(super) fn published(&self, now: Timestamp) -> impl Iterator<Item = &KeyPair> {
        published(&self.pairs, now).map(Arc::as_ref)
    }

    /// The same for management tokens, each with its place.
    pub(super) fn management_published(
        &self,
        now: Timestamp,
    ) -> impl Iterator<Item = (usize, &HmacKey)> {
        let places = self.management.iter().enumerate();
        places
            .filter(move |(_, (_, term))| term.is_published_at(now))
            .map(|(place, (key, _))| (place, key))
    }

    /// Whether tokens that the key in this place signed are believed now.
    pub(super) fn is_management_published(&self, place: usize, now: Timestamp) -> bool {
        let key = self.management.get(place);
        key.is_some_and(|(_, term)| term.is_published_at(now))
    }

    /// All pairs, for what was signed long ago.
    pub(super) fn all(&self) -> impl Iterator<Item = &KeyPair> {
        self.pairs.iter().map(|(pair, _)| pair.as_ref())
    }

    /// What is published now: next keys, those that sign, and those whose tokens
    /// may live.
    pub(super) fn jwks(&self, now: Timestamp) -> JwkSet {
        JwkSet {
            keys: self.published(now).map(|pair| pair.jwk().clone()).collect(),
        }
    }
}

/// Which key signs. Where the clock was set back behind all of them it is the
/// first.
fn signer<'a, K>(
    mut turns: impl Iterator<Item = &'a (K, KeyTerm)> + Clone,
    now: Timestamp,
) -> Option<&'a K> {
    let is_active = |(_, term): &&(K, KeyTerm)| term.state_at(now) == KeyState::Active;
    let active = turns.clone().find(is_active);
    active.or_else(|| turns.next()).map(|(key, _)| key)
}

fn published<K>(turns: &[(K, KeyTerm)], now: Timestamp) -> impl Iterator<Item = &K> {
    turns
        .iter()
        .filter(move |(_, term)| term.is_published_at(now))
        .map(|(key, _)| key)
}
