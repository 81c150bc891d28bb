//! A clock that stands until it is moved, and randomness that repeats itself.

use aws_lc_rs::digest::{SHA256, digest};
use rollcall_core::entropy::Entropy;
use rollcall_core::time::{Clock, Span, Timestamp};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

/// 2026-01-01T00:00:00Z.
const START: i64 = 1_767_225_600_000;

/// A clock for tests.
#[derive(Debug)]
pub struct ManualClock(AtomicI64);

impl Default for ManualClock {
    fn default() -> Self {
        Self(AtomicI64::new(START))
    }
}

impl ManualClock {
    /// Time passes.
    pub fn advance(&self, span: Span) {
        self.0.fetch_add(span.as_millis(), Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::SeqCst))
    }
}

/// Hashes of a counter: no two fills are alike, and every run fills alike.
#[derive(Debug, Default)]
pub struct SeededEntropy(AtomicU64);

impl Entropy for SeededEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(32) {
            let number = self.0.fetch_add(1, Ordering::SeqCst);
            let block = digest(&SHA256, &number.to_be_bytes());
            chunk.copy_from_slice(&block.as_ref()[..chunk.len()]);
        }
    }
}
