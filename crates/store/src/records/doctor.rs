//! Whether what is stored agrees with itself: all of it on one snapshot, beside a
//! running server, and without a change.
//!
//! The rules are those that the store keeps in each commit, asked backwards. Most are
//! statements that select what breaks them ([`checks`]); whether a login stands as its
//! row says is decided by core, like every answer.

mod checks;
mod user;

pub use user::{Explanation, LoginExplained, Mark, Subject};

use super::census::RulesOf;
use super::lifecycle::LoginState;
use super::{OpenError, meta};
use crate::sql::{Cell, Connection, Result, Row};
use crate::sqlite::{self, schema};
use crate::{StoreAt, postgres};
use rollcall_core::ids::{LoginId, PoolId};
use rollcall_core::limits;
use rollcall_core::model::standing::Standing;
use rollcall_core::time::{Span, Timestamp};
use std::collections::{BTreeSet, HashSet};

/// So many rows of a finding are named; the others are counted.
const EXAMPLES: usize = 10;

const UNRECORDED: &str = "SELECT pool, id, due_at FROM logins WHERE ended_at IS NULL";
const POOLS_WITH_MASS_ENDS: &str = "SELECT DISTINCT pool FROM mass_ends";
const INTEGRITY: &str = "PRAGMA integrity_check(100)";
const SCHEMA: &str = "SELECT type, name, sql FROM sqlite_schema
    WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name <> 'refinery_schema_history'";

/// What one check found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    /// The check's name.
    pub check: &'static str,
    /// What holds where nothing is found.
    pub rule: &'static str,
    /// How many rows break it.
    pub found: u64,
    /// The first of them.
    pub examples: Vec<String>,
}

impl Finding {
    fn none(check: &'static str, rule: &'static str) -> Self {
        Self {
            check,
            rule,
            found: 0,
            examples: Vec::new(),
        }
    }

    fn add(&mut self, example: impl FnOnce() -> String) {
        self.found += 1;
        if self.examples.len() < EXAMPLES {
            self.examples.push(example());
        }
    }
}

/// How a store was found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Examination {
    /// The instant at which everything was looked at.
    pub at: Timestamp,
    /// How far real time is behind the store's mark.
    pub clock_lag: Span,
    /// How much there is, by name.
    pub counts: Vec<(&'static str, u64)>,
    /// Every check, with what it found.
    pub findings: Vec<Finding>,
}

impl Examination {
    /// Whether no check found anything.
    pub fn is_sound(&self) -> bool {
        self.findings.iter().all(|finding| finding.found == 0)
    }
}

/// A store that is only looked at.
pub struct Doctor {
    conn: Connection,
    /// The instant of every decision: the server's, which never runs backwards.
    now: Timestamp,
    clock_lag: Span,
}

impl std::fmt::Debug for Doctor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Doctor").finish_non_exhaustive()
    }
}

impl Doctor {
    /// Opens a store beside whoever serves it, at this real time, which a database has
    /// of its own. It must have the schema of this binary: nothing is migrated here.
    pub fn open(at: &StoreAt, real: Timestamp) -> std::result::Result<Self, OpenError> {
        let (conn, instant) = match at {
            StoreAt::File(path) => (sqlite::open_to_look(path)?, Some(real)),
            StoreAt::Server(server) => (postgres::open_to_look(server)?, None),
        };
        // One snapshot for all of it; dropping the connection ends it.
        conn.begin_snapshot(instant)?;
        let real = conn.now()?;
        let mark = meta::clock_mark(&conn)?.unwrap_or(real);
        Ok(Self {
            conn,
            now: mark.max(real),
            clock_lag: mark.since(real),
        })
    }

    /// Looks at everything.
    pub fn examine(&self) -> std::result::Result<Examination, OpenError> {
        let mut findings = vec![self.clock()];
        // Of a file alone: a server looks after its own.
        if !self.conn.is_shared() {
            findings.extend([self.integrity()?, self.schema()?]);
        }
        let kept_since = self.now - limits::DEFAULT_RETENTION;
        for check in checks::ALL {
            findings.push(self.select(check, kept_since)?);
        }
        findings.push(self.hints()?);
        let mut counts = Vec::new();
        for (name, sql) in checks::COUNTS {
            let count: i64 = self.conn.prepare(sql)?.query_row((), |row| row.get(0))?;
            counts.push((*name, count.unsigned_abs()));
        }
        Ok(Examination {
            at: self.now,
            clock_lag: self.clock_lag,
            counts,
            findings,
        })
    }

