//! Session limits: the pool's, and the application's, which may only shorten.

use crate::limits;
use crate::model::user::named;
use crate::refusal::{Field, Refusal, Rule};
use crate::time::{Span, Timestamp};

/// How long something lasts without activity, and at all.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SessionLimits {
    /// Without activity it ends after this span.
    pub idle_timeout: Span,
    /// With or without activity it ends after this span.
    pub max_lifetime: Span,
}

impl Default for SessionLimits {
    fn default() -> Self {
        Self {
            idle_timeout: limits::DEFAULT_SESSION_IDLE_TIMEOUT,
            max_lifetime: limits::DEFAULT_SESSION_MAX_LIFETIME,
        }
    }
}

impl SessionLimits {
    /// The shorter of each.
    #[must_use]
    pub fn shortened_by(self, other: Self) -> Self {
        Self {
            idle_timeout: self.idle_timeout.min(other.idle_timeout),
            max_lifetime: self.max_lifetime.min(other.max_lifetime),
        }
    }

    /// When the idle timeout strikes.
    pub fn idle_limit(self, last_seen: Timestamp) -> Timestamp {
        last_seen + self.idle_timeout
    }

    /// When the maximum lifetime strikes.
    pub fn lifetime_limit(self, begun_at: Timestamp) -> Timestamp {
        begun_at + self.max_lifetime
    }

    /// The earlier of both limits.
    pub fn expires_at(self, begun_at: Timestamp, last_seen: Timestamp) -> Timestamp {
        self.idle_limit(last_seen)
            .min(self.lifetime_limit(begun_at))
    }

    /// How far activity must move `last_seen` to be written.
    pub fn activity_granularity(self) -> Span {
        let twentieth = Span::from_millis(self.idle_timeout.as_millis() / 20);
        limits::ACTIVITY_GRANULARITY.min(twentieth)
    }
}

/// Whether a session limit of a pool or an application can be this long.
pub fn is_settable(span: Span) -> bool {
    (limits::MIN_SESSION_LIMIT..=limits::MAX_SESSION_LIMIT).contains(&span)
}

/// What an application asks for: absent members follow the pool.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct SessionPolicy {
    /// The login idle timeout, if shorter than the pool's.
    pub idle_timeout: Option<Span>,
    /// The login maximum lifetime, if shorter than the pool's.
    pub max_lifetime: Option<Span>,
}

impl SessionPolicy {
    /// The limits of a login: the application's where it shortens the pool's.
    pub fn limits(self, pool: SessionLimits) -> SessionLimits {
        pool.shortened_by(SessionLimits {
            idle_timeout: self.idle_timeout.unwrap_or(pool.idle_timeout),
            max_lifetime: self.max_lifetime.unwrap_or(pool.max_lifetime),
        })
    }

    /// Refuses spans outside of the settable range, or longer than the pool's.
    pub fn checked(self, pool: SessionLimits) -> Result<Self, Refusal> {
        let mut wrong: Vec<Field> = Vec::new();
        for (field, span) in [
            ("idleTimeout", self.idle_timeout),
            ("maxLifetime", self.max_lifetime),
        ] {
            if span.is_some_and(|span| !is_settable(span)) {
                wrong.push(field);
            }
        }
        if !wrong.is_empty() {
            return Err(Refusal::Invalid(wrong));
        }
        let longer = self
            .idle_timeout
            .is_some_and(|span| span > pool.idle_timeout)
            || self
                .max_lifetime
                .is_some_and(|span| span > pool.max_lifetime);
        if longer {
            Err(Refusal::Rule(Rule::PolicyMayOnlyShorten))
        } else {
            Ok(self)
        }
    }
}

named! {
    /// What happens to a sign-in above the number of sessions (V3
    /// `sessionLimitAction`).
    LimitAction {
        EndOldest = "end_oldest",
        Refuse = "refuse",
    }
}

/// How many sessions one user may have at once: in a pool live sessions, in an
/// application live logins.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ConcurrencyLimit {
    /// The number; absent: any.
    pub max: Option<u32>,
    /// What happens to a sign-in above it.
    pub action: LimitAction,
}

