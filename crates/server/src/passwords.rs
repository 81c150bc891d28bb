//! Argon2id, behind a queue: as many at a time as there are cores, off the async
//! threads, and refused rather than piled up when too many wait.

use argon2::password_hash::phc;
use argon2::{
    Algorithm, Argon2, CustomizedPasswordHasher as _, Params, PasswordVerifier as _, Version,
};
use async_trait::async_trait;
use rollcall_core::entropy::Entropy;
use rollcall_core::limits;
use rollcall_core::ports::passwords::{HashingPlace, PasswordHasher};
use rollcall_core::refusal::Refusal;
use rollcall_core::secret::PasswordHash;
use std::fmt;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use zeroize::Zeroizing;

/// Random bytes of a salt, as RFC 9106 section 3.1 recommends.
const SALT_BYTES: usize = 16;

/// What a hash costs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cost(Params);

impl Cost {
    /// 19 MiB, 2 passes, 1 lane: OWASP's first choice where memory is shared
    /// with other work.
    pub const STANDARD: Self = Self(Params::DEFAULT);

    /// 8 KiB, 1 pass, 1 lane: the least that argon2 allows, for tests.
    pub fn lowest() -> Self {
        let lowest = Params::new(
            Params::MIN_M_COST,
            Params::MIN_T_COST,
            Params::MIN_P_COST,
            None,
        );
        // They are the algorithm's own minima, so they are never refused.
        Self(lowest.unwrap_or(Params::DEFAULT))
    }
}

/// The machine failed before the first password: there is no memory for a hash.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("argon2 cannot hash on this machine")]
pub struct HashingImpossible;

/// The password hasher.
pub struct Argon2Passwords {
    places: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
    work: Arc<Work>,
}

/// What a place needs on a blocking thread.
struct Work {
    argon2: Argon2<'static>,
    params: Params,
    entropy: Arc<dyn Entropy>,
    /// Verified where there is no hash, so that an unknown account takes the
    /// time of a known one.
    dummy: phc::PasswordHash,
    derivations: AtomicU64,
}

impl fmt::Debug for Argon2Passwords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Argon2Passwords")
            .field("params", &self.work.params)
            .finish_non_exhaustive()
    }
}

impl Argon2Passwords {
    /// A hasher with as many places as cores.
    pub fn new(cost: &Cost, entropy: Arc<dyn Entropy>) -> Result<Self, HashingImpossible> {
        let cores = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        Self::with_places(cost, entropy, cores, limits::MAX_WAITING_HASHES)
    }

    fn with_places(
        cost: &Cost,
        entropy: Arc<dyn Entropy>,
        places: usize,
        waiting: usize,
    ) -> Result<Self, HashingImpossible> {
        let params = cost.0.clone();
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone());
        let mut salt = [0; SALT_BYTES];
        entropy.fill(&mut salt);
        let mut password = Zeroizing::new([0; 32]);
        entropy.fill(password.as_mut());
        let dummy = argon2
            .hash_password_with_params(password.as_ref(), &salt, params.clone())
            .map_err(|_| HashingImpossible)?;
        Ok(Self {
            places: Arc::new(Semaphore::new(places)),
            waiting: Arc::new(Semaphore::new(waiting)),
            work: Arc::new(Work {
                argon2,
                params,
                entropy,
                dummy,
                derivations: AtomicU64::new(0),
            }),
        })
    }

    /// How many times argon2 ran since the start, the dummy at start left out.
    pub fn derivations(&self) -> u64 {
        self.work.derivations.load(Ordering::Relaxed)
    }
}

#[async_trait]
impl PasswordHasher for Argon2Passwords {
    async fn place(&self) -> Result<Box<dyn HashingPlace>, Refusal> {
        let permit = if let Ok(permit) = self.places.clone().try_acquire_owned() {
            permit
        } else {
            let _waiting = self
                .waiting
                .try_acquire()
                .map_err(|_| Refusal::Unavailable)?;
            let place = self.places.clone().acquire_owned();
            place.await.map_err(|_| Refusal::Unavailable)?
        };
        Ok(Box::new(Place {
            permit: Arc::new(permit),
            work: self.work.clone(),
        }))
    }
}

struct Place {
    /// Shared with the blocking thread: when a caller goes away its hash still
    /// runs to the end, and the place is taken until then.
    permit: Arc<OwnedSemaphorePermit>,
    work: Arc<Work>,
}

impl Place {
    async fn run<T: Send + 'static>(
        &self,
        task: impl FnOnce(&Work) -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        let (permit, work) = (self.permit.clone(), self.work.clone());
        let outcome = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            task(&work)
        });
        outcome.await.map_err(|error| {
            tracing::error!(%error, "hashing a password failed");
            Refusal::Fault
        })?
    }
}

#[async_trait]
impl HashingPlace for Place {
    async fn hash(&mut self, password: &str) -> Result<PasswordHash, Refusal> {
        if password.len() > limits::MAX_PASSWORD_BYTES {
            return Err(Refusal::invalid("password"));
        }
        let password = Zeroizing::new(password.to_owned());
        self.run(move |work| work.hash(&password)).await
    }

    async fn verify(
        &mut self,
        password: &str,
        hash: Option<&PasswordHash>,
    ) -> Result<bool, Refusal> {
        // No stored password is as long: as good as none, and as slow.
        let hash = hash.filter(|_| password.len() <= limits::MAX_PASSWORD_BYTES);
        let end = password.floor_char_boundary(limits::MAX_PASSWORD_BYTES);
        let password = Zeroizing::new(password[..end].to_owned());
        let hash = hash.cloned();
        self.run(move |work| work.verify(&password, hash.as_ref()))
            .await
    }
}

