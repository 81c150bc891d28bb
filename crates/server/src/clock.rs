//! The clock of the process.

use rollcall_core::time::{Clock, Timestamp};
use std::time::{SystemTime, UNIX_EPOCH};

/// The operating system's wall clock. The store lays its high-water mark over
/// it, so that what is decided never runs backwards even when this does.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that reads the ambient clock; everything else is given a Clock"
    )]
    fn now(&self) -> Timestamp {
        let now = SystemTime::now();
        // A clock that stands before 1970 counts as 1970: the store's mark then
        // says how far it is behind.
        let since_epoch = now.duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_millis(i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_reads_milliseconds_of_this_century() {
        let year_2026 = Timestamp::from_millis(1_767_225_600_000);
        let year_2100 = Timestamp::from_millis(4_102_444_800_000);
        let now = SystemClock.now();
        assert!(now > year_2026 && now < year_2100, "{now:?}");
    }
}
