//! The one place that decides whether a login is live, and if not, since when and why.

use crate::model::event::{Actor, End, Reason};
use crate::model::login::Login;
use crate::model::mass_end::{Effect, MassEnd};
use crate::model::policy::{SessionLimits, SessionPolicy};
use crate::model::session::Session;
use crate::time::{Timestamp, expired};

/// How a login stands at an instant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Standing {
    /// It is live; without further activity until this instant.
    Live {
        /// The earliest of its own and its session's limits.
        expires_at: Timestamp,
    },
    /// It has ended, whether that is recorded on it yet or not.
    Ended(End),
}

impl Standing {
    /// Whether it is live.
    pub fn is_live(self) -> bool {
        matches!(self, Self::Live { .. })
    }
}

/// The instants that the limits of a login that has not ended are counted from, and those of
/// its session, which has not either.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Moments {
    /// When the login began.
    pub begun_at: Timestamp,
    /// Its last activity.
    pub last_seen: Timestamp,
    /// Until when one of its codes must be redeemed, if none was.
    pub redeem_by: Option<Timestamp>,
    /// When its session began.
    pub session_begun_at: Timestamp,
    /// The session's last activity.
    pub session_last_seen: Timestamp,
}

impl Moments {
    /// Theirs.
    pub fn of(login: &Login, session: &Session) -> Self {
        Self {
            begun_at: login.begun_at,
            last_seen: login.last_seen,
            redeem_by: login.redeem_by,
            session_begun_at: session.begun_at,
            session_last_seen: session.last_seen,
        }
    }
}

/// The limits in force: a pool's, and what the login's application shortens.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Rules {
    /// The pool's, for sessions and for logins.
    pub pool: SessionLimits,
    /// The application's, for its logins.
    pub application: SessionPolicy,
}

impl Rules {
    /// The limits of a login.
    pub fn login_limits(self) -> SessionLimits {
        self.application.limits(self.pool)
    }

    /// The limit that strikes first, and when: the instant is the one that
    /// [`standing`] gives for a live login.
    pub fn next_limit(self, moments: &Moments) -> (Limit, Timestamp) {
        let own = self.login_limits();
        let begun_at = moments.session_begun_at;
        let seen_at = moments.session_last_seen;
        let mut first = (Limit::LoginLifetime, own.lifetime_limit(moments.begun_at));
        let others = [
            Some((Limit::LoginIdle, own.idle_limit(moments.last_seen))),
            Some((Limit::SessionLifetime, self.pool.lifetime_limit(begun_at))),
            Some((Limit::SessionIdle, self.pool.idle_limit(seen_at))),
            moments.redeem_by.map(|at| (Limit::Code, at)),
        ];
        for other in others.into_iter().flatten() {
            if other.1 < first.1 {
                first = other;
            }
        }
        first
    }

    /// The end that this limit makes.
    fn first_limit(self, moments: &Moments) -> End {
        let (limit, at) = self.next_limit(moments);
        by_time(at, limit.reason())
    }

    /// The earlier limit of a session, and its reason.
    fn session_limit(self, begun_at: Timestamp, last_seen: Timestamp) -> End {
        let lifetime = self.pool.lifetime_limit(begun_at);
        let idle = self.pool.idle_limit(last_seen);
        if idle < lifetime {
            by_time(idle, Reason::IdleTimeout)
        } else {
            by_time(lifetime, Reason::MaxLifetime)
        }
    }

    fn before(self, change: &Effect) -> Self {
        match *change {
            Effect::End(_) => self,
            Effect::ApplicationPolicy { former, .. } => Self {
                application: former,
                ..self
            },
            Effect::PoolLimits { former, .. } => Self {
                pool: former,
                ..self
            },
        }
    }

    fn after(self, change: &Effect) -> Self {
        match *change {
            Effect::End(_) => self,
            Effect::ApplicationPolicy { new, .. } => Self {
                application: new,
                ..self
            },
            Effect::PoolLimits { new, .. } => Self { pool: new, ..self },
        }
    }
}

