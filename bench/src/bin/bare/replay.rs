//! The rows of sign-ins once more, into a new SQLite file with the same schema: one
//! transaction for each commit of the store, durable like it, and nothing else.

use anyhow::{Context as _, Result};
use rollcall_bench::process::own_cpu_micros;
use rollcall_bench::sign_in_rows::TABLES;
use rusqlite::types::Value;
use rusqlite::{Connection, OpenFlags, params_from_iter};
use serde_json::json;
use std::path::Path;
use std::time::Instant;

/// The rows of one commit, by table.
type Group = Vec<Vec<Vec<Value>>>;

pub(crate) fn run(from: &Path, to: &Path, after: i64) -> Result<()> {
    let source = Connection::open_with_flags(from, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let groups = read(&source, after)?;
    let target = make(&source, to)?;
    let inserts: Vec<String> = TABLES
        .iter()
        .map(|(table, _)| insert(&source, table))
        .collect::<Result<_>>()?;
    let (began, before) = (Instant::now(), own_cpu_micros()?);
    for group in &groups {
        target.execute_batch("BEGIN IMMEDIATE")?;
        for (rows, insert) in group.iter().zip(&inserts) {
            let mut insert = target.prepare_cached(insert)?;
            for row in rows {
                insert.execute(params_from_iter(row))?;
            }
        }
        target.execute_batch("COMMIT")?;
    }
    let (wall, cpu) = (began.elapsed(), own_cpu_micros()? - before);
    let logins: usize = groups.iter().map(|group| group[1].len()).sum();
    let line = json!({
        "count": logins,
        "groups": groups.len(),
        "cpu_micros": cpu,
        "wall_micros": u64::try_from(wall.as_micros())?,
    });
    println!("{line}");
    Ok(())
}

/// The groups after a revision: a commit has one in each pool.
fn read(source: &Connection, after: i64) -> Result<Vec<Group>> {
    let mut revisions = source.prepare(
        "SELECT DISTINCT revision FROM events
            WHERE kind = 'began' AND revision > ?1 ORDER BY revision",
    )?;
    let revisions: Vec<i64> = revisions
        .query_map([after], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    let of_revision = |revision: i64| {
        let tables = TABLES.iter();
        tables
            .map(|(table, on)| rows(source, table, on, revision))
            .collect::<Result<Group>>()
    };
    revisions.into_iter().map(of_revision).collect()
}

fn rows(source: &Connection, table: &str, on: &str, revision: i64) -> Result<Vec<Vec<Value>>> {
    let mut select = source.prepare_cached(&format!(
        "SELECT t.* FROM events e JOIN {table} t ON {on}
            WHERE e.kind = 'began' AND e.revision = ?1 ORDER BY e.idx"
    ))?;
    let columns = select.column_count();
    let rows = select.query_map([revision], |row| {
        (0..columns).map(|column| row.get(column)).collect()
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn insert(source: &Connection, table: &str) -> Result<String> {
    let columns = source
        .prepare(&format!("SELECT * FROM {table} LIMIT 0"))?
        .column_count();
    let places: Vec<String> = (1..=columns).map(|number| format!("?{number}")).collect();
    Ok(format!(
        "INSERT INTO {table} VALUES ({})",
        places.join(", ")
    ))
}

/// A file with the schema of those tables, set up as the store sets up its own.
fn make(source: &Connection, to: &Path) -> Result<Connection> {
    let target = Connection::open(to).with_context(|| format!("making {}", to.display()))?;
    target.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
    target.pragma_update(None, "synchronous", "FULL")?;
    let mut schema = source.prepare(
        "SELECT sql FROM sqlite_schema
            WHERE tbl_name = ?1 AND sql IS NOT NULL ORDER BY type DESC",
    )?;
    for (table, _) in TABLES {
        let statements = schema.query_map([table], |row| row.get::<_, String>(0))?;
        for statement in statements {
            target.execute_batch(&statement?)?;
        }
    }
    Ok(target)
}
