//! Outboxes: how a delivery stands, when it is tried again, and how many are under
//! way at once. Logouts and webhooks have this in common.

use crate::limits;
use crate::time::{Span, Timestamp, expired};
use std::collections::{HashMap, HashSet};
use std::hash::Hash;

/// What the result of an attempt means for the delivery.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// The receiver knows.
    Confirmed,
    /// It may pass: another try is worth it.
    Recoverable,
    /// It will not pass.
    Final,
}

impl Verdict {
    /// What the ledger calls an answered attempt.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Recoverable => "unavailable",
            Self::Final => "rejected",
        }
    }
}

/// How a delivery stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DeliveryState {
    /// It is tried at this instant, unless an attempt is under way: then this is
    /// when that counts as lost.
    Waiting {
        /// The instant.
        next_at: Timestamp,
    },
    /// The receiver knows since this instant.
    Confirmed {
        /// The instant.
        at: Timestamp,
    },
    /// It was given up at this instant.
    GivenUp {
        /// The instant.
        at: Timestamp,
    },
}

/// The name of a state, to ask for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DeliveryStatus {
    /// [`DeliveryState::Waiting`]
    Waiting,
    /// [`DeliveryState::Confirmed`]
    Confirmed,
    /// [`DeliveryState::GivenUp`]
    GivenUp,
}

impl DeliveryStatus {
    /// Every status.
    pub const ALL: &[Self] = &[Self::Waiting, Self::Confirmed, Self::GivenUp];

    /// The name in storage and in answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Confirmed => "confirmed",
            Self::GivenUp => "given_up",
        }
    }

    /// The status with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|status| status.as_str() == name)
    }
}

impl DeliveryState {
    /// Its name.
    pub const fn status(self) -> DeliveryStatus {
        match self {
            Self::Waiting { .. } => DeliveryStatus::Waiting,
            Self::Confirmed { .. } => DeliveryStatus::Confirmed,
            Self::GivenUp { .. } => DeliveryStatus::GivenUp,
        }
    }

    /// How a delivery stands after an attempt: the one with this number, from 1,
    /// for what was recorded then.
    pub fn after(verdict: Verdict, number: u32, recorded_at: Timestamp, now: Timestamp) -> Self {
        match verdict {
            Verdict::Confirmed => Self::Confirmed { at: now },
            Verdict::Final => Self::GivenUp { at: now },
            Verdict::Recoverable => {
                let next_at = now + delay_after(number);
                if expired(recorded_at + limits::DELIVERY_PATIENCE, next_at) {
                    Self::GivenUp { at: now }
                } else {
                    Self::Waiting { next_at }
                }
            }
        }
    }
}

/// The wait after the attempt with this number, from 1.
pub fn delay_after(number: u32) -> Span {
    let doublings = number.saturating_sub(1);
    let factor = 1_i64.checked_shl(doublings.min(62)).unwrap_or(i64::MAX);
    let first = limits::FIRST_DELIVERY_DELAY.as_millis();
    Span::from_millis(first.saturating_mul(factor)).min(limits::MAX_DELIVERY_DELAY)
}

/// Who has how many attempts under way. A receiver whose last attempt was
/// answered in time may have several at once, any other one: however much
/// waits for a dead or slow one, it holds one place.
#[derive(Clone, Debug)]
pub struct Places<K> {
    under_way: HashMap<K, usize>,
    // As many as receivers that are told of anything.
    prompt: HashSet<K>,
    last: Option<K>,
}

impl<K> Default for Places<K> {
    fn default() -> Self {
        Self {
            under_way: HashMap::new(),
            prompt: HashSet::new(),
            last: None,
        }
    }
}

impl<K: Copy + Eq + Hash> Places<K> {
    /// How many more attempts may begin.
    pub fn free(&self) -> usize {
        let taken = self.under_way.values().sum();
        limits::MAX_DELIVERIES_AT_ONCE.saturating_sub(taken)
    }

    /// How many more attempts may begin at this receiver.
    pub fn free_for(&self, receiver: K) -> usize {
        let share = if self.prompt.contains(&receiver) {
            limits::MAX_DELIVERIES_AT_ONCE_PER_APPLICATION
        } else {
            1
        };
        let taken = self.under_way.get(&receiver).copied();
        share
            .saturating_sub(taken.unwrap_or_default())
            .min(self.free())
    }

    /// The receiver that took a place last: the others come first.
    pub fn last(&self) -> Option<K> {
        self.last
    }

