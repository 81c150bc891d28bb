//! The schema, and whether this binary knows it.

use crate::records::OpenError;
use rusqlite::{Connection, OptionalExtension as _};

mod embedded {
    refinery::embed_migrations!("migrations/sqlite");
}

const HISTORY: &str = "SELECT 1 FROM sqlite_schema WHERE name = 'refinery_schema_history'";
const ANYTHING: &str = "SELECT 1 FROM sqlite_schema LIMIT 1";
const NEWEST: &str = "SELECT max(version) FROM refinery_schema_history";

/// Refuses a database that a newer binary wrote, or that something else wrote,
/// before anything in it is changed.
pub(crate) fn check(conn: &Connection) -> Result<(), OpenError> {
    if !there_is(conn, HISTORY)? {
        if there_is(conn, ANYTHING)? {
            return Err(OpenError::Damaged(
                "it holds tables that are not ours".to_owned(),
            ));
        }
        return Ok(());
    }
    let found: Option<i32> = conn.query_row(NEWEST, [], |row| row.get(0))?;
    let known = newest_known();
    match found {
        Some(found) if found > known => Err(OpenError::NewerSchema { found, known }),
        Some(_) | None => Ok(()),
    }
}

/// Refuses a database that is not exactly of this binary's schema, where nothing may
/// be changed.
pub(super) fn check_is_current(conn: &Connection) -> Result<(), OpenError> {
    check(conn)?;
    let found: Option<i32> = if there_is(conn, HISTORY)? {
        conn.query_row(NEWEST, [], |row| row.get(0))?
    } else {
        None
    };
    if found == Some(newest_known()) {
        return Ok(());
    }
    Err(OpenError::OlderSchema {
        found: found.unwrap_or_default(),
        known: newest_known(),
    })
}

/// An empty database with the schema of a new store, in memory.
pub(crate) fn fresh() -> Result<Connection, OpenError> {
    let mut conn = Connection::open_in_memory()?;
    migrate(&mut conn)?;
    Ok(conn)
}

/// Brings the schema up to this binary's, in one transaction.
pub(crate) fn migrate(conn: &mut Connection) -> Result<(), OpenError> {
    match embedded::migrations::runner().set_grouped(true).run(conn) {
        Ok(_) => Ok(()),
        Err(error) => Err(migration_error(error.kind())),
    }
}

fn migration_error(kind: &refinery::error::Kind) -> OpenError {
    use refinery::error::Kind;
    let (text, source) = match kind {
        Kind::Connection(text, source) => (text, source),
        other => return OpenError::Damaged(other.to_string()),
    };
    match source.downcast_ref::<rusqlite::Error>() {
        Some(error) => OpenError::of(error),
        None => OpenError::Io(format!("{text}: {source}")),
    }
}

fn newest_known() -> i32 {
    let runner = embedded::migrations::runner();
    let versions = runner
        .get_migrations()
        .iter()
        .map(refinery::Migration::version);
    versions.max().unwrap_or_default()
}

fn there_is(conn: &Connection, sql: &str) -> rusqlite::Result<bool> {
    let row: Option<i64> = conn.query_row(sql, [], |row| row.get(0)).optional()?;
    Ok(row.is_some())
}
