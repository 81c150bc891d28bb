//! What is too old for the ledger.

use crate::records::statements::deliveries as sql;
use crate::records::{Commit, WriteError};
use crate::sql::params;
use rollcall_core::time::Timestamp;

/// Forgets deliveries that were finished by then, with their attempts, and where
/// deleted applications wanted to be told if nobody asks for that any more. Answers
/// how many rows it forgot, attempts aside.
pub(in crate::records) fn forget_old(
    commit: &Commit<'_>,
    kept_since: Timestamp,
    limit: u64,
) -> Result<u64, WriteError> {
    let conn = commit.conn();
    let as_limit = |rows: u64| i64::try_from(rows).unwrap_or(i64::MAX);
    let old: Vec<(i64, [u8; 12], [u8; 16])> = conn
        .prepare_cached(sql::OLD_DELIVERIES)?
        .query_map(params![kept_since.as_millis(), as_limit(limit)], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })?
        .collect::<crate::sql::Result<_>>()?;
    for (seq, pool, login) in &old {
        conn.prepare_cached(sql::DELETE_ATTEMPTS)?
            .perform((pool, login))?;
        conn.prepare_cached(sql::DELETE_DELIVERY)?.perform([seq])?;
    }
    let forgotten = old.len() as u64;
    let mut delete = conn.prepare_cached(sql::DELETE_FORMER_LOGOUT_URIS)?;
    let left = as_limit(limit - forgotten);
    let uris = delete.execute(params![kept_since.as_millis(), left])?;
    Ok(forgotten + uris as u64)
}
