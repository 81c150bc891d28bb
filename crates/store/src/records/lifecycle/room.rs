//! Limits of sessions: who gives way to one more, decided in the commit that
//! begins it.

use super::devices;
use super::end;
use super::session_end;
use super::state::{LoginState, PoolRules};
use crate::records::statements as sql;
use crate::records::{Commit, WriteError};
use crate::sql::{Connection, Result};
use rollcall_core::ids::{ApplicationId, PoolId, SessionId, UserId};
use rollcall_core::model::event::{Origin, Reason};
use rollcall_core::model::policy::ConcurrencyLimit;
use rollcall_core::model::session::Session;
use rollcall_core::time::Timestamp;

/// What is about to begin.
#[derive(Clone, Copy)]
pub(super) struct Newcomer {
    pub(super) user: UserId,
    /// The session that goes on, if none begins: no addition to the pool.
    pub(super) session: Option<SessionId>,
    /// The application of the login that may begin, with its limit.
    pub(super) login: Option<(ApplicationId, ConcurrencyLimit)>,
}

/// What gives way.
pub(super) struct Room {
    sessions: Vec<Session>,
    logins: Vec<LoginState>,
}

impl Room {
    /// Finds out what must give way; none: the newcomer is refused, and nothing
    /// is changed.
    pub(super) fn find(
        commit: &Commit<'_>,
        pool: PoolId,
        rules: &PoolRules,
        newcomer: Newcomer,
    ) -> Result<Option<Self>> {
        let Some(sessions) = sessions(commit, pool, rules, newcomer)? else {
            return Ok(None);
        };
        let Some((application, limit)) = newcomer.login else {
            let logins = Vec::new();
            return Ok(Some(Self { sessions, logins }));
        };
        if limit.max.is_none() {
            // Nothing to count: a user may have any number.
            let logins = Vec::new();
            return Ok(Some(Self { sessions, logins }));
        }
        let mut logins = live_logins(commit, pool, rules, newcomer.user, application)?;
        // What ends with its session makes room already.
        logins.retain(|state| !sessions.iter().any(|gone| gone.id == state.session.id));
        let continues = |state: &LoginState| Some(state.session.id) == newcomer.session;
        if logins.iter().any(continues) {
            logins.clear();
            return Ok(Some(Self { sessions, logins }));
        }
        let Some(surplus) = limit.room_for_one(logins.len()) else {
            return Ok(None);
        };
        logins.truncate(surplus);
        Ok(Some(Self { sessions, logins }))
    }

    /// Whether nothing gives way.
    pub(super) fn is_empty(&self) -> bool {
        self.sessions.is_empty() && self.logins.is_empty()
    }

    /// Ends what gives way (`replaced`).
    pub(super) fn make(
        &self,
        commit: &mut Commit<'_>,
        pool: PoolId,
        rules: &PoolRules,
        origin: &Origin,
    ) -> std::result::Result<(), WriteError> {
        for session in &self.sessions {
            session_end::end_now(commit, pool, rules, session, Reason::Replaced, origin)?;
        }
        for state in &self.logins {
            end::end_now(commit, state, rules, Reason::Replaced, origin)?;
        }
        Ok(())
    }
}

/// The sessions that give way, the oldest first.
fn sessions(
    commit: &Commit<'_>,
    pool: PoolId,
    rules: &PoolRules,
    newcomer: Newcomer,
) -> Result<Option<Vec<Session>>> {
    let limit = rules.session_limit();
    if newcomer.session.is_some() || limit.max.is_none() {
        return Ok(Some(Vec::new()));
    }
    let now = commit.now();
    let mut live = devices::live_sessions(commit.conn(), pool, rules, newcomer.user, now)?;
    let Some(surplus) = limit.room_for_one(live.len()) else {
        return Ok(None);
    };
    live.sort_by_key(|session| (session.begun, session.id));
    live.truncate(surplus);
    Ok(Some(live))
}

/// The user's live logins in an application, the oldest first.
fn live_logins(
    commit: &Commit<'_>,
    pool: PoolId,
    rules: &PoolRules,
    user: UserId,
    application: ApplicationId,
) -> Result<Vec<LoginState>> {
    let key = (pool.as_bytes(), user.as_bytes(), application.as_bytes());
    let mut states = LoginState::all(commit.conn(), sql::STATES_OF_USER_IN_APPLICATION, key)?;
    states.retain(|state| rules.standing(state, commit.now()).is_live());
    states.sort_by_key(|state| state.login.begun);
    Ok(states)
}

/// The live login of a session in an application, if there is one.
pub(super) fn live_login_of_session(
    conn: &Connection,
    pool: PoolId,
    rules: &PoolRules,
    session: &Session,
    application: ApplicationId,
    now: Timestamp,
) -> Result<Option<LoginState>> {
    let key = (
        pool.as_bytes(),
        session.id.as_bytes(),
        application.as_bytes(),
    );
    let states = LoginState::all(conn, sql::STATES_OF_SESSION_IN_APPLICATION, key)?;
    let mut live = states.into_iter();
    Ok(live.find(|state| rules.standing(state, now).is_live()))
}
