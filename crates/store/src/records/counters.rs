//! Totals that are kept rather than counted: they change in the commit that changes what
//! they count, so they agree with it on every snapshot. `rollcall doctor` counts anew.
//!
//! Time ends logins without a commit. What is kept is therefore how many ends are not
//! recorded; who asks takes off what is due, of which there is little (`online`, `census`).
//! All changes go through one writer, so a plain row is enough.

use crate::sql::{Connection, OptionalExtension as _, Result, params};
use rollcall_core::ids::{ApplicationId, PoolId};
use rollcall_core::model::login::Login;
use rollcall_core::model::user::UserStatus;

/// Before the login's row is there: its user counts if no other of theirs does.
pub(crate) const BEGUN: &str = "INSERT INTO counted_logins (pool, application, logins, users)
    VALUES (?1, ?2, 1, CASE WHEN EXISTS (SELECT 1 FROM logins l
        WHERE l.pool = ?1 AND l.user = ?3 AND l.application = ?2 AND l.ended_at IS NULL)
        THEN 0 ELSE 1 END)
    ON CONFLICT (pool, application) DO UPDATE
        SET logins = counted_logins.logins + excluded.logins,
            users = counted_logins.users + excluded.users";
/// After its end is recorded: its user counts no longer if no other of theirs does.
pub(crate) const ENDED: &str = "UPDATE counted_logins
    SET logins = logins - 1, users = users - CASE WHEN EXISTS (SELECT 1 FROM logins l
        WHERE l.pool = ?1 AND l.user = ?3 AND l.application = ?2 AND l.ended_at IS NULL)
        THEN 0 ELSE 1 END
    WHERE pool = ?1 AND application = ?2";
pub(crate) const USERS_SIGNED_IN: &str =
    "SELECT users FROM counted_logins WHERE pool = ?1 AND application = ?2";
pub(crate) const LOGINS: &str =
    "SELECT CAST(coalesce(sum(logins), 0) AS BIGINT) FROM counted_logins";
pub(crate) const USERS: &str = "INSERT INTO counted_users (pool, status, users)
    VALUES (?1, ?2, ?3)
    ON CONFLICT (pool, status) DO UPDATE SET users = counted_users.users + excluded.users";

/// A login is about to be stored.
pub(super) fn begun(conn: &Connection, pool: PoolId, login: &Login) -> Result<()> {
    of_login(conn, BEGUN, pool, login)
}

/// A login's end was stored, where none was.
pub(super) fn ended(conn: &Connection, pool: PoolId, login: &Login) -> Result<()> {
    of_login(conn, ENDED, pool, login)
}

fn of_login(conn: &Connection, statement: &str, pool: PoolId, login: &Login) -> Result<()> {
    conn.prepare_cached(statement)?.perform((
        pool.as_bytes(),
        login.application.as_bytes(),
        login.user.as_bytes(),
    ))
}

/// Logins whose end is not recorded, of all pools.
pub(super) fn logins(conn: &Connection) -> Result<u64> {
    conn.prepare_cached(LOGINS)?
        .query_row((), |row| row.get(0))
        .map(total)
}

/// Users of the application with a login whose end is not recorded.
pub(super) fn users_signed_in(
    conn: &Connection,
    pool: PoolId,
    application: ApplicationId,
) -> Result<u64> {
    let users: Option<i64> = conn
        .prepare_cached(USERS_SIGNED_IN)?
        .query_row((pool.as_bytes(), application.as_bytes()), |row| row.get(0))
        .optional()?;
    Ok(total(users.unwrap_or_default()))
}

/// A user was stored.
pub(super) fn user_stored(conn: &Connection, pool: PoolId, status: UserStatus) -> Result<()> {
    of_users(conn, pool, status, 1)
}

/// A user was deleted.
pub(super) fn user_deleted(conn: &Connection, pool: PoolId, status: UserStatus) -> Result<()> {
    of_users(conn, pool, status, -1)
}

/// A user was stored with another status.
pub(super) fn user_changed(
    conn: &Connection,
    pool: PoolId,
    former: UserStatus,
    status: UserStatus,
) -> Result<()> {
    if former == status {
        return Ok(());
    }
    of_users(conn, pool, former, -1)?;
    of_users(conn, pool, status, 1)
}

fn of_users(conn: &Connection, pool: PoolId, status: UserStatus, more: i64) -> Result<()> {
    conn.prepare_cached(USERS)?
        .perform(params![pool.as_bytes(), status.as_str(), more])
}

/// A total as it is told: less than nothing would be drift, which is for the doctor.
pub(super) fn total(kept: i64) -> u64 {
    u64::try_from(kept).unwrap_or_default()
}
