//! A copy of the store in one file, taken while it is served, and verified.
//!
//! SQLite's online backup, inside of one read transaction: the copy is the store as it
//! was at one instant, page for page, and neither waits for the other. (Without that
//! transaction each commit of the server would make it begin anew.) What is sealed stays
//! sealed: the master key is not in it.

use super::schema;
use crate::records::{OpenError, decode_clock_mark};
use rollcall_core::ids::PoolId;
use rollcall_core::time::Timestamp;
use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags, OptionalExtension as _};
use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::path::Path;
use std::time::Duration;

/// Pages between two words of progress: 16 MiB at the usual 4 KiB a page.
const PAGES_AT_ONCE: i32 = 4096;

/// How long a lock of the file is waited for: taken at its opening alone, and never
/// for long.
const BUSY_TIMEOUT: Duration = Duration::from_secs(30);

const VERSION: &str = "SELECT max(version) FROM refinery_schema_history";
const TABLES: &str = "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name";
const POOLS: &str = "SELECT id FROM pools ORDER BY ordinal";
const CLOCK_MARK: &str = "SELECT value FROM meta WHERE name = 'clock_mark'";

/// How far a copy is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CopyStep {
    /// Rows are counted, to compare them with the copy's.
    Counting,
    /// Pages are copied.
    Copying {
        /// So many.
        done: u64,
        /// Of so many.
        of: u64,
    },
    /// The copy is read back.
    Verifying,
}

/// What is in a copy.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CopyFacts {
    /// The version of its schema.
    pub schema_version: i32,
    /// The last instant that the store had told when it was copied: whatever came later
    /// is not in the copy.
    pub taken_at: Option<Timestamp>,
    /// The file's size.
    pub bytes: u64,
    /// Its pools, the first one first.
    pub pools: Vec<PoolId>,
    /// How many rows each table has.
    rows: BTreeMap<String, u64>,
}

impl CopyFacts {
    /// How many rows a table has; none if a store of that version has no such table.
    pub fn rows(&self, table: &str) -> u64 {
        self.rows.get(table).copied().unwrap_or_default()
    }
}

/// Why there is no copy.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// What was to be copied does not open.
    #[error(transparent)]
    Source(OpenError),
    /// It opens, and holds nothing.
    #[error("there is no store in it")]
    Empty,
    /// The copy cannot be written or read.
    #[error("the copy cannot be written or read: {0}")]
    Copy(String),
    /// The copy was made, and is not whole.
    #[error("the copy does not pass SQLite's integrity check: {0}")]
    NotWhole(String),
    /// The copy is whole, and not the same.
    #[error("the copy has not the rows of the store: {0} differs")]
    NotTheSame(String),
}

/// Copies a store into an empty file and verifies it: SQLite's integrity check, the
/// schema's version, and the rows of each table. When it returns, the copy is on disk.
pub fn copy(
    source: &Path,
    target: &Path,
    told: &mut dyn FnMut(CopyStep),
) -> Result<CopyFacts, CopyError> {
    let conn = open_source(source).map_err(|error| CopyError::Source(OpenError::of(&error)))?;
    schema::check(&conn).map_err(CopyError::Source)?;
    told(CopyStep::Counting);
    let before = facts(&conn, source)?;
    copy_pages(&conn, target, told)
        .and_then(|()| leave_log_mode(target))
        .map_err(|error| CopyError::Copy(error.to_string()))?;
    sync(target).map_err(|error| CopyError::Copy(error.to_string()))?;
    told(CopyStep::Verifying);
    let after = check(target)?;
    match differing(&before, &after) {
        None => Ok(after),
        Some(what) => Err(CopyError::NotTheSame(what)),
    }
}

/// The source, in a read transaction that lasts as long as the connection. It may be
/// written, so that the log of a store that was killed can be read; nothing is.
fn open_source(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(path, flags)?;
    conn.busy_timeout(BUSY_TIMEOUT)?;
    conn.pragma_update(None, "query_only", true)?;
    conn.pragma_update(None, "trusted_schema", false)?;
    conn.execute_batch("BEGIN DEFERRED; SELECT 1 FROM sqlite_schema LIMIT 1;")?;
    Ok(conn)
}

