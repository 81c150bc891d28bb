//! What a login's standing depends on, read in one snapshot and decided by core.

use super::pending::{self, Pending};
use crate::records::actors;
use crate::records::columns::Columns;
use crate::records::statements as sql;
use crate::sql::{Connection, OptionalExtension as _, Params, Result, Row};
use rollcall_core::ids::{ApplicationId, LoginId, PoolId, SessionId, UserId};
use rollcall_core::model::application::Application;
use rollcall_core::model::event::{Actor, End, Position, Reason};
use rollcall_core::model::login::Login;
use rollcall_core::model::mass_end::{Effect, MassEnd, Scope};
use rollcall_core::model::policy::{ConcurrencyLimit, LimitAction, SessionLimits, SessionPolicy};
use rollcall_core::model::session::Session;
use rollcall_core::model::standing::{
    Moments, Rules, Standing, session_standing, standing, standing_by_limits,
};
use rollcall_core::model::user::UserStatus;
use rollcall_core::time::{Span, Timestamp};

/// A login with its session, and how its application and user are now.
#[derive(Clone, Debug)]
pub(crate) struct LoginState {
    pub(crate) pool: PoolId,
    pub(crate) login: Login,
    pub(crate) session: Session,
    pub(super) seq: i64,
    // None: deleted.
    application: Option<ApplicationState>,
    /// Where the application wants to be told of the end.
    pub(super) backchannel_logout_uri: Option<String>,
    user: Option<UserStatus>,
}

/// The place of a login that has none yet; batches go on from stored ones alone.
const NOT_STORED: i64 = 0;

/// What the standing of an application's logins depends on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct ApplicationState {
    enabled: bool,
    policy: SessionPolicy,
}

impl ApplicationState {
    /// Of an application that is on.
    #[cfg(test)]
    pub(crate) fn enabled(policy: SessionPolicy) -> Self {
        Self {
            enabled: true,
            policy,
        }
    }

    /// Reads its columns; none: there is no such application.
    pub(crate) fn read_columns(columns: &mut Columns<'_>) -> Result<Option<Self>> {
        let enabled: Option<bool> = columns.get()?;
        let policy = SessionPolicy {
            idle_timeout: columns.optional_span()?,
            max_lifetime: columns.optional_span()?,
        };
        Ok(enabled.map(|enabled| Self { enabled, policy }))
    }
}

impl LoginState {
    /// How many columns a state has.
    pub(crate) const COLUMNS: usize = 29;

    /// Reads a row of one of the statements that select states.
    pub(crate) fn read(row: &Row<'_>) -> Result<Self> {
        Self::read_columns(&mut Columns::of(row))
    }

    /// Reads the columns of such a row.
    pub(crate) fn read_columns(columns: &mut Columns<'_>) -> Result<Self> {
        let pool = PoolId::from_bytes(columns.get()?);
        let id = LoginId::from_bytes(columns.get()?);
        let session = SessionId::from_bytes(columns.get()?);
        let user = UserId::from_bytes(columns.get()?);
        let login = Login {
            id,
            session,
            user,
            application: ApplicationId::from_bytes(columns.get()?),
            begun: position(columns)?,
            begun_at: columns.instant()?,
            last_seen: columns.instant()?,
            redeem_by: columns.optional_instant()?,
            end: end(columns)?,
        };
        let seq = columns.get()?;
        let session = Session {
            id: session,
            user,
            begun: position(columns)?,
            begun_at: columns.instant()?,
            authenticated: position(columns)?,
            authenticated_at: columns.instant()?,
            last_seen: columns.instant()?,
            end: end(columns)?,
        };
        Ok(Self {
            pool,
            login,
            session,
            seq,
            application: ApplicationState::read_columns(columns)?,
            backchannel_logout_uri: columns.get()?,
            user: columns.optional_meaning(UserStatus::from_name)?,
        })
    }

    /// A login that is about to begin, of an activated user in an enabled
    /// application: what [`Self::of_login`] would read once it is stored.
    pub(super) fn beginning(login: Login, session: &Session, application: &Application) -> Self {
        Self {
            pool: application.pool,
            login,
            session: session.clone(),
            seq: NOT_STORED,
            application: Some(ApplicationState {
                enabled: application.enabled,
                policy: application.session_policy,
            }),
            backchannel_logout_uri: application.oauth.backchannel_logout_uri.clone(),
            user: Some(UserStatus::Activated),
        }
    }

    /// The login with this id, whatever its state.
    pub(crate) fn of_login(
        conn: &Connection,
        pool: PoolId,
        login: LoginId,
    ) -> Result<Option<Self>> {
        conn.prepare_cached(sql::STATE_OF_LOGIN)?
            .query_row((pool.as_bytes(), login.as_bytes()), Self::read)
            .optional()
    }