    /// An attempt begins.
    pub fn take(&mut self, receiver: K) {
        *self.under_way.entry(receiver).or_default() += 1;
        self.last = Some(receiver);
    }

    /// An attempt is over; whether it was answered, and in time.
    pub fn give_back(&mut self, receiver: K, was_prompt: bool) {
        if let Some(taken) = self.under_way.get_mut(&receiver) {
            *taken -= 1;
            if *taken == 0 {
                self.under_way.remove(&receiver);
            }
        }
        if was_prompt {
            self.prompt.insert(receiver);
        } else {
            self.prompt.remove(&receiver);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::ApplicationId;

    #[test]
    fn the_wait_doubles_from_a_second_to_an_hour() {
        let seconds: Vec<i64> = (1..=14).map(|n| delay_after(n).as_seconds()).collect();
        let expected = [
            1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 3600, 3600,
        ];
        assert_eq!(seconds, expected);
        assert_eq!(delay_after(0), limits::FIRST_DELIVERY_DELAY);
        assert_eq!(delay_after(u32::MAX), limits::MAX_DELIVERY_DELAY);
    }

    #[test]
    fn patience_ends_a_day_after_it_was_recorded() {
        let recorded_at = Timestamp::from_millis(1_000_000);
        let ends_at = recorded_at + limits::DELIVERY_PATIENCE;
        let after = |now| DeliveryState::after(Verdict::Recoverable, 1, recorded_at, now);
        let last = ends_at - limits::FIRST_DELIVERY_DELAY;
        assert_eq!(after(last), DeliveryState::GivenUp { at: last });
        let before = last - Span::from_millis(1);
        let next_at = ends_at - Span::from_millis(1);
        assert_eq!(after(before), DeliveryState::Waiting { next_at });
    }

    #[test]
    fn a_delivery_that_is_always_unavailable_is_tried_some_dozens_of_times() {
        let recorded_at = Timestamp::from_millis(0);
        let (mut now, mut number) = (recorded_at, 1);
        while let DeliveryState::Waiting { next_at } =
            DeliveryState::after(Verdict::Recoverable, number, recorded_at, now)
        {
            (now, number) = (next_at, number + 1);
        }
        // Twelve doublings within 4,095 seconds, and one an hour after that.
        assert_eq!(number, 35);
    }

    #[test]
    fn confirmed_and_rejected_are_the_end() {
        let (then, now) = (Timestamp::from_millis(5), Timestamp::from_millis(9));
        let after = |verdict| DeliveryState::after(verdict, 1, then, now);
        assert_eq!(
            after(Verdict::Confirmed),
            DeliveryState::Confirmed { at: now }
        );
        assert_eq!(after(Verdict::Final), DeliveryState::GivenUp { at: now });
        for status in DeliveryStatus::ALL {
            assert_eq!(DeliveryStatus::from_name(status.as_str()), Some(*status));
        }
        assert_eq!(DeliveryStatus::from_name("lost"), None);
    }

    #[test]
    fn who_does_not_answer_in_time_has_one_place() {
        let application = ApplicationId::from_bytes([1; 12]);
        let mut places = Places::default();
        assert_eq!(places.free_for(application), 1, "nothing is known of it");
        places.take(application);
        assert_eq!(places.free_for(application), 0);
        places.give_back(application, true);
        let share = limits::MAX_DELIVERIES_AT_ONCE_PER_APPLICATION;
        assert_eq!(places.free_for(application), share);
        for taken in 1..=share {
            places.take(application);
            assert_eq!(places.free_for(application), share - taken);
        }
        places.give_back(application, false);
        assert_eq!(places.free_for(application), 0);
        assert_eq!(places.free(), limits::MAX_DELIVERIES_AT_ONCE - share + 1);
    }

    #[test]
    fn all_places_are_taken_by_as_many_attempts() {
        let mut places = Places::default();
        for n in 0..limits::MAX_DELIVERIES_AT_ONCE {
            assert_eq!(places.free(), limits::MAX_DELIVERIES_AT_ONCE - n);
            let mut bytes = [0; 12];
            bytes[..8].copy_from_slice(&n.to_be_bytes());
            let application = ApplicationId::from_bytes(bytes);
            assert_eq!(places.free_for(application), 1);
            places.take(application);
            assert_eq!(places.last(), Some(application));
        }
        assert_eq!(places.free(), 0);
        assert_eq!(places.free_for(ApplicationId::from_bytes([9; 12])), 0);
    }
}
