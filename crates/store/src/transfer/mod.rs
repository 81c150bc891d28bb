//! Moving a store from one engine to the other: every row as it is.
//!
//! Both engines have the same tables, and what is encrypted is bound to its place in
//! them and not to the engine, so nothing is opened on the way. Rows go in the order of
//! their keys and are committed in batches: after an interruption the copy goes on
//! behind the last one. Until all of it is verified the target says that it is no
//! store yet.

mod tables;

use crate::postgres;
use crate::records::OpenError;
use crate::sql::{self, Connection, OptionalExtension as _, Value};
use crate::{PostgresOptions, sqlite};
use aws_lc_rs::digest;
use std::path::PathBuf;
use tables::Table;

/// Rows of a page, and of a commit.
const PAGE: usize = 1_000;
/// Rows of one statement: all their values are parameters, of which a statement may
/// have 32,766 on one engine and 65,535 on the other.
const ROWS_OF_A_STATEMENT: usize = 200;

/// In the target's `meta` while it is no store yet. The value is the source's key
/// check, which no two stores have in common.
pub(crate) const UNFINISHED: &str = "unfinished_transfer";

/// Where a store is.
#[derive(Clone, Debug)]
pub enum StoreAt {
    /// In this file.
    File(PathBuf),
    /// In this database.
    Server(PostgresOptions),
}

/// Why a store was not moved. Neither side was lost.
#[derive(Debug, thiserror::Error)]
pub enum TransferError {
    /// One of them does not open.
    #[error("the {side} does not open: {source}")]
    Open {
        /// `source` or `target`.
        side: &'static str,
        /// Why.
        source: OpenError,
    },
    /// There is nothing to move.
    #[error("there is no store in the source")]
    NoSource,
    /// Nothing is overwritten.
    #[error("there is a store in the target already, and nothing is overwritten")]
    TargetExists,
    /// Another transfer was begun into it.
    #[error("a transfer of another store into the target was begun and not finished")]
    OtherTransfer,
    /// The schemas are not the same.
    #[error("the source has another schema than the target: serve it once with this version")]
    OtherSchema,
    /// What arrived is not what was sent.
    #[error(
        "the table {table} is not the same on both sides: the source was changed meanwhile, \
         or the target; empty the target and begin anew while nobody serves the source"
    )]
    Differs {
        /// The table.
        table: String,
    },
    /// The source has a text that the target cannot hold.
    #[error("a statement failed: {0}")]
    Failed(String),
}

impl From<sql::Error> for TransferError {
    fn from(error: sql::Error) -> Self {
        Self::Failed(error.to_string())
    }
}

/// How far a transfer is.
#[derive(Clone, Copy, Debug)]
pub struct TransferProgress<'a> {
    /// What happens: `copy` or `verify`.
    pub step: &'static str,
    /// The table.
    pub table: &'a str,
    /// Rows that are done.
    pub done: u64,
    /// Rows of the table.
    pub rows: u64,
}

/// What was moved.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Transferred {
    /// Tables, with how many rows each has and their SHA-256, in hexadecimal.
    pub tables: Vec<(String, u64, String)>,
}

