//! The server's hasher, which tells who waits for it.

use async_trait::async_trait;
use rollcall_core::Refusal;
use rollcall_core::ports::passwords::{HashingPlace, PasswordHasher};
use rollcall_core::secret::PasswordHash;
use rollcall_server::passwords::Argon2Passwords;
use std::future::poll_fn;
use std::pin::pin;
use tokio::sync::watch;
use zeroize::Zeroizing;

/// How far a request has come that shows a password does not depend on how fast the
/// store answers: it stands in the hasher's line, or does not yet.
pub struct Hasher {
    inner: Argon2Passwords,
    waited: watch::Sender<usize>,
}

impl Hasher {
    pub(super) fn over(inner: Argon2Passwords) -> Self {
        Self {
            inner,
            waited: watch::Sender::new(0),
        }
    }

    /// How many have ever stood in its line.
    pub fn waited(&self) -> usize {
        *self.waited.borrow()
    }

    /// Returns once so many have.
    pub async fn has_let_wait(&self, count: usize) {
        let mut waited = self.waited.subscribe();
        waited.wait_for(|now| *now >= count).await.unwrap();
    }
}

#[async_trait]
impl PasswordHasher for Hasher {
    async fn place(&self) -> Result<Box<dyn HashingPlace>, Refusal> {
        let mut place = pin!(self.inner.place());
        let mut stands_in_line = false;
        poll_fn(|context| {
            let polled = place.as_mut().poll(context);
            if polled.is_pending() && !stands_in_line {
                stands_in_line = true;
                self.waited.send_modify(|count| *count += 1);
            }
            polled
        })
        .await
    }

    async fn hash_all(
        &self,
        passwords: Vec<Zeroizing<String>>,
    ) -> Result<Vec<PasswordHash>, Refusal> {
        self.inner.hash_all(passwords).await
    }

    fn import(&self, hash: &str, salt: Option<&str>) -> Result<PasswordHash, Refusal> {
        self.inner.import(hash, salt)
    }
}
