//! Debian's pgbouncer before a server: a session at the server for one transaction.

use super::{Database, Server, files};
use crate::process::Owned;
use anyhow::{Context as _, Result, bail};
use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::path::Path;
use std::process::Stdio;
use tempfile::TempDir;

const PROGRAM: &str = "/usr/sbin/pgbouncer";

/// A running pgbouncer with `pool_mode = transaction`. It ends with this process, and its
/// folder goes with its server's, also where no destructor runs.
#[derive(Debug)]
pub struct PgBouncer {
    port: u16,
    password: String,
    process: Owned,
    _folder: TempDir,
}

impl PgBouncer {
    /// Whether it is installed.
    pub fn is_installed() -> bool {
        Path::new(PROGRAM).exists()
    }

    /// Before this server, on a free port of 127.0.0.1. With few sessions at the
    /// server, so that those of clients do share them.
    pub fn start(server: &Server) -> Result<Self> {
        let account = server.account();
        let folder = files::folder_in(server.folder(), account)?;
        let users = folder.path().join("users.txt");
        let password = server.password().to_owned();
        std::fs::write(&users, format!("\"rollcall\" \"{password}\"\n"))?;
        std::fs::set_permissions(&users, std::fs::Permissions::from_mode(0o600))?;
        // It is free when we look; if it is taken meanwhile, pgbouncer says so and ends.
        let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        let mut text = String::from("[databases]\n");
        writeln!(
            text,
            "* = host=127.0.0.1 port={}\n[pgbouncer]",
            server.port()
        )?;
        writeln!(text, "listen_addr = 127.0.0.1\nlisten_port = {port}")?;
        writeln!(text, "unix_socket_dir =\nauth_type = plain")?;
        writeln!(text, "auth_file = {}", users.display())?;
        writeln!(text, "pool_mode = transaction\ndefault_pool_size = 4")?;
        writeln!(text, "max_client_conn = 500\nserver_idle_timeout = 5")?;
        let settings = folder.path().join("pgbouncer.ini");
        std::fs::write(&settings, text)?;
        if let Some((uid, gid)) = account.map(super::files::Account::ids) {
            for file in [&users, &settings] {
                chown(file, Some(uid), Some(gid))?;
            }
        }
        let mut program = files::program(Path::new("/usr/sbin"), "pgbouncer", account);
        program.arg(&settings);
        let process = Owned::spawn(program.stdout(Stdio::null()).stderr(Stdio::piped()))?;
        let mut pooler = Self {
            port,
            password,
            process,
            _folder: folder,
        };
        pooler.wait_until_it_listens()?;
        Ok(pooler)
    }

    fn wait_until_it_listens(&mut self) -> Result<()> {
        let log = self
            .process
            .child()
            .stderr
            .take()
            .context("no standard error")?;
        let mut lines = BufReader::new(log);
        let mut said = String::new();
        while lines.read_line(&mut said)? > 0 {
            if said.contains("process up") {
                // So that it never blocks on a full pipe.
                std::thread::spawn(move || std::io::copy(&mut lines, &mut std::io::sink()));
                return Ok(());
            }
        }
        bail!("pgbouncer ended at once:\n{said}")
    }

    /// A database of the server, through here, as its owner.
    pub fn url(&self, database: &Database<'_>) -> String {
        let (port, name) = (self.port, database.name());
        format!(
            "postgres://rollcall:{}@127.0.0.1:{port}/{name}",
            self.password
        )
    }
}
