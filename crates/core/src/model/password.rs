//! Passwords: what may be chosen, and the delay after failures.

use crate::limits;
use crate::refusal::{Field, Refusal, Rule};
use crate::time::{Span, Timestamp, expired};

/// Refuses a password that cannot be set. Long ones are refused on every path,
/// since hashing costs time by length.
pub fn check_new_password(password: &str, field: Field) -> Result<(), Refusal> {
    if password.is_empty() || password.contains('\0') {
        return Err(Refusal::invalid(field));
    }
    if password.len() > limits::MAX_PASSWORD_BYTES {
        return Err(Refusal::invalid(field));
    }
    if password.chars().count() < limits::MIN_PASSWORD_CHARS {
        return Err(Refusal::Rule(Rule::PasswordTooWeak));
    }
    Ok(())
}

/// 1 weak, 2 medium, 3 strong (V3 `passwordSecurityLevel`), by length and kinds
/// of character: a hint for people, no rule.
pub fn security_level(password: &str) -> u8 {
    let kinds: [fn(char) -> bool; 4] = [
        |c| c.is_lowercase(),
        |c| c.is_uppercase(),
        char::is_numeric,
        |c| !c.is_alphanumeric(),
    ];
    let kinds = kinds
        .into_iter()
        .filter(|kind| password.chars().any(kind))
        .count();
    match (password.chars().count(), kinds) {
        (15.., _) | (12.., 2..) | (8.., 3..) => 3,
        (8.., _) | (6.., 2..) => 2,
        _ => 1,
    }
}

/// Failures of one (account, address) pair.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FailureCount {
    /// How many in a row.
    pub failures: u32,
    /// When the last one was.
    pub last_at: Timestamp,
}

impl FailureCount {
    /// Until when every attempt of the pair is refused: no delay up to ten
    /// failures, then one that doubles from a second to fifteen minutes.
    pub fn refused_until(self) -> Option<Timestamp> {
        let beyond = self.failures.checked_sub(limits::FAILURES_BEFORE_DELAY)?;
        let factor = 1_i64.checked_shl(beyond.min(20)).unwrap_or(i64::MAX);
        let delay = limits::FIRST_SIGN_IN_DELAY
            .as_millis()
            .saturating_mul(factor);
        Some(self.last_at + Span::from_millis(delay).min(limits::MAX_SIGN_IN_DELAY))
    }

    /// The count after one more failure; a day without one starts anew.
    #[must_use]
    pub fn after_failure(former: Option<Self>, now: Timestamp) -> Self {
        let remembered = former.filter(|f| !expired(f.last_at + limits::THROTTLE_MEMORY, now));
        let failures = remembered.map_or(0, |f| f.failures).saturating_add(1);
        Self {
            failures,
            last_at: now,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delay_begins_at_ten_failures_and_doubles_to_fifteen_minutes() {
        let last_at = Timestamp::from_millis(0);
        let delay = |failures| {
            FailureCount { failures, last_at }
                .refused_until()
                .map(|until| until.since(last_at))
        };
        assert_eq!(delay(9), None);
        assert_eq!(delay(10), Some(Span::from_seconds(1)));
        assert_eq!(delay(11), Some(Span::from_seconds(2)));
        assert_eq!(delay(19), Some(Span::from_seconds(512)));
        assert_eq!(delay(20), Some(Span::from_seconds(900)));
        assert_eq!(delay(u32::MAX), Some(Span::from_seconds(900)));
    }

    #[test]
    fn a_failure_is_remembered_for_less_than_a_day() {
        let former = FailureCount {
            failures: 9,
            last_at: Timestamp::from_millis(0),
        };
        let day = limits::THROTTLE_MEMORY.as_millis();
        let after = |millis| {
            let now = Timestamp::from_millis(millis);
            FailureCount::after_failure(Some(former), now).failures
        };
        assert_eq!((after(day - 1), after(day)), (10, 1));
    }

    #[test]
    fn a_password_is_refused_below_six_characters_and_above_1024_bytes() {
        assert!(check_new_password("passwd", "password").is_ok());
        assert_eq!(
            check_new_password("passw", "password"),
            Err(Refusal::Rule(Rule::PasswordTooWeak))
        );
        assert!(check_new_password(&"a".repeat(1024), "password").is_ok());
        assert!(check_new_password(&"a".repeat(1025), "password").is_err());
    }
}
