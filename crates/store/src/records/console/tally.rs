//! Figures that are counted from the events, in the background: a page that counted
//! a million logins would cost a second of a core.

use super::{live, people, standing};
use crate::records::applications::list as applications;
use crate::records::columns::Columns;
use crate::records::lifecycle;
use crate::records::{Commit, SqlStore, WriteError};
use crate::sql::{Connection, OptionalExtension as _, Result, params};
use async_trait::async_trait;
use rollcall_core::ids::{ApplicationId, PoolId, UserId};
use rollcall_core::limits;
use rollcall_core::model::event::{Event, EventKind, Position, Reason};
use rollcall_core::model::identifier::UserSelector;
use rollcall_core::model::user::User;
use rollcall_core::model::user_action::UserActionKind;
use rollcall_core::ports::StoreResult;
use rollcall_core::ports::console_reads::{
    ConsoleReads, HourCount, LiveCount, OnlinePage, Overview, PastLogin, SessionTree,
    StandingAnswer, Tallied,
};
use rollcall_core::ports::maintenance::Progress;
use rollcall_core::time::Timestamp;
use std::collections::BTreeMap;

const HOUR_MS: i64 = 3_600_000;
const NO_APPLICATION: [u8; 12] = [0; 12];
const BEGAN: &str = "began";
const REFUSED: &str = "refused";

/// Pools with events that are not counted yet. The mark is an event's place and never
/// beyond: others of the same commit, and so of its revision, may come after the count.
pub(crate) const BEHIND: &str = "SELECT p.id, m.revision, m.idx FROM pools p
    LEFT JOIN console_marks m ON m.pool = p.id
    WHERE EXISTS (SELECT 1 FROM events e WHERE e.pool = p.id
        AND (e.revision, e.idx) > (coalesce(m.revision, 0), coalesce(m.idx, 0)))
    ORDER BY p.ordinal";
const SET_MARK: &str = "INSERT INTO console_marks (pool, revision, idx) VALUES (?1, ?2, ?3)
    ON CONFLICT (pool) DO UPDATE SET revision = excluded.revision, idx = excluded.idx";
const ADD_HOUR: &str = "INSERT INTO console_hours (pool, hour, application, kind, number)
    VALUES (?1, ?2, ?3, ?4, ?5)
    ON CONFLICT (pool, hour, application, kind) DO UPDATE
        SET number = console_hours.number + excluded.number";
pub(crate) const ACTIONS: &str = "SELECT seq, pool, application, at, kind, failure
    FROM user_actions WHERE seq > ?1 ORDER BY seq LIMIT ?2";
const ACTION_MARK: &str = "SELECT seq FROM console_action_mark WHERE only_row = 1";
const SET_ACTION_MARK: &str = "INSERT INTO console_action_mark (only_row, seq) VALUES (1, ?1)
    ON CONFLICT (only_row) DO UPDATE SET seq = excluded.seq";
pub(crate) const FORGET: &str = "DELETE FROM console_hours WHERE hour < ?1";
pub(crate) const HOURS: &str = "SELECT application, hour, kind, number FROM console_hours
    WHERE pool = ?1 AND hour >= ?2";
pub(crate) const LIVE: &str = "SELECT a.id, a.name, coalesce(c.logins, 0)
    FROM applications a
    LEFT JOIN counted_logins c ON c.pool = a.pool AND c.application = a.id
    WHERE a.pool = ?1 ORDER BY coalesce(c.logins, 0) DESC, a.name LIMIT ?2";
pub(crate) const WAITING: &str = "SELECT count(*) FROM (
    SELECT 1 FROM logout_deliveries WHERE application = ?1 AND state = 'waiting' LIMIT ?2) w";
pub(crate) const GIVEN_UP: &str = "SELECT count(*) FROM (
    SELECT state FROM logout_deliveries WHERE pool = ?1 ORDER BY seq DESC LIMIT ?2) d
    WHERE d.state = 'given_up'";

/// What one commit adds up before it writes.
#[derive(Default)]
struct Sums {
    hours: BTreeMap<(i64, [u8; 12], &'static str), i64>,
}

impl Sums {
    fn count(&mut self, at: Timestamp, application: [u8; 12], kind: &'static str) {
        let hour = at.as_millis().div_euclid(HOUR_MS) * HOUR_MS;
        *self.hours.entry((hour, application, kind)).or_default() += 1;
    }

