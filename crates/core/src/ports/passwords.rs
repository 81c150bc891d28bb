//! Hashing passwords: slow on purpose, so behind a queue.

use crate::refusal::Refusal;
use crate::secret::PasswordHash;
use async_trait::async_trait;

/// Hashes and verifies passwords off the async threads, a few at a time.
#[async_trait]
pub trait PasswordHasher: Send + Sync {
    /// Waits for a place. `Unavailable` when too many wait already. Throttles are
    /// looked at again once it is there, so attempts sent all at once do not
    /// outrun the count of failures.
    async fn place(&self) -> Result<Box<dyn HashingPlace>, Refusal>;
}

/// A place at the hasher.
#[async_trait]
pub trait HashingPlace: Send {
    /// Hashes a new password.
    async fn hash(&mut self, password: &str) -> Result<PasswordHash, Refusal>;

    /// Whether the password is the hashed one. Without a hash it takes the same
    /// time and is false.
    async fn verify(
        &mut self,
        password: &str,
        hash: Option<&PasswordHash>,
    ) -> Result<bool, Refusal>;
}
