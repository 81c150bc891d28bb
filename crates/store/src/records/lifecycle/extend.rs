//! How activity extends a login.

use super::events::{self, Cause};
use super::state::{LoginState, PoolRules};
use crate::records::statements as sql;
use crate::records::{Commit, WriteError};
use crate::sql::params;
use rollcall_core::model::event::{EventKind, Origin};
use rollcall_core::model::standing::Standing;
use rollcall_core::ports::Detail;
use rollcall_core::time::Timestamp;

/// Whether activity now would move `last_seen` far enough to be written.
pub(crate) fn is_worth_writing(state: &LoginState, rules: &PoolRules, now: Timestamp) -> bool {
    let granularity = rules.rules(state).login_limits().activity_granularity();
    now.since(state.login.last_seen) >= granularity
}

/// Records activity of a live login, of it and its session and no other login,
/// if that is worth a write. Answers how it stands then.
pub(crate) fn extend(
    commit: &mut Commit<'_>,
    state: &mut LoginState,
    rules: &PoolRules,
    origin: &Origin,
) -> Result<Standing, WriteError> {
    let now = commit.now();
    let before = rules.standing(state, now);
    if !before.is_live() || !is_worth_writing(state, rules, now) {
        return Ok(before);
    }
    let pool = state.pool;
    state.login.last_seen = now;
    state.session.last_seen = state.session.last_seen.max(now);
    let after = rules.standing(state, now);
    let Standing::Live { expires_at } = after else {
        let detail = "activity ended a login".to_owned();
        return Err(WriteError::Fault(Detail(detail)));
    };
    commit
        .conn()
        .prepare_cached(sql::EXTEND_LOGIN)?
        .perform(params![
            pool.as_bytes(),
            state.login.id.as_bytes(),
            now.as_millis(),
            expires_at.as_millis(),
        ])?;
    commit
        .conn()
        .prepare_cached(sql::EXTEND_SESSION)?
        .perform(params![
            pool.as_bytes(),
            state.session.id.as_bytes(),
            now.as_millis(),
        ])?;
    tell(commit, state, expires_at, origin)?;
    Ok(after)
}

/// Writes the event of a login's new expiry.
pub(super) fn tell(
    commit: &mut Commit<'_>,
    state: &LoginState,
    expires_at: Timestamp,
    origin: &Origin,
) -> Result<(), WriteError> {
    let (pool, now) = (state.pool, commit.now());
    let position = commit.position(pool)?;
    let kind = EventKind::Extended { expires_at };
    let cause = Cause {
        actor: origin.actor,
        request_id: &origin.request_id,
    };
    events::write(commit, pool, position, &state.login, now, kind, cause)
}

/// One of the login's codes was redeemed: it no longer ends with them, which its
/// event tells whoever was told that it would. Answers how it stands then.
pub(crate) fn redeemed(
    commit: &mut Commit<'_>,
    state: &mut LoginState,
    rules: &PoolRules,
    origin: &Origin,
) -> Result<Standing, WriteError> {
    let was_waiting = state.login.redeem_by.take().is_some();
    let standing = rules.standing(state, commit.now());
    let Standing::Live { expires_at } = standing else {
        let detail = "a redeemed login is not live".to_owned();
        return Err(WriteError::Fault(Detail(detail)));
    };
    if !was_waiting {
        return Ok(standing);
    }
    let pool = state.pool;
    commit
        .conn()
        .prepare_cached(sql::REDEEM_LOGIN)?
        .perform(params![
            pool.as_bytes(),
            state.login.id.as_bytes(),
            expires_at.as_millis(),
        ])?;
    tell(commit, state, expires_at, origin)?;
    Ok(standing)
}
