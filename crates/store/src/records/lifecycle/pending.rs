//! Mass ends as rows.

use crate::records::actors;
use crate::records::columns::Columns;
use crate::records::statements as sql;
use crate::sql::{Connection, Error, Result, Row, params};
use rollcall_core::ids::{ApplicationId, PoolId, SessionId, UserId};
use rollcall_core::model::event::{Position, Reason};
use rollcall_core::model::mass_end::{Effect, MassEnd, Scope};
use rollcall_core::model::policy::{SessionLimits, SessionPolicy};
use rollcall_core::time::Span;

/// What recording a mass end needs beyond what deciding does.
#[derive(Clone, Debug)]
pub(crate) struct Pending {
    /// The row: smaller ones were made earlier.
    pub(super) seq: i64,
    /// The `requestId` of the call that caused it.
    pub(super) request_id: String,
    /// With an end of an application's logins: the policy that it had.
    pub(super) policy: SessionPolicy,
    /// Whether all logins have been looked at.
    pub(super) in_sessions: bool,
    /// The last login or session that was looked at.
    pub(super) cursor: Cursor,
}

/// A place in the order of the indexes that batches follow.
#[derive(Clone, Debug)]
pub(super) struct Cursor {
    pub(super) user: Vec<u8>,
    pub(super) application: Vec<u8>,
    pub(super) seq: i64,
    pub(super) session: Vec<u8>,
}

/// The pool's mass ends that are not recorded everywhere, in the order of their
/// positions.
pub(super) fn of_pool(conn: &Connection, pool: PoolId) -> Result<Vec<(MassEnd, Pending)>> {
    conn.prepare_cached(sql::PENDING_MASS_ENDS)?
        .query_map([pool.as_bytes()], read)?
        .collect()
}

/// Stores a mass end; answers its row number. `policy` is the application's, for
/// an end of all its logins.
pub(super) fn insert(
    conn: &Connection,
    pool: PoolId,
    mass_end: &MassEnd,
    policy: SessionPolicy,
    request_id: &str,
) -> Result<i64> {
    let (scope, user, application, except) = scope_columns(mass_end.scope);
    let (effect, reason, former, new) = effect_columns(mass_end.effect, policy);
    let millis = |span: Option<Span>| span.map(Span::as_millis);
    let values = params![
        pool.as_bytes(),
        mass_end.position.revision,
        mass_end.position.index,
        scope,
        user.map(|id| *id.as_bytes()),
        application.map(|id| *id.as_bytes()),
        except.map(|id| *id.as_bytes()),
        effect,
        reason.map(Reason::as_str),
        millis(former.idle_timeout),
        millis(former.max_lifetime),
        millis(new.idle_timeout),
        millis(new.max_lifetime),
        mass_end.at.as_millis(),
        actors::to_text(mass_end.actor),
        request_id,
    ];
    conn.prepare_cached(sql::INSERT_MASS_END)?
        .query_row(values, |row| row.get(0))
}

type ScopeColumns = (
    &'static str,
    Option<UserId>,
    Option<ApplicationId>,
    Option<SessionId>,
);

fn scope_columns(scope: Scope) -> ScopeColumns {
    match scope {
        Scope::Pool => ("pool", None, None, None),
        Scope::Application(application) => ("application", None, Some(application), None),
        Scope::User { user, except } => ("user", Some(user), None, except),
        Scope::UserInApplication { user, application } => {
            ("user_in_application", Some(user), Some(application), None)
        }
    }
}

fn effect_columns(
    effect: Effect,
    policy: SessionPolicy,
) -> (&'static str, Option<Reason>, SessionPolicy, SessionPolicy) {
    let both = |limits: SessionLimits| SessionPolicy {
        idle_timeout: Some(limits.idle_timeout),
        max_lifetime: Some(limits.max_lifetime),
    };
    match effect {
        Effect::End(reason) => ("end", Some(reason), policy, SessionPolicy::default()),
        Effect::ApplicationPolicy { former, new } => ("application_policy", None, former, new),
        Effect::PoolLimits { former, new } => ("pool_limits", None, both(former), both(new)),
    }
}

/// Reads a row of one of the statements that select pending mass ends.
pub(crate) fn read(row: &Row<'_>) -> Result<(MassEnd, Pending)> {
    let mut columns = Columns::of(row);
    let _pool: [u8; 12] = columns.get()?;
    let seq = columns.get()?;
    let position = Position {
        revision: columns.get()?,
        index: columns.get()?,
    };
    let scope = scope(
        &columns.get::<String>()?,
        columns.get::<Option<_>>()?.map(UserId::from_bytes),
        columns.get::<Option<_>>()?.map(ApplicationId::from_bytes),
        columns.get::<Option<_>>()?.map(SessionId::from_bytes),
    );
    let effect: String = columns.get()?;
    let reason = columns.optional_meaning(Reason::from_name)?;
    let former = policy(&mut columns)?;
    let new = policy(&mut columns)?;
    let mass_end = MassEnd {
        position,
        scope: scope.ok_or_else(|| unreadable("scope"))?,
        effect: self::effect(&effect, reason, former, new).ok_or_else(|| unreadable("effect"))?,
        at: columns.instant()?,
        actor: columns.meaning(actors::from_text)?,
    };
    let pending = Pending {
        seq,
        request_id: columns.get()?,
        policy: former,
        in_sessions: columns.get::<String>()? == "sessions",
        cursor: Cursor {
            user: columns.get()?,
            application: columns.get()?,
            seq: columns.get()?,
            session: columns.get()?,
        },
    };
    Ok((mass_end, pending))
}

fn policy(columns: &mut Columns<'_>) -> Result<SessionPolicy> {
    Ok(SessionPolicy {
        idle_timeout: columns.optional_span()?,
        max_lifetime: columns.optional_span()?,
    })
}

fn scope(
    name: &str,
    user: Option<UserId>,
    application: Option<ApplicationId>,
    except: Option<SessionId>,
) -> Option<Scope> {
    match name {
        "pool" => Some(Scope::Pool),
        "application" => application.map(Scope::Application),
        "user" => user.map(|user| Scope::User { user, except }),
        "user_in_application" => Some(Scope::UserInApplication {
            user: user?,
            application: application?,
        }),
        _ => None,
    }
}

fn effect(
    name: &str,
    reason: Option<Reason>,
    former: SessionPolicy,
    new: SessionPolicy,
) -> Option<Effect> {
    let limits = |policy: SessionPolicy| {
        Some(SessionLimits {
            idle_timeout: policy.idle_timeout?,
            max_lifetime: policy.max_lifetime?,
        })
    };
    match name {
        "end" => reason.map(Effect::End),
        "application_policy" => Some(Effect::ApplicationPolicy { former, new }),
        "pool_limits" => Some(Effect::PoolLimits {
            former: limits(former)?,
            new: limits(new)?,
        }),
        _ => None,
    }
}

fn unreadable(column: &str) -> Error {
    Error::unreadable(&format!("{column} of a mass end"))
}
