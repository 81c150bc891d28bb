//! Into the embedded store.

use super::template::{Cell, Ids, Row, Template, other};
use super::{Plan, Progress};
use anyhow::{Context as _, Result};
use rusqlite::types::Value;
use rusqlite::{Connection, Statement};
use std::path::Path;

/// Pages that SQLite keeps and sorts in while it loads, in KiB.
const CACHE_KIB: i64 = 1024 * 1024;

/// What the store keeps count of, and nobody has counted here.
const COUNT_ANEW: &str = "DELETE FROM counted_logins; DELETE FROM counted_users;
    INSERT INTO counted_logins (pool, application, logins, users)
        SELECT pool, application, count(*), count(DISTINCT user) FROM logins
        WHERE ended_at IS NULL GROUP BY pool, application;
    INSERT INTO counted_users (pool, status, users)
        SELECT pool, status, count(*) FROM users GROUP BY pool, status;";

pub(super) fn load(database: &Path, plan: &Plan<'_>) -> Result<Ids> {
    let conn = Connection::open(database)?;
    // Nothing that is half loaded is ever served, so nothing needs to survive.
    for (name, value) in [
        ("locking_mode", "EXCLUSIVE"),
        ("journal_mode", "DELETE"),
        ("journal_mode", "OFF"),
    ] {
        conn.pragma_update_and_check(None, name, value, |_| Ok(()))?;
    }
    conn.pragma_update(None, "synchronous", "OFF")?;
    conn.pragma_update(None, "cache_size", -CACHE_KIB)?;
    let mut template = Template::read(&conn, plan.user, plan.expire_at)?;
    let revision = conn.query_row(
        "SELECT revision FROM pools WHERE id = ?1",
        [&template.pool],
        |row| row.get::<_, i64>(0),
    )?;
    let indexes = take_down_indexes(&conn, &template.rows)?;
    conn.execute_batch("BEGIN")?;
    if plan.expire_at.is_some() {
        move_first(&conn, &template)?;
    }
    for row in &mut template.rows {
        write_again(&conn, row, &template.ids, plan.logins, revision)?;
    }
    conn.execute(
        "UPDATE pools SET revision = ?2 WHERE id = ?1",
        (&template.pool, revision + i64::try_from(plan.logins)?),
    )?;
    conn.execute_batch(COUNT_ANEW)?;
    conn.execute_batch("COMMIT")?;
    let mut progress = Progress::new("indexes", indexes.len() as u64);
    for (done, index) in indexes.iter().enumerate() {
        progress.at(done as u64);
        conn.execute_batch(index)?;
    }
    // As the store keeps it.
    conn.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
    conn.close().map_err(|(_, error)| error)?;
    // So that writing it back is over before anything is measured.
    std::fs::File::open(database)?.sync_all()?;
    Ok(template.ids)
}

/// The statements that make the indexes of these tables, which are gone.
fn take_down_indexes(conn: &Connection, rows: &[Row]) -> Result<Vec<String>> {
    let mut select = conn.prepare(
        "SELECT name, sql FROM sqlite_schema
            WHERE type = 'index' AND tbl_name = ?1 AND sql IS NOT NULL",
    )?;
    let mut tables: Vec<&str> = rows.iter().map(|row| row.table.as_str()).collect();
    tables.sort_unstable();
    tables.dedup();
    let mut indexes = Vec::new();
    for table in tables {
        let found = select.query_map([table], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let found: Vec<(String, String)> = found.collect::<rusqlite::Result<_>>()?;
        indexes.extend(found);
    }
    drop(select);
    for (name, _) in &indexes {
        conn.execute_batch(&format!("DROP INDEX \"{name}\""))?;
    }
    Ok(indexes.into_iter().map(|(_, sql)| sql).collect())
}

/// Gives the first one the instants that the others get.
fn move_first(conn: &Connection, template: &Template) -> Result<()> {
    for row in &template.rows {
        let key = match row.table.as_str() {
            "sessions" => template.ids.session,
            "logins" => template.ids.login,
            _ => continue,
        };
        for (column, cell) in row.columns.iter().zip(&row.cells) {
            if let Cell::Same(Value::Integer(value)) = cell {
                let update = format!("UPDATE {} SET \"{column}\" = ?1 WHERE id = ?2", row.table);
                conn.execute(&update, (value, key))?;
            }
        }
    }
    Ok(())
}

/// Writes a row for each of the others.
fn write_again(conn: &Connection, row: &Row, ids: &Ids, logins: u64, revision: i64) -> Result<()> {
    let list: Vec<String> = row
        .columns
        .iter()
        .map(|name| format!("\"{name}\""))
        .collect();
    let places: Vec<String> = (1..=list.len()).map(|place| format!("?{place}")).collect();
    let mut insert = conn.prepare(&format!(
        "INSERT INTO \"{}\" ({}) VALUES ({})",
        row.table,
        list.join(", "),
        places.join(", ")
    ))?;
    // What is the same for all stays bound.
    for (index, cell) in row.cells.iter().enumerate() {
        if let Cell::Same(value) = cell {
            insert.raw_bind_parameter(index + 1, value)?;
        }
    }
    let mut progress = Progress::new(row.table.clone(), logins);
    for number in 1..logins {
        for (index, cell) in row.cells.iter().enumerate() {
            bind(&mut insert, index + 1, cell, ids, number, revision)?;
        }
        insert
            .raw_execute()
            .with_context(|| format!("a row of {}", row.table))?;
        if number % 10_000 == 0 {
            progress.at(number);
        }
    }
    Ok(())
}

fn bind(
    insert: &mut Statement<'_>,
    place: usize,
    cell: &Cell,
    ids: &Ids,
    number: u64,
    revision: i64,
) -> rusqlite::Result<()> {
    match cell {
        Cell::Same(_) => Ok(()),
        Cell::User => insert.raw_bind_parameter(place, other(&ids.user, 4, number)),
        Cell::Session => insert.raw_bind_parameter(place, other(&ids.session, 6, number)),
        Cell::Login => insert.raw_bind_parameter(place, other(&ids.login, 6, number)),
        Cell::Grant => insert.raw_bind_parameter(place, other(&ids.grant, 6, number)),
        Cell::Revision => {
            insert.raw_bind_parameter(place, revision + i64::try_from(number).unwrap_or(i64::MAX))
        }
        // The end of the first one's id tells two loads of one store apart.
        Cell::Username => {
            let [a, b, c, d] = [ids.user[8], ids.user[9], ids.user[10], ids.user[11]];
            let name = format!("person{number}-{a:02x}{b:02x}{c:02x}{d:02x}");
            insert.raw_bind_parameter(place, name)
        }
    }
}
