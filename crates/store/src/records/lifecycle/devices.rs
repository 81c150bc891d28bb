//! A person's devices: their own live sessions, and the end of one.

use super::session_end;
use super::state::{self, LoginState, PoolRules};
use crate::records::columns::Columns;
use crate::records::statements as sql;
use crate::records::{Commit, WriteError};
use crate::sql::{Connection, OptionalExtension as _, Result};
use rollcall_core::ids::{PoolId, SessionId, UserId};
use rollcall_core::model::device::Device;
use rollcall_core::model::event::{Origin, Reason};
use rollcall_core::model::login::LoginDevice;
use rollcall_core::model::session::Session;
use rollcall_core::model::standing::Standing;
use rollcall_core::page::{PageOf, PageRequest};
use rollcall_core::ports::devices::{DeviceEnd, DeviceEnded};
use rollcall_core::time::Timestamp;

/// A page of the user's live sessions, the one that was signed in to last first.
pub(crate) fn devices(
    conn: &Connection,
    pool: PoolId,
    user: UserId,
    page: PageRequest,
    now: Timestamp,
) -> Result<PageOf<Device>> {
    let rules = PoolRules::of(conn, pool)?;
    let mut live = live_sessions(conn, pool, &rules, user, now)?;
    live.sort_by_key(|session| (session.authenticated, session.id));
    live.reverse();
    let total_count = live.len() as u64;
    let offset = usize::try_from(page.offset()).unwrap_or(usize::MAX);
    let of_the_page = live.into_iter().skip(offset).take(page.limit() as usize);
    let list = of_the_page
        .map(|session| device(conn, pool, &rules, &session, now))
        .collect::<Result<_>>()?;
    Ok(PageOf { total_count, list })
}

/// The user's sessions that are live.
pub(super) fn live_sessions(
    conn: &Connection,
    pool: PoolId,
    rules: &PoolRules,
    user: UserId,
    now: Timestamp,
) -> Result<Vec<Session>> {
    let all: Vec<Session> = conn
        .prepare_cached(sql::SESSIONS_OF_USER)?
        .query_map((pool.as_bytes(), user.as_bytes()), state::read_session)?
        .collect::<Result<_>>()?;
    let mut live = Vec::new();
    for session in all {
        if session_end::is_live(conn, pool, rules, &session, now)? {
            live.push(session);
        }
    }
    Ok(live)
}

fn device(
    conn: &Connection,
    pool: PoolId,
    rules: &PoolRules,
    session: &Session,
    now: Timestamp,
) -> Result<Device> {
    let key = (pool.as_bytes(), session.id.as_bytes());
    let newest = conn
        .prepare_cached(sql::NEWEST_DEVICE_OF_SESSION)?
        .query_row(key, |row| {
            let mut columns = Columns::of(row);
            Ok(LoginDevice {
                address: columns.optional_meaning(|text| text.parse().ok())?,
                user_agent: columns.get()?,
            })
        })
        .optional()?;
    let states = LoginState::all(conn, sql::STATES_OF_SESSION, key)?;
    let mut standings = states.iter().map(|state| rules.standing(state, now));
    Ok(Device {
        session: session.id,
        is_browser: conn.prepare_cached(sql::IS_BROWSER)?.exists(key)?,
        signed_in_at: session.authenticated_at,
        device: newest.unwrap_or_default(),
        has_live_login: standings.any(Standing::is_live),
    })
}

/// Ends a session of whoever asks, if they are still signed in.
pub(crate) fn end_device(
    commit: &mut Commit<'_>,
    pool: PoolId,
    end: DeviceEnd,
    origin: &Origin,
) -> std::result::Result<DeviceEnded, WriteError> {
    let rules = PoolRules::of(commit.conn(), pool)?;
    let by = LoginState::of_login(commit.conn(), pool, end.by)?;
    let by = by.filter(|state| rules.standing(state, commit.now()).is_live());
    let Some(by) = by else {
        return Ok(DeviceEnded::SignedOut);
    };
    let session = of_id(commit.conn(), pool, end.session)?;
    let Some(session) = session.filter(|session| session.user == by.login.user) else {
        return Ok(DeviceEnded::NotFound);
    };
    session_end::end_now(
        commit,
        pool,
        &rules,
        &session,
        Reason::DeviceRevoked,
        origin,
    )?;
    if end.hide {
        let mut hide = commit.conn().prepare_cached(sql::HIDE_SESSION)?;
        hide.perform((pool.as_bytes(), session.id.as_bytes()))?;
    }
    Ok(DeviceEnded::Ended)
}

/// A session that was not taken off its person's list.
fn of_id(conn: &Connection, pool: PoolId, session: SessionId) -> Result<Option<Session>> {
    conn.prepare_cached(sql::SESSION_ON_THE_LIST)?
        .query_row((pool.as_bytes(), session.as_bytes()), state::read_session)
        .optional()
}
