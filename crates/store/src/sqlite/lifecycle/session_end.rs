//! How a session ends, and with it all its logins.

use super::end;
use super::state::{self, LoginState, PoolRules};
use crate::sqlite::statements as sql;
use crate::sqlite::{Commit, WriteError, actors};
use rollcall_core::ids::{LoginId, PoolId, SessionId};
use rollcall_core::model::event::{End, Origin, Reason};
use rollcall_core::model::session::Session;
use rollcall_core::model::standing::Standing;
use rollcall_core::ports::logins::{SessionEnd, SessionKey};
use rusqlite::{Connection, OptionalExtension as _, Result, params};

/// Ends the session of a cookie or login now.
pub(crate) fn end_session(
    commit: &mut Commit<'_>,
    pool: PoolId,
    key: SessionKey,
    reason: Reason,
    origin: &Origin,
) -> Result<SessionEnd, WriteError> {
    let session = match key {
        SessionKey::Cookie(cookie) => of_cookie(commit.conn(), pool, cookie.as_bytes())?,
        SessionKey::Login(login) => {
            LoginState::of_login(commit.conn(), pool, login)?.map(|state| state.session)
        }
    };
    let Some(session) = session else {
        return Ok(SessionEnd::NotFound);
    };
    let rules = PoolRules::of(commit.conn(), pool)?;
    let is_within_limits = rules.session_standing(&session, commit.now()).is_live();
    let ended = end_now(commit, pool, &rules, &session, reason, origin)?;
    // A session of the API had ended with its last login.
    let was_live = !ended.is_empty() || is_browser(commit.conn(), pool, session.id)?;
    Ok(if is_within_limits && was_live {
        SessionEnd::Ended(ended)
    } else {
        SessionEnd::AlreadyEnded
    })
}

/// Ends a session and its logins now; what had ended before is recorded as that.
/// Answers the logins that were live.
pub(super) fn end_now(
    commit: &mut Commit<'_>,
    pool: PoolId,
    rules: &PoolRules,
    session: &Session,
    reason: Reason,
    origin: &Origin,
) -> Result<Vec<LoginId>, WriteError> {
    let key = (pool.as_bytes(), session.id.as_bytes());
    let states = LoginState::all(commit.conn(), sql::STATES_OF_SESSION, key)?;
    let mut ended = Vec::new();
    for state in &states {
        if rules.standing_by_rules(state, commit.now()).is_live() {
            ended.push(state.login.id);
        }
        end::end_now(commit, state, rules, reason, origin)?;
    }
    let now = End {
        at: commit.now(),
        reason,
        actor: origin.actor,
    };
    let end = match rules.session_standing(session, commit.now()) {
        Standing::Live { .. } => now,
        Standing::Ended(end) => end,
    };
    record(commit, pool, session.id, end)?;
    Ok(ended)
}

/// Writes the end of a session, unless one is written already.
pub(super) fn record(
    commit: &Commit<'_>,
    pool: PoolId,
    session: SessionId,
    end: End,
) -> Result<(), WriteError> {
    let mut write = commit.conn().prepare_cached(sql::END_BROWSER_SESSION)?;
    write.execute(params![
        pool.as_bytes(),
        session.as_bytes(),
        end.at.as_millis(),
        end.reason.as_str(),
        actors::to_text(end.actor),
    ])?;
    Ok(())
}

/// Whether it is a browser's, which lives on without logins.
pub(super) fn is_browser(conn: &Connection, pool: PoolId, session: SessionId) -> Result<bool> {
    conn.prepare_cached(sql::IS_BROWSER)?
        .exists((pool.as_bytes(), session.as_bytes()))
}

/// The session of a browser's cookie, whatever its state.
pub(crate) fn of_cookie(
    conn: &Connection,
    pool: PoolId,
    cookie: &[u8; 32],
) -> Result<Option<Session>> {
    conn.prepare_cached(sql::SESSION_OF_COOKIE)?
        .query_row((pool.as_bytes(), cookie), state::read_session)
        .optional()
}
