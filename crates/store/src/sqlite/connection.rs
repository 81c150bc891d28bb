//! Connections: how they are set up, and a few of them for readers.

use crate::records::in_snapshot;
use crate::sql;
use parking_lot::{Mutex, MutexGuard};
use rollcall_core::time::Timestamp;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// More statements than the store has, so that none is prepared twice.
const STATEMENT_CACHE: usize = 256;

/// Another process (a backup, a person with a shell) may hold the file's lock
/// for a moment; our own writers never meet there.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// The write-ahead log is cut back to this size after a burst.
const WAL_BYTES_KEPT: i64 = 64 * 1024 * 1024;

/// The writer's pages in memory, in KiB (a negative `cache_size`). A commit of many
/// sign-ins changes some hundreds of pages, and more than fit into the 2 MB that `SQLite`
/// keeps by itself are written to the log twice. Nobody else changes the file, so what is
/// read once stays good, which readers cannot say.
const WRITER_CACHE_KIB: i64 = 16 * 1024;

/// Pages in the log before they are copied into the file: 16 MiB rather than the 4 that
/// `SQLite` takes by itself. The writer does it between two commits, with two more waits for
/// the disk, while whoever wants to write waits; the pages that every sign-in changes are
/// copied once for each time that it is done.
const CHECKPOINT_PAGES: i64 = 4 * 1024;

/// Makes the file if there is none, for its owner's eyes alone; `SQLite` gives the
/// files beside it the same mode. Its name is durable before anything is in it.
pub(super) fn create(path: &Path) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Ok(()),
        Err(error) => return Err(error),
    }
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

/// The connection of the writer, not yet in WAL mode: that is the first change
/// to a file, and the caller looks at the schema before.
pub(super) fn open_writer(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(path, flags)?;
    conn.busy_timeout(BUSY_TIMEOUT)?;
    keep_statements(&conn)?;
    Ok(conn)
}

/// What makes a commit durable and an erased row unreadable.
pub(super) fn configure_writer(conn: &Connection) -> rusqlite::Result<()> {
    conn.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
    conn.pragma_update(None, "synchronous", "FULL")?;
    conn.pragma_update(None, "foreign_keys", true)?;
    conn.pragma_update(None, "trusted_schema", false)?;
    conn.pragma_update(None, "temp_store", "MEMORY")?;
    conn.pragma_update(None, "cache_size", -WRITER_CACHE_KIB)?;
    conn.pragma_update_and_check(None, "wal_autocheckpoint", CHECKPOINT_PAGES, |_| Ok(()))?;
    // Deleted people's data is overwritten where that costs no further page.
    conn.pragma_update_and_check(None, "secure_delete", "FAST", |_| Ok(()))?;
    conn.pragma_update_and_check(None, "journal_size_limit", WAL_BYTES_KEPT, |_| Ok(()))
}

/// Prepared once is prepared for good. Without the planner's stability guarantee
/// `SQLite` plans a statement anew with each binding as soon as a partial index
/// made it look at a parameter, which costs ten times what running it does.
pub(crate) fn keep_statements(conn: &Connection) -> rusqlite::Result<()> {
    conn.set_prepared_statement_cache_capacity(STATEMENT_CACHE);
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(())
}

/// A connection that changes nothing.
///
/// It keeps `SQLite`'s own 2 MB of pages: what is read at random places of a million logins
/// fits into no cache of a sensible size. The file is not mapped into memory (`mmap_size`),
/// though reads cost less then: a disk that fails to read is SIGBUS
/// (<https://sqlite.org/mmap.html>), the end of the process and of everybody's answers
/// instead of one refused call; and few questions read the disk at all.
pub(crate) fn open_reader(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(path, flags)?;
    conn.busy_timeout(BUSY_TIMEOUT)?;
    keep_statements(&conn)?;
    conn.pragma_update(None, "trusted_schema", false)?;
    conn.pragma_update(None, "temp_store", "MEMORY")?;
    conn.pragma_update(None, "query_only", true)?;
    Ok(conn)
}

/// Read-only connections, each used by one reader at a time.
pub(crate) struct Readers {
    connections: Vec<Mutex<sql::Connection>>,
    next: AtomicUsize,
}

impl Readers {
    pub(crate) fn open(path: &Path, count: usize) -> rusqlite::Result<Self> {
        let connections = (0..count.max(1))
            .map(|_| open_reader(path).map(|reader| Mutex::new(reader.into())))
            .collect::<rusqlite::Result<_>>()?;
        Ok(Self {
            connections,
            next: AtomicUsize::new(0),
        })
    }

    /// Closes the connections; nobody reads any more.
    pub(crate) fn close(&mut self) {
        self.connections.clear();
    }

    /// Runs `read` on a free connection, all of it on one snapshot that is no
    /// older than this call.
    pub(crate) fn read<T>(
        &self,
        instant: Option<Timestamp>,
        read: impl FnOnce(&sql::Connection) -> sql::Result<T>,
    ) -> sql::Result<T> {
        let conn = self.take();
        in_snapshot(&conn, instant, read)
    }

    /// Runs a `read` of one statement, which needs no transaction.
    pub(crate) fn look<T>(
        &self,
        read: impl FnOnce(&sql::Connection) -> sql::Result<T>,
    ) -> sql::Result<T> {
        read(&self.take())
    }

    fn take(&self) -> MutexGuard<'_, sql::Connection> {
        let count = self.connections.len();
        let first = self.next.fetch_add(1, Ordering::Relaxed);
        let free = (0..count).find_map(|i| self.connections[(first + i) % count].try_lock());
        free.unwrap_or_else(|| self.connections[first % count].lock())
    }
}
