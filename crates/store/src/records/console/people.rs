//! Finding people by what an index knows.

use crate::records::users;
use crate::sql::{Connection, Result, params};
use rollcall_core::ids::{PoolId, UserId};
use rollcall_core::model::user::User;
use rollcall_core::time::Timestamp;

pub(crate) const NEWEST: &str = "SELECT id FROM users
    WHERE pool = ?1 AND (created_at, id) < (?2, ?3)
    ORDER BY created_at DESC, id DESC LIMIT ?4";
pub(crate) const BY_USERNAME: &str = "SELECT id FROM users
    WHERE pool = ?1 AND username_key >= ?2 AND username_key < ?3
    ORDER BY username_key LIMIT ?4";
// Nobody is found by an address that they have not shown to own.
pub(crate) const BY_EMAIL: &str = "SELECT id FROM users
    WHERE pool = ?1 AND email >= ?2 AND email < ?3 AND email_unproven = 0
    ORDER BY email LIMIT ?4";

/// After every character.
const LAST: char = char::MAX;

fn ids(conn: &Connection, sql: &str, parameters: impl crate::sql::Params) -> Result<Vec<UserId>> {
    conn.prepare_cached(sql)?
        .query_map(parameters, |row| row.get(0).map(UserId::from_bytes))?
        .collect()
}

/// Users, the newest first, after one of them.
pub(super) fn newest(
    conn: &Connection,
    pool: PoolId,
    after: Option<(Timestamp, UserId)>,
    limit: u32,
) -> Result<Vec<User>> {
    let (at, id) = match after {
        Some((at, id)) => (at.as_millis(), id),
        None => (i64::MAX, UserId::from_bytes([0xff; 12])),
    };
    let found = ids(
        conn,
        NEWEST,
        params![pool.as_bytes(), at, id.as_bytes(), limit],
    )?;
    users::by_ids(conn, pool, &found)
}

/// Users whose username or e-mail begins like this.
pub(super) fn beginning(
    conn: &Connection,
    pool: PoolId,
    username_key: &str,
    email: &str,
    limit: u32,
) -> Result<Vec<User>> {
    let mut found: Vec<UserId> = Vec::new();
    for (sql, prefix) in [(BY_USERNAME, username_key), (BY_EMAIL, email)] {
        let end = format!("{prefix}{LAST}");
        for id in ids(conn, sql, params![pool.as_bytes(), prefix, end, limit])? {
            if !found.contains(&id) {
                found.push(id);
            }
        }
    }
    users::by_ids(conn, pool, &found)
}