    /// The logins that a statement selects.
    pub(crate) fn all(conn: &Connection, sql: &str, params: impl Params) -> Result<Vec<Self>> {
        conn.prepare_cached(sql)?
            .query_map(params, Self::read)?
            .collect()
    }

    /// Its place in the order in which logins were stored.
    pub(crate) fn place(&self) -> i64 {
        self.seq
    }

    /// Whether its application is still there.
    pub(super) fn has_application(&self) -> bool {
        self.application.is_some()
    }

    /// Why it is not live whatever its limits say. The mass end that goes with it
    /// was written in the same commit, so this is a second lock on the door.
    fn barred(&self) -> Option<Reason> {
        match (self.user, self.application) {
            (None, _) => Some(Reason::UserDeleted),
            (Some(status), _) if status != UserStatus::Activated => Some(Reason::UserDisabled),
            (Some(_), None) => Some(Reason::AppDeleted),
            (Some(_), Some(application)) => (!application.enabled).then_some(Reason::AppDisabled),
        }
    }
}

/// A session by one of the statements that select sessions.
pub(crate) fn read_session(row: &Row<'_>) -> Result<Session> {
    session(&mut Columns::of(row))
}

/// The pool and a session, by a statement that selects both.
pub(super) fn read_pool_and_session(row: &Row<'_>) -> Result<(PoolId, Session)> {
    let mut columns = Columns::of(row);
    let pool = PoolId::from_bytes(columns.get()?);
    Ok((pool, session(&mut columns)?))
}

fn session(columns: &mut Columns<'_>) -> Result<Session> {
    Ok(Session {
        id: SessionId::from_bytes(columns.get()?),
        user: UserId::from_bytes(columns.get()?),
        begun: position(columns)?,
        begun_at: columns.instant()?,
        authenticated: position(columns)?,
        authenticated_at: columns.instant()?,
        last_seen: columns.instant()?,
        end: end(columns)?,
    })
}

fn position(columns: &mut Columns<'_>) -> Result<Position> {
    Ok(Position {
        revision: columns.get()?,
        index: columns.get()?,
    })
}

fn end(columns: &mut Columns<'_>) -> Result<Option<End>> {
    let at = columns.optional_instant()?;
    let reason = columns.optional_meaning(Reason::from_name)?;
    let actor = columns.optional_meaning(actors::from_text)?;
    let ((Some(at), Some(reason)), Some(actor)) = ((at, reason), actor) else {
        return Ok(None);
    };
    Ok(Some(End { at, reason, actor }))
}

/// A pool's limits, and its mass ends that are not recorded everywhere.
pub(crate) struct PoolRules {
    limits: SessionLimits,
    session_limit: ConcurrencyLimit,
    // Of the same length: what core asks for, and what recording needs besides.
    mass_ends: Vec<MassEnd>,
    pending: Vec<Pending>,
}

impl PoolRules {
    /// Reads them. The pool is there, since one of its rows was.
    pub(crate) fn of(conn: &Connection, pool: PoolId) -> Result<Self> {
        let without_ends = conn
            .prepare_cached(sql::POOL_LIMITS)?
            .query_row([pool.as_bytes()], |row| {
                Self::read_limits(&mut Columns::of(row))
            })?;
        let pending = pending::of_pool(conn, pool)?;
        Ok(without_ends.with(pending))
    }

    /// Reads the limits of a pool, of which no mass end is pending.
    pub(crate) fn read_limits(columns: &mut Columns<'_>) -> Result<Self> {
        Ok(Self {
            limits: SessionLimits {
                idle_timeout: columns.span()?,
                max_lifetime: columns.span()?,
            },
            session_limit: ConcurrencyLimit {
                max: columns.get()?,
                action: columns.meaning(LimitAction::from_name)?,
            },
            mass_ends: Vec::new(),
            pending: Vec::new(),
        })
    }

    /// The same with these mass ends pending.
    pub(crate) fn with(self, pending: Vec<(MassEnd, Pending)>) -> Self {
        let (mass_ends, pending) = pending.into_iter().unzip();
        Self {
            mass_ends,
            pending,
            ..self
        }
    }

    /// Whether ends are in force that are not recorded on each login.
    pub(crate) fn has_mass_ends(&self) -> bool {
        !self.mass_ends.is_empty()
    }

    /// How a login stands. `Ended` also when its user or application is disabled
    /// or gone.
    pub(crate) fn standing(&self, state: &LoginState, now: Timestamp) -> Standing {
        let by_rules = self.standing_by_rules(state, now);
        match (by_rules, state.barred()) {
            (Standing::Live { .. }, Some(reason)) => Standing::Ended(End {
                at: now,
                reason,
                actor: Actor::System,
            }),
            (standing, _) => standing,
        }
    }

