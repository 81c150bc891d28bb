//! A PostgreSQL on the servers' core, and a store in it by a bulk path: both engines have
//! the same tables and columns, so an embedded store is copied there by `COPY`, row for
//! row, with what is encrypted in it.

use crate::process::{family, pin};
use anyhow::{Context as _, Result, ensure};
use futures_util::SinkExt as _;
use rollcall_testing::postgres::{Database, Server};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};
use std::fmt::Write as _;
use std::path::Path;
use tokio_postgres::{Client, NoTls};

/// Bytes of rows that are sent at a time.
const CHUNK: usize = 256 * 1024;

/// What `docs/postgresql.md` recommends, for a million logins. All else is as it is
/// installed: it writes to disk what it says it has written.
const SETTINGS: [(&str, &str); 5] = [
    ("shared_buffers", "2GB"),
    ("max_wal_size", "4GB"),
    ("checkpoint_timeout", "15min"),
    ("random_page_cost", "1.1"),
    ("autovacuum_vacuum_insert_scale_factor", "0.02"),
];

/// A server on this core.
pub fn start(core: usize) -> Result<Server> {
    let server = Server::start(&SETTINGS).map_err(|error| anyhow::anyhow!("{error}"))?;
    pin(&family(server.pid()), core)?;
    Ok(server)
}

/// Connects; the connection ends with the client.
pub async fn connect(url: &str) -> Result<Client> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    tokio::spawn(async move {
        // The client says so too.
        if let Err(error) = connection.await {
            println!("  a connection to PostgreSQL broke: {error}");
        }
    });
    Ok(client)
}

/// Makes the schema by the migrations of this folder, in the order of their numbers.
pub async fn make_schema(client: &Client, migrations: &Path) -> Result<()> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(migrations)
        .with_context(|| format!("no schema in {}", migrations.display()))?
    {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let number = name
            .strip_prefix('V')
            .and_then(|name| name.split_once("__"));
        if let Some((number, _)) = number {
            files.push((number.parse::<u32>()?, path.clone()));
        }
    }
    ensure!(!files.is_empty(), "no schema in {}", migrations.display());
    files.sort();
    for (_, path) in files {
        let sql = std::fs::read_to_string(&path)?;
        let made = client.batch_execute(&sql).await;
        made.with_context(|| path.display().to_string())?;
    }
    Ok(())
}

/// Copies every table of an embedded store that nobody serves, in place of what is there.
pub async fn copy(database: &Path, client: &Client) -> Result<()> {
    let source = Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    client.batch_execute("SET synchronous_commit = off").await?;
    for table in tables(&source)? {
        let rows = copy_table(&source, client, &table).await;
        let rows = rows.with_context(|| format!("copying {table}"))?;
        if rows > 100_000 {
            println!("  {table}: {rows} rows copied");
        }
    }
    raise_sequences(client).await?;
    client.batch_execute("VACUUM ANALYZE").await?;
    Ok(())
}

/// Leaves a database that was filled as one is that has been served for a while: on disk,
/// and in the server's memory. Otherwise both would happen while something is measured.
pub fn settle(server: &Server, database: &Database<'_>) {
    let steps = [
        server.sql("postgres", "CHECKPOINT"),
        database.sql("CREATE EXTENSION IF NOT EXISTS pg_prewarm"),
        database.sql(
            "SELECT sum(pg_prewarm(c.oid)) FROM (SELECT DISTINCT c.oid FROM pg_class c
                JOIN pg_class t ON t.relname IN ('logins', 'sessions', 'users')
                LEFT JOIN pg_index i ON i.indrelid = t.oid
                WHERE c.oid = t.oid OR c.oid = i.indexrelid) c",
        ),
    ];
    for error in steps.into_iter().filter_map(Result::err) {
        println!("  the database is colder than it might be: {error:#}");
    }
}

fn tables(source: &Connection) -> Result<Vec<String>> {
    let mut names = source.prepare(
        "SELECT name FROM sqlite_schema WHERE type = 'table'
            AND name NOT LIKE 'sqlite_%' AND name <> 'refinery_schema_history'",
    )?;
    let names = names.query_map([], |row| row.get(0))?;
    Ok(names.collect::<rusqlite::Result<_>>()?)
}

async fn copy_table(source: &Connection, client: &Client, table: &str) -> Result<u64> {
    let mut select = source.prepare(&format!("SELECT * FROM \"{table}\""))?;
    let names = select.column_names();
    let columns: Vec<String> = names.map(|name| format!("\"{name}\"")).collect();
    client
        .batch_execute(&format!("TRUNCATE TABLE \"{table}\""))
        .await?;
    let copy = format!("COPY \"{table}\" ({}) FROM STDIN", columns.join(", "));
    let sink = client.copy_in(&copy).await?;
    tokio::pin!(sink);
    let mut text = String::new();
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        for column in 0..columns.len() {
            if column > 0 {
                text.push('\t');
            }
            write_value(&mut text, row.get_ref(column)?)?;
        }
        text.push('\n');
        if text.len() >= CHUNK {
            let chunk = std::mem::take(&mut text);
            sink.send(std::io::Cursor::new(chunk.into_bytes())).await?;
        }
    }
    sink.send(std::io::Cursor::new(text.into_bytes())).await?;
    Ok(sink.finish().await?)
}

/// A value in `COPY`'s text form.
fn write_value(text: &mut String, value: ValueRef<'_>) -> Result<()> {
    match value {
        ValueRef::Null => text.push_str("\\N"),
        ValueRef::Integer(number) => write!(text, "{number}")?,
        ValueRef::Real(number) => write!(text, "{number}")?,
        ValueRef::Text(bytes) => {
            for character in std::str::from_utf8(bytes)?.chars() {
                match character {
                    '\\' => text.push_str("\\\\"),
                    '\t' => text.push_str("\\t"),
                    '\n' => text.push_str("\\n"),
                    '\r' => text.push_str("\\r"),
                    other => text.push(other),
                }
            }
        }
        ValueRef::Blob(bytes) => {
            text.push_str("\\\\x");
            for byte in bytes {
                write!(text, "{byte:02x}")?;
            }
        }
    }
    Ok(())
}

/// Numbers that the server gives go on after those that were copied.
async fn raise_sequences(client: &Client) -> Result<()> {
    let columns = client
        .query(
            "SELECT table_name::text, column_name::text FROM information_schema.columns
                WHERE table_schema = 'public' AND is_identity = 'YES'",
            &[],
        )
        .await?;
    for column in columns {
        let (table, name): (String, String) = (column.get(0), column.get(1));
        let raise = format!(
            "SELECT setval(pg_get_serial_sequence('\"{table}\"', '{name}'),
                coalesce(max(\"{name}\"), 0) + 1, false) FROM \"{table}\""
        );
        client.batch_execute(&raise).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_written_so_that_copy_reads_them_back() {
        let mut text = String::new();
        write_value(&mut text, ValueRef::Text(b"a\tb\\")).unwrap();
        write_value(&mut text, ValueRef::Blob(&[1, 255])).unwrap();
        write_value(&mut text, ValueRef::Null).unwrap();
        assert_eq!(text, "a\\tb\\\\\\\\x01ff\\N");
    }
}