    fn select(&self, check: &checks::Check, kept_since: Timestamp) -> Result<Finding> {
        let mut finding = Finding::none(check.name, check.rule);
        let mut select = self.conn.prepare(check.sql)?;
        let (kept_since, now) = (kept_since.as_millis(), self.now.as_millis());
        let mut rows = if check.sql.contains("?2") {
            select.query((kept_since, now))?
        } else if check.sql.contains("?1") {
            select.query((kept_since,))?
        } else {
            select.query(())?
        };
        while let Some(row) = rows.next()? {
            finding.add(|| told(&row));
        }
        Ok(finding)
    }

    /// The file's own structure, and each index against its table.
    fn integrity(&self) -> Result<Finding> {
        let mut finding = Finding::none(
            "file",
            "the database file is whole, and each index says what its table does",
        );
        let mut check = self.conn.prepare(INTEGRITY)?;
        let mut rows = check.query(())?;
        while let Some(row) = rows.next()? {
            let text: String = row.get(0)?;
            if text != "ok" {
                finding.add(|| text);
            }
        }
        Ok(finding)
    }

    /// Tables and indexes against those of a new store.
    fn schema(&self) -> std::result::Result<Finding, OpenError> {
        let mut finding = Finding::none(
            "schema",
            "tables, columns and indexes are those of a new store",
        );
        let stored = schema_of(&self.conn)?;
        let expected = schema_of(&schema::fresh()?.into())?;
        for (kind, name, _) in expected.difference(&stored) {
            finding.add(|| format!("{kind} {name} is missing or differs"));
        }
        for (kind, name, _) in stored.difference(&expected) {
            if !expected.iter().any(|(_, known, _)| known == name) {
                finding.add(|| format!("{kind} {name} is not ours"));
            }
        }
        Ok(finding)
    }

    fn clock(&self) -> Finding {
        let mut finding = Finding::none(
            "clock",
            "the clock is not far behind the latest instant that the store has told",
        );
        if self.clock_lag > limits::MAX_CLOCK_REGRESSION {
            finding.add(|| format!("it is {} s behind", self.clock_lag.as_seconds()));
        }
        finding
    }

    /// A login that is looked at after its limit is answered rightly, but its end is
    /// recorded, and passed on, late.
    fn hints(&self) -> Result<Finding> {
        let mut finding = Finding::none(
            "due_hints",
            "each live login is looked at no later than its earliest limit",
        );
        let mut pools = self.conn.prepare(POOLS_WITH_MASS_ENDS)?;
        let recording: HashSet<[u8; 12]> = pools
            .query_map((), |row| row.get(0))?
            .collect::<Result<_>>()?;
        let mut rules = RulesOf::default();
        let mut select = self.conn.prepare(UNRECORDED)?;
        let mut rows = select.query(())?;
        while let Some(row) = rows.next()? {
            let pool = PoolId::from_bytes(row.get(0)?);
            if recording.contains(pool.as_bytes()) {
                continue;
            }
            let login = LoginId::from_bytes(row.get(1)?);
            let due_at = Timestamp::from_millis(row.get(2)?);
            let Some(state) = LoginState::of_login(&self.conn, pool, login)? else {
                continue;
            };
            let rules = rules.of(&self.conn, pool)?;
            let limit = match rules.standing_by_rules(&state, self.now) {
                Standing::Live { expires_at } => expires_at,
                Standing::Ended(end) => end.at,
            };
            if due_at > limit {
                let late = due_at.since(limit).as_millis();
                finding.add(|| format!("pool={pool} id={login} late_ms={late}"));
            }
        }
        Ok(finding)
    }
}

fn schema_of(conn: &Connection) -> Result<BTreeSet<(String, String, Option<String>)>> {
    let mut select = conn.prepare(SCHEMA)?;
    let rows = select.query_map((), |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    rows.collect()
}

/// A row as `column=value`, ids in hexadecimal.
fn told(row: &Row<'_>) -> String {
    let names = row.columns();
    let cells = names.iter().enumerate().map(|(place, name)| {
        let value = match row.cell(place) {
            Ok(Cell::Integer(number)) => number.to_string(),
            Ok(Cell::Blob(bytes)) => hex::encode(bytes),
            Ok(Cell::Text(text)) => text.to_owned(),
            Ok(Cell::Null) | Err(_) => "-".to_owned(),
        };
        format!("{name}={value}")
    });
    cells.collect::<Vec<_>>().join(" ")
}
