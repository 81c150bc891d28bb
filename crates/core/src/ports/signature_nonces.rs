//! Nonces of signed requests.

use super::StoreResult;
use crate::ids::AccessKeyId;
use crate::time::Timestamp;
use async_trait::async_trait;

/// What became of a nonce.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NonceUse {
    /// Its first use.
    Fresh,
    /// It was used within the last ten minutes.
    Replayed,
    /// The request was signed before this store began to remember nonces.
    TooOld,
}

/// Used nonces, on all nodes.
#[async_trait]
pub trait SignatureNonces: Send + Sync {
    /// Marks the pair as used for ten minutes. `signed_at` is the request's
    /// `date`, in whole seconds: one before the second in which a store that
    /// forgets at restart began to remember is too old.
    async fn use_nonce(
        &self,
        key: AccessKeyId,
        nonce: &str,
        signed_at: Timestamp,
    ) -> StoreResult<NonceUse>;

    /// The store's clock, for the check of `date`.
    fn now(&self) -> Timestamp;
}
