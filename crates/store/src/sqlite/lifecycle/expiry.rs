//! Recording what time has ended already.

use super::end::record_ended;
use super::state::{LoginState, PoolRules};
use crate::sqlite::statements as sql;
use crate::sqlite::{Commit, WriteError};
use rollcall_core::ids::PoolId;
use rollcall_core::model::login::Login;
use rollcall_core::model::standing::Standing;
use rollcall_core::time::Timestamp;
use rusqlite::params;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

/// Looks at the logins that are due, at most `batch`: records the ended ones and
/// moves the hint of the others, whose limits have grown since. Answers how many
/// it looked at.
pub(crate) fn record_due(commit: &mut Commit<'_>, batch: u32) -> Result<u64, WriteError> {
    let now = commit.now();
    let due = params![now.as_millis(), batch];
    let due = LoginState::all(commit.conn(), sql::STATES_DUE, due)?;
    let mut of_pools: HashMap<PoolId, PoolRules> = HashMap::new();
    for state in &due {
        let rules = match of_pools.entry(state.pool) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => new.insert(PoolRules::of(commit.conn(), state.pool)?),
        };
        match rules.standing_by_rules(state, now) {
            Standing::Ended(end) => record_ended(commit, state, rules, end)?,
            Standing::Live { expires_at } => {
                set_due(commit, state.pool, &state.login, expires_at)?;
            }
        }
    }
    Ok(due.len() as u64)
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
        .execute(params![
            pool.as_bytes(),
            login.id.as_bytes(),
            due_at.as_millis(),
        ])?;
    Ok(())
}
