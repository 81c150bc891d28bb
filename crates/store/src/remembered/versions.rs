//! Numbers that tell whether what was read may have been changed since.
//!
//! A place stands for many things (whatever hashes to it); its number is even while no
//! commit that changes one of them is under way, and odd from just before such a commit
//! can be seen until after. So whoever finds the even number that was there before a
//! read began knows that nothing of the place has changed from that read until now:
//!
//! - a commit that the read did not see was not visible when the read began, so its odd
//!   number came, at the earliest, after the number that was noted;
//! - a commit that anybody has seen, or was told of, has left its odd number before.
//!
//! There is one writer, so a place is not counted up twice at a time. A number never
//! comes back: at the end of its range a place stays odd, and nothing of it is vouched
//! for any more.

use std::sync::atomic::{AtomicU32, Ordering};

/// A number in memory that threads share: the standard library's, or that of a checker
/// of all interleavings.
pub(super) trait Number {
    fn new(value: u32) -> Self;
    fn load(&self) -> u32;
    fn store(&self, value: u32);
}

impl Number for AtomicU32 {
    fn new(value: u32) -> Self {
        Self::new(value)
    }

    fn load(&self) -> u32 {
        self.load(Ordering::SeqCst)
    }

    fn store(&self, value: u32) {
        self.store(value, Ordering::SeqCst);
    }
}

/// The number of a place while nothing of it was being changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Seen(u32);

/// The numbers of many places.
pub(super) struct Versions<N = AtomicU32>(Box<[N]>);

impl<N: Number> Versions<N> {
    /// So many places, a power of two.
    pub(super) fn new(places: usize) -> Self {
        debug_assert!(places.is_power_of_two());
        Self((0..places).map(|_| N::new(0)).collect())
    }

    /// The place of what has this hash.
    #[allow(clippy::cast_possible_truncation, reason = "a place is its low bits")]
    pub(super) fn place(&self, hash: u64) -> usize {
        hash as usize & (self.0.len() - 1)
    }

    /// The number to note before a read; none while a commit is under way.
    pub(super) fn before_read(&self, place: usize) -> Option<Seen> {
        let number = self.0[place].load();
        number.is_multiple_of(2).then_some(Seen(number))
    }

    /// Whether nothing of the place has changed since that number was noted.
    pub(super) fn is_still(&self, place: usize, seen: Seen) -> bool {
        self.0[place].load() == seen.0
    }

    /// A commit that changes something of the place is about to be made.
    pub(super) fn begin(&self, place: usize) {
        let number = self.0[place].load();
        if number.is_multiple_of(2) {
            self.0[place].store(number + 1);
        }
    }

    /// It was made, or not.
    pub(super) fn end(&self, place: usize) {
        let number = self.0[place].load();
        if let Some(next) = number.checked_add(1)
            && !number.is_multiple_of(2)
        {
            self.0[place].store(next);
        }
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use loom::sync::Arc;
    use loom::sync::atomic::{AtomicBool as LoomBool, AtomicU32 as LoomU32};
    use loom::thread;

    impl Number for LoomU32 {
        fn new(value: u32) -> Self {
            Self::new(value)
        }

        fn load(&self) -> u32 {
            self.load(Ordering::SeqCst)
        }

        fn store(&self, value: u32) {
            self.store(value, Ordering::SeqCst);
        }
    }

    #[test]
    fn a_place_at_the_end_of_its_range_vouches_for_nothing() {
        let versions = Versions(Box::new([AtomicU32::new(u32::MAX - 1)]));
        let seen = versions.before_read(0).unwrap();
        assert!(versions.is_still(0, seen));
        for _ in 0..3 {
            versions.begin(0);
            versions.end(0);
            assert_eq!(versions.before_read(0), None);
            assert!(!versions.is_still(0, seen));
        }
    }

    /// A store in two variables: the disk, which is read and committed atomically, and
    /// what a reader remembered of it.
    struct Model {
        versions: Versions<LoomU32>,
        is_live: LoomBool,
        acknowledged: LoomBool,
    }

    impl Model {
        fn new() -> Arc<Self> {
            Arc::new(Self {
                versions: Versions::new(1),
                is_live: LoomBool::new(true),
                acknowledged: LoomBool::new(false),
            })
        }

        /// Reads and remembers.
        fn read(&self) -> Option<(Seen, bool)> {
            let seen = self.versions.before_read(0);
            let is_live = self.is_live.load(Ordering::SeqCst);
            seen.map(|seen| (seen, is_live))
        }

        /// From memory if it holds, else from the disk.
        fn answer(&self, remembered: Option<(Seen, bool)>) -> bool {
            match remembered {
                Some((seen, is_live)) if self.versions.is_still(0, seen) => is_live,
                _ => self.is_live.load(Ordering::SeqCst),
            }
        }

        fn end_login(&self) {
            self.versions.begin(0);
            self.is_live.store(false, Ordering::SeqCst);
            self.versions.end(0);
            self.acknowledged.store(true, Ordering::SeqCst);
        }
    }

    /// However the steps of reader and writer fall.
    #[test]
    fn once_an_end_was_answered_nobody_is_told_yes_from_memory() {
        loom::model(|| {
            let model = Model::new();
            let writer = {
                let model = Arc::clone(&model);
                thread::spawn(move || model.end_login())
            };
            let remembered = model.read();
            let acknowledged = model.acknowledged.load(Ordering::SeqCst);
            let answer = model.answer(remembered);
            assert!(!(acknowledged && answer), "a stale yes");
            writer.join().unwrap();
            assert!(!model.answer(remembered));
        });
    }

    /// Not only what was acknowledged: who has seen the end on the disk is not told the
    /// opposite from memory afterwards.
    #[test]
    fn what_was_seen_on_the_disk_is_not_unseen_from_memory() {
        loom::model(|| {
            let model = Model::new();
            let writer = {
                let model = Arc::clone(&model);
                thread::spawn(move || model.end_login())
            };
            let remembered = model.read();
            let on_disk = model.is_live.load(Ordering::SeqCst);
            let answer = model.answer(remembered);
            assert!(on_disk || !answer, "time ran backwards");
            writer.join().unwrap();
        });
    }

    /// The same with what one thread remembered and another answers from.
    #[test]
    fn what_one_remembers_another_does_not_believe_too_long() {
        loom::model(|| {
            let model = Model::new();
            let reader = {
                let model = Arc::clone(&model);
                thread::spawn(move || model.read())
            };
            let writer = {
                let model = Arc::clone(&model);
                thread::spawn(move || model.end_login())
            };
            let remembered = reader.join().unwrap();
            let acknowledged = model.acknowledged.load(Ordering::SeqCst);
            assert!(!(acknowledged && model.answer(remembered)));
            writer.join().unwrap();
        });
    }
}
