//! Logins that one connection remembers as live, so that a check costs the database next
//! to nothing.
//!
//! What is remembered is believed only where the statement that is asked with the question
//! says that nothing has changed: it tells which logins of the pool have ended since the
//! revision up to which this memory has been told of all ends. Revisions are in the order
//! of commits ([decision 7](../../../../../docs/decisions/0007-one-writer-at-a-time.md)), so
//! none is told late, and the statement begins after the question arrived, so no answer is
//! older than its question. It tells as well how key, application and pool stand now.
//!
//! Only that a login is live is remembered, and until which limit: activity moves a limit
//! away, and whoever is not live here, or not any more, is looked up. A login ends with an
//! event in the commit that ends it, or by a mass end; while one of these is not recorded
//! on each login, nothing is answered from here. What changes limits for all changes the
//! application's number, and with it nothing of before is found.
//!
//! One asker has it, one statement after the other, so there is nothing to lock; and it
//! goes when its connection does, since the next one may lead to another server.

use super::Question;
use super::warming::Place;
use crate::records::ApplicationState;
use foldhash::fast::RandomState;
use hashbrown::HashTable;
use rollcall_core::ids::{AccessKeyId, ApplicationId, PoolId, UserId};
use rollcall_core::limits::{MAX_REMEMBERED_ANSWERS, MAX_REMEMBERED_KEYS};
use rollcall_core::model::identifier::Identifier;
use rollcall_core::model::policy::SessionLimits;
use rollcall_core::time::{Span, Timestamp, expired};
use std::collections::HashMap;
use std::hash::BuildHasher as _;

/// Each holds some thousands at most, so that nobody waits long while one grows.
const SHARDS: usize = 4096;

/// Ends that a statement tells of at most. Of more, all of the pool is forgotten.
pub(super) const MOST_ENDS: usize = 1024;

/// Commits whose events a statement looks at: a node that nobody asked for a while would
/// make its first question wait for millions of them. Of more, all of the pool is
/// forgotten.
pub(super) const MOST_COMMITS: i64 = 5000;

/// From one reading of a pool until the next, at least.
const READ_AGAIN: Span = Span::from_seconds(600);

/// A login that was live: 24 bytes, since there may be millions.
struct Entry {
    user: UserId,
    /// The number of (pool, application), under its present rules.
    application: u32,
    limit: i64,
}

impl Entry {
    fn is_of(&self, user: UserId, application: u32) -> bool {
        self.user == user && self.application == application
    }
}

/// What a statement tells of a group of questions, in one snapshot.
pub(super) struct Told<'a> {
    /// When the server was started: it tells one from another.
    pub(super) server: i64,
    pub(super) key: AccessKeyId,
    pub(super) pool: PoolId,
    /// The pool's newest revision.
    pub(super) revision: i64,
    /// After which revision ends were asked for.
    pub(super) since: Option<i64>,
    /// Those that ended after it, at most one more than [`MOST_ENDS`].
    pub(super) ended: &'a [(UserId, ApplicationId)],
    pub(super) application: ApplicationId,
    /// How it stands, if there is such an application.
    pub(super) state: Option<ApplicationState>,
    /// The pool's.
    pub(super) limits: SessionLimits,
}

impl Told<'_> {
    /// Whether there may be ends that it does not tell of.
    fn has_gap(&self, since: i64) -> bool {
        self.revision < since
            || self.revision - since > MOST_COMMITS
            || self.ended.len() > MOST_ENDS
    }
}

/// An application whose logins are remembered, and the rules that their limits are by.
struct Known {
    number: u32,
    state: ApplicationState,
    limits: SessionLimits,
}

/// Logins that are live unless the server says otherwise.
pub(super) struct Memory {
    server: Option<i64>,
    /// A key's pool never changes.
    keys: HashMap<AccessKeyId, PoolId, RandomState>,
    /// Up to which revision all ends were told of.
    pools: HashMap<PoolId, i64, RandomState>,
    applications: HashMap<(PoolId, ApplicationId), Known, RandomState>,
    /// Of each number, whether an application still has it.
    in_use: Vec<bool>,
    /// The newest instant that was told.
    now: Timestamp,
    /// Pools that are still to be read, from these places on.
    unread: Vec<Place>,
    /// When the reading of a pool began last.
    read_at: HashMap<PoolId, Timestamp, RandomState>,
    /// How many there are in all.
    entries: usize,
    shards: Box<[HashTable<Entry>]>,
    /// How many one of them may hold.
    shard_limit: usize,
    hasher: RandomState,
}

