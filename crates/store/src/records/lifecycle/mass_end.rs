//! Mass ends: in force with one row, recorded on each login in bounded batches.

use super::end::record_ended;
use super::expiry::{look_at_session, set_due};
use super::pending::{self, Cursor};
use super::state::{LoginState, PoolRules, read_session};
use crate::records::columns::Columns;
use crate::records::statements as sql;
use crate::records::{Commit, WriteError};
use crate::sql::{OptionalExtension as _, params};
use rollcall_core::ids::PoolId;
use rollcall_core::model::event::Origin;
use rollcall_core::model::mass_end::{Effect, MassEnd, Scope};
use rollcall_core::model::policy::SessionPolicy;
use rollcall_core::model::session::Session;
use rollcall_core::model::standing::Standing;

/// Ends or re-limits the logins of a scope, from this commit on. Records at once
/// what one batch holds, the rest is recorded behind the scenes. Answers how many
/// logins' ends by it were recorded in this commit.
///
/// To delete an application, call this while its row is still there: what had
/// expired by its policy keeps that reason.
pub(crate) fn mass_end(
    commit: &mut Commit<'_>,
    pool: PoolId,
    scope: Scope,
    effect: Effect,
    origin: &Origin,
) -> Result<u64, WriteError> {
    commit.changes_rules();
    let mass_end = MassEnd {
        position: commit.position(pool)?,
        scope,
        effect,
        at: commit.now(),
        actor: origin.actor,
    };
    // Limits are walked from change to change, so a later change may not be done
    // with before an earlier one is. An end may: it leaves no survivors.
    let waits = match effect {
        Effect::End(_) => false,
        Effect::ApplicationPolicy { .. } | Effect::PoolLimits { .. } => {
            !pending::of_pool(commit.conn(), pool)?.is_empty()
        }
    };
    match scope {
        Scope::Pool => commit.touches.pool(),
        Scope::Application(application) => commit.touches.application(application),
        Scope::User { user, .. } | Scope::UserInApplication { user, .. } => {
            commit.touches.user(user);
        }
    }
    let policy = policy_until_now(commit, pool, &mass_end)?;
    let seq = pending::insert(commit.conn(), pool, &mass_end, policy, &origin.request_id)?;
    let batch = commit.end_batch();
    if waits || batch == 0 {
        return Ok(0);
    }
    let batch = record_batch(commit, pool, seq, batch)?;
    commit.spend_ends(batch.visited);
    Ok(batch.ended)
}

/// The policy to be remembered with an end of all of an application's logins.
fn policy_until_now(
    commit: &Commit<'_>,
    pool: PoolId,
    mass_end: &MassEnd,
) -> Result<SessionPolicy, WriteError> {
    let (Scope::Application(application), Effect::End(_)) = (mass_end.scope, mass_end.effect)
    else {
        return Ok(SessionPolicy::default());
    };
    let policy = commit
        .conn()
        .prepare_cached(sql::APPLICATION_POLICY)?
        .query_row((pool.as_bytes(), application.as_bytes()), |row| {
            let mut columns = Columns::of(row);
            Ok(SessionPolicy {
                idle_timeout: columns.optional_span()?,
                max_lifetime: columns.optional_span()?,
            })
        })
        .optional()?;
    Ok(policy.unwrap_or_default())
}

/// What became of a batch.
#[derive(Clone, Copy, Debug)]
struct Batch {
    /// Logins that were looked at.
    visited: u64,
    /// Logins that this mass end ended, rather than something before it.
    ended: u64,
}

/// Records the next batch of the oldest mass end of all pools; answers how many
/// logins that were, or nothing if there is no mass end.
pub(crate) fn record_oldest(
    commit: &mut Commit<'_>,
    batch: u32,
) -> Result<Option<u64>, WriteError> {
    let oldest = commit
        .conn()
        .prepare_cached(sql::OLDEST_MASS_END)?
        .query_row((), |row| {
            let mut columns = Columns::of(row);
            Ok((PoolId::from_bytes(columns.get()?), columns.get()?))
        })
        .optional()?;
    let Some((pool, seq)) = oldest else {
        return Ok(None);
    };
    Ok(Some(record_batch(commit, pool, seq, batch)?.visited))
}

/// Visits the next logins of a mass end: records those that it, or anything
/// before it, has ended, and looks again at the limits of the others. Removes it
/// after the last of them.
fn record_batch(
    commit: &mut Commit<'_>,
    pool: PoolId,
    seq: i64,
    batch: u32,
) -> Result<Batch, WriteError> {
    commit.changes_rules();
    let rules = PoolRules::of(commit.conn(), pool)?;
    let Some((mass_end, pending)) = rules.pending(seq) else {
        return Ok(Batch {
            visited: 0,
            ended: 0,
        });
    };
    // An empty batch would never come to an end, and look like the last.
    let batch = batch.max(1);
    if pending.in_sessions {
        let visited = record_sessions(commit, pool, &rules, seq, batch)?;
        return Ok(Batch { visited, ended: 0 });
    }
    let states = next_states(commit, pool, mass_end.scope, &pending.cursor, batch)?;
    let mut ended = 0;
    for state in states
        .iter()
        .filter(|state| mass_end.concerns(&state.login))
    {
        match rules.standing_by_rules(state, commit.now()) {
            Standing::Ended(end) => {
                let cause = rules.cause(&state.login, end);
                ended += u64::from(cause.is_some_and(|cause| cause.seq == seq));
                record_ended(commit, state, &rules, end)?;
            }
            Standing::Live { expires_at } => set_due(commit, pool, &state.login, expires_at)?,
        }
    }
    let mut visited = states.len() as u64;
    match states.last() {
        Some(last) if visited >= u64::from(batch) => move_cursor(commit, seq, last)?,
        _ => visited += after_the_logins(commit, pool, mass_end.scope, seq, batch)?,
    }
    Ok(Batch { visited, ended })
}

