//! Failed sign-ins: the delay of a pair, the lock of an account.

use super::StoreResult;
use crate::ids::{PoolId, UserId};
use crate::secret::TokenDigest;
use crate::time::Span;
use async_trait::async_trait;

/// Failures of sign-in. The key is a digest of account and address as typed, so
/// that unknown accounts are throttled like known ones and no e-mail is stored.
#[async_trait]
pub trait SignInFailures: Send + Sync {
    /// How long every attempt of the pair is refused from now; none: it may try.
    async fn sign_in_delay(&self, pool: PoolId, key: TokenDigest) -> StoreResult<Option<Span>>;

    /// One more failure of the pair, and of the user if there is one, durable.
    async fn record_sign_in_failure(
        &self,
        pool: PoolId,
        key: TokenDigest,
        user: Option<UserId>,
    ) -> StoreResult<()>;
}