/// Moves a store, or goes on with it. Nobody may serve either side. Blocks.
pub fn transfer(
    from: &StoreAt,
    to: &StoreAt,
    mut tell: impl FnMut(TransferProgress<'_>),
) -> Result<Transferred, TransferError> {
    let open = |side, at: &StoreAt, exists| {
        open(at, exists).map_err(|source| TransferError::Open { side, source })
    };
    if !exists(from).map_err(|source| TransferError::Open {
        side: "source",
        source,
    })? {
        return Err(TransferError::NoSource);
    }
    let target_exists = exists(to).map_err(|source| TransferError::Open {
        side: "target",
        source,
    })?;
    let source = open("source", from, true)?;
    let target = open("target", to, target_exists)?;
    let identity = read_meta(&source, "key_check")?.ok_or(TransferError::NoSource)?;
    if read_meta(&source, UNFINISHED)?.is_some() {
        return Err(TransferError::NoSource);
    }
    claim(&target, &identity)?;
    let tables = tables::all(&source)?;
    if tables::all(&target)? != tables {
        return Err(TransferError::OtherSchema);
    }
    for table in &tables {
        copy(&source, &target, table, &mut tell)?;
    }
    let mut done = Vec::with_capacity(tables.len());
    for table in &tables {
        done.push(verify(&source, &target, table, &mut tell)?);
    }
    finish(&target, &tables)?;
    Ok(Transferred { tables: done })
}

fn exists(at: &StoreAt) -> Result<bool, OpenError> {
    match at {
        StoreAt::File(path) => Ok(path.exists()),
        StoreAt::Server(server) => postgres::exists(server),
    }
}

fn open(at: &StoreAt, exists: bool) -> Result<Connection, OpenError> {
    match at {
        StoreAt::File(path) => sqlite::open_alone(path, exists),
        StoreAt::Server(server) => postgres::open_alone(server),
    }
}

/// Makes the target this transfer's, unless it is a store or another one's.
fn claim(target: &Connection, identity: &[u8]) -> Result<(), TransferError> {
    match read_meta(target, UNFINISHED)? {
        Some(of) if of == identity => return Ok(()),
        Some(_) => return Err(TransferError::OtherTransfer),
        None => {}
    }
    if read_meta(target, "key_check")?.is_some() {
        return Err(TransferError::TargetExists);
    }
    in_commit(target, || {
        let mut insert = target.prepare("INSERT INTO meta (name, value) VALUES (?1, ?2)")?;
        insert.execute((UNFINISHED, identity))?;
        Ok(())
    })
}

fn read_meta(conn: &Connection, name: &str) -> sql::Result<Option<Vec<u8>>> {
    in_read(conn, || {
        let mut select = conn.prepare("SELECT value FROM meta WHERE name = ?1")?;
        select.query_row([name], |row| row.get(0)).optional()
    })
}

fn in_read<T>(conn: &Connection, read: impl FnOnce() -> sql::Result<T>) -> sql::Result<T> {
    conn.begin_snapshot(None)?;
    let done = read();
    conn.roll_back()?;
    done
}

fn in_commit<T>(
    conn: &Connection,
    write: impl FnOnce() -> sql::Result<T>,
) -> Result<T, TransferError> {
    conn.begin_write()?;
    let done = write().and_then(|done| conn.commit().map(|()| done));
    conn.roll_back()?;
    Ok(done?)
}

/// Whether the row is about the transfer itself, or told by each side for itself.
fn is_own(table: &Table, row: &[Value]) -> bool {
    let name = table.columns.iter().position(|column| column == "name");
    let name = name.and_then(|place| row.get(place));
    table.name == "meta" && name == Some(&Value::Text(UNFINISHED.to_owned()))
}

/// Shows the rows of a table, a page at a time, in the order of its key.
fn pages(
    conn: &Connection,
    table: &Table,
    mut after: Option<Vec<Value>>,
    mut each: impl FnMut(Vec<Vec<Value>>) -> Result<(), TransferError>,
) -> Result<(), TransferError> {
    let (first, next) = (table.page(true), table.page(false));
    let key = table.key_places();
    loop {
        let select = if after.is_none() { &first } else { &next };
        let mut values = after.unwrap_or_default();
        values.push(Value::Integer(i64::try_from(PAGE).unwrap_or(i64::MAX)));
        let rows = in_read(conn, || {
            conn.prepare_cached(select)?
                .query_map(values.as_slice(), |row| {
                    (0..table.columns.len())
                        .map(|column| row.get(column))
                        .collect()
                })?
                .collect::<sql::Result<Vec<Vec<Value>>>>()
        })?;
        let Some(last) = rows.last() else {
            return Ok(());
        };
        after = Some(key.iter().map(|place| last[*place].clone()).collect());
        each(rows)?;
    }
}

fn count(conn: &Connection, table: &Table) -> sql::Result<u64> {
    let count: i64 = in_read(conn, || {
        conn.prepare(&table.count())?
            .query_row((), |row| row.get(0))
    })?;
    Ok(count.unsigned_abs())
}

fn copy(
    source: &Connection,
    target: &Connection,
    table: &Table,
    tell: &mut impl FnMut(TransferProgress<'_>),
) -> Result<(), TransferError> {
    let rows = count(source, table)?;
    let mut done = count(target, table)?.min(rows);
    let last = in_read(target, || {
        target
            .prepare(&table.last_key())?
            .query_row((), |row| {
                (0..table.key.len()).map(|column| row.get(column)).collect()
            })
            .optional()
    })?;
    // The row of the transfer itself is no place to go on from.
    let last = last.filter(|_| table.name != "meta");
    let mut progress = |done| {
        tell(TransferProgress {
            step: "copy",
            table: &table.name,
            done,
            rows,
        });
    };
    progress(done);
    pages(source, table, last, |page| {
        in_commit(target, || {
            for rows in page.chunks(ROWS_OF_A_STATEMENT) {
                insert(target, table, rows)?;
            }
            Ok(())
        })?;
        done += page.len() as u64;
        progress(done);
        Ok(())
    })
}

fn insert(target: &Connection, table: &Table, rows: &[Vec<Value>]) -> sql::Result<()> {
    let replaces = if table.name == "meta" {
        " ON CONFLICT (name) DO UPDATE SET value = excluded.value"
    } else {
        ""
    };
    let values: Vec<&Value> = rows.iter().flatten().collect();
    let statement = table.insert(rows.len()) + replaces;
    target
        .prepare_cached(&statement)?
        .execute(values.as_slice())?;
    Ok(())
}

/// Compares both sides, row by row.
fn verify(
    source: &Connection,
    target: &Connection,
    table: &Table,
    tell: &mut impl FnMut(TransferProgress<'_>),
) -> Result<(String, u64, String), TransferError> {
    let rows = count(source, table)?;
    let sent = fingerprint(source, table, rows, tell)?;
    let arrived = fingerprint(target, table, rows, &mut |_| {})?;
    if sent != arrived {
        return Err(TransferError::Differs {
            table: table.name.clone(),
        });
    }
    let (count, hash) = sent;
    Ok((table.name.clone(), count, hash))
}

/// How many rows there are, and the SHA-256 of all their values.
fn fingerprint(
    conn: &Connection,
    table: &Table,
    rows: u64,
    tell: &mut impl FnMut(TransferProgress<'_>),
) -> Result<(u64, String), TransferError> {
    let mut hash = digest::Context::new(&digest::SHA256);
    let mut done = 0;
    pages(conn, table, None, |page| {
        for row in page.iter().filter(|row| !is_own(table, row)) {
            done += 1;
            for value in row {
                add(&mut hash, value);
            }
        }
        tell(TransferProgress {
            step: "verify",
            table: &table.name,
            done,
            rows,
        });
        Ok(())
    })?;
    Ok((done, hex::encode(hash.finish())))
}

/// A value with its kind and length, so that no two rows look alike.
fn add(hash: &mut digest::Context, value: &Value) {
    let (kind, bytes): (u8, &[u8]) = match value {
        Value::Null => (0, &[]),
        Value::Integer(number) => (1, &number.to_be_bytes()),
        Value::Text(text) => (2, text.as_bytes()),
        Value::Blob(bytes) => (3, bytes),
    };
    hash.update(&[kind]);
    hash.update(&(bytes.len() as u64).to_be_bytes());
    hash.update(bytes);
}

/// From here on the target is a store.
fn finish(target: &Connection, tables: &[Table]) -> Result<(), TransferError> {
    in_commit(target, || {
        if target.is_shared() {
            for table in tables.iter().filter(|table| table.key == ["seq"]) {
                target.go_on_counting(&table.name)?;
            }
        }
        let mut forget = target.prepare("DELETE FROM meta WHERE name = ?1")?;
        forget.execute([UNFINISHED])?;
        Ok(())
    })
}
