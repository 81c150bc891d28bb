//! The server's process: started, killed, stopped, continued, and ended with us.

use super::files::{self, Account};
use super::{Database, Unavailable, sql};
use crate::processes;
use anyhow::{Context as _, Result, bail, ensure};
use rustix::process::Signal;
use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use tempfile::TempDir;

/// Ports below those that Linux hands out by itself (`ip_local_port_range`, from 32768 on):
/// while the server is down for a moment, nobody is given its port.
const PORTS: std::ops::Range<u16> = 20_000..32_000;

/// So many ports are tried, since another process may take one between our look and the
/// server's bind.
const ATTEMPTS: u16 = 20;

/// A running PostgreSQL.
#[derive(Debug)]
pub struct Server {
    programs: PathBuf,
    account: Option<Account>,
    folder: PathBuf,
    port: u16,
    password: String,
    process: Child,
    databases: AtomicU32,
    // Last, so that it goes last: it ends what is left and removes the folder.
    _watcher: Watcher,
}

impl Server {
    /// Makes a data folder and starts a server on it, with these lines more of
    /// `postgresql.conf`: about two seconds.
    pub fn start(settings: &[(&str, &str)]) -> Result<Self, Unavailable> {
        let programs = files::programs()?;
        Ok(Self::start_with(programs, settings)?)
    }

    fn start_with(programs: PathBuf, settings: &[(&str, &str)]) -> Result<Self> {
        let account = Account::needed()?;
        let folder = files::folder(account)?;
        let watcher = Watcher::start(&folder)?;
        let data = folder.path().join("data");
        files::init(&programs, account, &data)?;
        files::configure(&data, folder.path(), settings)?;
        // The watcher removes it, also where our destructors do not run.
        let folder = folder.keep();
        let (process, port) = first_start(&programs, account, &folder)?;
        let server = Self {
            programs,
            account,
            folder,
            port,
            password: files::password()?,
            process,
            databases: AtomicU32::new(0),
            _watcher: watcher,
        };
        for role in ["rollcall", "rollcall_scram"] {
            let password = &server.password;
            let create = format!("CREATE ROLE {role} LOGIN CREATEDB PASSWORD '{password}'");
            server.sql("postgres", &create)?;
        }
        Ok(server)
    }

    /// A second server that follows this one, and only lets read until it is promoted:
    /// about two seconds. Its roles, databases and passwords are this one's.
    pub fn standby(&self) -> Result<Self> {
        let folder = files::folder(self.account)?;
        let watcher = Watcher::start(&folder)?;
        let data = folder.path().join("data");
        let from = (self.folder.as_path(), self.port);
        files::copy(&self.programs, self.account, from, &data)?;
        files::configure_copy(&data, folder.path())?;
        let folder = folder.keep();
        let (process, port) = first_start(&self.programs, self.account, &folder)?;
        Ok(Self {
            programs: self.programs.clone(),
            account: self.account,
            folder,
            port,
            password: self.password.clone(),
            process,
            databases: AtomicU32::new(self.databases.load(Ordering::Relaxed)),
            _watcher: watcher,
        })
    }

    /// From now on a commit is acknowledged when a standby has it on its disk. The
    /// server is started anew, so that no commit escapes the rule.
    pub fn wait_for_a_standby(&mut self) -> Result<()> {
        let settings = "ALTER SYSTEM SET synchronous_standby_names = '*'";
        self.sql("postgres", settings)?;
        self.stop()?;
        self.restart()
    }

    /// Ends the standby's following: from here on it lets write.
    pub fn promote(&self) -> Result<()> {
        let promoted = self.sql("postgres", "SELECT pg_promote()")?;
        ensure!(promoted == "t", "pg_promote answered {promoted}");
        Ok(())
    }

    /// The port on 127.0.0.1, which stays the same over [`Server::restart`].
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The password of the roles `rollcall` and `rollcall_scram`.
    pub fn password(&self) -> &str {
        &self.password
    }

