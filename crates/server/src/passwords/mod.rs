//! Argon2id, behind a queue: as many at a time as there are cores, off the async
//! threads, and refused rather than piled up when too many wait. Hashes that were
//! made elsewhere are verified in the same places.

mod memory;
mod stored;

use argon2::password_hash::{self, phc};
use argon2::{Algorithm, Argon2, Params, Version};
use async_trait::async_trait;
use memory::Memory;
use parking_lot::Mutex;
use rollcall_core::entropy::Entropy;
use rollcall_core::limits;
use rollcall_core::ports::passwords::{HashingPlace, PasswordHasher};
use rollcall_core::refusal::Refusal;
use rollcall_core::secret::PasswordHash;
use std::fmt;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use stored::Stored;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::{JoinError, JoinSet};
use zeroize::Zeroizing;

/// Random bytes of a salt, as RFC 9106 section 3.1 recommends.
const SALT_BYTES: usize = 16;

/// What new hashes are made with.
const ALGORITHM: Algorithm = Algorithm::Argon2id;
const VERSION: Version = Version::V0x13;

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
    /// How many there are, whether taken or not.
    place_count: usize,
    waiting: Arc<Semaphore>,
    /// Who may stand in the queue with a password that an administrator gives: as
    /// many as there are places, however many calls bring however many of them.
    givers: Arc<Semaphore>,
    waiting_givers: Arc<Semaphore>,
    work: Arc<Work>,
}

/// What a place needs on a blocking thread.
struct Work {
    params: Params,
    entropy: Arc<dyn Entropy>,
    /// Verified where there is no hash, so that an unknown account takes the
    /// time of a known one.
    dummy: phc::PasswordHash,
    derivations: AtomicU64,
    memory: Memory,
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
        let mut salt = [0; SALT_BYTES];
        entropy.fill(&mut salt);
        let mut password = Zeroizing::new([0; 32]);
        entropy.fill(password.as_mut());
        let queue = Arc::new(Semaphore::new(waiting));
        let memory = Memory::new(params.block_count(), Arc::clone(&queue));
        let dummy = made(&memory, &params, password.as_ref(), &salt);
        Ok(Self {
            places: Arc::new(Semaphore::new(places)),
            place_count: places,
            waiting: queue,
            givers: Arc::new(Semaphore::new(places)),
            waiting_givers: Arc::new(Semaphore::new(waiting)),
            work: Arc::new(Work {
                params,
                entropy,
                dummy: dummy.map_err(|_| HashingImpossible)?,
                derivations: AtomicU64::new(0),
                memory,
            }),
        })
    }

    /// Waits for a place: in order of arrival, and together with others up to the
    /// limit of the queue.
    async fn wait(
        places: Arc<Semaphore>,
        waiting: Arc<Semaphore>,
    ) -> Result<OwnedSemaphorePermit, Refusal> {
        if let Ok(permit) = places.clone().try_acquire_owned() {
            return Ok(permit);
        }
        let _waiting = waiting.try_acquire().map_err(|_| Refusal::Unavailable)?;
        places
            .acquire_owned()
            .await
            .map_err(|_| Refusal::Unavailable)
    }

    /// How many times a hash was made or verified since the start, the dummy at start left out.
    pub fn derivations(&self) -> u64 {
        self.work.derivations.load(Ordering::Relaxed)
    }
}

#[async_trait]
impl PasswordHasher for Argon2Passwords {
    async fn place(&self) -> Result<Box<dyn HashingPlace>, Refusal> {
        let permit = Self::wait(self.places.clone(), self.waiting.clone()).await?;
        Ok(Box::new(Place {
            permit: Arc::new(permit),
            work: self.work.clone(),
        }))
    }

    async fn hash_all(
        &self,
        passwords: Vec<Zeroizing<String>>,
    ) -> Result<Vec<PasswordHash>, Refusal> {
        let count = passwords.len();
        let left = Arc::new(Mutex::new(passwords.into_iter().enumerate()));
        let mut workers = JoinSet::new();
        // As many as there are places, of all calls together: whoever signs in
        // meanwhile has no more than that before them. Dropped with their caller.
        for _ in 0..self.place_count.min(count) {
            let (left, work) = (left.clone(), self.work.clone());
            let (places, waiting) = (self.places.clone(), self.waiting.clone());
            let (givers, others) = (self.givers.clone(), self.waiting_givers.clone());
            workers.spawn(async move {
                let mut done = Vec::new();
                loop {
                    let next = left.lock().next();
                    let Some((index, password)) = next else {
                        return Ok(done);
                    };
                    let _giver = Self::wait(givers.clone(), others.clone()).await?;
                    let permit = Self::wait(places.clone(), waiting.clone()).await?;
                    let mut place = Place {
                        permit: Arc::new(permit),
                        work: work.clone(),
                    };
                    done.push((index, place.hash(&password).await?));
                }
            });
        }
        let mut hashes = Vec::with_capacity(count);
        while let Some(worker) = workers.join_next().await {
            let done: Result<Vec<(usize, PasswordHash)>, Refusal> =
                worker.map_err(|error| broken(&error))?;
            hashes.extend(done?);
        }
        hashes.sort_unstable_by_key(|(index, _)| *index);
        Ok(hashes.into_iter().map(|(_, hash)| hash).collect())
    }

