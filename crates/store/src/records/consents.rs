//! What people have consented to.

use super::statements as sql;
use super::{Commit, WriteError};
use crate::sql::{Connection, OptionalExtension as _, Result, params};
use rollcall_core::ids::{ApplicationId, PoolId, UserId};
use rollcall_core::model::grant::granted_scope;

/// The scope that the user consented to for the application.
pub(super) fn scope(
    conn: &Connection,
    pool: PoolId,
    user: UserId,
    application: ApplicationId,
) -> Result<Option<String>> {
    conn.prepare_cached(sql::CONSENT)?
        .query_row(
            (pool.as_bytes(), user.as_bytes(), application.as_bytes()),
            |row| row.get(0),
        )
        .optional()
}

/// Adds a scope to what the user consented to.
pub(super) fn add(
    commit: &Commit<'_>,
    pool: PoolId,
    user: UserId,
    application: ApplicationId,
    scope: &str,
) -> std::result::Result<(), WriteError> {
    let before = self::scope(commit.conn(), pool, user, application)?;
    let together = format!("{} {scope}", before.unwrap_or_default());
    commit
        .conn()
        .prepare_cached(sql::SET_CONSENT)?
        .perform(params![
            pool.as_bytes(),
            user.as_bytes(),
            application.as_bytes(),
            granted_scope(&together),
            commit.now().as_millis(),
        ])?;
    Ok(())
}
