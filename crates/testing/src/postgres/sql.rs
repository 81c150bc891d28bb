//! Databases of a server, and SQL as its superuser.

use super::Server;
use anyhow::{Context as _, Result, ensure};
use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;

/// A database of its own for a test, dropped with this value.
#[derive(Debug)]
pub struct Database<'a> {
    server: &'a Server,
    name: String,
}

impl<'a> Database<'a> {
    pub(super) fn new(server: &'a Server, name: String) -> Self {
        Self { server, name }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// As the owner, over TCP.
    pub fn url(&self) -> String {
        self.url_as("rollcall", self.server.password())
    }

    /// As anybody else.
    pub fn url_as(&self, role: &str, password: &str) -> String {
        let port = self.server.port();
        format!(
            "postgres://{role}:{password}@127.0.0.1:{port}/{}",
            self.name
        )
    }

    /// Runs SQL in it as the superuser; answers what `psql` prints, without headings.
    pub fn sql(&self, sql: &str) -> Result<String> {
        self.server.sql(&self.name, sql)
    }

    /// Runs the SQL of a file in it as the superuser, statement by statement, and shows
    /// nothing.
    pub fn sql_file(&self, file: &Path) -> Result<()> {
        self.server.sql_file(&self.name, file)
    }

    /// Leaves it there when this value goes, for as long as the server lives.
    pub fn keep(self) -> String {
        let url = self.url();
        std::mem::forget(self);
        url
    }
}

impl Drop for Database<'_> {
    fn drop(&mut self) {
        // FORCE ends who is still connected. If the server is down, so is the database.
        let drop = format!("DROP DATABASE {} WITH (FORCE)", self.name);
        let _ = self.server.sql("postgres", &drop);
    }
}

/// `psql`, rather than a driver: what judges the store shares no code with it.
pub(super) fn run(
    psql: Command,
    socket: &Path,
    port: u16,
    database: &str,
    sql: &str,
) -> Result<String> {
    let output = psql_with(
        psql,
        socket,
        port,
        database,
        ["--command".as_ref(), sql.as_ref()],
    )?;
    Ok(String::from_utf8(output)?.trim_end().to_owned())
}

/// The same with a file.
pub(super) fn run_file(
    psql: Command,
    socket: &Path,
    port: u16,
    database: &str,
    file: &Path,
) -> Result<()> {
    psql_with(
        psql,
        socket,
        port,
        database,
        ["--file".as_ref(), file.as_ref()],
    )
    .map(|_| ())
}

fn psql_with(
    mut psql: Command,
    socket: &Path,
    port: u16,
    database: &str,
    what: [&OsStr; 2],
) -> Result<Vec<u8>> {
    let output = psql
        .args(["--no-psqlrc", "--quiet", "--tuples-only", "--no-align"])
        .args(["--set=ON_ERROR_STOP=1", "--username=postgres"])
        .arg("--host")
        .arg(socket)
        .args(["--port", &port.to_string(), "--dbname", database])
        .args(what)
        .output()
        .context("psql could not be started")?;
    ensure!(
        output.status.success(),
        "psql: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(output.stdout)
}