fn copy_pages(
    source: &Connection,
    target: &Path,
    told: &mut dyn FnMut(CopyStep),
) -> rusqlite::Result<()> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut copy = Connection::open_with_flags(target, flags)?;
    // Nobody uses it before it is whole, so it need not survive until then.
    copy.pragma_update_and_check(None, "journal_mode", "OFF", |_| Ok(()))?;
    copy.pragma_update(None, "synchronous", "OFF")?;
    let backup = Backup::new(source, &mut copy)?;
    loop {
        let step = backup.step(PAGES_AT_ONCE)?;
        let progress = backup.progress();
        let pages = |count: i32| u64::try_from(count).unwrap_or_default();
        told(CopyStep::Copying {
            done: pages(progress.pagecount - progress.remaining),
            of: pages(progress.pagecount),
        });
        match step {
            StepResult::Done => return Ok(()),
            // The source is in a transaction and the copy is ours alone, so nobody can
            // be in the way for good; the file's own time-out has passed already.
            StepResult::Busy | StepResult::Locked => {
                let code = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_BUSY);
                return Err(rusqlite::Error::SqliteFailure(code, None));
            }
            // StepResult may grow.
            _ => {}
        }
    }
}

/// Its first page says that it has a write-ahead log, as the source has. A file that has
/// none can be read where nothing may be written beside it.
fn leave_log_mode(target: &Path) -> rusqlite::Result<()> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(target, flags)?;
    conn.pragma_update_and_check(None, "locking_mode", "EXCLUSIVE", |_| Ok(()))?;
    conn.pragma_update_and_check(None, "journal_mode", "DELETE", |_| Ok(()))
}

fn sync(file: &Path) -> io::Result<()> {
    File::options().write(true).open(file)?.sync_all()
}

/// Reads a copy whole; changes nothing.
pub fn check(file: &Path) -> Result<CopyFacts, CopyError> {
    let unreadable = |error: rusqlite::Error| CopyError::Source(OpenError::of(&error));
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(file, flags).map_err(unreadable)?;
    schema::check(&conn).map_err(CopyError::Source)?;
    let mut faults = Vec::new();
    let mut add = |row: &rusqlite::Row<'_>| {
        faults.push(row.get::<_, String>(0)?);
        Ok(())
    };
    conn.pragma_query(None, "integrity_check", &mut add)
        .map_err(unreadable)?;
    if faults != ["ok"] {
        return Err(CopyError::NotWhole(faults.join("; ")));
    }
    facts(&conn, file)
}

fn facts(conn: &Connection, file: &Path) -> Result<CopyFacts, CopyError> {
    let unreadable = |error: rusqlite::Error| CopyError::Source(OpenError::of(&error));
    let rows = count(conn).map_err(unreadable)?;
    if rows.is_empty() {
        return Err(CopyError::Empty);
    }
    let io_error = |error: io::Error| CopyError::Source(OpenError::Io(error.to_string()));
    let read = || -> rusqlite::Result<_> {
        let version: Option<i32> = conn.query_row(VERSION, [], |row| row.get(0))?;
        let mut pools = conn.prepare(POOLS)?;
        let pools = pools.query_map([], |row| row.get(0).map(PoolId::from_bytes))?;
        let pools = pools.collect::<rusqlite::Result<Vec<_>>>()?;
        let mark: Option<[u8; 8]> = conn
            .query_row(CLOCK_MARK, [], |row| row.get(0))
            .optional()?;
        let taken_at = mark.map(decode_clock_mark);
        Ok((version.unwrap_or_default(), pools, taken_at))
    };
    let (schema_version, pools, taken_at) = read().map_err(unreadable)?;
    Ok(CopyFacts {
        schema_version,
        taken_at,
        bytes: file.metadata().map_err(io_error)?.len(),
        pools,
        rows,
    })
}

fn count(conn: &Connection) -> rusqlite::Result<BTreeMap<String, u64>> {
    let mut tables = conn.prepare(TABLES)?;
    let tables = tables.query_map([], |row| row.get::<_, String>(0))?;
    tables
        .map(|table| {
            let table = table?;
            // The name is the schema's own, and no SQL of anybody else's.
            let count = format!("SELECT count(*) FROM \"{table}\"");
            let rows: i64 = conn.query_row(&count, [], |row| row.get(0))?;
            Ok((table, u64::try_from(rows).unwrap_or_default()))
        })
        .collect()
}

/// What is not the same in both, if anything is.
fn differing(one: &CopyFacts, other: &CopyFacts) -> Option<String> {
    if one.schema_version != other.schema_version {
        return Some("the schema's version".to_owned());
    }
    if one.pools != other.pools {
        return Some("the list of user pools".to_owned());
    }
    let mut tables = one.rows.keys().chain(other.rows.keys());
    tables
        .find(|table| one.rows.get(*table) != other.rows.get(*table))
        .cloned()
}
