//! Work behind the scenes. A step that finds nothing to do changes nothing, and
//! then nothing is committed.

use super::columns::Columns;
use super::leases::Work;
use super::meta;
use super::statements as sql;
use super::{Commit, SqlStore, WriteError};
use super::{access_keys, ext_idps, lifecycle, logout_deliveries, webhooks};
use crate::sql::{Connection, params};
use async_trait::async_trait;
use rollcall_core::ids::{LoginId, PoolId, SessionId};
use rollcall_core::limits;
use rollcall_core::ports::StoreResult;
use rollcall_core::ports::maintenance::{Maintenance, Progress, WarmFrom, Warmed};
use rollcall_core::time::{Span, Timestamp, expired};

/// Forgets at most `batch` rows; answers how many it did.
fn forget_old(commit: &mut Commit<'_>, retention: Span, batch: u32) -> Result<u64, WriteError> {
    let now = commit.now();
    let kept_since = now - retention;
    let mut left = u64::from(batch);
    left -= forget_logins(commit, kept_since, left)?;
    left -= forget_sessions(commit, kept_since, left)?;
    left -= forget_events(commit, kept_since, left)?;
    left -= logout_deliveries::forget_old(commit, kept_since, left)?;
    left -= ext_idps::forget_deleted(commit, left)?;
    let logs_since = now - retention.min(limits::WEBHOOK_LOG_RETENTION);
    left -= webhooks::forget_old(commit, logs_since, left)?;
    let codes_since = now - limits::CODE_MEMORY;
    let failures_since = now - limits::THROTTLE_MEMORY;
    for (statement, until) in [
        (sql::DELETE_AUDIT_ROWS, kept_since),
        (sql::actions::DELETE_USER_ACTIONS, kept_since),
        (sql::DELETE_EARLY_NONCES, now),
        (sql::DELETE_REVOKED_TOKENS, now),
        (sql::DELETE_EXPIRED_REFRESH_TOKENS, now),
        (sql::DELETE_OLD_CODES, codes_since),
        (sql::DELETE_FAILURES, failures_since),
        (sql::DELETE_SIGN_UPS, now - limits::SIGN_UP_WINDOW),
    ] {
        let mut delete = commit.conn().prepare_cached(statement)?;
        left -= delete.execute(params![until.as_millis(), as_limit(left)])? as u64;
    }
    Ok(u64::from(batch) - left)
}

fn as_limit(rows: u64) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}

/// Ended logins with their tokens, and sessions with the last of their logins.
fn forget_logins(
    commit: &mut Commit<'_>,
    kept_since: Timestamp,
    limit: u64,
) -> Result<u64, WriteError> {
    let conn = commit.conn();
    let old: Vec<(PoolId, LoginId, SessionId)> = conn
        .prepare_cached(sql::OLD_LOGINS)?
        .query_map(params![kept_since.as_millis(), as_limit(limit)], |row| {
            let mut columns = Columns::of(row);
            Ok((
                PoolId::from_bytes(columns.get()?),
                LoginId::from_bytes(columns.get()?),
                SessionId::from_bytes(columns.get()?),
            ))
        })?
        .collect::<crate::sql::Result<_>>()?;
    for (pool, login, session) in &old {
        for statement in [
            sql::DELETE_CODES,
            sql::DELETE_REFRESH_TOKENS,
            sql::DELETE_GRANTS,
            sql::DELETE_LOGIN,
        ] {
            conn.prepare_cached(statement)?
                .perform((pool.as_bytes(), login.as_bytes()))?;
        }
        let key = (pool.as_bytes(), session.as_bytes());
        conn.prepare_cached(sql::DELETE_SESSION)?.perform((
            key.0,
            key.1,
            kept_since.as_millis(),
        ))?;
    }
    Ok(old.len() as u64)
}