    fn import(&self, hash: &str, salt: Option<&str>) -> Result<PasswordHash, Refusal> {
        stored::import(hash, salt)
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
        outcome.await.map_err(|error| broken(&error))?
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

    fn is_up_to_date(&self, hash: &PasswordHash) -> bool {
        self.work.is_up_to_date(hash)
    }
}

impl Work {
    fn hash(&self, password: &str) -> Result<PasswordHash, Refusal> {
        let mut salt = [0; SALT_BYTES];
        self.entropy.fill(&mut salt);
        self.derivations.fetch_add(1, Ordering::Relaxed);
        match made(&self.memory, &self.params, password.as_bytes(), &salt) {
            Ok(hash) => Ok(PasswordHash::from_phc(hash.to_string())),
            Err(error) => Err(fault(error)),
        }
    }

    fn verify(&self, password: &str, hash: Option<&PasswordHash>) -> Result<bool, Refusal> {
        self.derivations.fetch_add(1, Ordering::Relaxed);
        let Some(hash) = hash else {
            self.verify_argon2(password, &self.dummy)?;
            return Ok(false);
        };
        match Stored::read(hash.as_phc()) {
            Some(Stored::Argon2(stored)) => self.verify_argon2(password, &stored),
            Some(Stored::Pbkdf2(stored)) => Ok(stored.is_of(password)),
            Some(Stored::Bcrypt(stored)) => {
                bcrypt::verify(password, &stored).map_err(|error| unreadable(&error))
            }
            None => Err(unreadable(&"unknown form")),
        }
    }

    fn verify_argon2(&self, password: &str, stored: &phc::PasswordHash) -> Result<bool, Refusal> {
        let (Some(salt), Some(expected)) = (&stored.salt, &stored.hash) else {
            return Ok(false);
        };
        let output = output_like(&self.memory, stored, password.as_bytes(), salt);
        // How long it takes to compare them does not depend on what they are.
        Ok(output.map_err(fault)? == *expected)
    }

    /// Argon2id in its present version, and no cheaper than a new one would be.
    fn is_up_to_date(&self, hash: &PasswordHash) -> bool {
        let Some(Stored::Argon2(stored)) = Stored::read(hash.as_phc()) else {
            return false;
        };
        let is_argon2id =
            stored.algorithm == ALGORITHM.ident() && stored.version == Some(VERSION.into());
        is_argon2id
            && Params::try_from(&*stored).is_ok_and(|params| {
                params.m_cost() >= self.params.m_cost() && params.t_cost() >= self.params.t_cost()
            })
    }
}

/// A new hash.
fn made(
    memory: &Memory,
    params: &Params,
    password: &[u8],
    salt: &[u8],
) -> Result<phc::PasswordHash, password_hash::Error> {
    let argon2 = Argon2::new(ALGORITHM, VERSION, params.clone());
    let mut output = [0; Params::DEFAULT_OUTPUT_LEN];
    memory.hash_into(&argon2, password, salt, &mut output)?;
    Ok(phc::PasswordHash {
        algorithm: ALGORITHM.ident(),
        version: Some(VERSION.into()),
        params: phc::ParamsString::try_from(params)?,
        salt: Some(phc::Salt::new(salt)?),
        hash: Some(phc::Output::new(&output)?),
    })
}

/// What a password comes to under a stored hash's own parameters, whatever new ones cost.
fn output_like(
    memory: &Memory,
    stored: &phc::PasswordHash,
    password: &[u8],
    salt: &[u8],
) -> Result<phc::Output, password_hash::Error> {
    let algorithm = Algorithm::try_from(stored.algorithm.as_str())?;
    let version = stored.version.map(Version::try_from).transpose()?;
    let params = Params::try_from(stored)?;
    let length = params.output_len().unwrap_or(Params::DEFAULT_OUTPUT_LEN);
    let argon2 = Argon2::new(algorithm, version.unwrap_or_default(), params);
    let mut buffer = [0; phc::Output::MAX_LENGTH];
    let output = buffer.get_mut(..length);
    let output = output.ok_or(password_hash::Error::OutputSize)?;
    memory.hash_into(&argon2, password, salt, output)?;
    Ok(phc::Output::new(output)?)
}

fn unreadable(error: &dyn fmt::Display) -> Refusal {
    tracing::error!(%error, "a stored password hash cannot be read");
    Refusal::Fault
}

fn broken(error: &JoinError) -> Refusal {
    tracing::error!(%error, "hashing a password failed");
    Refusal::Fault
}

fn fault(error: password_hash::Error) -> Refusal {
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
    async fn administrators_passwords_do_not_fill_the_queue() {
        let hasher = Arc::new(hasher(1, 2));
        let taken = hasher.place().await.unwrap();
        let mut bulk = JoinSet::new();
        for _ in 0..2 {
            let hasher = hasher.clone();
            let passwords = vec![Zeroizing::new("password".to_owned()); 2];
            bulk.spawn(async move { hasher.hash_all(passwords).await });
        }
        let free =
            || hasher.waiting.available_permits() + hasher.waiting_givers.available_permits();
        while free() > 2 {
            tokio::task::yield_now().await;
        }
        let mut person = Box::pin(hasher.place());
        assert!(futures_now(&mut person).is_none(), "they wait for a place");
        drop(taken);
        assert!(person.await.is_ok());
        while let Some(hashes) = bulk.join_next().await {
            assert_eq!(hashes.unwrap().unwrap().len(), 2);
        }
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