    /// Until when a login of this application is live, if it is, that has not ended, whose
    /// session has not either, while no mass end is pending: one that disabled or removed
    /// its user would be, or would be recorded on it.
    pub(crate) fn live_until(
        &self,
        application: &ApplicationState,
        moments: &Moments,
        now: Timestamp,
    ) -> Option<Timestamp> {
        let rules = Rules {
            pool: self.limits,
            application: application.policy,
        };
        match standing_by_limits(moments, rules, now) {
            Standing::Live { expires_at } if application.enabled => Some(expires_at),
            Standing::Live { .. } | Standing::Ended(_) => None,
        }
    }

    /// What limits logins for all of an application, without mass ends.
    pub(crate) fn limits(&self) -> SessionLimits {
        self.limits
    }

    /// How a session stands by its limits and the mass ends.
    pub(crate) fn session_standing(&self, session: &Session, now: Timestamp) -> Standing {
        session_standing(session, self.limits, &self.mass_ends, now)
    }

    /// How a login stands by its limits and the mass ends: what may be recorded.
    pub(crate) fn standing_by_rules(&self, state: &LoginState, now: Timestamp) -> Standing {
        let rules = self.rules(state);
        standing(&state.login, &state.session, rules, &self.mass_ends, now)
    }

    /// How far activity must move a session's `last_seen` to be written.
    pub(super) fn session_granularity(&self) -> Span {
        self.limits.activity_granularity()
    }

    /// How many live sessions one user may have.
    pub(super) fn session_limit(&self) -> ConcurrencyLimit {
        self.session_limit
    }

    /// The limits of a login.
    pub(crate) fn rules(&self, state: &LoginState) -> Rules {
        let policy = match state.application {
            Some(application) => application.policy,
            None => self.policy_before_deletion(state.login.application),
        };
        Rules {
            pool: self.limits,
            application: policy,
        }
    }

    /// When a login's maximum lifetime strikes: no token of it is good after that.
    pub(crate) fn lifetime_limit(&self, state: &LoginState) -> Timestamp {
        let own = self.rules(state).login_limits();
        let of_session = self.limits.lifetime_limit(state.session.begun_at);
        own.lifetime_limit(state.login.begun_at).min(of_session)
    }

    /// What had expired by a deleted application's policy keeps that reason, so
    /// the mass end of the deletion remembers the policy.
    fn policy_before_deletion(&self, application: ApplicationId) -> SessionPolicy {
        let both = self.mass_ends.iter().zip(&self.pending).rev();
        both.filter(|(mass_end, _)| {
            mass_end.scope == Scope::Application(application)
                && matches!(mass_end.effect, Effect::End(_))
        })
        .map(|(_, pending)| pending.policy)
        .next()
        .unwrap_or_default()
    }

    /// The mass end that ended a login, if it was one rather than a limit: its
    /// row and the request that made it.
    pub(super) fn cause(&self, login: &Login, end: End) -> Option<&Pending> {
        let both = self.mass_ends.iter().zip(&self.pending);
        let mut causes = both.filter(|(mass_end, _)| {
            let reason = match mass_end.effect {
                Effect::End(reason) => reason,
                Effect::ApplicationPolicy { .. } | Effect::PoolLimits { .. } => {
                    Reason::PolicyChanged
                }
            };
            mass_end.concerns(login)
                && mass_end.at == end.at
                && mass_end.actor == end.actor
                && reason == end.reason
        });
        causes.next().map(|(_, pending)| pending)
    }

    /// The latest pending mass end that ended every login of the user in the
    /// application that began before it.
    pub(crate) fn all_ended_until(
        &self,
        user: UserId,
        application: ApplicationId,
    ) -> Option<Position> {
        let covers = |scope| match scope {
            Scope::Pool => true,
            Scope::Application(of) => of == application,
            Scope::User { user: of, except } => of == user && except.is_none(),
            Scope::UserInApplication {
                user: of,
                application: from,
            } => of == user && from == application,
        };
        let ends = self
            .mass_ends
            .iter()
            .filter(|mass_end| matches!(mass_end.effect, Effect::End(_)) && covers(mass_end.scope));
        ends.map(|mass_end| mass_end.position).max()
    }

    /// The pending mass end with this row number.
    pub(super) fn pending(&self, seq: i64) -> Option<(&MassEnd, &Pending)> {
        let mut both = self.mass_ends.iter().zip(&self.pending);
        both.find(|(_, pending)| pending.seq == seq)
    }
}
