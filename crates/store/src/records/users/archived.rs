//! The archived users of a pool.

use super::super::columns::{Columns, limit_and_offset};
use crate::sql::{Connection, Result};
use rollcall_core::ids::{PoolId, UserId};
use rollcall_core::model::user::ArchivedUser;
use rollcall_core::page::{PageOf, PageRequest};
use rollcall_core::time::Timestamp;

// A parameter would hide the status from the planner, and with it the index.
pub(crate) const COUNT: &str = "SELECT count(*) FROM users
    WHERE pool = ?1 AND status = 'Archived' AND status_changed_at >= ?2";
pub(crate) const PAGE: &str = "SELECT id, status_changed_at FROM users
    WHERE pool = ?1 AND status = 'Archived' AND status_changed_at >= ?2
    ORDER BY status_changed_at DESC, id DESC LIMIT ?3 OFFSET ?4";

/// A page of those who were archived at `from` or later, the last one first.
pub(super) fn page(
    conn: &Connection,
    pool: PoolId,
    from: Option<Timestamp>,
    page: PageRequest,
) -> Result<PageOf<ArchivedUser>> {
    let from = from.map_or(i64::MIN, Timestamp::as_millis);
    let total_count: i64 = conn
        .prepare_cached(COUNT)?
        .query_row((pool.as_bytes(), from), |row| row.get(0))?;
    let (limit, offset) = limit_and_offset(page);
    let list = conn
        .prepare_cached(PAGE)?
        .query_map((pool.as_bytes(), from, limit, offset), |row| {
            let mut columns = Columns::of(row);
            Ok(ArchivedUser {
                user: UserId::from_bytes(columns.get()?),
                archived_at: columns.instant()?,
            })
        })?
        .collect::<Result<_>>()?;
    Ok(PageOf {
        total_count: total_count.unsigned_abs(),
        list,
    })
}
