//! Opening a store: what is looked at before it is served.

use super::clock::StoreClock;
use super::connection::{self, Readers};
use super::signature_nonces::{self, NonceMemory};
use super::writer::{Writer, job};
use super::{SqliteStore, lifecycle, meta, schema};
use crate::sealed::MasterKey;
use rollcall_core::entropy::Entropy;
use rollcall_core::limits;
use rollcall_core::ports::StoreError;
use rollcall_core::time::{Clock, Span, Timestamp};
use rusqlite::{Connection, ErrorCode};
use std::fmt;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicU32;
use std::thread;

/// Connections for lists, which may take longer than a point read.
const SCAN_CONNECTIONS: usize = 2;

/// What a store needs besides its file.
pub struct OpenOptions {
    /// The key under which recoverable secrets are stored.
    pub master_key: MasterKey,
    /// The clock that decides.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// Go on although the clock is more than five minutes behind the stored mark:
    /// the mark is lowered, and every login whose limit it had passed ends.
    pub accept_earlier_clock: bool,
}

impl fmt::Debug for OpenOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenOptions")
            .field("accept_earlier_clock", &self.accept_earlier_clock)
            .finish_non_exhaustive()
    }
}

/// Why a store was not opened. The texts are for whoever starts the server.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum OpenError {
    /// The file or its folder may not be written.
    #[error("the database may not be written: {0}")]
    NotWritable(String),
    /// The file is no database of ours, or a damaged one.
    #[error("the file is damaged, or not a database of this product: {0}")]
    Damaged(String),
    /// A newer version of the product wrote it.
    #[error("the database has schema version {found}, this program knows versions up to {known}")]
    NewerSchema {
        /// The database's version.
        found: i32,
        /// The newest version that this binary knows.
        known: i32,
    },
    /// An older version of the product wrote it, and nothing may be changed now.
    #[error(
        "the database has schema version {found}, and this program looks at version {known} \
         alone: `rollcall serve` brings it up to that"
    )]
    OlderSchema {
        /// The database's version.
        found: i32,
        /// This binary's.
        known: i32,
    },
    /// The database was encrypted under another key.
    #[error("the master key is not the one that this database was made with")]
    WrongMasterKey,
    /// The clock is too far behind the latest instant that the store has told.
    #[error(
        "the clock is {} seconds behind the latest time that this database has seen: \
         set the clock right, or accept the earlier clock, which ends every login \
         whose time had run out by then",
        by.as_seconds()
    )]
    ClockBehind {
        /// By how much.
        by: Span,
    },
    /// The disk or the operating system refused.
    #[error("the database cannot be opened: {0}")]
    Io(String),
}

impl OpenError {
    /// What an error of `SQLite` means while a store is opened.
    pub(super) fn of(error: &rusqlite::Error) -> Self {
        let text = error.to_string();
        match error.sqlite_error_code() {
            Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => Self::Damaged(text),
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => Self::NotWritable(text),
            _ => Self::Io(text),
        }
    }
}

impl From<rusqlite::Error> for OpenError {
    fn from(error: rusqlite::Error) -> Self {
        Self::of(&error)
    }
}

/// Opens or makes the store. Newer and foreign files are refused unchanged.
pub(super) fn open(path: &Path, options: OpenOptions) -> Result<SqliteStore, OpenError> {
    connection::create(path).map_err(|error| match error.kind() {
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            OpenError::NotWritable(error.to_string())
        }
        _ => OpenError::Io(error.to_string()),
    })?;
    let mut conn = connection::open_writer(path)?;
    schema::check(&conn)?;
    if conn.is_readonly("main")? {
        return Err(OpenError::NotWritable(path.display().to_string()));
    }
    connection::configure_writer(&conn)?;
    schema::migrate(&mut conn)?;
    if !meta::check_master_key(&conn, &options.master_key, &*options.entropy)? {
        return Err(OpenError::WrongMasterKey);
    }
    let (conn, clock) = set_clock(conn, &options)?;
    let points = thread::available_parallelism().map_or(4, |n| n.get().clamp(2, 16));
    let readers = Readers::open(path, points)?;
    let scanners = Readers::open(path, SCAN_CONNECTIONS)?;
    let nonces = {
        let early = signature_nonces::early(&conn)?;
        NonceMemory::new(limits::MAX_REMEMBERED_NONCES, clock.real(), early)
    };
    let writer = Writer {
        conn,
        clock: clock.clone(),
        entropy: options.entropy,
        master_key: options.master_key.clone(),
        end_batch: Arc::new(AtomicU32::new(limits::END_BATCH)),
        deliveries_added: Arc::default(),
        webhook_deliveries_added: Arc::default(),
        pulse: Arc::default(),
    };
    SqliteStore::start(writer, readers, scanners, clock, nonces, options.master_key)
}

/// The clock, at or above the stored mark.
fn set_clock(
    conn: Connection,
    options: &OpenOptions,
) -> Result<(Connection, Arc<StoreClock>), OpenError> {
    let real = options.clock.now();
    let mark = meta::clock_mark(&conn)?.unwrap_or(real);
    let clock = |mark| Arc::new(StoreClock::new(options.clock.clone(), mark));
    let behind = mark.since(real);
    if behind <= limits::MAX_CLOCK_REGRESSION {
        return Ok((conn, clock(mark)));
    }
    if !options.accept_earlier_clock {
        return Err(OpenError::ClockBehind { by: behind });
    }
    let conn = lower_mark(conn, clock(mark), options, real)?;
    Ok((conn, clock(real)))
}

/// Ends what had run out by the mark, as of the mark, and only then lowers it: an
/// interruption in between is made good by the next start.
fn lower_mark(
    conn: Connection,
    at_mark: Arc<StoreClock>,
    options: &OpenOptions,
    real: Timestamp,
) -> Result<Connection, OpenError> {
    let writer = Writer {
        conn,
        clock: at_mark,
        entropy: options.entropy.clone(),
        master_key: options.master_key.clone(),
        end_batch: Arc::new(AtomicU32::new(limits::END_BATCH)),
        deliveries_added: Arc::default(),
        webhook_deliveries_added: Arc::default(),
        pulse: Arc::default(),
    };
    let (end_all, mut answer) = job(lifecycle::record_all_due);
    writer.commit_group(vec![end_all]);
    match answer.try_recv() {
        Ok(Ok(())) => {}
        Ok(Err(StoreError::Unavailable(detail) | StoreError::Fault(detail))) => {
            return Err(OpenError::Io(detail.0));
        }
        Ok(Err(StoreError::Busy)) | Err(_) => {
            return Err(OpenError::Io("the writer did not answer".to_owned()));
        }
    }
    meta::store_clock_mark(&writer.conn, real)?;
    Ok(writer.conn)
}
