//! Registrations from one address, counted in windows of time.

use crate::limits;
use crate::time::{Span, Timestamp, expired};

/// Registrations that one address has tried in a window.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SignUpCount {
    /// When the first of them was.
    pub began_at: Timestamp,
    /// How many.
    pub attempts: u32,
}

impl SignUpCount {
    /// The count after one more attempt, or how long none is taken. A refused one
    /// does not count: who waits is let in when the window is over.
    pub fn after_attempt(former: Option<Self>, now: Timestamp) -> Result<Self, Span> {
        let present = former.filter(|count| !expired(count.ends_at(), now));
        match present {
            None => Ok(Self {
                began_at: now,
                attempts: 1,
            }),
            Some(count) if count.attempts < limits::SIGN_UPS_PER_ADDRESS => Ok(Self {
                attempts: count.attempts + 1,
                ..count
            }),
            Some(count) => Err(count.ends_at().since(now)),
        }
    }

    fn ends_at(self) -> Timestamp {
        self.began_at + limits::SIGN_UP_WINDOW
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fifty_attempts_fit_a_window_and_the_next_waits_for_its_end() {
        let now = Timestamp::from_millis(1_000);
        let mut count = None;
        for _ in 0..limits::SIGN_UPS_PER_ADDRESS {
            count = Some(SignUpCount::after_attempt(count, now).unwrap());
        }
        let window = limits::SIGN_UP_WINDOW;
        assert_eq!(SignUpCount::after_attempt(count, now), Err(window));
        let last = now + window - Span::from_millis(1);
        let wait = SignUpCount::after_attempt(count, last);
        assert_eq!(wait, Err(Span::from_millis(1)));
        let fresh = SignUpCount::after_attempt(count, now + window).unwrap();
        assert_eq!((fresh.began_at, fresh.attempts), (now + window, 1));
    }
}
