//! Opening a store: what every engine needs, looks at and answers.

use super::clock::StoreClock;
use super::signature_nonces::Nonces;
use super::writer::{Connect, Writer, job};
use super::{Engine, NodeId, SqlStore, lifecycle, meta};
use crate::sealed::MasterKey;
use crate::sql::{self, Connection};
use rollcall_core::entropy::Entropy;
use rollcall_core::limits;
use rollcall_core::ports::StoreError;
use rollcall_core::time::{Clock, Span, Timestamp};
use rusqlite::ErrorCode;
use rusqlite::ffi::SQLITE_IOERR_SHMSIZE;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU32};

/// What a store needs besides its place.
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
    /// There is no room where it is. Nothing was changed.
    #[error("the disk that it is on is full: {0}")]
    Full(String),
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
    /// The database server is older than any that this program knows.
    #[error("the database server has version {version}; at least 13 is needed")]
    OldServer {
        /// The server's version, as it says.
        version: String,
    },
    /// A store is being moved into it.
    #[error("the transfer of a store into this database was begun and is not finished")]
    Unfinished,
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
    pub(crate) fn of(error: &rusqlite::Error) -> Self {
        let text = error.to_string();
        // A log's index for which there is no room is told as a failure to read or write.
        if error.sqlite_error().map(|error| error.extended_code) == Some(SQLITE_IOERR_SHMSIZE) {
            return Self::Full(text);
        }
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Full(text),
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

impl From<sql::Error> for OpenError {
    fn from(error: sql::Error) -> Self {
        match &error {
            sql::Error::Sqlite(error) => Self::of(error),
            sql::Error::Postgres(failure) => failure.while_opening(),
            sql::Error::NoRow | sql::Error::Fault(_) => Self::Damaged(error.to_string()),
        }
    }
}

/// Makes the engine by the clock that decides.
pub(crate) type MakeEngine = Box<dyn FnOnce(&Arc<StoreClock>) -> Engine>;

/// A store whose schema is this binary's, about to be served.
pub(crate) struct Started {
    /// The writer's connection.
    pub(crate) conn: Connection,
    /// How it is made anew.
    pub(crate) connect: Option<Connect>,
    /// Where snapshots bring the database's instant and the clock only follows it: how
    /// far that is ahead of the node's own, in milliseconds.
    pub(crate) clock_ahead: Option<Arc<AtomicI64>>,
    /// Where reads run, by this clock.
    pub(crate) engine: MakeEngine,
    /// Used nonces.
    pub(crate) nonces: Option<Nonces>,
}

/// Checks the key, sets the clock, and starts the writer.
pub(crate) fn start(started: Started, options: OpenOptions) -> Result<SqlStore, OpenError> {
    let Started {
        conn,
        connect,
        clock_ahead,
        engine,
        nonces,
    } = started;
    if meta::is_unfinished(&conn)? {
        return Err(OpenError::Unfinished);
    }
    let checked = meta::check_master_key(&conn, &options.master_key, &*options.entropy)?;
    if !checked {
        return Err(OpenError::WrongMasterKey);
    }
    let (conn, clock) = set_clock(conn, &options, clock_ahead.as_ref())?;
    let nonces = match nonces {
        Some(nonces) => nonces,
        None => Nonces::in_memory(&conn, clock.real())?,
    };
    let engine = engine(&clock);
    let writer = Writer {
        connect,
        // Where others write too, nothing is vouched for.
        remembered: matches!(engine, Engine::Sqlite { .. }).then(Arc::default),
        ..writer(conn, clock.clone(), &options)
    };
    let is_shared = matches!(engine, Engine::Postgres { .. });
    let node = is_shared.then(|| {
        let mut id = [0; 16];
        options.entropy.fill(&mut id);
        NodeId(id)
    });
    SqlStore::over(engine, writer, clock, nonces, options.master_key, node)
}

fn writer(conn: Connection, clock: Arc<StoreClock>, options: &OpenOptions) -> Writer {
    Writer {
        conn,
        connect: None,
        clock,
        entropy: options.entropy.clone(),
        master_key: options.master_key.clone(),
        end_batch: Arc::new(AtomicU32::new(limits::END_BATCH)),
        remembered: None,
        deliveries_added: Arc::default(),
        webhook_deliveries_added: Arc::default(),
        pulse: Arc::default(),
    }
}

/// The clock, at or above the stored mark.
fn set_clock(
    conn: Connection,
    options: &OpenOptions,
    ahead: Option<&Arc<AtomicI64>>,
) -> Result<(Connection, Arc<StoreClock>), OpenError> {
    let real = options.clock.now();
    let mark = meta::clock_mark(&conn)?.unwrap_or(real);
    let clock = |mark| {
        let source = options.clock.clone();
        Arc::new(match ahead {
            Some(ahead) => StoreClock::following(source, ahead.clone(), mark),
            None => StoreClock::new(source, mark),
        })
    };
    let behind = mark.since(real);
    if behind <= limits::MAX_CLOCK_REGRESSION {
        return Ok((conn, clock(mark)));
    }
    if !options.accept_earlier_clock {
        return Err(OpenError::ClockBehind { by: behind });
    }
    // Of no snapshot: what decides is the mark.
    let at_mark = Arc::new(StoreClock::new(options.clock.clone(), mark));
    let conn = lower_mark(conn, at_mark, options, real)?;
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
    let mut writer = writer(conn, at_mark, options);
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
    // In turn: another node's commit must not write the higher mark again.
    writer.conn.begin_write()?;
    let lowered = meta::store_clock_mark(&writer.conn, real).and_then(|()| writer.conn.commit());
    writer.conn.roll_back()?;
    lowered?;
    Ok(writer.conn)
}