    fn event(&mut self, event: &Event) {
        let application = *event.application.as_bytes();
        let kind = match event.kind {
            EventKind::Began { .. } => BEGAN,
            EventKind::Ended(reason) => reason.as_str(),
            EventKind::Extended { .. } => return,
        };
        self.count(event.at, application, kind);
    }

    fn write(&self, conn: &Connection, pool: PoolId) -> Result<()> {
        for ((hour, application, kind), number) in &self.hours {
            conn.prepare_cached(ADD_HOUR)?.perform(params![
                pool.as_bytes(),
                hour,
                application,
                kind,
                number
            ])?;
        }
        Ok(())
    }
}

fn pools_behind(conn: &Connection) -> Result<Vec<(PoolId, Position)>> {
    conn.prepare_cached(BEHIND)?
        .query_map((), |row| {
            let mut columns = Columns::of(row);
            let pool = PoolId::from_bytes(columns.get()?);
            let position = Position {
                revision: columns.get::<Option<i64>>()?.unwrap_or(0),
                index: columns.get::<Option<i64>>()?.unwrap_or(0),
            };
            Ok((pool, position))
        })?
        .collect()
}

/// Counts what is not counted yet.
fn tally(commit: &Commit<'_>, batch: u32) -> std::result::Result<Progress, WriteError> {
    let conn = commit.conn();
    let mut left = batch;
    for (pool, mark) in pools_behind(conn)? {
        if left == 0 {
            break;
        }
        let events = lifecycle::events_after(conn, pool, mark, left)?;
        let mut sums = Sums::default();
        for event in &events {
            sums.event(event);
        }
        sums.write(conn, pool)?;
        let Some(last) = events.last() else {
            continue;
        };
        let (position, counted) = (last.position, u32::try_from(events.len()).unwrap_or(left));
        conn.prepare_cached(SET_MARK)?.perform((
            pool.as_bytes(),
            position.revision,
            position.index,
        ))?;
        left = left.saturating_sub(counted);
    }
    left = left.saturating_sub(tally_actions(conn, left)?);
    let oldest = commit.now() - limits::TALLY_RETENTION;
    conn.prepare_cached(FORGET)?.perform([oldest.as_millis()])?;
    Ok(Progress {
        changed: u64::from(batch - left),
        more: left == 0,
    })
}

fn tally_actions(conn: &Connection, left: u32) -> Result<u32> {
    let mark: i64 = conn
        .prepare_cached(ACTION_MARK)?
        .query_row((), |row| row.get(0))
        .optional()?
        .unwrap_or(0);
    let mut sums: BTreeMap<PoolId, Sums> = BTreeMap::new();
    let (mut last, mut counted) = (mark, 0);
    let mut select = conn.prepare_cached(ACTIONS)?;
    let mut rows = select.query((mark, left))?;
    while let Some(row) = rows.next()? {
        let mut columns = Columns::of(&row);
        last = columns.get()?;
        counted += 1;
        let pool = PoolId::from_bytes(columns.get()?);
        let application: Option<[u8; 12]> = columns.get()?;
        let at = columns.instant()?;
        let kind: String = columns.get()?;
        let failure: Option<String> = columns.get()?;
        if kind == UserActionKind::Login.as_str() && failure.is_some() {
            let application = application.unwrap_or(NO_APPLICATION);
            sums.entry(pool)
                .or_default()
                .count(at, application, REFUSED);
        }
    }
    for (pool, sums) in &sums {
        sums.write(conn, *pool)?;
    }
    if counted > 0 {
        conn.prepare_cached(SET_ACTION_MARK)?.perform([last])?;
    }
    Ok(counted)
}

/// Whether there is anything to do: most ticks find nothing, and write nothing.
fn is_behind(conn: &Connection) -> Result<bool> {
    if conn.prepare_cached(BEHIND)?.exists(())? {
        return Ok(true);
    }
    let mark: Option<i64> = conn
        .prepare_cached(ACTION_MARK)?
        .query_row((), |row| row.get(0))
        .optional()?;
    conn.prepare_cached(ACTIONS)?.exists((mark.unwrap_or(0), 1))
}

fn tallied(kind: &str) -> Option<Tallied> {
    match kind {
        BEGAN => Some(Tallied::Began),
        REFUSED => Some(Tallied::Refused),
        reason => Reason::from_name(reason).map(Tallied::Ended),
    }
}

fn overview(conn: &Connection, pool: PoolId, since: Timestamp, now: Timestamp) -> Result<Overview> {
    let live: Vec<LiveCount> = conn
        .prepare_cached(LIVE)?
        .query_map((pool.as_bytes(), limits::APPLICATIONS_SHOWN), |row| {
            let mut columns = Columns::of(row);
            Ok(LiveCount {
                application: ApplicationId::from_bytes(columns.get()?),
                name: columns.get()?,
                number: columns.get::<i64>()?.unsigned_abs(),
            })
        })?
        .collect::<Result<_>>()?;
    let hours = conn
        .prepare_cached(HOURS)?
        .query_map((pool.as_bytes(), since.as_millis()), |row| {
            let mut columns = Columns::of(row);
            let application: [u8; 12] = columns.get()?;
            Ok(HourCount {
                application: (application != NO_APPLICATION)
                    .then(|| ApplicationId::from_bytes(application)),
                hour: columns.instant()?,
                what: columns.meaning(tallied)?,
                number: columns.get::<i64>()?.unsigned_abs(),
            })
        })?
        .collect::<Result<_>>()?;
    let most = limits::DELIVERIES_COUNTED;
    let mut waiting = 0;
    for application in &live {
        let left = i64::from(most) - waiting;
        waiting += conn
            .prepare_cached(WAITING)?
            .query_row((application.application.as_bytes(), left.max(0)), |row| {
                row.get::<i64>(0)
            })?;
    }
    let given_up: i64 = conn
        .prepare_cached(GIVEN_UP)?
        .query_row((pool.as_bytes(), most), |row| row.get(0))?;
    Ok(Overview {
        live,
        hours,
        waiting: waiting.unsigned_abs(),
        given_up: given_up.unsigned_abs(),
        now,
    })
}

#[async_trait]
impl ConsoleReads for SqlStore {
    async fn online_users(
        &self,
        pool: PoolId,
        application: ApplicationId,
        after: Option<UserId>,
        limit: u32,
    ) -> StoreResult<Option<OnlinePage>> {
        self.scan(move |conn| live::online(conn, pool, application, after, limit, conn.now()?))
            .await
    }

