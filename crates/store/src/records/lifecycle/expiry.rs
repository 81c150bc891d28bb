//! Recording what time has ended already.

use super::end::record_ended;
use super::session_end;
use super::state::{LoginState, PoolRules, read_pool_and_session};
use crate::records::statements as sql;
use crate::records::{Commit, WriteError};
use crate::sql::params;
use rollcall_core::ids::PoolId;
use rollcall_core::model::login::Login;
use rollcall_core::model::session::Session;
use rollcall_core::model::standing::Standing;
use rollcall_core::time::Timestamp;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

/// Looks at the logins that are due, at most `batch`: records the ended ones and
/// moves the hint of the others, whose limits have grown since. Answers how many
/// it looked at.
pub(crate) fn record_due(commit: &mut Commit<'_>, batch: u32) -> Result<u64, WriteError> {
    let now = commit.now();
    let due = params![now.as_millis(), batch];
    let due = LoginState::all(commit.conn(), sql::STATES_DUE, due)?;
    let mut of_pools = RulesOfPools::default();
    for state in &due {
        let rules = of_pools.of(commit, state.pool)?;
        match rules.standing_by_rules(state, now) {
            Standing::Ended(end) => record_ended(commit, state, rules, end)?,
            Standing::Live { expires_at } => {
                set_due(commit, state.pool, &state.login, expires_at)?;
            }
        }
    }
    Ok(due.len() as u64)
}

/// The same for browsers' sessions, whose logins have their own due times.
pub(crate) fn record_due_sessions(commit: &mut Commit<'_>, batch: u32) -> Result<u64, WriteError> {
    let now = commit.now();
    let due: Vec<(PoolId, Session)> = commit
        .conn()
        .prepare_cached(sql::SESSIONS_DUE)?
        .query_map(params![now.as_millis(), batch], read_pool_and_session)?
        .collect::<crate::sql::Result<_>>()?;
    let mut of_pools = RulesOfPools::default();
    for (pool, session) in &due {
        let rules = of_pools.of(commit, *pool)?;
        look_at_session(commit, *pool, rules, session)?;
    }
    Ok(due.len() as u64)
}

/// The rules of the pools of a batch, each read once.
#[derive(Default)]
struct RulesOfPools(HashMap<PoolId, PoolRules>);

impl RulesOfPools {
    fn of(&mut self, commit: &Commit<'_>, pool: PoolId) -> Result<&PoolRules, WriteError> {
        Ok(match self.0.entry(pool) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => new.insert(PoolRules::of(commit.conn(), pool)?),
        })
    }
}

/// Records the end of a session, or when to look at it again. Its logins come
/// first: one that had ended before keeps its own instant and reason.
pub(super) fn look_at_session(
    commit: &mut Commit<'_>,
    pool: PoolId,
    rules: &PoolRules,
    session: &Session,
) -> Result<(), WriteError> {
    match rules.session_standing(session, commit.now()) {
        Standing::Ended(end) => {
            let key = (pool.as_bytes(), session.id.as_bytes());
            for state in LoginState::all(commit.conn(), sql::STATES_OF_SESSION, key)? {
                if let Standing::Ended(end) = rules.standing_by_rules(&state, commit.now()) {
                    record_ended(commit, &state, rules, end)?;
                }
            }
            session_end::record(commit, pool, session.id, end)
        }
        Standing::Live { expires_at } => {
            let mut move_due = commit.conn().prepare_cached(sql::MOVE_SESSION_DUE)?;
            move_due.perform((
                pool.as_bytes(),
                session.id.as_bytes(),
                expires_at.as_millis(),
            ))?;
            Ok(())
        }
    }
}

/// Writes when to look at a login again.
pub(super) fn set_due(
    commit: &Commit<'_>,
    pool: PoolId,
    login: &Login,
    due_at: Timestamp,
) -> Result<(), WriteError> {
    commit
        .conn()
        .prepare_cached(sql::MOVE_DUE)?
        .perform(params![
            pool.as_bytes(),
            login.id.as_bytes(),
            due_at.as_millis(),
        ])?;
    Ok(())
}