/// Browsers' sessions that ended without a login that is kept.
fn forget_sessions(
    commit: &Commit<'_>,
    kept_since: Timestamp,
    limit: u64,
) -> Result<u64, WriteError> {
    let conn = commit.conn();
    let old: Vec<([u8; 12], [u8; 16])> = conn
        .prepare_cached(sql::OLD_SESSIONS)?
        .query_map(params![kept_since.as_millis(), as_limit(limit)], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?
        .collect::<crate::sql::Result<_>>()?;
    let mut forgotten = 0;
    for key in &old {
        let mut delete = conn.prepare_cached(sql::DELETE_SESSION)?;
        forgotten += delete.execute((key.0, key.1, kept_since.as_millis()))? as u64;
    }
    Ok(forgotten)
}

fn forget_events(
    commit: &mut Commit<'_>,
    kept_since: Timestamp,
    limit: u64,
) -> Result<u64, WriteError> {
    let conn = commit.conn();
    let pools: Vec<[u8; 12]> = conn
        .prepare_cached(sql::POOLS)?
        .query_map((), |row| row.get(0))?
        .collect::<crate::sql::Result<_>>()?;
    let mut forgotten = 0;
    for pool in pools {
        let mut newest_old = None;
        let mut oldest = conn.prepare_cached(sql::OLDEST_EVENTS)?;
        let mut rows = oldest.query(params![pool, as_limit(limit - forgotten)])?;
        while let Some(row) = rows.next()? {
            let mut columns = Columns::of(&row);
            let position: (i64, i64) = (columns.get()?, columns.get()?);
            if !expired(columns.instant()?, kept_since) {
                break;
            }
            newest_old = Some(position);
        }
        if let Some((revision, index)) = newest_old {
            let mut delete = conn.prepare_cached(sql::DELETE_EVENTS)?;
            forgotten += delete.execute(params![pool, revision, index])? as u64;
        }
    }
    Ok(forgotten)
}

fn any_due(conn: &Connection, now: Timestamp) -> crate::sql::Result<bool> {
    let now = [now.as_millis()];
    Ok(conn.prepare_cached(sql::ANY_DUE)?.exists(now)?
        || conn.prepare_cached(sql::ANY_SESSION_DUE)?.exists(now)?)
}

#[async_trait]
impl Maintenance for SqlStore {
    async fn record_expired(&self, batch: u32) -> StoreResult<Progress> {
        if !self.read(move |conn| any_due(conn, conn.now()?)).await? {
            return Ok(Progress::default());
        }
        self.batch(Work::RecordExpired, move |commit| {
            let mut changed = lifecycle::record_due(commit, batch)?;
            let left = u64::from(batch).saturating_sub(changed);
            changed +=
                lifecycle::record_due_sessions(commit, u32::try_from(left).unwrap_or(batch))?;
            Ok(Progress {
                changed,
                more: any_due(commit.conn(), commit.now())?,
            })
        })
        .await
    }

    async fn record_mass_ends(&self, batch: u32) -> StoreResult<Progress> {
        if !self
            .read(move |conn| conn.prepare_cached(sql::OLDEST_MASS_END)?.exists(()))
            .await?
        {
            return Ok(Progress::default());
        }
        self.batch(Work::RecordMassEnds, move |commit| {
            let changed = lifecycle::record_oldest_mass_end(commit, batch)?;
            let mut oldest = commit.conn().prepare_cached(sql::OLDEST_MASS_END)?;
            Ok(Progress {
                changed: changed.unwrap_or_default(),
                more: oldest.exists(())?,
            })
        })
        .await
    }

    async fn forget_old(&self, retention: Span, batch: u32) -> StoreResult<Progress> {
        self.batch(Work::ForgetOld, move |commit| {
            let changed = forget_old(commit, retention, batch)?;
            Ok(Progress {
                changed,
                more: changed >= u64::from(batch),
            })
        })
        .await
    }

    async fn record_key_uses(&self, batch: u32) -> StoreResult<Progress> {
        let (uses, more) = self.key_uses().take(batch);
        if uses.is_empty() {
            return Ok(Progress::default());
        }
        let written = uses.clone();
        let recorded = self.write(move |commit| access_keys::record_uses(commit, &written));
        match recorded.await {
            Ok(changed) => Ok(Progress { changed, more }),
            Err(error) => {
                self.key_uses().put_back(uses);
                Err(error)
            }
        }
    }

    async fn warm(&self, from: Option<WarmFrom>, batch: u32) -> StoreResult<Warmed> {
        self.warm_while(from, batch, async {}, async {}).await
    }

    async fn mark_clock(&self) -> StoreResult<()> {
        let now = self.now();
        if self.look(meta::clock_mark).await? >= Some(now) {
            return Ok(());
        }
        self.write(touch).await
    }

    fn clock_lag(&self) -> Span {
        self.inner.clock.lag()
    }

    fn clock_offset(&self) -> Span {
        self.inner.clock.offset()
    }

    async fn ready(&self) -> StoreResult<()> {
        self.look(meta::clock_mark).await?;
        self.write(touch).await
    }
}

/// A commit that changes nothing but the mark.
fn touch(commit: &mut Commit<'_>) -> Result<(), WriteError> {
    Ok(meta::store_clock_mark(commit.conn(), commit.now())?)
}
