//! A server in a process of its own, and its data folder.

use anyhow::{Context as _, Result, ensure};
use rusqlite::Connection;
use serde_json::Value;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// An access key.
#[derive(Clone, Debug)]
pub struct Key {
    /// Its id.
    pub id: String,
    /// Its secret.
    pub secret: String,
}

/// Makes a store; answers its root key.
pub fn init(binary: &Path, data: &Path) -> Result<Key> {
    let made = Command::new(binary)
        .args(["init", "--json", "--data"])
        .arg(data)
        .output()?;
    let said = String::from_utf8_lossy(&made.stderr);
    ensure!(made.status.success(), "init failed: {said}");
    let made: Value = serde_json::from_slice(&made.stdout)?;
    let text = |name: &str| made[name].as_str().map(str::to_owned);
    Ok(Key {
        id: text("accessKeyId").context("no accessKeyId")?,
        secret: text("accessKeySecret").context("no accessKeySecret")?,
    })
}

/// A running `serve`. Dropped, it is killed.
pub struct Node {
    process: Child,
    /// Where it listens: `http://127.0.0.1:…`.
    pub url: String,
}

impl std::fmt::Debug for Node {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Node").field(&self.url).finish()
    }
}

impl Node {
    /// Serves the folder on a free port, and returns once it listens.
    pub fn start(binary: &Path, data: &Path) -> Result<Self> {
        Self::start_with(binary, data, &[], &[], Stdio::inherit())
    }

    /// The same, with these arguments and variables more, and its log there.
    pub fn start_with(
        binary: &Path,
        data: &Path,
        more: &[&str],
        variables: &[(&str, &str)],
        log: Stdio,
    ) -> Result<Self> {
        let mut process = Command::new(binary)
            .arg("serve")
            .arg("--data")
            .arg(data)
            .args(["--listen", "127.0.0.1:0", "--password-hashing", "lowest"])
            // One issuer, whatever the port: tokens are tried on copies too.
            .args(["--public-url", "http://localhost:7250", "--log-level", "error"])
            .args(more)
            .envs(variables.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .with_context(|| format!("cannot start {}", binary.display()))?;
        let output = process.stdout.take().context("no standard output")?;
        let mut node = Self {
            process,
            url: String::new(),
        };
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line)?;
        let url = line.trim().strip_prefix("listening on ");
        url.context("the server ended without listening")?
            .clone_into(&mut node.url);
        Ok(node)
    }

    /// Ends it at once, as `kill -9` does, and waits until it is gone.
    pub fn kill(mut self) -> Result<()> {
        self.process.kill()?;
        self.process.wait()?;
        Ok(())
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        // That it is gone already is no error.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Copies the files of a folder that nobody serves.
pub fn copy_data(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            fs::copy(entry.path(), to.join(entry.file_name()))?;
        }
    }
    Ok(())
}

/// SQLite's own judgement of a database that nobody serves.
pub fn check_integrity(data: &Path) -> Result<()> {
    let conn = Connection::open(data.join("rollcall.db"))?;
    let found: String = conn.query_row("PRAGMA integrity_check", [], |row| row.get(0))?;
    ensure!(found == "ok", "integrity_check: {found}");
    Ok(())
}
