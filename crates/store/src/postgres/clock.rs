//! The database's clock as a node knows it between two looks at it.

use parking_lot::Mutex;
use rollcall_core::time::{Clock, Span, Timestamp};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// What is told is late by the way of the answer, so the database's clock looks further
/// behind than it is, once more and once less. It is believed to be further behind than
/// was known only if nothing else was heard for so long.
const HEARD_FOR: Span = Span::from_seconds(10);

/// No answer is waited for as long (`DATABASE_ANSWER_TIME`): what is told is that much
/// further behind because one of the clocks was set.
const LATEST: Span = Span::from_seconds(12);

/// What two clocks drift apart, rather than one was set: then time stands for as long,
/// and is not told twice.
const DRIFT: Span = Span::from_seconds(1);

/// A node an hour off is said to be so, in the log, from here on.
const WORTH_SAYING_MS: i64 = 5_000;

/// The node's own clock, put right by the database's. It tells the time of what no
/// snapshot decides: tokens' and signatures'.
pub(super) struct FollowingClock {
    own: Arc<dyn Clock>,
    known: Mutex<Option<Known>>,
    // Of what is known, for others to read.
    ahead_ms: Arc<AtomicI64>,
}

struct Known {
    ahead_ms: i64,
    // What was told since it was said to be less: the most, and since when.
    less: Option<(i64, Timestamp)>,
    // The latest instant that this clock has told.
    told: Timestamp,
    said_ms: i64,
}

impl FollowingClock {
    pub(super) fn new(own: Arc<dyn Clock>) -> Self {
        Self {
            own,
            known: Mutex::default(),
            ahead_ms: Arc::default(),
        }
    }

    /// How far the database's clock is ahead of the node's own.
    pub(super) fn ahead_ms(&self) -> Arc<AtomicI64> {
        self.ahead_ms.clone()
    }

    /// Takes note of the database's clock.
    pub(super) fn told(&self, instant: Timestamp) {
        let mut known = self.known.lock();
        let own = self.own.now();
        let ahead_ms = instant.as_millis().saturating_sub(own.as_millis());
        let known = known.get_or_insert(Known {
            ahead_ms,
            less: None,
            told: instant,
            said_ms: 0,
        });
        known.hear(ahead_ms, own);
        self.ahead_ms.store(known.ahead_ms, Ordering::Relaxed);
        let ahead_ms = known.ahead_ms;
        let news_ms = ahead_ms.saturating_sub(known.said_ms).saturating_abs();
        if news_ms >= WORTH_SAYING_MS {
            known.said_ms = ahead_ms;
            tracing::warn!(
                milliseconds = -ahead_ms,
                "this machine's clock is not the database's, which decides"
            );
        }
    }
}

impl Known {
    fn hear(&mut self, ahead_ms: i64, own: Timestamp) {
        if ahead_ms >= self.ahead_ms {
            self.ahead_ms = ahead_ms;
            self.less = None;
            return;
        }
        let (most, since) = self.less.unwrap_or((ahead_ms, own));
        let most = most.max(ahead_ms);
        self.less = Some((most, since));
        let was_set = self.ahead_ms - most >= LATEST.as_millis();
        if was_set || own.since(since) >= HEARD_FOR {
            if self.ahead_ms - most > DRIFT.as_millis() {
                self.told = at(own, most);
            }
            self.ahead_ms = most;
            self.less = None;
        }
    }
}

fn at(own: Timestamp, ahead_ms: i64) -> Timestamp {
    Timestamp::from_millis(own.as_millis().saturating_add(ahead_ms))
}

impl Clock for FollowingClock {
    fn now(&self) -> Timestamp {
        let mut known = self.known.lock();
        let own = self.own.now();
        match &mut *known {
            None => own,
            Some(known) => {
                known.told = known.told.max(at(own, known.ahead_ms));
                known.told
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct Own(AtomicI64);
    impl Clock for Own {
        fn now(&self) -> Timestamp {
            Timestamp::from_millis(self.0.load(Ordering::Relaxed))
        }
    }

    struct World {
        own: Arc<Own>,
        clock: FollowingClock,
    }

    impl World {
        /// A node whose clock is right.
        fn new() -> Self {
            let own = Arc::new(Own(AtomicI64::new(1_000_000)));
            let clock = FollowingClock::new(own.clone());
            Self { own, clock }
        }

        /// Time passes on the node's clock.
        fn pass(&self, millis: i64) {
            self.own.0.fetch_add(millis, Ordering::Relaxed);
        }

        /// The database is so far ahead of the node, by what it says.
        fn hear(&self, ahead_ms: i64) {
            self.clock.told(at(self.own.now(), ahead_ms));
        }

        /// How far this clock is ahead of the node's.
        fn ahead(&self) -> i64 {
            self.clock.now().as_millis() - self.own.now().as_millis()
        }
    }

    #[test]
    fn what_is_told_first_is_believed() {
        for ahead in [-3_600_000, -7, 0, 7, 3_600_000] {
            let world = World::new();
            assert_eq!(world.ahead(), 0);
            world.hear(ahead);
            assert_eq!(world.ahead(), ahead);
        }
    }

    #[test]
    fn an_answer_that_is_late_moves_nothing() {
        let world = World::new();
        world.hear(100);
        for late in [1, 51, 900, 11_999] {
            world.pass(10);
            world.hear(100 - late);
            assert_eq!(world.ahead(), 100, "{late}");
            world.hear(100);
        }
        // Not even for long, while some are on time.
        for second in 0..60 {
            world.pass(1_000);
            world.hear(if second % 5 == 0 { 100 } else { -700 });
            assert_eq!(world.ahead(), 100);
        }
    }

    #[test]
    fn clocks_that_drift_apart_are_followed_without_a_step_back() {
        let world = World::new();
        world.hear(100);
        let mut last = world.clock.now();
        // The node's runs faster by a thousandth, and each other answer is late.
        for second in 1..=600 {
            for part in 0..10 {
                world.pass(100);
                let now = world.clock.now();
                assert!(now >= last, "{now:?} after {last:?}");
                last = now;
                world.hear(100 - second - if part % 2 == 0 { 60 } else { 0 });
            }
            let off = world.ahead() - (100 - second);
            // What was heard at the beginning counts until the end of what follows it.
            assert!((0..=21).contains(&off), "{off} ms off after {second} s");
        }
    }

    #[test]
    fn a_clock_that_was_set_is_followed() {
        let world = World::new();
        world.hear(0);
        world.hear(3_600_000);
        assert_eq!(world.ahead(), 3_600_000, "the database's forward");
        world.hear(0);
        assert_eq!(world.ahead(), 0, "and back by more than an answer takes");
        // By less: as soon as no answer contradicts.
        world.hear(-5_000);
        assert_eq!(world.ahead(), 0);
        world.pass(HEARD_FOR.as_millis() - 1);
        world.hear(-5_003);
        assert_eq!(world.ahead(), 0);
        world.pass(1);
        world.hear(-5_002);
        assert_eq!(world.ahead(), -5_000);
    }
}
