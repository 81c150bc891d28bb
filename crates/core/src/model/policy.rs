//! Session limits: the pool's, and the application's, which may only shorten.

use crate::limits;
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
            let settable = limits::MIN_SESSION_LIMIT..=limits::MAX_SESSION_LIMIT;
            if span.is_some_and(|span| !settable.contains(&span)) {
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
