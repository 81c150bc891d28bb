//! Failed sign-ins: the delay of a pair, the lock of an account.

use super::StoreResult;
use crate::ids::{PoolId, UserId};
use crate::model::event::Origin;
use crate::model::user_action::UserAction;
use crate::secret::TokenDigest;
use crate::time::Span;
use async_trait::async_trait;

/// A wrong password.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SignInFailure {
    /// The throttled pair.
    pub key: TokenDigest,
    /// Whose failures in a row it adds to.
    pub counts_for: Option<UserId>,
    /// What was tried; none: no user has this account.
    pub action: Option<UserAction>,
}

/// Failures of sign-in. The key is a digest of account and address as typed, so
/// that unknown accounts are throttled like known ones and no e-mail is stored.
#[async_trait]
pub trait SignInFailures: Send + Sync {
    /// How long every attempt of the pair is refused from now; none: it may try.
    async fn sign_in_delay(&self, pool: PoolId, key: TokenDigest) -> StoreResult<Option<Span>>;

    /// One more failure of the pair, and of the user that it counts for, durable. If
    /// it is a user's, it is written as what they tried (see `UserActions`).
    async fn record_sign_in_failure(
        &self,
        pool: PoolId,
        failure: SignInFailure,
        origin: Origin,
    ) -> StoreResult<()>;
}
