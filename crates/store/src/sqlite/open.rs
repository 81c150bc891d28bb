//! Opening a file: what is looked at before it is served.

use super::connection::{self, Readers};
use super::{refused, schema};
use crate::records::{Engine, OpenError, OpenOptions, SqlStore, Started, start};
use crate::sql;
use std::path::Path;
use std::sync::Arc;
use std::thread;

/// Connections for lists, which may take longer than a point read.
const SCAN_CONNECTIONS: usize = 2;

/// Opens or makes the store. Newer and foreign files are refused unchanged.
pub(crate) fn open(path: &Path, options: OpenOptions) -> Result<SqlStore, OpenError> {
    let explained = |error| refused::explained(path, error);
    let conn = open_file(path)?;
    let points = thread::available_parallelism().map_or(4, |n| n.get().clamp(2, 16));
    let readers = |count| Readers::open(path, count).map_err(|error| explained(error.into()));
    let engine = Engine::Sqlite {
        points: readers(points)?,
        scans: Arc::new(readers(SCAN_CONNECTIONS)?),
    };
    let started = Started {
        conn: conn.into(),
        connect: None,
        clock_ahead: None,
        engine: Box::new(|_| engine),
        nonces: None,
    };
    start(started, options).map_err(explained)
}

/// The one connection that may write, with this binary's schema.
fn open_file(path: &Path) -> Result<rusqlite::Connection, OpenError> {
    connection::create(path).map_err(|error| refused::of(&error))?;
    prepare(path).map_err(|error| refused::explained(path, error))
}

fn prepare(path: &Path) -> Result<rusqlite::Connection, OpenError> {
    let mut conn = connection::open_writer(path)?;
    schema::check(&conn)?;
    if conn.is_readonly("main")? {
        return Err(OpenError::NotWritable(path.display().to_string()));
    }
    connection::configure_writer(&conn)?;
    schema::migrate(&mut conn)?;
    Ok(conn)
}

/// The file itself, with which nobody else works. One that is there stays as it is but
/// for its schema.
pub(crate) fn open_alone(path: &Path, exists: bool) -> Result<sql::Connection, OpenError> {
    if exists && !path.exists() {
        return Err(OpenError::Io("it is gone".to_owned()));
    }
    Ok(open_file(path)?.into())
}

/// The file beside whoever serves it, to look at alone.
pub(crate) fn open_to_look(path: &Path) -> Result<sql::Connection, OpenError> {
    let open = || {
        let conn = connection::open_reader(path)?;
        schema::check_is_current(&conn)?;
        Ok(conn.into())
    };
    open().map_err(|error| refused::explained(path, error))
}
