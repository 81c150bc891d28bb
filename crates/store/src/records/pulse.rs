//! What the writer has done since the store was opened: for metrics.

use rollcall_core::histogram::Histogram;
use rollcall_core::model::event::{EventKind, Reason};
use rollcall_core::ports::census::Load;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

const REASONS: usize = Reason::ALL.len();

/// Counters that the writer adds to and anybody reads.
#[derive(Default)]
pub(crate) struct Pulse {
    commits: Histogram,
    failed_commits: AtomicU64,
    began: AtomicU64,
    ended: [AtomicU64; REASONS],
}

/// What a commit in the making would add. A copy is put back when a change is rolled
/// back.
#[derive(Clone, Copy, Default)]
pub(super) struct Tally {
    began: u64,
    ended: [u64; REASONS],
}

impl Tally {
    /// Counts an event.
    pub(super) fn count(&mut self, kind: EventKind) {
        match kind {
            EventKind::Began { .. } => self.began += 1,
            EventKind::Extended { .. } => {}
            EventKind::Ended(reason) => {
                let place = Reason::ALL.iter().position(|known| *known == reason);
                if let Some(ended) = place.and_then(|place| self.ended.get_mut(place)) {
                    *ended += 1;
                }
            }
        }
    }
}

impl Pulse {
    /// A commit is on disk.
    pub(super) fn committed(&self, tally: &Tally, took: Duration) {
        self.commits.observe(took);
        self.began.fetch_add(tally.began, Ordering::Relaxed);
        for (total, ended) in self.ended.iter().zip(tally.ended) {
            if ended > 0 {
                total.fetch_add(ended, Ordering::Relaxed);
            }
        }
    }

    /// A commit came to nothing.
    pub(super) fn failed(&self) {
        self.failed_commits.fetch_add(1, Ordering::Relaxed);
    }

    /// All of it, beside the queue.
    pub(super) fn load(&self, queued: usize, queue_limit: usize) -> Load {
        Load {
            queued: queued as u64,
            queue_limit: queue_limit as u64,
            commits: self.commits.read(),
            failed_commits: self.failed_commits.load(Ordering::Relaxed),
            remembered: 0,
            began: self.began.load(Ordering::Relaxed),
            ended: std::array::from_fn(|place| self.ended[place].load(Ordering::Relaxed)),
        }
    }
}
