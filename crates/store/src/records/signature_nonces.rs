//! Nonces of signed requests, which live ten minutes.
//!
//! Where one process owns the store they are in memory. After a restart, what was
//! signed in a second before the one in which the store was opened is too old; the
//! few that were signed ahead of the clock are therefore kept on disk as well. Where
//! nodes share a database, all are in it.

use super::SqlStore;
use super::statements as sql;
use crate::sql::{self as sql_layer, Connection};
use async_trait::async_trait;
use aws_lc_rs::digest;
use foldhash::fast::RandomState;
use parking_lot::Mutex;
use rollcall_core::ids::AccessKeyId;
use rollcall_core::limits;
use rollcall_core::ports::signature_nonces::{NonceUse, SignatureNonces};
use rollcall_core::ports::{StoreError, StoreResult};
use rollcall_core::time::{Span, Timestamp, expired};
use std::collections::{HashSet, VecDeque};
use std::sync::atomic::{AtomicUsize, Ordering};

/// A power of two: enough that callers rarely meet at one lock.
const SHARDS: usize = 64;

/// 128 bits of a digest of key and nonce: a fixed, small size for each of a
/// million, and a collision that nobody finds.
type Mark = [u8; 16];

/// Where used nonces are remembered.
pub(crate) enum Nonces {
    /// By the one process that owns the store.
    Memory(NonceMemory),
    /// In the database, for all nodes.
    Shared,
}

impl Nonces {
    /// A memory that began at `now`, real time, and knows what is on disk.
    pub(super) fn in_memory(conn: &Connection, now: Timestamp) -> sql_layer::Result<Self> {
        let memory = NonceMemory::new(limits::MAX_REMEMBERED_NONCES, now, early(conn)?);
        Ok(Self::Memory(memory))
    }
}

/// The nonces that are used.
pub(crate) struct NonceMemory {
    began: Timestamp,
    limit: usize,
    count: AtomicUsize,
    shards: Vec<Mutex<Shard>>,
}

#[derive(Default)]
struct Shard {
    used: HashSet<Mark, RandomState>,
    // In the order of use, which is the order in which they are forgotten.
    until: VecDeque<(Timestamp, Mark)>,
}

impl Shard {
    fn sweep(&mut self, now: Timestamp) -> usize {
        let mut swept = 0;
        while let Some((until, mark)) = self.until.front()
            && expired(*until, now)
        {
            self.used.remove(mark);
            self.until.pop_front();
            swept += 1;
        }
        swept
    }
}

impl NonceMemory {
    /// A memory for at most `limit` nonces that began at `now`, real time, and
    /// knows only what is on disk.
    pub(super) fn new(limit: usize, now: Timestamp, early: Vec<(Mark, Timestamp)>) -> Self {
        let memory = Self {
            began: now,
            limit,
            count: AtomicUsize::new(early.len()),
            shards: (0..SHARDS).map(|_| Mutex::default()).collect(),
        };
        for (mark, until) in early {
            let mut shard = memory.shards[shard_of(mark)].lock();
            shard.used.insert(mark);
            shard.until.push_back((until, mark));
        }
        memory
    }

    fn use_nonce(&self, mark: Mark, signed_at: Timestamp, now: Timestamp) -> StoreResult<NonceUse> {
        if signed_at.as_seconds() < self.began.as_seconds() {
            return Ok(NonceUse::TooOld);
        }
        let index = shard_of(mark);
        if self.replayed(index, mark, now) {
            return Ok(NonceUse::Replayed);
        }
        if !self.reserve(now) {
            return Err(StoreError::Busy);
        }
        let mut shard = self.shards[index].lock();
        if !shard.used.insert(mark) {
            self.count.fetch_sub(1, Ordering::Relaxed);
            return Ok(NonceUse::Replayed);
        }
        shard.until.push_back((used_until(now), mark));
        Ok(NonceUse::Fresh)
    }

    fn replayed(&self, index: usize, mark: Mark, now: Timestamp) -> bool {
        let mut shard = self.shards[index].lock();
        let swept = shard.sweep(now);
        self.count.fetch_sub(swept, Ordering::Relaxed);
        shard.used.contains(&mark)
    }

