//! Answers of the embedded engine that are remembered, so that the one question that is
//! asked all the time is answered without the disk.
//!
//! What is kept of a user in an application is what the disk said and until when that
//! holds if nothing changes: live until the first limit that `standing` found, or not
//! live. It is believed only while [`versions`] vouch that no commit has touched the
//! user, the application or the key that asks since the disk was read. Whoever is not
//! answered from here asks the disk, as everybody did before; so a server answers from
//! its start on, with nothing here, and nothing here is ever made by anything but a read:
//! that of a question, or of the walk through the logins that follows the start
//! ([`ahead`], `records::warming`).
//!
//! A change says whom it touches before it is committed ([`Touched`]). A login that is
//! extended touches nobody: what is remembered ends too early then, and is read again.

mod ahead;
mod versions;

pub(crate) use ahead::{Ahead, Foreseen};
use foldhash::fast::RandomState;
use hashbrown::HashTable;
use parking_lot::RwLock;
use rollcall_core::ids::{AccessKeyId, ApplicationId, PoolId, UserId};
use rollcall_core::limits::{MAX_REMEMBERED_ANSWERS, MAX_REMEMBERED_KEYS};
use rollcall_core::model::access_key::{AccessKey, CallingKey};
use rollcall_core::model::identifier::{Identifier, UserSelector};
use rollcall_core::ports::logins::{SessionCheck, SessionStatus};
use rollcall_core::time::{Timestamp, expired};
use std::collections::HashMap;
use std::hash::BuildHasher as _;
use std::sync::atomic::{AtomicUsize, Ordering};
pub(crate) use versions::Seen;
use versions::Versions;

/// Each holds some thousands at most, so that nobody waits long while one grows.
const SHARDS: usize = 4096;

/// Ten users share a place among ten million: a sign-in of one makes the answers of the
/// others be read again, once.
const USER_PLACES: usize = 1 << 20;

const APPLICATION_PLACES: usize = 4096;

/// What the disk said, and until when that holds if nothing changes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Verdict {
    /// A login is live until its first limit.
    LiveUntil(Timestamp),
    /// None is, until one begins.
    NotLive,
}

impl Verdict {
    /// Whether a login is live now.
    pub(crate) fn is_live(self) -> bool {
        matches!(self, Self::LiveUntil(_))
    }

    /// In one word of an entry.
    fn to_millis(self) -> i64 {
        match self {
            Self::LiveUntil(limit) => limit.as_millis(),
            Self::NotLive => i64::MIN,
        }
    }

    fn of_millis(millis: i64) -> Self {
        match millis {
            i64::MIN => Self::NotLive,
            limit => Self::LiveUntil(Timestamp::from_millis(limit)),
        }
    }

    /// The answer now; none when a limit has passed, which may have been moved.
    fn active(self, now: Timestamp) -> Option<bool> {
        match self {
            Self::LiveUntil(limit) => (!expired(limit, now)).then_some(true),
            Self::NotLive => Some(false),
        }
    }
}

/// An answer: 32 bytes, since there may be one for each login.
struct Entry {
    user: UserId,
    /// The number of (pool, application).
    application: u32,
    verdict: i64,
    user_seen: Seen,
    application_seen: Seen,
}

/// Whom a commit touches.
#[derive(Default, Debug)]
pub(crate) struct Touched {
    users: Vec<UserId>,
    applications: Vec<ApplicationId>,
    pool: bool,
    keys: bool,
}

impl Touched {
    /// A login of this user begins or ends, or the user is gone.
    pub(crate) fn user(&mut self, user: UserId) {
        if self.users.last() != Some(&user) {
            self.users.push(user);
        }
    }

    /// Logins in this application end or may end earlier, or it is gone.
    pub(crate) fn application(&mut self, application: ApplicationId) {
        self.applications.push(application);
    }

    /// The same of a whole pool. It is rare, so all pools pay for it.
    pub(crate) fn pool(&mut self) {
        self.pool = true;
    }

    /// An access key.
    pub(crate) fn keys(&mut self) {
        self.keys = true;
    }
}

/// What is noted before the disk is read.
pub(crate) struct Noted {
    user: Option<(UserId, Seen)>,
    application: (ApplicationId, Option<Seen>),
    keys: Option<Seen>,
}

/// The answers that are remembered.
pub(crate) struct Remembered {
    users: Versions,
    applications: Versions,
    /// One place: keys change rarely.
    keys: Versions,
    known_keys: RwLock<HashMap<AccessKeyId, (Seen, CallingKey), RandomState>>,
    /// With their secrets, for signed requests.
    whole_keys: RwLock<HashMap<AccessKeyId, (Seen, AccessKey), RandomState>>,
    /// Numbers of the applications that exist, so that an entry is small.
    numbers: RwLock<HashMap<(PoolId, ApplicationId), u32, RandomState>>,
    shards: Box<[RwLock<HashTable<Entry>>]>,
    /// How many answers one of them may hold.
    shard_limit: usize,
    /// How many one of them will hold, as far as is known.
    shard_expected: AtomicUsize,
    hasher: RandomState,
}

