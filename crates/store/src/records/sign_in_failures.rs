//! Failed sign-ins.

use super::columns::Columns;
use super::{SqlStore, user_actions};
use crate::sql::{Connection, OptionalExtension as _, Result};
use async_trait::async_trait;
use rollcall_core::ids::PoolId;
use rollcall_core::model::event::Origin;
use rollcall_core::model::password::FailureCount;
use rollcall_core::ports::StoreResult;
use rollcall_core::ports::sign_in_failures::{SignInFailure, SignInFailures};
use rollcall_core::secret::TokenDigest;
use rollcall_core::time::{Span, expired};

pub(crate) const BY_PAIR: &str =
    "SELECT failures, last_at FROM sign_in_failures WHERE pool = ?1 AND pair = ?2";

const FORGET: &str = "DELETE FROM sign_in_failures WHERE pool = ?1 AND pair = ?2";

fn count(conn: &Connection, pool: PoolId, key: TokenDigest) -> Result<Option<FailureCount>> {
    conn.prepare_cached(BY_PAIR)?
        .query_row((pool.as_bytes(), key.as_bytes()), |row| {
            let mut columns = Columns::of(row);
            Ok(FailureCount {
                failures: columns.get()?,
                last_at: columns.instant()?,
            })
        })
        .optional()
}

/// Forgets the failures of a pair: it has shown the right password.
pub(super) fn forget(conn: &Connection, pool: PoolId, key: TokenDigest) -> Result<()> {
    conn.prepare_cached(FORGET)?
        .perform((pool.as_bytes(), key.as_bytes()))?;
    Ok(())
}

#[async_trait]
impl SignInFailures for SqlStore {
    async fn sign_in_delay(&self, pool: PoolId, key: TokenDigest) -> StoreResult<Option<Span>> {
        let count = self.look(move |conn| count(conn, pool, key)).await?;
        let now = self.now();
        let refused_until = count.and_then(FailureCount::refused_until);
        Ok(refused_until
            .filter(|until| !expired(*until, now))
            .map(|until| until.since(now)))
    }

    async fn record_sign_in_failure(
        &self,
        pool: PoolId,
        failure: SignInFailure,
        origin: Origin,
    ) -> StoreResult<()> {
        self.write(move |commit| {
            let (conn, key) = (commit.conn(), failure.key);
            let new = FailureCount::after_failure(count(conn, pool, key)?, commit.now());
            conn.prepare_cached(
                "INSERT INTO sign_in_failures (pool, pair, failures, last_at)
                VALUES (?1, ?2, ?3, ?4)
                ON CONFLICT (pool, pair) DO UPDATE SET
                    failures = excluded.failures, last_at = excluded.last_at",
            )?
            .perform((
                pool.as_bytes(),
                key.as_bytes(),
                new.failures,
                new.last_at.as_millis(),
            ))?;
            if let Some(user) = failure.counts_for {
                // Bounded, because the column is read back as 32 bits.
                conn.prepare_cached(
                    "UPDATE users SET failures_in_a_row = CASE
                        WHEN failures_in_a_row < 1000000 THEN failures_in_a_row + 1
                        ELSE failures_in_a_row END
                    WHERE pool = ?1 AND id = ?2",
                )?
                .perform((pool.as_bytes(), user.as_bytes()))?;
            }
            match &failure.action {
                Some(action) => user_actions::record(commit, pool, action, &origin),
                None => Ok(()),
            }
        })
        .await
    }
}