    /// Takes a place; when all are taken, those of expired nonces are looked for.
    fn reserve(&self, now: Timestamp) -> bool {
        if self.take_place() {
            return true;
        }
        for shard in &self.shards {
            let swept = shard.lock().sweep(now);
            self.count.fetch_sub(swept, Ordering::Relaxed);
        }
        self.take_place()
    }

    fn take_place(&self) -> bool {
        let one_more = |count| (count < self.limit).then_some(count + 1);
        self.count
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_more)
            .is_ok()
    }
}

/// A millisecond more than the memory, because a signature is good up to and
/// including the end of its time.
fn used_until(now: Timestamp) -> Timestamp {
    now + limits::SIGNATURE_NONCE_MEMORY + Span::from_millis(1)
}

fn shard_of(mark: Mark) -> usize {
    usize::from(mark[0]) % SHARDS
}

/// All of them, once, when the store is opened: there are few.
const EARLY_NONCES: &str = "SELECT mark, used_until FROM early_nonces ORDER BY used_until";

/// What is on disk.
fn early(conn: &Connection) -> sql_layer::Result<Vec<(Mark, Timestamp)>> {
    conn.prepare(EARLY_NONCES)?
        .query_map((), |row| {
            Ok((row.get(0)?, Timestamp::from_millis(row.get(1)?)))
        })?
        .collect()
}

fn mark(key: AccessKeyId, nonce: &str) -> Mark {
    let mut context = digest::Context::new(&digest::SHA256);
    context.update(key.as_bytes());
    context.update(nonce.as_bytes());
    let mut mark = Mark::default();
    for (byte, of_digest) in mark.iter_mut().zip(context.finish().as_ref()) {
        *byte = *of_digest;
    }
    mark
}

#[async_trait]
impl SignatureNonces for SqlStore {
    async fn use_nonce(
        &self,
        key: AccessKeyId,
        nonce: &str,
        signed_at: Timestamp,
    ) -> StoreResult<NonceUse> {
        let now = self.inner.clock.now();
        let (mark, until) = (mark(key, nonce), used_until(now).as_millis());
        let insert = move |conn: &Connection| {
            let mut insert = conn.prepare_cached(sql::USE_NONCE)?;
            Ok(insert.execute((mark, until, now.as_millis()))? > 0)
        };
        let Nonces::Memory(memory) = &self.inner.nonces else {
            return Ok(match self.write_alone(insert).await? {
                true => NonceUse::Fresh,
                false => NonceUse::Replayed,
            });
        };
        let used = memory.use_nonce(mark, signed_at, now)?;
        let is_early = signed_at.as_seconds() > self.inner.clock.real().as_seconds();
        if used == NonceUse::Fresh && is_early {
            self.write(move |commit| Ok(insert(commit.conn())?)).await?;
        }
        Ok(used)
    }

    fn now(&self) -> Timestamp {
        self.inner.clock.now()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> AccessKeyId {
        AccessKeyId::from_bytes([1; 12])
    }

    #[test]
    fn a_full_memory_refuses_until_something_expires() {
        let at = Timestamp::from_millis;
        let memory = NonceMemory::new(3, at(0), Vec::new());
        let use_at = |nonce: &str, now| memory.use_nonce(mark(key(), nonce), at(now), at(now));
        for (nonce, now) in [("a", 0), ("b", 10), ("c", 20)] {
            assert_eq!(use_at(nonce, now), Ok(NonceUse::Fresh));
        }
        assert_eq!(use_at("d", 30), Err(StoreError::Busy));
        assert_eq!(use_at("a", 30), Ok(NonceUse::Replayed));
        let memory_ms = limits::SIGNATURE_NONCE_MEMORY.as_millis();
        assert_eq!(use_at("d", memory_ms), Err(StoreError::Busy));
        assert_eq!(use_at("d", memory_ms + 1), Ok(NonceUse::Fresh));
        assert_eq!(use_at("e", memory_ms + 1), Err(StoreError::Busy));
    }
}
