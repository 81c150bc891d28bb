//! Passwords: what may be chosen, and the delay after failures.

use crate::limits;
use crate::refusal::{Field, Refusal, Rule};
use crate::time::{Span, Timestamp, expired};

/// Whose password it is, which says how long it must be at least.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Holder {
    /// One of the people who sign in to applications.
    Person,
    /// Somebody of the console's own pool, where a password is the only factor and
    /// opens every session of a pool, or of the server.
    Administrator,
}

impl Holder {
    /// Refuses fewer characters than are asked of this holder.
    fn check_length(self, chars: usize) -> Result<(), Refusal> {
        let (least, rule) = match self {
            Self::Person => (limits::MIN_PASSWORD_CHARS, Rule::PasswordTooWeak),
            Self::Administrator => (
                limits::MIN_ADMINISTRATOR_PASSWORD_CHARS,
                Rule::AdministratorPasswordTooShort,
            ),
        };
        if chars < least {
            return Err(Refusal::Rule(rule));
        }
        Ok(())
    }

    /// Refuses a hash from elsewhere where the length must be known.
    pub fn check_import(self) -> Result<(), Refusal> {
        match self {
            Self::Person => Ok(()),
            Self::Administrator => Err(Refusal::Rule(Rule::AdministratorPasswordTooShort)),
        }
    }
}

/// Refuses a password that cannot be set. Long ones are refused on every path,
/// since hashing costs time by length.
pub fn check_new_password(password: &str, holder: Holder, field: Field) -> Result<(), Refusal> {
    if password.is_empty() || password.contains('\0') {
        return Err(Refusal::invalid(field));
    }
    if password.len() > limits::MAX_PASSWORD_BYTES {
        return Err(Refusal::invalid(field));
    }
    holder.check_length(password.chars().count())
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
        let check = |text: &str| check_new_password(text, Holder::Person, "password");
        assert!(check("passwd").is_ok());
        assert_eq!(check("passw"), Err(Refusal::Rule(Rule::PasswordTooWeak)));
        assert!(check(&"a".repeat(1024)).is_ok());
        assert!(check(&"a".repeat(1025)).is_err());
    }

    #[test]
    fn an_administrators_password_has_fifteen_characters_of_any_kind() {
        let check = |text: &str| check_new_password(text, Holder::Administrator, "password");
        let refused = Err(Refusal::Rule(Rule::AdministratorPasswordTooShort));
        assert_eq!(check(&"a".repeat(14)), refused);
        assert!(check(&"a".repeat(15)).is_ok());
        // Characters, not bytes.
        assert_eq!(check(&"\u{5c71}".repeat(14)), refused);
        assert!(check(&"\u{5c71}".repeat(15)).is_ok());
        assert_eq!(Holder::Administrator.check_import(), refused);
        assert!(Holder::Person.check_import().is_ok());
    }
}
