//! Remembering answers before anybody asks for them: a walk through the logins, in the
//! background, so that a first question costs what the next one does.
//!
//! The walk goes from the newest login to the oldest, in the order in which they were
//! stored: rows and their sessions lie together on the disk then (ids begin with the time),
//! and who came last is most likely asked about. What it remembers is what a question would
//! have, under the same proof (`remembered::versions`): first it is read whose logins come
//! next, then the number of each of these is noted, and only in a later snapshot it is read
//! how they stand. One live login of a user makes the answer yes whatever their others do,
//! so each is taken by itself. That somebody is not live is never remembered from here.

use super::census::RulesOf;
use super::columns::Columns;
use super::lifecycle::{ApplicationState, LoginState};
use super::statements as sql;
use super::{SqlStore, counters};
use crate::remembered::{Ahead, Foreseen, Remembered};
use crate::sql::{Connection, OptionalExtension as _, Result};
use rollcall_core::ids::{ApplicationId, PoolId, UserId};
use rollcall_core::model::standing::Standing;
use rollcall_core::ports::StoreResult;
use rollcall_core::ports::maintenance::{WarmFrom, Warmed};
use rollcall_core::time::Timestamp;
use std::collections::HashMap;
use std::future::Future;

/// Whose login it is, and where.
pub(crate) type Key = (PoolId, UserId, ApplicationId);

/// The logins that come next.
struct Next {
    lowest: i64,
    highest: i64,
    /// Of those whose end is not recorded.
    keys: Vec<(i64, Key)>,
}

fn next_below(conn: &Connection, below: i64, batch: u32) -> Result<Option<Next>> {
    let mut select = conn.prepare_cached(sql::LOGINS_BELOW)?;
    let mut rows = select.query((below, i64::from(batch)))?;
    let mut next: Option<Next> = None;
    while let Some(row) = rows.next()? {
        let mut columns = Columns::of(&row);
        let seq = columns.get()?;
        let next = next.get_or_insert_with(|| Next {
            lowest: seq,
            highest: seq,
            keys: Vec::with_capacity(batch as usize),
        });
        next.lowest = seq;
        if columns.get()? {
            next.keys.push((seq, key(&mut columns)?));
        }
    }
    Ok(next)
}

fn key(columns: &mut Columns<'_>) -> Result<Key> {
    Ok((
        PoolId::from_bytes(columns.get()?),
        UserId::from_bytes(columns.get()?),
        ApplicationId::from_bytes(columns.get()?),
    ))
}

/// The live ones among them, and until when they are.
fn live(
    conn: &Connection,
    (lowest, highest): (i64, i64),
    now: Timestamp,
) -> Result<Vec<(i64, Key, Timestamp)>> {
    let mut rules = RulesOf::default();
    let mut applications = Applications::default();
    let mut live = Vec::new();
    let mut has_mass_ends = false;
    let mut select = conn.prepare_cached(sql::MOMENTS_BETWEEN)?;
    let mut rows = select.query((lowest, highest))?;
    while let Some(row) = rows.next()? {
        let mut columns = Columns::of(&row);
        let seq = columns.get()?;
        let key = key(&mut columns)?;
        let rules = rules.of(conn, key.0)?;
        if rules.has_mass_ends() {
            has_mass_ends = true;
            continue;
        }
        let Some(application) = applications.of(conn, key.0, key.2)? else {
            continue;
        };
        let moments = columns.moments()?;
        let until = rules.live_until(&application, &moments, now);
        live.extend(until.map(|until| (seq, key, until)));
    }
    if has_mass_ends {
        add_live_by_mass_ends(conn, (lowest, highest), &mut rules, now, &mut live)?;
    }
    Ok(live)
}