/// After the last login come the sessions of the scope: a browser's may have no
/// login that would remember the end once this row is gone.
fn after_the_logins(
    commit: &mut Commit<'_>,
    pool: PoolId,
    scope: Scope,
    seq: i64,
    batch: u32,
) -> Result<u64, WriteError> {
    match scope {
        Scope::Application(_) | Scope::UserInApplication { .. } => {
            remove(commit, seq)?;
            Ok(0)
        }
        Scope::Pool | Scope::User { .. } => {
            let mut begin = commit.conn().prepare_cached(sql::BEGIN_SESSIONS_PHASE)?;
            begin.perform([seq])?;
            drop(begin);
            // Read again: the cursor is another one.
            let rules = PoolRules::of(commit.conn(), pool)?;
            record_sessions(commit, pool, &rules, seq, batch)
        }
    }
}

/// The next sessions of a mass end; answers how many were looked at.
fn record_sessions(
    commit: &mut Commit<'_>,
    pool: PoolId,
    rules: &PoolRules,
    seq: i64,
    batch: u32,
) -> Result<u64, WriteError> {
    let Some((mass_end, pending)) = rules.pending(seq) else {
        return Ok(0);
    };
    let sessions = next_sessions(commit, pool, mass_end.scope, &pending.cursor, batch)?;
    for session in sessions
        .iter()
        .filter(|session| mass_end.concerns_session(session))
    {
        look_at_session(commit, pool, rules, session)?;
    }
    let visited = sessions.len() as u64;
    match sessions.last() {
        Some(last) if visited >= u64::from(batch) => {
            let mut cursor = commit.conn().prepare_cached(sql::MOVE_SESSION_CURSOR)?;
            cursor.perform(params![seq, last.user.as_bytes(), last.id.as_bytes()])?;
        }
        _ => remove(commit, seq)?,
    }
    Ok(visited)
}

fn next_sessions(
    commit: &Commit<'_>,
    pool: PoolId,
    scope: Scope,
    cursor: &Cursor,
    batch: u32,
) -> Result<Vec<Session>, WriteError> {
    let (statement, user) = match scope {
        Scope::Pool => (sql::SESSION_BATCH_OF_POOL, None),
        Scope::User { user, except: _ } => (sql::SESSION_BATCH_OF_USER, Some(user)),
        Scope::Application(_) | Scope::UserInApplication { .. } => return Ok(Vec::new()),
    };
    let sessions = commit
        .conn()
        .prepare_cached(statement)?
        .query_map(
            params![
                pool.as_bytes(),
                user.map(|id| *id.as_bytes()),
                cursor.user,
                cursor.session,
                batch,
            ],
            read_session,
        )?
        .collect::<crate::sql::Result<_>>()?;
    Ok(sessions)
}

fn remove(commit: &Commit<'_>, seq: i64) -> Result<(), WriteError> {
    let mut remove = commit.conn().prepare_cached(sql::REMOVE_MASS_END)?;
    remove.perform([seq])?;
    Ok(())
}

/// The next logins in the order of the index that the scope reads along. Some
/// may have begun after the mass end; they count as visited, so that a batch is
/// bounded.
fn next_states(
    commit: &Commit<'_>,
    pool: PoolId,
    scope: Scope,
    cursor: &Cursor,
    batch: u32,
) -> Result<Vec<LoginState>, WriteError> {
    let (statement, user, application) = match scope {
        Scope::Pool => (sql::BATCH_OF_POOL, None, None),
        Scope::Application(application) => (sql::BATCH_OF_APPLICATION, None, Some(application)),
        Scope::User { user, except: _ } => (sql::BATCH_OF_USER, Some(user), None),
        Scope::UserInApplication { user, application } => (
            sql::BATCH_OF_USER_IN_APPLICATION,
            Some(user),
            Some(application),
        ),
    };
    let user = user.map(|id| *id.as_bytes());
    let application = application.map(|id| *id.as_bytes());
    let params = params![
        pool.as_bytes(),
        user,
        application,
        cursor.user,
        cursor.application,
        cursor.seq,
        batch,
    ];
    Ok(LoginState::all(commit.conn(), statement, params)?)
}

fn move_cursor(commit: &Commit<'_>, seq: i64, last: &LoginState) -> Result<(), WriteError> {
    commit
        .conn()
        .prepare_cached(sql::MOVE_CURSOR)?
        .perform(params![
            seq,
            last.login.user.as_bytes(),
            last.login.application.as_bytes(),
            last.seq,
        ])?;
    Ok(())
}
