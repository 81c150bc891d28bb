//! Durations counted by size: what metrics are made of. Observing is two relaxed
//! additions, so that it can be done for each request.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// The upper bounds of the classes, in microseconds; above the last one is one class
/// more. From the time of a check to the time after which a request is given up.
pub const BOUNDS_MICROS: [u64; 16] = [
    100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000,
    1_000_000, 2_500_000, 10_000_000, 30_000_000,
];

const CLASSES: usize = BOUNDS_MICROS.len() + 1;

/// Durations counted by size.
#[derive(Debug, Default)]
pub struct Histogram {
    classes: [AtomicU64; CLASSES],
    sum_micros: AtomicU64,
}

/// What a histogram held at an instant.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Distribution {
    /// How many in each class.
    pub classes: [u64; CLASSES],
    /// All of them together, in microseconds.
    pub sum_micros: u64,
}

impl Histogram {
    /// Counts one.
    pub fn observe(&self, duration: Duration) {
        let micros = u64::try_from(duration.as_micros()).unwrap_or(u64::MAX);
        let class = BOUNDS_MICROS.partition_point(|bound| micros > *bound);
        if let Some(class) = self.classes.get(class) {
            class.fetch_add(1, Ordering::Relaxed);
        }
        self.sum_micros.fetch_add(micros, Ordering::Relaxed);
    }

    /// What it holds now.
    pub fn read(&self) -> Distribution {
        Distribution {
            classes: std::array::from_fn(|class| self.classes[class].load(Ordering::Relaxed)),
            sum_micros: self.sum_micros.load(Ordering::Relaxed),
        }
    }
}

impl Distribution {
    /// How many there are.
    pub fn count(&self) -> u64 {
        self.classes.iter().sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bound_belongs_to_the_class_below_it() {
        let histogram = Histogram::default();
        for micros in [0, 100, 101, 30_000_000, 30_000_001] {
            histogram.observe(Duration::from_micros(micros));
        }
        let read = histogram.read();
        assert_eq!(read.classes[0], 2);
        assert_eq!(read.classes[1], 1);
        assert_eq!(read.classes[15], 1);
        assert_eq!(read.classes[16], 1);
        assert_eq!(read.count(), 5);
        assert_eq!(read.sum_micros, 60_000_202);
    }
}