impl Work {
    fn hash(&self, password: &str) -> Result<PasswordHash, Refusal> {
        let mut salt = [0; SALT_BYTES];
        self.entropy.fill(&mut salt);
        self.derivations.fetch_add(1, Ordering::Relaxed);
        let params = self.params.clone();
        match self
            .argon2
            .hash_password_with_params(password.as_bytes(), &salt, params)
        {
            Ok(hash) => Ok(PasswordHash::from_phc(hash.to_string())),
            Err(error) => Err(fault(error)),
        }
    }

    fn verify(&self, password: &str, hash: Option<&PasswordHash>) -> Result<bool, Refusal> {
        let stored = hash.map(|hash| phc::PasswordHash::new(hash.as_phc()));
        let (compared, known) = match &stored {
            Some(Ok(stored)) => (stored, true),
            Some(Err(error)) => {
                tracing::error!(%error, "a stored password hash cannot be read");
                return Err(Refusal::Fault);
            }
            None => (&self.dummy, false),
        };
        self.derivations.fetch_add(1, Ordering::Relaxed);
        // The parameters are the stored hash's own, whatever new ones cost.
        match self.argon2.verify_password(password.as_bytes(), compared) {
            Ok(()) => Ok(known),
            Err(argon2::password_hash::Error::PasswordInvalid) => Ok(false),
            Err(error) => Err(fault(error)),
        }
    }
}

fn fault(error: argon2::password_hash::Error) -> Refusal {
    tracing::error!(%error, "argon2 failed");
    Refusal::Fault
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::SystemEntropy;

    fn hasher(places: usize, waiting: usize) -> Argon2Passwords {
        let entropy = Arc::new(SystemEntropy::new());
        Argon2Passwords::with_places(&Cost::lowest(), entropy, places, waiting).unwrap()
    }

    #[tokio::test]
    async fn a_password_verifies_against_its_own_hash_only() {
        let hasher = hasher(1, 1);
        let mut place = hasher.place().await.unwrap();
        let hash = place.hash("correct horse").await.unwrap();
        assert!(hash.as_phc().starts_with("$argon2id$v=19$m=8,t=1,p=1$"));
        assert_eq!(place.verify("correct horse", Some(&hash)).await, Ok(true));
        assert_eq!(place.verify("correct hors", Some(&hash)).await, Ok(false));
        assert_ne!(place.hash("correct horse").await.unwrap(), hash);
    }

    #[tokio::test]
    async fn known_and_unknown_accounts_both_cost_one_derivation() {
        let hasher = hasher(1, 1);
        let mut place = hasher.place().await.unwrap();
        let hash = place.hash("password").await.unwrap();
        for (password, hash) in [
            ("password", Some(&hash)),
            ("wrong", Some(&hash)),
            ("password", None),
            (&*"a".repeat(5_000), Some(&hash)),
            (&*"é".repeat(5_000), None),
        ] {
            let before = hasher.derivations();
            place.verify(password, hash).await.unwrap();
            assert_eq!(hasher.derivations() - before, 1);
        }
    }

    #[tokio::test]
    async fn no_password_is_right_without_a_hash() {
        let hasher = hasher(1, 1);
        let mut place = hasher.place().await.unwrap();
        assert_eq!(place.verify("", None).await, Ok(false));
    }

    #[tokio::test]
    async fn a_hash_is_verified_at_its_own_cost() {
        let entropy = Arc::new(SystemEntropy::new());
        let standard = Argon2Passwords::new(&Cost::STANDARD, entropy).unwrap();
        let hash = standard.place().await.unwrap().hash("password").await;
        let hash = hash.unwrap();
        assert!(hash.as_phc().contains("$m=19456,t=2,p=1$"));
        let mut place = hasher(1, 1).place().await.unwrap();
        assert_eq!(place.verify("password", Some(&hash)).await, Ok(true));
    }

    #[tokio::test]
    async fn passwords_are_hashed_up_to_their_limit_and_not_one_byte_past_it() {
        let mut place = hasher(1, 1).place().await.unwrap();
        let longest = "a".repeat(limits::MAX_PASSWORD_BYTES);
        let hash = place.hash(&longest).await.unwrap();
        assert_eq!(place.verify(&longest, Some(&hash)).await, Ok(true));
        let longer = longest + "a";
        assert_eq!(place.verify(&longer, Some(&hash)).await, Ok(false));
        let refused = place.hash(&longer).await;
        assert_eq!(refused, Err(Refusal::invalid("password")));
    }

    #[tokio::test]
    async fn one_more_than_the_queue_holds_is_refused_at_once() {
        let hasher = Arc::new(hasher(1, 1));
        let taken = hasher.place().await.unwrap();
        let mut waiter = Box::pin(hasher.place());
        assert!(futures_now(&mut waiter).is_none(), "it waits for its place");
        assert!(matches!(hasher.place().await, Err(Refusal::Unavailable)));
        drop(taken);
        assert!(waiter.await.is_ok());
    }

    #[tokio::test]
    async fn an_unreadable_hash_is_a_fault_and_no_answer() {
        let mut place = hasher(1, 1).place().await.unwrap();
        let broken = PasswordHash::from_phc("no hash");
        assert_eq!(place.verify("x", Some(&broken)).await, Err(Refusal::Fault));
    }

    /// One poll of a future.
    fn futures_now<F: Future + Unpin>(future: &mut F) -> Option<F::Output> {
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        match std::pin::Pin::new(future).poll(&mut context) {
            std::task::Poll::Ready(output) => Some(output),
            std::task::Poll::Pending => None,
        }
    }
}
