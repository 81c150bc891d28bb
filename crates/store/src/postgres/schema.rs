//! The schema, and whether this binary knows it.
//!
//! Several nodes may start at once: whoever brings the schema up to date holds the
//! writers' lock, all in one transaction. Nodes of the version before may still run,
//! so a migration only adds what they do not see.

use crate::records::OpenError;
use crate::sql::{self, Connection, OptionalExtension as _};

mod embedded {
    refinery::embed_migrations!("migrations/postgres");
}

const HISTORY: &str = "SELECT to_regclass('refinery_schema_history') IS NOT NULL";
/// Tables that are not ours would mean that the URL names the wrong database.
const ANYTHING: &str = "SELECT 1 FROM pg_catalog.pg_class
    WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace LIMIT 1";
const NEWEST: &str = "SELECT max(version) FROM refinery_schema_history";
const MAKE_HISTORY: &str = "CREATE TABLE refinery_schema_history (
    version    INTEGER PRIMARY KEY,
    name       VARCHAR(255),
    applied_on VARCHAR(255),
    checksum   VARCHAR(255)
)";
const APPLIED: &str = "INSERT INTO refinery_schema_history (version, name, applied_on, checksum)
    VALUES (?1, ?2, to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'), ?3)";

/// Whether there is a store in this database.
pub(super) fn exists(conn: &Connection) -> sql::Result<bool> {
    conn.prepare(HISTORY)?.query_row((), |row| row.get(0))
}

/// Brings the schema up to this binary's. A newer or foreign one is refused
/// unchanged.
pub(super) fn migrate(conn: &Connection) -> Result<(), OpenError> {
    conn.begin_write()?;
    let migrated = migrate_alone(conn);
    match migrated {
        Ok(()) => Ok(conn.commit()?),
        Err(error) => {
            conn.roll_back()?;
            Err(error)
        }
    }
}

/// Refuses a database that is not exactly of this binary's schema, where nothing may be
/// changed.
pub(super) fn check_is_current(conn: &Connection) -> Result<(), OpenError> {
    let known = known();
    let newest = known.last().map_or(0, refinery::Migration::version);
    let found = match exists(conn)? {
        true => conn.prepare(NEWEST)?.query_row((), |row| row.get(0))?,
        false => None,
    };
    match found.unwrap_or_default() {
        found if found == newest => Ok(()),
        found if found > newest => Err(OpenError::NewerSchema {
            found,
            known: newest,
        }),
        found => Err(OpenError::OlderSchema {
            found,
            known: newest,
        }),
    }
}

/// The migrations of this binary, in their order.
fn known() -> Vec<refinery::Migration> {
    let mut known = embedded::migrations::runner().get_migrations().clone();
    known.sort_by_key(refinery::Migration::version);
    known
}

fn migrate_alone(conn: &Connection) -> Result<(), OpenError> {
    let known = known();
    let newest_known = known.last().map_or(0, refinery::Migration::version);
    let found = found(conn)?;
    if found > newest_known {
        return Err(OpenError::NewerSchema {
            found,
            known: newest_known,
        });
    }
    for migration in known.iter().filter(|known| known.version() > found) {
        let text = migration.sql().unwrap_or_default();
        conn.batch(text)?;
        conn.prepare(APPLIED)?.execute((
            migration.version(),
            migration.name(),
            migration.checksum().to_string(),
        ))?;
    }
    Ok(())
}

/// The version of the schema that is there; zero: none.
fn found(conn: &Connection) -> Result<i32, OpenError> {
    if exists(conn)? {
        let newest: Option<i32> = conn.prepare(NEWEST)?.query_row((), |row| row.get(0))?;
        return Ok(newest.unwrap_or_default());
    }
    let foreign: Option<i32> = conn
        .prepare(ANYTHING)?
        .query_row((), |row| row.get(0))
        .optional()?;
    if foreign.is_some() {
        return Err(OpenError::Damaged(
            "the database holds tables that are not ours".to_owned(),
        ));
    }
    conn.batch(MAKE_HISTORY)?;
    Ok(0)
}