impl Default for Remembered {
    fn default() -> Self {
        Self::sized(SHARDS, MAX_REMEMBERED_ANSWERS)
    }
}

impl Remembered {
    fn sized(shards: usize, answers: usize) -> Self {
        Self {
            users: Versions::new(USER_PLACES),
            applications: Versions::new(APPLICATION_PLACES),
            keys: Versions::new(1),
            known_keys: RwLock::default(),
            whole_keys: RwLock::default(),
            numbers: RwLock::default(),
            shards: (0..shards).map(|_| RwLock::default()).collect(),
            shard_limit: answers / shards,
            shard_expected: AtomicUsize::new(0),
            hasher: RandomState::default(),
        }
    }

    /// The answer, if all of it is known and nothing of it has changed. Each look at a
    /// number says of all of the time since the read, so the first of them is an instant
    /// at which all of the answer was true.
    pub(crate) fn find(
        &self,
        key: AccessKeyId,
        application: ApplicationId,
        user: &UserSelector,
        now: Timestamp,
    ) -> Option<SessionCheck> {
        let user = by_id(user)?;
        let (keys_seen, key) = self.known_keys.read().get(&key).copied()?;
        let number = *self.numbers.read().get(&(key.pool, application))?;
        let hash = self.hash(user, number);
        let (verdict, user_seen, application_seen) = {
            let shard = self.shard(hash).read();
            let entry = shard.find(hash, |entry| entry.is_of(user, number))?;
            (entry.verdict, entry.user_seen, entry.application_seen)
        };
        let holds = self.users.is_still(self.user_place(user), user_seen)
            && self.is_still(application, application_seen)
            && self.keys.is_still(0, keys_seen);
        let active = Verdict::of_millis(verdict).active(now)?;
        let status = SessionStatus::Known { active };
        holds.then_some(SessionCheck { key, status })
    }

    /// What must be noted before the disk is read, for [`keep`](Self::keep).
    pub(crate) fn before_read(&self, application: ApplicationId, user: &UserSelector) -> Noted {
        let user = by_id(user).and_then(|user| {
            let seen = self.users.before_read(self.user_place(user));
            seen.map(|seen| (user, seen))
        });
        let place = self.application_place(application);
        Noted {
            user,
            application: (application, self.applications.before_read(place)),
            keys: self.keys.before_read(0),
        }
    }

    /// Remembers what the disk said: of the key, and of user and application if both
    /// exist.
    pub(crate) fn keep(
        &self,
        noted: &Noted,
        key: &CallingKey,
        verdict: Option<Verdict>,
        now: Timestamp,
    ) {
        if let Some(seen) = noted.keys {
            self.keep_key(seen, key);
        }
        let (application, Some(application_seen)) = noted.application else {
            return;
        };
        let (Some((user, user_seen)), Some(verdict)) = (noted.user, verdict) else {
            return;
        };
        let number = self.number(key.pool, application);
        let entry = Entry {
            user,
            application: number,
            verdict: verdict.to_millis(),
            user_seen,
            application_seen,
        };
        self.insert(entry, now);
    }

    fn keep_key(&self, seen: Seen, key: &CallingKey) {
        let is_kept = self.known_keys.read().get(&key.id) == Some(&(seen, *key));
        if !is_kept {
            put(&self.known_keys, key.id, (seen, *key));
        }
    }

    /// A key with its secret, if it is known and no key has changed.
    pub(crate) fn find_key(&self, key: AccessKeyId) -> Option<AccessKey> {
        let keys = self.whole_keys.read();
        let (seen, key) = keys.get(&key)?;
        self.keys.is_still(0, *seen).then(|| key.clone())
    }

    /// What must be noted before a key is read, for
    /// [`keep_whole_key`](Self::keep_whole_key).
    pub(crate) fn before_key_read(&self) -> Option<Seen> {
        self.keys.before_read(0)
    }

    /// Remembers a key that was read.
    pub(crate) fn keep_whole_key(&self, seen: Seen, key: &AccessKey) {
        put(&self.whole_keys, key.id, (seen, key.clone()));
    }

    /// Applications are never forgotten: there are few, and each is on the disk.
    fn number(&self, pool: PoolId, application: ApplicationId) -> u32 {
        if let Some(number) = self.numbers.read().get(&(pool, application)) {
            return *number;
        }
        let mut numbers = self.numbers.write();
        let next = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
        *numbers.entry((pool, application)).or_insert(next)
    }

    fn insert(&self, entry: Entry, now: Timestamp) {
        let hash = self.hash(entry.user, entry.application);
        let mut shard = self.shard(hash).write();
        if let Some(former) = shard.find_mut(hash, |e| e.is_of(entry.user, entry.application)) {
            *former = entry;
            return;
        }
        self.make_room(&mut shard, now);
        if shard.len() >= self.shard_limit {
            shard.clear();
        }
        shard.insert_unique(hash, entry, |e| self.hash(e.user, e.application));
    }

