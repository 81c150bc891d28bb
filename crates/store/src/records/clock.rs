//! The store's clock, held so that it never runs backwards: the injected one where
//! one process owns the store, the database's where nodes share one.

use rollcall_core::time::{Clock, Span, Timestamp};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// While real time is behind the highest instant that was ever told, time stands
/// there. The mark survives restarts in `meta`.
pub(crate) struct StoreClock {
    source: Arc<dyn Clock>,
    mark: AtomicI64,
    // Whether each snapshot brings the database's instant with it, and the source
    // only follows that.
    is_followed: bool,
}

impl StoreClock {
    /// A clock that tells nothing earlier than `mark`.
    pub(crate) fn new(source: Arc<dyn Clock>, mark: Timestamp) -> Self {
        Self {
            source,
            mark: AtomicI64::new(mark.as_millis()),
            is_followed: false,
        }
    }

    /// A clock whose source follows the database's: snapshots bring their instants.
    pub(crate) fn following(source: Arc<dyn Clock>, mark: Timestamp) -> Self {
        Self {
            is_followed: true,
            ..Self::new(source, mark)
        }
    }

    /// The instant for a snapshot that is about to begin, unless it brings its own.
    pub(crate) fn before_snapshot(&self) -> Option<Timestamp> {
        (!self.is_followed).then(|| self.now())
    }

    /// The current instant, never earlier than one that was told before.
    pub(crate) fn now(&self) -> Timestamp {
        let real = self.source.now().as_millis();
        let former = self.mark.fetch_max(real, Ordering::SeqCst);
        Timestamp::from_millis(former.max(real))
    }

    /// Real time, also while what this clock tells stands.
    pub(crate) fn real(&self) -> Timestamp {
        self.source.now()
    }

    /// How far real time is behind what this clock tells.
    pub(crate) fn lag(&self) -> Span {
        let real = self.source.now();
        Timestamp::from_millis(self.mark.load(Ordering::SeqCst)).since(real)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct Real(AtomicI64);
    impl Clock for Real {
        fn now(&self) -> Timestamp {
            Timestamp::from_millis(self.0.load(Ordering::Relaxed))
        }
    }

    #[test]
    fn time_stands_at_the_mark_until_real_time_passes_it() {
        let real = Arc::new(Real::default());
        let clock = StoreClock::new(real.clone(), Timestamp::from_millis(100));
        assert_eq!(clock.now(), Timestamp::from_millis(100));
        assert_eq!(clock.lag(), Span::from_millis(100));
        real.0.store(100, Ordering::Relaxed);
        assert_eq!(clock.lag(), Span::ZERO);
        real.0.store(101, Ordering::Relaxed);
        assert_eq!(clock.now(), Timestamp::from_millis(101));
        real.0.store(50, Ordering::Relaxed);
        assert_eq!(clock.now(), Timestamp::from_millis(101));
        assert_eq!(clock.lag(), Span::from_millis(51));
    }
}