impl Default for ConcurrencyLimit {
    fn default() -> Self {
        Self {
            max: None,
            action: LimitAction::EndOldest,
        }
    }
}

/// A change to it: absent members stay.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct ConcurrencyChange {
    /// The new number; 0 takes the limit away.
    pub max: Option<u32>,
    /// What happens above it.
    pub action: Option<LimitAction>,
}

impl ConcurrencyChange {
    /// Whether the number can be set.
    pub fn is_settable(self) -> bool {
        self.max
            .is_none_or(|max| max <= limits::MAX_SESSIONS_PER_USER)
    }
}

impl ConcurrencyLimit {
    /// The limit after a change.
    #[must_use]
    pub fn changed_by(self, change: ConcurrencyChange) -> Self {
        Self {
            max: match change.max {
                Some(0) => None,
                other => other.or(self.max),
            },
            action: change.action.unwrap_or(self.action),
        }
    }

    /// How many of `present` sessions must give way before one more begins, or
    /// none if it is refused.
    pub fn room_for_one(self, present: usize) -> Option<usize> {
        let Some(max) = self.max else {
            return Some(0);
        };
        let max = usize::try_from(max).unwrap_or(usize::MAX);
        let surplus = (present + 1).saturating_sub(max);
        match self.action {
            LimitAction::EndOldest => Some(surplus.min(present)),
            LimitAction::Refuse if surplus > 0 => None,
            LimitAction::Refuse => Some(0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Span = Span::from_seconds(3600);

    #[test]
    fn an_application_only_shortens() {
        let pool = SessionLimits::default();
        let policy = SessionPolicy {
            idle_timeout: Some(HOUR),
            max_lifetime: None,
        };
        assert_eq!(policy.limits(pool).idle_timeout, HOUR);
        assert_eq!(policy.limits(pool).max_lifetime, pool.max_lifetime);
        let longer = SessionPolicy {
            idle_timeout: Some(Span::from_days(15)),
            max_lifetime: None,
        };
        assert_eq!(longer.limits(pool), pool);
        assert_eq!(
            longer.checked(pool),
            Err(Refusal::Rule(Rule::PolicyMayOnlyShorten))
        );
    }

    #[test]
    fn limits_are_refused_one_past_the_range() {
        let pool = SessionLimits::default();
        let zero = SessionPolicy {
            idle_timeout: Some(Span::ZERO),
            max_lifetime: None,
        };
        assert_eq!(zero.checked(pool), Err(Refusal::invalid("idleTimeout")));
        let one = SessionPolicy {
            idle_timeout: Some(limits::MIN_SESSION_LIMIT),
            max_lifetime: None,
        };
        assert_eq!(one.checked(pool), Ok(one));
    }

    #[test]
    fn one_more_session_fits_ends_the_oldest_or_is_refused() {
        let limit = |max, action| ConcurrencyLimit { max, action };
        let any = limit(None, LimitAction::Refuse);
        assert_eq!(any.room_for_one(1_000), Some(0));
        let oldest = limit(Some(3), LimitAction::EndOldest);
        assert_eq!(oldest.room_for_one(2), Some(0));
        assert_eq!(oldest.room_for_one(3), Some(1));
        // Lowered from fifty: the next sign-in goes down to it.
        assert_eq!(oldest.room_for_one(50), Some(48));
        let refuse = limit(Some(3), LimitAction::Refuse);
        assert_eq!(refuse.room_for_one(2), Some(0));
        assert_eq!(refuse.room_for_one(3), None);
        let none = oldest.changed_by(ConcurrencyChange {
            max: Some(0),
            action: None,
        });
        assert_eq!(none.max, None);
    }

    #[test]
    fn activity_of_a_short_session_is_written_sooner() {
        let short = SessionLimits {
            idle_timeout: Span::from_seconds(20),
            max_lifetime: HOUR,
        };
        assert_eq!(short.activity_granularity(), Span::from_seconds(1));
        assert_eq!(
            SessionLimits::default().activity_granularity(),
            Span::from_seconds(60)
        );
    }
}