impl Default for Memory {
    fn default() -> Self {
        Self::sized(SHARDS, MAX_REMEMBERED_ANSWERS)
    }
}

impl Memory {
    fn sized(shards: usize, answers: usize) -> Self {
        Self {
            server: None,
            keys: HashMap::default(),
            pools: HashMap::default(),
            applications: HashMap::default(),
            in_use: Vec::new(),
            now: Timestamp::from_millis(i64::MIN),
            unread: Vec::new(),
            read_at: HashMap::default(),
            entries: 0,
            shards: (0..shards).map(|_| HashTable::new()).collect(),
            shard_limit: answers / shards,
            hasher: RandomState::default(),
        }
    }

    /// After which revision a key's pool has to be told of ends; none where nothing is
    /// remembered of it.
    pub(super) fn since(&self, key: AccessKeyId) -> Option<i64> {
        self.pools.get(self.keys.get(&key)?).copied()
    }

    /// Whether a question need not be looked up, unless the server says otherwise.
    pub(super) fn has(&self, question: &Question) -> bool {
        let pool = self.keys.get(&question.key);
        pool.is_some_and(|pool| self.is_live(*pool, question, self.now))
    }

    /// Whether whom a question is about is live at an instant, by what has been told.
    pub(super) fn is_live(&self, pool: PoolId, question: &Question, now: Timestamp) -> bool {
        let [Identifier::Id(user)] = question.user.candidates() else {
            return false;
        };
        let Some(known) = self.applications.get(&(pool, question.application)) else {
            return false;
        };
        let (user, number) = (*user, known.number);
        let hash = self.hash(user, number);
        let found = self.shards[self.shard(hash)].find(hash, |entry| entry.is_of(user, number));
        found.is_some_and(|entry| !expired(Timestamp::from_millis(entry.limit), now))
    }

    /// Takes in what a statement told, before anything that it told is kept.
    pub(super) fn follow(&mut self, told: &Told<'_>, now: Timestamp) {
        self.now = now;
        if self.server != Some(told.server) || self.keys.len() > MAX_REMEMBERED_KEYS {
            self.forget_all();
            self.server = Some(told.server);
        }
        self.keys.insert(told.key, told.pool);
        match (self.pools.get(&told.pool).copied(), told.since) {
            // Nothing is remembered of it.
            (None, _) => {
                self.pools.insert(told.pool, told.revision);
                self.read_again(told.pool);
            }
            // Nothing was asked, so nothing is known of the time since then.
            (Some(_), None) => {}
            (Some(_), Some(since)) if told.has_gap(since) => {
                self.forget(told.pool);
                self.pools.insert(told.pool, told.revision);
                self.read_again(told.pool);
            }
            (Some(_), Some(_)) => {
                for (user, application) in told.ended {
                    self.remove(told.pool, *user, *application);
                }
                self.pools.insert(told.pool, told.revision);
            }
        }
        self.take_rules(told.pool, told.application, told.state, told.limits);
    }

    /// An application gets a new number with each change of its rules.
    pub(super) fn take_rules(
        &mut self,
        pool: PoolId,
        application: ApplicationId,
        state: Option<ApplicationState>,
        limits: SessionLimits,
    ) {
        let key = (pool, application);
        if let Some(known) = self.applications.get(&key) {
            if state == Some(known.state) && limits == known.limits {
                return;
            }
            self.in_use[known.number as usize] = false;
            self.applications.remove(&key);
        }
        let (Some(state), Ok(number)) = (state, u32::try_from(self.in_use.len())) else {
            return;
        };
        self.in_use.push(true);
        let known = Known {
            number,
            state,
            limits,
        };
        self.applications.insert(key, known);
    }

