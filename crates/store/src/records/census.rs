//! Counts for metrics: exact, and cheap enough to be read every few seconds.
//!
//! How many logins are not recorded as ended is kept (`counters`); how each stands need
//! not be decided, since one whose end is not recorded and that is not due is live, unless
//! a mass end of its pool is still being recorded. So only those that are due, and those
//! of such a pool, are decided one by one.

use super::lifecycle::{LoginState, PoolRules};
use super::statements as sql;
use super::{SqlStore, counters, pulse};
use crate::sql::{Connection, Result, params};
use async_trait::async_trait;
use rollcall_core::ids::{ApplicationId, PoolId};
use rollcall_core::ports::StoreResult;
use rollcall_core::ports::census::{Census, Censuses, LiveLogins, Load};
use rollcall_core::time::Timestamp;
use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

/// The first ones first: an application that is listed stays listed.
pub(crate) const UNRECORDED_OF_APPLICATIONS: &str = "SELECT a.pool, a.id, coalesce(c.logins, 0)
    FROM applications a
    LEFT JOIN counted_logins c ON c.pool = a.pool AND c.application = a.id
    ORDER BY a.created_at, a.id";
pub(crate) const POOLS_WITH_MASS_ENDS: &str = "SELECT pool, count(*) FROM mass_ends GROUP BY pool";
pub(crate) const LOGOUT_DELIVERIES_WAITING: &str =
    "SELECT count(*) FROM logout_deliveries WHERE state = 'waiting'";
pub(crate) const WEBHOOK_DELIVERIES_WAITING: &str = "SELECT count(*) FROM webhook_deliveries";

type Key = (PoolId, ApplicationId);

fn census(conn: &Connection, listed: u32, now: Timestamp) -> Result<Census> {
    let mut census = Census {
        logout_deliveries: count(conn, LOGOUT_DELIVERIES_WAITING)?,
        webhook_deliveries: count(conn, WEBHOOK_DELIVERIES_WAITING)?,
        ..Census::default()
    };
    let mut under_mass_ends = HashSet::new();
    let mut select = conn.prepare_cached(POOLS_WITH_MASS_ENDS)?;
    let mut rows = select.query(())?;
    while let Some(row) = rows.next()? {
        under_mass_ends.insert(PoolId::from_bytes(row.get(0)?));
        census.mass_ends += row.get::<i64>(1)?.unsigned_abs();
    }
    let expired = expired_unrecorded(conn, &under_mass_ends, now)?;
    let mut select = conn.prepare_cached(UNRECORDED_OF_APPLICATIONS)?;
    let mut rows = select.query(())?;
    while let Some(row) = rows.next()? {
        let pool = PoolId::from_bytes(row.get(0)?);
        let application = ApplicationId::from_bytes(row.get(1)?);
        let unrecorded = counters::total(row.get(2)?);
        let logins = if under_mass_ends.contains(&pool) {
            decided(conn, pool, application, now)?
        } else {
            let expired = expired.get(&(pool, application)).copied();
            unrecorded.saturating_sub(expired.unwrap_or_default())
        };
        if census.applications.len() < listed as usize {
            census.applications.push(LiveLogins {
                pool,
                application,
                logins,
            });
        } else {
            census.elsewhere += logins;
        }
    }
    Ok(census)
}

fn count(conn: &Connection, sql: &str) -> Result<u64> {
    let count: i64 = conn.prepare_cached(sql)?.query_row((), |row| row.get(0))?;
    Ok(count.unsigned_abs())
}

/// The rules of pools, each read once.
#[derive(Default)]
pub(super) struct RulesOf(HashMap<PoolId, PoolRules>);

impl RulesOf {
    pub(super) fn of(&mut self, conn: &Connection, pool: PoolId) -> Result<&PoolRules> {
        Ok(match self.0.entry(pool) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => new.insert(PoolRules::of(conn, pool)?),
        })
    }
}

/// Logins that a limit has ended and no commit has recorded yet: few, unless very many
/// expired in the same second.
fn expired_unrecorded(
    conn: &Connection,
    but_of: &HashSet<PoolId>,
    now: Timestamp,
) -> Result<HashMap<Key, u64>> {
    let mut expired: HashMap<Key, u64> = HashMap::new();
    let mut rules = RulesOf::default();
    let mut select = conn.prepare_cached(sql::STATES_DUE)?;
    let mut rows = select.query(params![now.as_millis(), i64::MAX])?;
    while let Some(row) = rows.next()? {
        let state = LoginState::read(&row)?;
        if but_of.contains(&state.pool) {
            continue;
        }
        if !rules.of(conn, state.pool)?.standing(&state, now).is_live() {
            *expired
                .entry((state.pool, state.login.application))
                .or_default() += 1;
        }
    }
    Ok(expired)
}

fn decided(
    conn: &Connection,
    pool: PoolId,
    application: ApplicationId,
    now: Timestamp,
) -> Result<u64> {
    let rules = PoolRules::of(conn, pool)?;
    let mut select = conn.prepare_cached(sql::STATES_IN_APPLICATION)?;
    let mut rows = select.query((pool.as_bytes(), application.as_bytes()))?;
    let mut live = 0;
    while let Some(row) = rows.next()? {
        let state = LoginState::read(&row)?;
        live += u64::from(rules.standing(&state, now).is_live());
    }
    Ok(live)
}

#[async_trait]
impl Censuses for SqlStore {
    async fn census(&self, listed: u32) -> StoreResult<Census> {
        self.scan(move |conn| census(conn, listed, conn.now()?))
            .await
    }

    fn load(&self) -> Load {
        let queue = self.inner.queue.as_ref();
        let (limit, free) = queue.map_or((0, 0), |queue| (queue.max_capacity(), queue.capacity()));
        let pulse: &pulse::Pulse = &self.inner.pulse;
        Load {
            remembered: self.remembered_answers(),
            ..pulse.load(limit.saturating_sub(free), limit)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sqlite::schema;
    use rusqlite::Connection;

    fn plan(sql: &str) -> Vec<String> {
        let mut conn = Connection::open_in_memory().unwrap();
        schema::migrate(&mut conn).unwrap();
        let mut explain = conn.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let steps = explain.query_map([], |row| row.get("detail")).unwrap();
        steps.collect::<rusqlite::Result<_>>().unwrap()
    }

    #[test]
    fn what_is_many_is_kept_or_counted_along_an_index() {
        let logins = plan(UNRECORDED_OF_APPLICATIONS);
        let kept = "SEARCH c USING PRIMARY KEY (pool=? AND application=?)";
        assert!(
            logins.iter().any(|step| step.starts_with(kept)),
            "{logins:?}"
        );
        for sql in [LOGOUT_DELIVERIES_WAITING, WEBHOOK_DELIVERIES_WAITING] {
            let plan = plan(sql);
            assert!(plan[0].contains(" USING COVERING INDEX "), "{plan:?}");
        }
    }
}