    /// What does not hold any more makes room before more of it is taken. A table that
    /// grows step by step leaves all its former sizes behind, which another shard may or
    /// may not find use for: so it grows at once to what is expected.
    fn make_room(&self, shard: &mut HashTable<Entry>, now: Timestamp) {
        if shard.len() < shard.capacity() {
            return;
        }
        shard.retain(|entry| self.holds(entry, now));
        let expected = self.shard_expected.load(Ordering::Relaxed);
        if shard.len() == shard.capacity() && shard.len() < expected {
            let more = expected - shard.len();
            shard.reserve(more, |e| self.hash(e.user, e.application));
        }
    }

    /// How many answers are remembered.
    pub(crate) fn answers(&self) -> u64 {
        let shards = self.shards.iter().map(|shard| shard.read().len() as u64);
        shards.sum()
    }

    /// Whether the entry may still answer: its application is not looked up, and may
    /// have changed.
    fn holds(&self, entry: &Entry, now: Timestamp) -> bool {
        self.users
            .is_still(self.user_place(entry.user), entry.user_seen)
            && Verdict::of_millis(entry.verdict).active(now).is_some()
    }

    /// A commit that touches these is about to be made; it has been once what this
    /// answers is dropped.
    pub(crate) fn begin(&self, touched: &Touched) -> UnderWay<'_> {
        let mut users: Vec<_> = touched
            .users
            .iter()
            .map(|user| self.user_place(*user))
            .collect();
        users.sort_unstable();
        users.dedup();
        let applications: Vec<_> = if touched.pool {
            (0..self.applications.len()).collect()
        } else {
            let touched = touched.applications.iter();
            touched.map(|id| self.application_place(*id)).collect()
        };
        for place in &users {
            self.users.begin(*place);
        }
        for place in &applications {
            self.applications.begin(*place);
        }
        if touched.keys {
            self.keys.begin(0);
        }
        UnderWay {
            remembered: self,
            users,
            applications,
            keys: touched.keys,
        }
    }

    fn is_still(&self, application: ApplicationId, seen: Seen) -> bool {
        self.applications
            .is_still(self.application_place(application), seen)
    }

    fn hash(&self, user: UserId, application: u32) -> u64 {
        self.hasher.hash_one((user.as_bytes(), application))
    }

    #[allow(clippy::cast_possible_truncation, reason = "a shard is some high bits")]
    fn shard(&self, hash: u64) -> &RwLock<HashTable<Entry>> {
        // The table uses the low bits for places and the top seven to compare.
        &self.shards[(hash >> 40) as usize % self.shards.len()]
    }

    fn user_place(&self, user: UserId) -> usize {
        self.users.place(mixed(user.as_bytes()))
    }

    fn application_place(&self, application: ApplicationId) -> usize {
        self.applications.place(mixed(application.as_bytes()))
    }
}

impl Entry {
    fn is_of(&self, user: UserId, application: u32) -> bool {
        self.user == user && self.application == application
    }
}

/// A commit that is being made.
pub(crate) struct UnderWay<'a> {
    remembered: &'a Remembered,
    users: Vec<usize>,
    applications: Vec<usize>,
    keys: bool,
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        let Remembered {
            users,
            applications,
            keys,
            ..
        } = self.remembered;
        self.users.iter().for_each(|place| users.end(*place));
        self.applications
            .iter()
            .for_each(|place| applications.end(*place));
        if self.keys {
            keys.end(0);
        }
    }
}

/// Puts a key into one of the maps of keys, which is emptied where it is full.
fn put<T>(keys: &RwLock<HashMap<AccessKeyId, T, RandomState>>, key: AccessKeyId, entry: T) {
    let mut keys = keys.write();
    if keys.len() >= MAX_REMEMBERED_KEYS {
        keys.clear();
    }
    keys.insert(key, entry);
}

/// The one user that is asked about by id: other identifiers are looked up.
fn by_id(user: &UserSelector) -> Option<UserId> {
    match user.candidates() {
        [Identifier::Id(user)] => Some(*user),
        _ => None,
    }
}

/// A place for an id. Whoever chooses ids that meet in one place makes those be read
/// from the disk and nothing worse.
fn mixed(id: &[u8; 12]) -> u64 {
    let mut high = [0; 8];
    let mut low = [0; 4];
    high.copy_from_slice(&id[..8]);
    low.copy_from_slice(&id[8..]);
    let (high, low) = (u64::from_be_bytes(high), u64::from(u32::from_be_bytes(low)));
    // Fibonacci hashing (Knuth, TAOCP 6.4): the high bits are the mixed ones.
    (high ^ low.rotate_left(32)).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32
}

#[cfg(test)]
mod tests;