    /// The process id of the postmaster.
    pub fn pid(&self) -> u32 {
        self.process.id()
    }

    pub(super) fn account(&self) -> Option<Account> {
        self.account
    }

    /// The folder of `data` and the socket.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// An empty database that the role `rollcall` owns.
    pub fn create_database(&self) -> Result<Database<'_>> {
        self.create("template1")
    }

    /// A copy of a database that nobody is connected to: cheaper than filling it again.
    pub fn copy_database(&self, from: &Database<'_>) -> Result<Database<'_>> {
        self.create(from.name())
    }

    fn create(&self, template: &str) -> Result<Database<'_>> {
        let number = self.databases.fetch_add(1, Ordering::Relaxed);
        let name = format!("test_{number}");
        let create = format!("CREATE DATABASE {name} OWNER rollcall TEMPLATE {template}");
        self.sql("postgres", &create)?;
        Ok(Database::new(self, name))
    }

    /// Runs SQL as the superuser; answers what `psql` prints, without headings.
    pub fn sql(&self, database: &str, sql: &str) -> Result<String> {
        let psql = files::program(&self.programs, "psql", self.account);
        sql::run(psql, &self.folder, self.port, database, sql)
    }

    pub(super) fn sql_file(&self, database: &str, file: &Path) -> Result<()> {
        let psql = files::program(&self.programs, "psql", self.account);
        sql::run_file(psql, &self.folder, self.port, database, file)
    }

    /// `kill -9` of the server and of all that it started. What it had acknowledged is in the
    /// operating system's hands, so it is there after a [`Server::restart`].
    pub fn kill(&mut self) -> Result<()> {
        // The postmaster first, so that it starts nobody more.
        let family = processes::family(self.pid())?;
        let mut handles = Vec::new();
        for pid in family.iter().filter(|pid| **pid != self.pid()) {
            handles.extend(processes::open(*pid)?);
        }
        for pid in family {
            processes::signal(pid, Signal::KILL)?;
        }
        self.process.wait()?;
        // A server does not start while one of a former server's processes lives.
        handles.iter().try_for_each(processes::wait)
    }

    /// Ends the server in order, as `pg_ctl stop --mode=fast` does.
    pub fn stop(&mut self) -> Result<()> {
        processes::signal(self.pid(), Signal::INT)?;
        self.process.wait()?;
        Ok(())
    }

    /// Starts the server again on its data and port, after [`Server::kill`] or
    /// [`Server::stop`]; it has recovered and takes connections when this returns.
    pub fn restart(&mut self) -> Result<()> {
        if self.process.try_wait()?.is_none() {
            bail!("the server is still running");
        }
        match launch(&self.programs, self.account, &self.folder, self.port)? {
            Launch::Ready(process) => self.process = process,
            Launch::Ended(log) => bail!("PostgreSQL did not start again:\n{log}"),
        }
        Ok(())
    }

    /// SIGSTOP to the server and all that it started: connections stay open, are even
    /// accepted by the kernel, and nothing answers.
    pub fn pause(&self) -> Result<()> {
        // Stopped first, it starts nobody while we look.
        processes::signal(self.pid(), Signal::STOP)?;
        for pid in processes::family(self.pid())? {
            processes::signal(pid, Signal::STOP)?;
            processes::wait_until_stopped(pid)?;
        }
        Ok(())
    }

    /// Lets it go on after [`Server::pause`].
    pub fn resume(&self) -> Result<()> {
        for pid in processes::family(self.pid())? {
            processes::signal(pid, Signal::CONT)?;
        }
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // What is stopped cannot end in order. Errors: the watcher comes after us.
        let _ = self.resume();
        // SIGQUIT is PostgreSQL's immediate shutdown.
        let _ = processes::signal(self.pid(), Signal::QUIT);
        let _ = self.process.wait();
    }
}

