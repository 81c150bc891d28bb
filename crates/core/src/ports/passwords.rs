//! Hashing passwords: slow on purpose, so behind a queue.

use crate::refusal::Refusal;
use crate::secret::PasswordHash;
use async_trait::async_trait;
use zeroize::Zeroizing;

/// Hashes and verifies passwords off the async threads, a few at a time.
#[async_trait]
pub trait PasswordHasher: Send + Sync {
    /// Waits for a place. `Unavailable` when too many wait already. Throttles are
    /// looked at again once it is there, so attempts sent all at once do not
    /// outrun the count of failures.
    async fn place(&self) -> Result<Box<dyn HashingPlace>, Refusal>;

    /// Hashes all of these, in their order. Each takes a place of its own and waits
    /// for it like everybody else, so that whoever signs in meanwhile waits for a
    /// few of them and not for all.
    async fn hash_all(
        &self,
        passwords: Vec<Zeroizing<String>>,
    ) -> Result<Vec<PasswordHash>, Refusal>;

    /// A hash that was made elsewhere, in the form in which it is kept and can be
    /// verified. `salt` is what was given beside it. Refused as `password` or
    /// `salt` unless its form is known and its cost is within limits.
    fn import(&self, hash: &str, salt: Option<&str>) -> Result<PasswordHash, Refusal>;
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

    /// Whether a hash has the form of new ones and costs no less.
    fn is_up_to_date(&self, hash: &PasswordHash) -> bool;
}