/// Which rule ends a login if nothing else does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Limit {
    /// No activity of the login itself.
    LoginIdle,
    /// The login's age.
    LoginLifetime,
    /// No activity in the whole session.
    SessionIdle,
    /// The session's age.
    SessionLifetime,
    /// Its code was not redeemed yet.
    Code,
}

impl Limit {
    const fn reason(self) -> Reason {
        match self {
            Self::LoginLifetime | Self::SessionLifetime => Reason::MaxLifetime,
            Self::LoginIdle | Self::SessionIdle => Reason::IdleTimeout,
            Self::Code => Reason::NotRedeemed,
        }
    }
}

/// The end that a limit makes.
const fn by_time(at: Timestamp, reason: Reason) -> End {
    End {
        at,
        reason,
        actor: Actor::System,
    }
}

/// How the login stands at `now`, given the rules in force now and the pool's
/// mass ends that are not recorded on every login yet, in the order of their
/// positions. The user must be `Activated` and the application enabled besides.
///
/// The mass ends are walked in order, each under the rules of its time, so the
/// first cause in history is the one that is told, and neither a longer policy
/// nor a late record revives anything.
pub fn standing(
    login: &Login,
    session: &Session,
    rules: Rules,
    mass_ends: &[MassEnd],
    now: Timestamp,
) -> Standing {
    if let Some(end) = login.end.or(session.end) {
        return Standing::Ended(end);
    }
    let moments = Moments::of(login, session);
    walk(
        rules,
        || mass_ends.iter().filter(|mass_end| mass_end.concerns(login)),
        |rules| rules.first_limit(&moments),
        now,
    )
}

/// The same of a login that has not ended, whose session has not either, while the pool has
/// no mass end that is not recorded on every login: then nothing but limits decides.
pub fn standing_by_limits(moments: &Moments, rules: Rules, now: Timestamp) -> Standing {
    let first_limit = |rules: Rules| rules.first_limit(moments);
    walk(rules, || [].iter(), first_limit, now)
}

/// How a session stands at `now`, by the same rules: a browser is signed in at
/// the server while this is live, whatever became of its logins.
pub fn session_standing(
    session: &Session,
    limits: SessionLimits,
    mass_ends: &[MassEnd],
    now: Timestamp,
) -> Standing {
    if let Some(end) = session.end {
        return Standing::Ended(end);
    }
    let rules = Rules {
        pool: limits,
        application: SessionPolicy::default(),
    };
    let concerns = |mass_end: &&MassEnd| mass_end.concerns_session(session);
    walk(
        rules,
        || mass_ends.iter().filter(concerns),
        |rules| rules.session_limit(session.begun_at, session.last_seen),
        now,
    )
}

/// Walks the mass ends in the order of history, each under the rules of its time.
fn walk<'a, I>(
    rules: Rules,
    concerning: impl Fn() -> I,
    first_limit: impl Fn(Rules) -> End,
    now: Timestamp,
) -> Standing
where
    I: DoubleEndedIterator<Item = &'a MassEnd>,
{
    let mut rules = concerning()
        .rev()
        .fold(rules, |rules, later| rules.before(&later.effect));
    for mass_end in concerning() {
        let limit = first_limit(rules);
        if expired(limit.at, mass_end.at) {
            return Standing::Ended(limit);
        }
        rules = rules.after(&mass_end.effect);
        let reason = match mass_end.effect {
            Effect::End(reason) => Some(reason),
            Effect::ApplicationPolicy { .. } | Effect::PoolLimits { .. } => {
                let outlived = expired(first_limit(rules).at, mass_end.at);
                outlived.then_some(Reason::PolicyChanged)
            }
        };
        if let Some(reason) = reason {
            return Standing::Ended(End {
                at: mass_end.at,
                reason,
                actor: mass_end.actor,
            });
        }
    }
    let limit = first_limit(rules);
    if expired(limit.at, now) {
        Standing::Ended(limit)
    } else {
        Standing::Live {
            expires_at: limit.at,
        }
    }
}

#[cfg(test)]
mod tests;