/// Looks for a port by starting on it.
fn first_start(programs: &Path, account: Option<Account>, folder: &Path) -> Result<(Child, u16)> {
    let span = u32::from(PORTS.end - PORTS.start);
    // Processes that start at the same time begin to look at different ports.
    let begin = std::process::id().wrapping_mul(97) % span;
    let mut last = String::new();
    let mut attempts = 0;
    for step in 0..span {
        let port = PORTS.start + u16::try_from((begin + step) % span)?;
        if TcpListener::bind(("127.0.0.1", port)).is_err() {
            continue;
        }
        match launch(programs, account, folder, port)? {
            Launch::Ready(process) => return Ok((process, port)),
            Launch::Ended(log) => last = log,
        }
        attempts += 1;
        if attempts == ATTEMPTS || !last.contains("could not bind") {
            break;
        }
    }
    bail!("it ended at once:\n{last}")
}

enum Launch {
    Ready(Child),
    /// It ended, having said this.
    Ended(String),
}

/// Starts the server and waits until it says that it takes connections.
fn launch(programs: &Path, account: Option<Account>, folder: &Path, port: u16) -> Result<Launch> {
    let mut process = files::program(programs, "postgres", account)
        .arg("-D")
        .arg(folder.join("data"))
        .args(["-p", &port.to_string()])
        // Not in our group: Ctrl-C is for us, and the watcher ends it in order.
        .process_group(0)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .context("postgres could not be started")?;
    let log = process.stderr.take().context("no standard error")?;
    let mut lines = BufReader::new(log);
    let mut said = String::new();
    while lines.read_line(&mut said)? > 0 {
        // Of a standby: "read-only connections".
        if said.contains("database system is ready to accept") {
            keep_reading(lines, folder)?;
            return Ok(Launch::Ready(process));
        }
    }
    process.wait()?;
    Ok(Launch::Ended(said))
}

/// Keeps the server's log in its folder, so that it never blocks on a full pipe.
fn keep_reading(mut lines: BufReader<ChildStderr>, folder: &Path) -> Result<()> {
    let mut log = std::fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(folder.join("log"))?;
    std::thread::spawn(move || std::io::copy(&mut lines, &mut log));
    Ok(())
}

/// A shell that waits for the end of its standard input, which is ours: that comes when we
/// drop it, and also when we panic, are killed or lose power. It then ends the server, which
/// may be stopped, and removes the folder.
#[derive(Debug)]
struct Watcher {
    shell: Child,
    input: Option<ChildStdin>,
}

/// SIGQUIT is the immediate shutdown; who does not heed it in five seconds is killed.
const WATCH: &str = r#"
trap '' INT TERM HUP
read -r _
pid=$(head -n 1 "$1/data/postmaster.pid" 2>/dev/null)
# The file may be older than its number: only a process of this folder is ours.
if [ -n "$pid" ] && tr '\0' '\n' <"/proc/$pid/cmdline" 2>/dev/null | grep -qxF "$1/data"; then
    all="$pid $(cat "/proc/$pid/task/$pid/children" 2>/dev/null)"
    kill -CONT $all 2>/dev/null
    kill -QUIT "$pid" 2>/dev/null
    tries=0
    while [ $tries -lt 50 ] && kill -0 "$pid" 2>/dev/null; do
        sleep 0.1
        tries=$((tries + 1))
    done
    kill -KILL $all 2>/dev/null
fi
rm -rf "$1"
"#;

impl Watcher {
    fn start(folder: &TempDir) -> Result<Self> {
        let mut shell = Command::new("/bin/sh")
            .args(["-c", WATCH, "watcher"])
            .arg(folder.path())
            .current_dir("/")
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("/bin/sh could not be started")?;
        let input = shell.stdin.take();
        Ok(Self { shell, input })
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        drop(self.input.take());
        let _ = self.shell.wait();
    }
}
