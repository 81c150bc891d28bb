//! Where PostgreSQL's programs are, who may run them, and the folder they are given.

use super::Unavailable;
use anyhow::{Context as _, Result, ensure};
use std::fmt::Write as _;
use std::io::Read as _;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// Where Debian keeps each major version's programs: they are not on the `PATH`.
const DEBIAN: &str = "/usr/lib/postgresql";

/// The folder of the newest version's `initdb`, `postgres` and `psql`.
pub(super) fn programs() -> Result<PathBuf, Unavailable> {
    let versions = std::fs::read_dir(DEBIAN).into_iter().flatten().flatten();
    versions
        .filter_map(|entry| {
            let version: u32 = entry.file_name().to_str()?.parse().ok()?;
            let folder = entry.path().join("bin");
            let all = ["initdb", "postgres", "psql"];
            all.iter()
                .all(|name| folder.join(name).exists())
                .then_some((version, folder))
        })
        .max()
        .map(|(_, folder)| folder)
        .ok_or_else(|| {
            Unavailable::Absent(format!(
                "no {DEBIAN}/<version>/bin with initdb, postgres and psql; \
                 Debian's package is `postgresql`"
            ))
        })
}

/// Whom the server runs as, where it may not be ourselves.
#[derive(Clone, Copy, Debug)]
pub(super) struct Account {
    uid: u32,
    gid: u32,
}

impl Account {
    /// Its user and group.
    pub(super) fn ids(self) -> (u32, u32) {
        (self.uid, self.gid)
    }

    /// `None`: we are not root, and the server runs as we do.
    pub(super) fn needed() -> Result<Option<Self>> {
        // The owner of our own process's folder is who we are.
        if std::fs::metadata("/proc/self")?.uid() != 0 {
            return Ok(None);
        }
        let users = std::fs::read_to_string("/etc/passwd")?;
        let found = users.lines().find_map(|line| {
            let fields: Vec<&str> = line.split(':').collect();
            let [name, _, uid, gid, ..] = fields.as_slice() else {
                return None;
            };
            (*name == "postgres").then_some(Self {
                uid: uid.parse().ok()?,
                gid: gid.parse().ok()?,
            })
        });
        found.map(Some).context(
            "PostgreSQL does not run as root, and there is no user `postgres` to run it as",
        )
    }
}

/// One of PostgreSQL's programs, as that account, in English, with no setting from outside.
pub(super) fn program(folder: &Path, name: &str, account: Option<Account>) -> Command {
    let mut command = Command::new(folder.join(name));
    command
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("LC_ALL", "C.UTF-8")
        .current_dir("/")
        .stdin(Stdio::null());
    if let Some(account) = account {
        command.uid(account.uid).gid(account.gid);
    }
    command
}

/// A folder that only the account can enter.
pub(super) fn folder(account: Option<Account>) -> Result<TempDir> {
    folder_in(&std::env::temp_dir(), account)
}

/// The same in another folder.
pub(super) fn folder_in(parent: &Path, account: Option<Account>) -> Result<TempDir> {
    let folder = tempfile::Builder::new()
        .prefix("rollcall-postgres-")
        .permissions(std::fs::Permissions::from_mode(0o700))
        .tempdir_in(parent)?;
    if let Some(account) = account {
        chown(folder.path(), Some(account.uid), Some(account.gid))?;
    }
    Ok(folder)
}

/// Makes the data folder: `initdb`, about a second.
pub(super) fn init(programs: &Path, account: Option<Account>, data: &Path) -> Result<()> {
    let output = program(programs, "initdb", account)
        .arg("--pgdata")
        .arg(data)
        .args(["--no-sync", "--username=postgres", "--auth=trust"])
        .args(["--locale=C.UTF-8", "--encoding=UTF8"])
        .output()
        .context("initdb could not be started")?;
    ensure!(
        output.status.success(),
        "initdb: {}\nIs {} in a folder that the user `postgres` can enter?",
        String::from_utf8_lossy(&output.stderr),
        data.display()
    );
    Ok(())
}

/// Who may connect how: see the module's text.
const ACCESS: &str = "\
local all postgres trust
local replication postgres trust
host all rollcall_scram 127.0.0.1/32 scram-sha-256
host all rollcall 127.0.0.1/32 password
";

/// Writes what the server reads at its start.
pub(super) fn configure(data: &Path, socket: &Path, settings: &[(&str, &str)]) -> Result<()> {
    let mut text = format!(
        "listen_addresses = '127.0.0.1'\n\
         unix_socket_directories = '{}'\n\
         lc_messages = 'C'\n\
         max_connections = 200\n",
        socket.display()
    );
    for (name, value) in settings {
        writeln!(text, "{name} = '{}'", value.replace('\'', "''"))?;
    }
    append(&data.join("postgresql.conf"), &text)?;
    std::fs::write(data.join("pg_hba.conf"), ACCESS).context("pg_hba.conf")
}

/// Copies a running server's data folder, as a standby that follows it from then on.
pub(super) fn copy(
    programs: &Path,
    account: Option<Account>,
    from: (&Path, u16),
    data: &Path,
) -> Result<()> {
    let (socket, port) = from;
    let output = program(programs, "pg_basebackup", account)
        .arg("--pgdata")
        .arg(data)
        .arg("--host")
        .arg(socket)
        .args(["--port", &port.to_string(), "--username=postgres"])
        .args(["--checkpoint=fast", "--wal-method=stream", "--no-sync"])
        // `standby.signal`, and how the other one is reached.
        .arg("--write-recovery-conf")
        .output()
        .context("pg_basebackup could not be started")?;
    ensure!(
        output.status.success(),
        "pg_basebackup: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(())
}

/// What a copy has of its own.
pub(super) fn configure_copy(data: &Path, socket: &Path) -> Result<()> {
    let text = format!(
        "unix_socket_directories = '{}'\n\
         synchronous_standby_names = ''\n\
         wal_retrieve_retry_interval = '100ms'\n",
        socket.display()
    );
    append(&data.join("postgresql.conf"), &text)
}

fn append(file: &Path, text: &str) -> Result<()> {
    let mut whole = std::fs::read_to_string(file)?;
    whole.push_str(text);
    std::fs::write(file, whole).with_context(|| file.display().to_string())
}

/// 128 bits for a password, in hex.
pub(super) fn password() -> Result<String> {
    let mut bytes = [0; 16];
    std::fs::File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    let mut text = String::new();
    for byte in bytes {
        write!(text, "{byte:02x}")?;
    }
    Ok(text)
}