/// Those of pools in which ends are in force that are not recorded on each login.
fn add_live_by_mass_ends(
    conn: &Connection,
    between: (i64, i64),
    rules: &mut RulesOf,
    now: Timestamp,
    live: &mut Vec<(i64, Key, Timestamp)>,
) -> Result<()> {
    let mut select = conn.prepare_cached(sql::STATES_BETWEEN)?;
    let mut rows = select.query(between)?;
    while let Some(row) = rows.next()? {
        let state = LoginState::read(&row)?;
        let rules = rules.of(conn, state.pool)?;
        if !rules.has_mass_ends() {
            continue;
        }
        if let Standing::Live { expires_at } = rules.standing(&state, now) {
            let key = (state.pool, state.login.user, state.login.application);
            live.push((state.place(), key, expires_at));
        }
    }
    Ok(())
}

/// Applications, each read once.
#[derive(Default)]
struct Applications(HashMap<(PoolId, ApplicationId), Option<ApplicationState>>);

impl Applications {
    fn of(
        &mut self,
        conn: &Connection,
        pool: PoolId,
        application: ApplicationId,
    ) -> Result<Option<ApplicationState>> {
        if let Some(known) = self.0.get(&(pool, application)) {
            return Ok(*known);
        }
        let key = (pool.as_bytes(), application.as_bytes());
        let mut select = conn.prepare_cached(sql::APPLICATION_STATE)?;
        let read = select.query_row(key, |row| {
            ApplicationState::read_columns(&mut Columns::of(row))
        });
        let state = read.optional()?.flatten();
        self.0.insert((pool, application), state);
        Ok(state)
    }
}

/// Remembers what was read of those whose numbers were noted before. A place is given
/// again when the newest login is forgotten, so it does not say whose login it is.
fn keep(
    remembered: &Remembered,
    noted: &HashMap<i64, (Key, Foreseen)>,
    live: &[(i64, Key, Timestamp)],
    now: Timestamp,
) -> Ahead {
    let mut all = Ahead::default();
    for (seq, key, until) in live {
        let noted = noted.get(seq).filter(|(whose, _)| whose == key);
        if let Some((_, foreseen)) = noted {
            let ahead = remembered.keep_ahead(key.0, foreseen, *until, now);
            all.kept += ahead.kept;
            all.is_full |= ahead.is_full;
        }
    }
    all
}

impl SqlStore {
    /// [`warm`](rollcall_core::ports::maintenance::Maintenance::warm), with what happens
    /// before and after its second read: for tests of what must not come of that.
    #[doc(hidden)]
    pub async fn warm_while(
        &self,
        from: Option<WarmFrom>,
        batch: u32,
        before: impl Future<Output = ()> + Send,
        after: impl Future<Output = ()> + Send,
    ) -> StoreResult<Warmed> {
        let Some(remembered) = self.remembered() else {
            return Ok(Warmed::default());
        };
        if from.is_none() {
            remembered.expect(self.look(counters::logins).await?);
        }
        let below = from.map_or(i64::MAX, |from| from.0);
        let next = self.scan(move |conn| next_below(conn, below, batch));
        let Some(next) = next.await? else {
            return Ok(Warmed::default());
        };
        let noted = next.keys.into_iter().filter_map(|(seq, key)| {
            let foreseen = remembered.foresee(key.1, key.2)?;
            Some((seq, (key, foreseen)))
        });
        let noted: HashMap<i64, (Key, Foreseen)> = noted.collect();
        before.await;
        let mut ahead = Ahead::default();
        if !noted.is_empty() {
            let (live, now) = self.live((next.lowest, next.highest), after).await?;
            ahead = keep(remembered, &noted, &live, now);
        }
        Ok(Warmed {
            kept: ahead.kept,
            next: (!ahead.is_full).then_some(WarmFrom(next.lowest)),
        })
    }

    /// Reads who is live, and lets happen what does right after the read.
    async fn live(
        &self,
        between: (i64, i64),
        after: impl Future<Output = ()> + Send,
    ) -> StoreResult<(Vec<(i64, Key, Timestamp)>, Timestamp)> {
        let read = self.scan(move |conn| {
            let now = conn.now()?;
            Ok((live(conn, between, now)?, now))
        });
        let read = read.await?;
        after.await;
        Ok(read)
    }
}