    async fn standing_facts(
        &self,
        pool: PoolId,
        application: ApplicationId,
        user: UserSelector,
    ) -> StoreResult<StandingAnswer> {
        self.scan(move |conn| standing::facts(conn, pool, application, &user, conn.now()?))
            .await
    }

    async fn session_trees(&self, pool: PoolId, user: UserId) -> StoreResult<Vec<SessionTree>> {
        self.scan(move |conn| standing::trees(conn, pool, user, conn.now()?))
            .await
    }

    async fn past_logins(
        &self,
        pool: PoolId,
        user: UserId,
        before: Option<Timestamp>,
        limit: u32,
    ) -> StoreResult<Vec<PastLogin>> {
        self.scan(move |conn| standing::past(conn, pool, user, before, limit))
            .await
    }

    async fn newest_users(
        &self,
        pool: PoolId,
        after: Option<(Timestamp, UserId)>,
        limit: u32,
    ) -> StoreResult<Vec<User>> {
        self.scan(move |conn| people::newest(conn, pool, after, limit))
            .await
    }

    async fn users_beginning(
        &self,
        pool: PoolId,
        username_key: String,
        email: String,
        limit: u32,
    ) -> StoreResult<Vec<User>> {
        self.scan(move |conn| people::beginning(conn, pool, &username_key, &email, limit))
            .await
    }

    async fn application_names(
        &self,
        pool: PoolId,
        limit: u32,
    ) -> StoreResult<Vec<(ApplicationId, String)>> {
        self.read(move |conn| applications::names(conn, pool, limit))
            .await
    }

    async fn pool_revision(&self, pool: PoolId) -> StoreResult<Option<i64>> {
        self.read(move |conn| standing::revision(conn, pool)).await
    }

    async fn overview(&self, pool: PoolId, since: Timestamp) -> StoreResult<Overview> {
        self.scan(move |conn| overview(conn, pool, since, conn.now()?))
            .await
    }

    async fn tally(&self, batch: u32) -> StoreResult<Progress> {
        if !self.read(is_behind).await? {
            return Ok(Progress::default());
        }
        self.write(move |commit| tally(commit, batch)).await
    }
}