    /// Remembers a login that the statement before told to be live until a limit.
    pub(super) fn keep(
        &mut self,
        pool: PoolId,
        application: ApplicationId,
        user: UserId,
        limit: Timestamp,
    ) {
        let Some(number) = self.number(pool, application) else {
            return;
        };
        let entry = Entry {
            user,
            application: number,
            limit: limit.as_millis(),
        };
        let hash = self.hash(user, number);
        let (now, in_use, hasher) = (self.now, &self.in_use, &self.hasher);
        let place = self.shard(hash);
        let shard = &mut self.shards[place];
        let before = shard.len();
        if let Some(former) = shard.find_mut(hash, |e| e.is_of(user, number)) {
            // A person may have several, and the one that lives longest suffices.
            former.limit = former.limit.max(entry.limit);
            return;
        }
        // What is not believed any more makes room before more of it is taken.
        if shard.len() == shard.capacity() {
            shard.retain(|entry| {
                in_use[entry.application as usize]
                    && !expired(Timestamp::from_millis(entry.limit), now)
            });
        }
        if shard.len() >= self.shard_limit {
            shard.clear();
        }
        shard.insert_unique(hash, entry, |e| hash_of(hasher, e.user, e.application));
        self.entries = self.entries + shard.len() - before;
    }

    fn remove(&mut self, pool: PoolId, user: UserId, application: ApplicationId) {
        let Some(number) = self.number(pool, application) else {
            return;
        };
        let hash = self.hash(user, number);
        let place = self.shard(hash);
        let found = self.shards[place].find_entry(hash, |entry| entry.is_of(user, number));
        if let Ok(entry) = found {
            entry.remove();
            self.entries -= 1;
        }
    }

    /// How many are remembered, those that do not hold any more included.
    pub(super) fn len(&self) -> usize {
        self.entries
    }

    /// Where to go on reading, while there is room.
    pub(super) fn next_place(&self) -> Option<Place> {
        let is_room = self.entries < self.shard_limit * self.shards.len() / 2;
        self.unread.last().filter(|_| is_room).cloned()
    }

    /// A pool is read from its beginning on, unless it was a short while ago.
    fn read_again(&mut self, pool: PoolId) {
        let read_at = self.read_at.get(&pool);
        if read_at.is_some_and(|read_at| !expired(*read_at + READ_AGAIN, self.now)) {
            return;
        }
        self.read_at.insert(pool, self.now);
        self.has_read(pool);
        self.unread.push(Place::before(pool));
    }

    /// A pool was read up to there.
    pub(super) fn go_on_from(&mut self, place: Place) {
        if let Some(unread) = self.unread.iter_mut().find(|one| one.pool == place.pool) {
            *unread = place;
        }
    }

    /// All of a pool was read.
    pub(super) fn has_read(&mut self, pool: PoolId) {
        self.unread.retain(|place| place.pool != pool);
    }

    /// The newest instant that was told.
    pub(super) fn now(&self) -> Timestamp {
        self.now
    }

    fn forget(&mut self, pool: PoolId) {
        self.pools.remove(&pool);
        let in_use = &mut self.in_use;
        self.applications.retain(|(of, _), known| {
            let stays = *of != pool;
            in_use[known.number as usize] = stays;
            stays
        });
    }

    fn forget_all(&mut self) {
        self.keys.clear();
        self.pools.clear();
        self.applications.clear();
        self.in_use.clear();
        self.unread.clear();
        self.read_at.clear();
        self.entries = 0;
        self.shards.iter_mut().for_each(HashTable::clear);
    }

    fn number(&self, pool: PoolId, application: ApplicationId) -> Option<u32> {
        let known = self.applications.get(&(pool, application))?;
        Some(known.number)
    }

    fn hash(&self, user: UserId, application: u32) -> u64 {
        hash_of(&self.hasher, user, application)
    }

    #[allow(clippy::cast_possible_truncation, reason = "a shard is some high bits")]
    fn shard(&self, hash: u64) -> usize {
        // The table uses the low bits for places and the top seven to compare.
        (hash >> 40) as usize % self.shards.len()
    }
}

fn hash_of(hasher: &RandomState, user: UserId, application: u32) -> u64 {
    hasher.hash_one((user.as_bytes(), application))
}

#[cfg(test)]
#[path = "memory_tests.rs"]
mod tests;
