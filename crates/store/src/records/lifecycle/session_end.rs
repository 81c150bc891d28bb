//! How a session ends, and with it all its logins.

use super::end;
use super::state::{self, LoginState, PoolRules};
use crate::records::statements as sql;
use crate::records::{Commit, WriteError, actors, user_actions};
use crate::sql::{Connection, OptionalExtension as _, params};
use rollcall_core::ids::{ApplicationId, LoginId, PoolId, SessionId};
use rollcall_core::model::event::{Actor, End, Origin, Reason};
use rollcall_core::model::session::Session;
use rollcall_core::model::standing::Standing;
use rollcall_core::model::user_action::{UserAction, UserActionKind};
use rollcall_core::ports::logins::{SessionEnd, SessionKey};
use rollcall_core::time::Timestamp;

/// Ends the session of a key now.
pub(crate) fn end_session(
    commit: &mut Commit<'_>,
    pool: PoolId,
    key: SessionKey,
    reason: Reason,
    origin: &Origin,
) -> Result<SessionEnd, WriteError> {
    let Some(session) = of_key(commit.conn(), pool, key)? else {
        return Ok(SessionEnd::NotFound);
    };
    let rules = PoolRules::of(commit.conn(), pool)?;
    let was_live = is_live(commit.conn(), pool, &rules, &session, commit.now())?;
    let ended = end_now(commit, pool, &rules, &session, reason, origin)?;
    if !was_live {
        return Ok(SessionEnd::AlreadyEnded);
    }
    if origin.actor == Actor::Person(session.user) {
        let application = application_of(commit.conn(), pool, key, &ended)?;
        let kind = UserActionKind::Logout;
        let action = UserAction::done(session.user, application, kind, reason.as_str(), origin);
        user_actions::record(commit, pool, &action, origin)?;
    }
    Ok(SessionEnd::Ended(ended))
}

/// Which application a session was ended from: that of the login that named it, or
/// the one that it was signed in to, if it was one.
fn application_of(
    conn: &Connection,
    pool: PoolId,
    key: SessionKey,
    ended: &[LoginId],
) -> crate::sql::Result<Option<ApplicationId>> {
    let login = match (key, ended) {
        (SessionKey::Login(login), _)
        | (SessionKey::Cookie(_) | SessionKey::FormerCookie { .. }, &[login]) => login,
        (SessionKey::Cookie(_) | SessionKey::FormerCookie { .. }, _) => return Ok(None),
    };
    let state = LoginState::of_login(conn, pool, login)?;
    Ok(state.map(|state| state.login.application))
}

/// The session of a key, if it is live.
pub(crate) fn live_session_of(
    conn: &Connection,
    pool: PoolId,
    key: SessionKey,
    now: Timestamp,
) -> crate::sql::Result<Option<Session>> {
    let Some(session) = of_key(conn, pool, key)? else {
        return Ok(None);
    };
    let rules = PoolRules::of(conn, pool)?;
    let is_live = is_live(conn, pool, &rules, &session, now)?;
    Ok(is_live.then_some(session))
}

fn of_key(conn: &Connection, pool: PoolId, key: SessionKey) -> crate::sql::Result<Option<Session>> {
    match key {
        SessionKey::Cookie(cookie) => of_cookie(conn, pool, cookie.as_bytes()),
        SessionKey::Login(login) => {
            let state = LoginState::of_login(conn, pool, login)?;
            Ok(state.map(|state| state.session))
        }
        SessionKey::FormerCookie { cookie, since } => {
            let key = (pool.as_bytes(), cookie.as_bytes(), since.as_millis());
            conn.prepare_cached(sql::SESSION_OF_FORMER_COOKIE)?
                .query_row(key, state::read_session)
                .optional()
        }
    }
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
    write.perform(params![
        pool.as_bytes(),
        session.as_bytes(),
        end.at.as_millis(),
        end.reason.as_str(),
        actors::to_text(end.actor),
    ])?;
    Ok(())
}

/// Whether a session is live: a browser's lives on without logins, one of the JSON
/// API ends with its last login, recorded or not.
pub(super) fn is_live(
    conn: &Connection,
    pool: PoolId,
    rules: &PoolRules,
    session: &Session,
    now: Timestamp,
) -> crate::sql::Result<bool> {
    if !rules.session_standing(session, now).is_live() {
        return Ok(false);
    }
    let key = (pool.as_bytes(), session.id.as_bytes());
    if conn.prepare_cached(sql::IS_BROWSER)?.exists(key)? {
        return Ok(true);
    }
    let states = LoginState::all(conn, sql::STATES_OF_SESSION, key)?;
    let mut standings = states.iter().map(|state| rules.standing(state, now));
    Ok(standings.any(Standing::is_live))
}

/// The session of a browser's cookie, whatever its state.
pub(crate) fn of_cookie(
    conn: &Connection,
    pool: PoolId,
    cookie: &[u8; 32],
) -> crate::sql::Result<Option<Session>> {
    conn.prepare_cached(sql::SESSION_OF_COOKIE)?
        .query_row((pool.as_bytes(), cookie), state::read_session)
        .optional()
}
