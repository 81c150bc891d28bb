//! The database's clock as a node knows it between two looks at it.

use rollcall_core::time::{Clock, Timestamp};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// An answer takes its way, so what is told is a little late. Only what is further
/// away than this, or ahead, is a better knowledge of the database's clock.
const JITTER_MS: i64 = 50;

/// A node an hour off is said to be so, in the log, from here on.
const WORTH_SAYING_MS: i64 = 5_000;

/// The node's own clock, put right by the database's. It tells the time of what no
/// snapshot decides: tokens' and signatures'.
pub(super) struct FollowingClock {
    own: Arc<dyn Clock>,
    ahead_ms: AtomicI64,
}

impl FollowingClock {
    pub(super) fn new(own: Arc<dyn Clock>) -> Self {
        Self {
            own,
            ahead_ms: AtomicI64::new(0),
        }
    }

    /// Takes note of the database's clock.
    pub(super) fn told(&self, instant: Timestamp) {
        let ahead = instant
            .as_millis()
            .saturating_sub(self.own.now().as_millis());
        let former = self.ahead_ms.load(Ordering::Relaxed);
        if ahead > former || ahead < former - JITTER_MS {
            self.ahead_ms.store(ahead, Ordering::Relaxed);
        }
        if ahead.abs() >= WORTH_SAYING_MS && (ahead - former).abs() >= WORTH_SAYING_MS {
            tracing::warn!(
                milliseconds = -ahead,
                "this machine's clock is not the database's, which decides"
            );
        }
    }
}

impl Clock for FollowingClock {
    fn now(&self) -> Timestamp {
        let ahead = self.ahead_ms.load(Ordering::Relaxed);
        Timestamp::from_millis(self.own.now().as_millis().saturating_add(ahead))
    }
}
