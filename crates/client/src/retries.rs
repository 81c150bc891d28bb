//! Asking again: only what changes nothing, only where nothing was answered.

use std::time::Duration;

use crate::Error;
use crate::surroundings::Randomness;

/// More tries only keep a server busy that is in trouble already.
const MOST: u8 = 5;

/// The pause before the second try; it doubles with each further one.
const FIRST_PAUSE: Duration = Duration::from_millis(100);

/// No pause of ours is longer.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Whether reads are tried again, and how often.
///
/// What is tried again: calls that change nothing (checks, `get-…`, `list-…`, user
/// information, introspection, key sets), where the server could not be reached, the
/// connection broke, or the answer was 503. Never a sign-in, a refresh, or any other
/// call that writes, whose first try may have been done. Never anything that the
/// server did answer.
///
/// Between two tries there is a pause: of 100 ms before the second one, twice as long
/// with each further one, at most 5 seconds, shortened at random by up to a half so
/// that many clients do not come back at one instant; and at least as long as the
/// server's `Retry-After` says. All tries together end within the client's timeout: a
/// pause that would outlast it is not begun, and the failure is given at once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Retries(u8);

impl Retries {
    /// No second try: the default.
    pub const NONE: Self = Self(0);

    /// Up to so many tries after the first one, 5 at the most.
    pub const fn up_to(tries: u8) -> Self {
        Self(if tries > MOST { MOST } else { tries })
    }

    /// How long to wait after this failure, the first of which is number 0, before
    /// the next try; nothing if there is none.
    pub(crate) fn pause(
        self,
        failures: u8,
        error: &Error,
        random: &Randomness,
    ) -> Option<Duration> {
        if failures >= self.0 {
            return None;
        }
        let asked_for = match error {
            Error::Transport(_)
            | Error::UnexpectedAnswer {
                http_status: 503, ..
            } => Duration::ZERO,
            Error::Api {
                status_code: 503,
                retry_after,
                ..
            }
            | Error::OAuth {
                http_status: 503,
                retry_after,
                ..
            } => retry_after.unwrap_or_default(),
            _ => return None,
        };
        let whole = (FIRST_PAUSE * (1 << failures)).min(LONGEST_PAUSE);
        let less = whole / 2 * u32::from(random.byte()) / u32::from(u8::MAX);
        Some(whole.saturating_sub(less).max(asked_for))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    fn unreached() -> Error {
        Error::Transport(Arc::new(std::io::Error::other("no")))
    }

    fn answered(status_code: u16, retry_after: Option<u64>) -> Error {
        Error::Api {
            status_code,
            api_code: None,
            message: String::new(),
            request_id: String::new(),
            retry_after: retry_after.map(Duration::from_secs),
            results: Vec::new(),
        }
    }

    fn random(byte: u8) -> Randomness {
        Randomness::given(move |bytes| bytes.fill(byte))
    }

    fn pause_ms(tries: u8, failures: u8, error: &Error, byte: u8) -> Option<u128> {
        let pause = Retries::up_to(tries).pause(failures, error, &random(byte));
        pause.map(|pause| pause.as_millis())
    }

    #[test]
    fn only_what_was_not_answered_is_asked_again() {
        assert!(pause_ms(1, 0, &unreached(), 0).is_some());
        assert!(pause_ms(1, 0, &answered(503, None), 0).is_some());
        for status in [400, 401, 403, 404, 409, 429, 500, 501] {
            assert_eq!(pause_ms(5, 0, &answered(status, Some(1)), 0), None);
        }
        assert_eq!(pause_ms(5, 0, &Error::Timeout, 0), None);
    }

    #[test]
    fn the_number_of_tries_is_bounded() {
        assert_eq!(pause_ms(0, 0, &unreached(), 0), None);
        assert!(pause_ms(2, 1, &unreached(), 0).is_some());
        assert_eq!(pause_ms(2, 2, &unreached(), 0), None);
        assert!(pause_ms(200, 4, &unreached(), 0).is_some());
        assert_eq!(pause_ms(200, 5, &unreached(), 0), None);
    }

    #[test]
    fn pauses_double_and_are_shortened_at_random() {
        let of = |failures, byte| pause_ms(5, failures, &unreached(), byte);
        assert_eq!(
            [of(0, 0), of(1, 0), of(4, 0)],
            [Some(100), Some(200), Some(1600)]
        );
        assert_eq!([of(0, 255), of(1, 255)], [Some(50), Some(100)]);
    }

    #[test]
    fn the_servers_wish_is_heeded() {
        assert_eq!(pause_ms(1, 0, &answered(503, Some(7)), 0), Some(7000));
        assert_eq!(pause_ms(1, 0, &answered(503, Some(0)), 0), Some(100));
    }
}
