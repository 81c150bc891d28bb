//! Nonces of signed requests, in memory: they live ten minutes, and one process
//! owns the store.

use super::SqliteStore;
use async_trait::async_trait;
use aws_lc_rs::digest;
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

/// The nonces that are used.
pub(super) struct NonceMemory {
    began: Timestamp,
    limit: usize,
    count: AtomicUsize,
    shards: Vec<Mutex<Shard>>,
}

#[derive(Default)]
struct Shard {
    used: HashSet<Mark>,
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
    /// An empty memory for at most `limit` nonces, as of `now`.
    pub(super) fn new(limit: usize, now: Timestamp) -> Self {
        Self {
            began: now,
            limit,
            count: AtomicUsize::new(0),
            shards: (0..SHARDS).map(|_| Mutex::default()).collect(),
        }
    }

    fn use_nonce(
        &self,
        key: AccessKeyId,
        nonce: &str,
        signed_at: Timestamp,
        now: Timestamp,
    ) -> StoreResult<NonceUse> {
        if signed_at.as_seconds() < self.began.as_seconds() {
            return Ok(NonceUse::TooOld);
        }
        let mark = mark(key, nonce);
        let index = usize::from(mark[0]) % SHARDS;
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
        // A millisecond more, because a signature is good up to and including
        // the end of its time.
        let until = now + limits::SIGNATURE_NONCE_MEMORY + Span::from_millis(1);
        shard.until.push_back((until, mark));
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
impl SignatureNonces for SqliteStore {
    async fn use_nonce(
        &self,
        key: AccessKeyId,
        nonce: &str,
        signed_at: Timestamp,
    ) -> StoreResult<NonceUse> {
        let now = self.inner.clock.now();
        self.inner.nonces.use_nonce(key, nonce, signed_at, now)
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
        let memory = NonceMemory::new(3, at(0));
        let use_at = |nonce: &str, now| memory.use_nonce(key(), nonce, at(now), at(now));
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
