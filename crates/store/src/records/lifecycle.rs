//! The one place where logins begin, are extended and end. Whatever it does to a
//! login, it also writes the reason and the event, in the same commit. Whether a
//! login is live is decided by `rollcall_core::model::standing` alone; SQL only
//! leaves out what is recorded as ended.

mod begin;
mod browser;
mod devices;
mod end;
mod events;
mod expiry;
mod extend;
mod mass_end;
mod pending;
mod room;
mod session_end;
mod state;

pub(super) use begin::begin_login;
pub(super) use browser::{browser_session, sign_in_browser, sign_on};
pub(super) use devices::{devices, end_device};
pub(super) use end::end_now;
pub(super) use events::after as events_after;
pub(super) use expiry::{record_due, record_due_sessions};
pub(super) use extend::{extend, is_worth_writing, redeemed};
pub(crate) use mass_end::mass_end;
pub(super) use mass_end::record_oldest as record_oldest_mass_end;
pub(crate) use pending::{Pending, read as read_pending};
pub(super) use session_end::{end_session, live_session_of};
pub(super) use state::read_session;
pub(crate) use state::{ApplicationState, LoginState, PoolRules};

use super::statements as sql;
use super::{Commit, WriteError};
use crate::sql::Connection;
use rollcall_core::ids::{ApplicationId, LoginId, PoolId, SessionId, UserId};
use rollcall_core::limits;
use rollcall_core::time::Timestamp;

/// Erases where a deleted user signed in from, their kicks' marks and consents:
/// nobody with this id signs in again.
pub(crate) fn forget_user_devices(
    commit: &mut Commit<'_>,
    pool: PoolId,
    user: UserId,
) -> Result<(), WriteError> {
    for statement in [
        sql::FORGET_DEVICES,
        sql::FORGET_KICK_MARKS,
        sql::FORGET_CONSENTS,
    ] {
        let mut forget = commit.conn().prepare_cached(statement)?;
        forget.perform((pool.as_bytes(), user.as_bytes()))?;
    }
    Ok(())
}

/// Erases the marks of kicks from a deleted application and the consents for it:
/// nobody signs in to it again.
pub(super) fn forget_application(
    commit: &Commit<'_>,
    pool: PoolId,
    application: ApplicationId,
) -> Result<(), WriteError> {
    for statement in [
        sql::FORGET_KICK_MARKS_OF_APPLICATION,
        sql::FORGET_CONSENTS_OF_APPLICATION,
    ] {
        let mut forget = commit.conn().prepare_cached(statement)?;
        forget.perform((pool.as_bytes(), application.as_bytes()))?;
    }
    Ok(())
}

/// The session and the application of a user's login, if that is live.
pub(super) fn live_login(
    conn: &Connection,
    pool: PoolId,
    user: UserId,
    login: LoginId,
    now: Timestamp,
) -> crate::sql::Result<Option<(SessionId, ApplicationId)>> {
    let Some(state) = LoginState::of_login(conn, pool, login)? else {
        return Ok(None);
    };
    let is_live = PoolRules::of(conn, pool)?.standing(&state, now).is_live();
    let login = state.login;
    Ok((is_live && login.user == user).then_some((login.session, login.application)))
}

/// Records every mass end and every limit that has passed, however many.
pub(super) fn record_all_due(commit: &mut Commit<'_>) -> Result<(), WriteError> {
    while record_oldest_mass_end(commit, limits::END_BATCH)?.is_some() {}
    while record_due(commit, limits::END_BATCH)? > 0 {}
    while record_due_sessions(commit, limits::END_BATCH)? > 0 {}
    Ok(())
}
