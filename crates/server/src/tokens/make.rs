//! Making keys.

use super::jws::Unusable;
use super::key_pair::{self, KeyPair};
use super::{Tokens, algorithm_of};
use async_trait::async_trait;
use rollcall_core::entropy::Entropy;
use rollcall_core::model::application::SigningAlgorithm;
use rollcall_core::model::signing_key::{KeyPurpose, SigningKey};
use rollcall_core::ports::signing_keys::{KeyMaker, KeyNotMade};
use rollcall_core::time::Timestamp;
use zeroize::Zeroizing;

/// A new key for this purpose, that signs from `active_from` on.
pub(super) async fn make(
    entropy: &dyn Entropy,
    purpose: KeyPurpose,
    created_at: Timestamp,
    active_from: Timestamp,
) -> Result<SigningKey, Unusable> {
    let (key_id, private) = match algorithm_of(purpose) {
        Some(algorithm) => tokio::task::spawn_blocking(move || make_pair(algorithm))
            .await
            .map_err(|_| Unusable)??,
        None => make_secret(entropy),
    };
    Ok(SigningKey {
        key_id,
        purpose,
        private,
        created_at,
        active_from,
    })
}

fn make_pair(algorithm: SigningAlgorithm) -> Result<(String, Zeroizing<Vec<u8>>), Unusable> {
    let private = key_pair::generate(algorithm)?;
    let pair = KeyPair::from_pkcs8(algorithm, &private)?;
    Ok((pair.key_id().to_owned(), private))
}

fn make_secret(entropy: &dyn Entropy) -> (String, Zeroizing<Vec<u8>>) {
    // As long as the hash (RFC 7518 section 3.2).
    let mut private = Zeroizing::new(vec![0; 32]);
    entropy.fill(&mut private);
    // A thumbprint of the key itself would be a hash of the secret in public.
    let mut key_id = [0; 8];
    entropy.fill(&mut key_id);
    (hex::encode(key_id), private)
}

#[async_trait]
impl KeyMaker for Tokens {
    async fn make_key(
        &self,
        purpose: KeyPurpose,
        created_at: Timestamp,
        active_from: Timestamp,
    ) -> Result<SigningKey, KeyNotMade> {
        let made = make(self.entropy.as_ref(), purpose, created_at, active_from).await;
        made.map_err(|error| {
            tracing::error!(%error, purpose = purpose.as_str(), "no key was made");
            KeyNotMade
        })
    }
}
