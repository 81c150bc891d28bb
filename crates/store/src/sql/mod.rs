//! What the engines have in common: connections, statements, parameters and rows.
//!
//! The records are written once, against this module, in SQL that both engines
//! take; what they spell differently is translated in one place
//! ([`crate::postgres`]'s dialect). It has the shape of `rusqlite`'s interface:
//! a statement runs where it is called, and its rows come out one by one.

mod argument;
mod cell;
mod error;
mod statement;

pub(crate) use argument::{Argument, Params, Place, ToSql, Value, named_params, params};
pub(crate) use cell::{Cell, FromSql, Mismatch, Row};
pub(crate) use error::{Error, OptionalExtension, Result};
pub(crate) use statement::Statement;

use crate::postgres::Session;
use rollcall_core::time::Timestamp;
use std::cell::Cell as Slot;

/// A connection, used by one thread at a time.
pub(crate) struct Connection {
    engine: Engine,
    // When the transaction began: the instant of every decision in it.
    instant: Slot<Option<Timestamp>>,
}

enum Engine {
    Sqlite(rusqlite::Connection),
    Postgres(Box<Session>),
}

impl From<rusqlite::Connection> for Connection {
    fn from(connection: rusqlite::Connection) -> Self {
        Self::over(Engine::Sqlite(connection))
    }
}

impl From<Session> for Connection {
    fn from(session: Session) -> Self {
        Self::over(Engine::Postgres(Box::new(session)))
    }
}

impl Connection {
    fn over(engine: Engine) -> Self {
        Self {
            engine,
            instant: Slot::new(None),
        }
    }

    /// A statement that is kept prepared.
    pub(crate) fn prepare_cached<'c>(&'c self, sql: &'c str) -> Result<Statement<'c>> {
        Ok(match &self.engine {
            Engine::Sqlite(connection) => Statement::SqliteKept(connection.prepare_cached(sql)?),
            Engine::Postgres(session) => Statement::Postgres(session, sql, true),
        })
    }

    /// A statement of one use.
    pub(crate) fn prepare<'c>(&'c self, sql: &'c str) -> Result<Statement<'c>> {
        Ok(match &self.engine {
            Engine::Sqlite(connection) => Statement::Sqlite(connection.prepare(sql)?),
            Engine::Postgres(session) => Statement::Postgres(session, sql, false),
        })
    }

    /// The instant of the transaction: no later than its snapshot, so that what it
    /// shows beyond is the newer truth and never a stale yes.
    pub(crate) fn now(&self) -> Result<Timestamp> {
        if let Some(instant) = self.instant.get() {
            return Ok(instant);
        }
        let now = match &self.engine {
            Engine::Sqlite(_) => return Err(Error::fault("a snapshot without an instant")),
            Engine::Postgres(session) => session.instant(self)?,
        };
        self.instant.set(Some(now));
        Ok(now)
    }

    /// Begins to read, all of it on one snapshot. `instant` was taken before; without
    /// one the database's is asked for when it is needed.
    pub(crate) fn begin_snapshot(&self, instant: Option<Timestamp>) -> Result<()> {
        self.instant.set(instant);
        match &self.engine {
            Engine::Sqlite(connection) => run(connection, "BEGIN DEFERRED"),
            Engine::Postgres(session) => session.begin_snapshot(),
        }
    }

    /// Begins to read with one statement: a second one would be another snapshot.
    pub(crate) fn look(&self) {
        self.instant.set(None);
        if let Engine::Postgres(session) = &self.engine {
            session.look();
        }
    }

    /// Begins to write, when no other writer does.
    pub(crate) fn begin_write(&self) -> Result<()> {
        self.instant.set(None);
        match &self.engine {
            Engine::Sqlite(connection) => run(connection, "BEGIN IMMEDIATE"),
            Engine::Postgres(session) => session.begin_write(),
        }
    }

    /// Begins to write what no other writer looks at, without waiting for them.
    pub(crate) fn begin_alone(&self) -> Result<()> {
        self.instant.set(None);
        match &self.engine {
            Engine::Sqlite(connection) => run(connection, "BEGIN IMMEDIATE"),
            Engine::Postgres(session) => session.begin_alone(),
        }
    }

    /// Runs commands without parameters.
    pub(crate) fn batch(&self, commands: &str) -> Result<()> {
        match &self.engine {
            Engine::Sqlite(connection) => Ok(connection.execute_batch(commands)?),
            Engine::Postgres(session) => session.batch(commands),
        }
    }

    /// Ends the transaction, durably.
    pub(crate) fn commit(&self) -> Result<()> {
        match &self.engine {
            Engine::Sqlite(connection) => run(connection, "COMMIT"),
            Engine::Postgres(session) => session.commit(),
        }
    }

    /// Ends the transaction, if there is one, and undoes it.
    pub(crate) fn roll_back(&self) -> Result<()> {
        match &self.engine {
            Engine::Sqlite(connection) if connection.is_autocommit() => Ok(()),
            Engine::Sqlite(connection) => run(connection, "ROLLBACK"),
            Engine::Postgres(session) => session.roll_back(),
        }
    }

    /// Whether a transaction is open: a full disk or a lost connection ends it.
    pub(crate) fn in_transaction(&self) -> bool {
        match &self.engine {
            Engine::Sqlite(connection) => !connection.is_autocommit(),
            Engine::Postgres(session) => session.in_transaction(),
        }
    }

    /// Remembers where one of several changes begins.
    pub(crate) fn begin_change(&self) -> Result<()> {
        self.control("SAVEPOINT change")
    }

    /// Keeps the change, once all of it was done.
    pub(crate) fn keep_change(&self) -> Result<()> {
        match &self.engine {
            Engine::Sqlite(connection) => run(connection, "RELEASE change"),
            Engine::Postgres(session) => session.batch("RELEASE change"),
        }
    }

    /// Undoes the change and nothing else.
    pub(crate) fn undo_change(&self) -> Result<()> {
        self.control("ROLLBACK TO change")?;
        self.control("RELEASE change")
    }

    fn control(&self, command: &'static str) -> Result<()> {
        match &self.engine {
            Engine::Sqlite(connection) => run(connection, command),
            Engine::Postgres(session) => session.control(command),
        }
    }

    /// How many rows were ever changed on this connection.
    pub(crate) fn total_changes(&self) -> u64 {
        match &self.engine {
            Engine::Sqlite(connection) => connection.total_changes(),
            Engine::Postgres(session) => session.total_changes(),
        }
    }

    /// Whether nothing can be done on it any more.
    pub(crate) fn is_lost(&self) -> bool {
        match &self.engine {
            Engine::Sqlite(_) => false,
            Engine::Postgres(session) => session.is_lost(),
        }
    }

    /// Whether it leads to a server that others use too.
    pub(crate) fn is_shared(&self) -> bool {
        matches!(self.engine, Engine::Postgres(_))
    }

    /// Lets a server give the rows that come next numbers after those that are there.
    /// The embedded engine does so by itself.
    pub(crate) fn go_on_counting(&self, table: &str) -> Result<()> {
        let next = format!(
            "SELECT setval(pg_get_serial_sequence('{table}', 'seq'),
                (SELECT coalesce(max(seq), 0) + 1 FROM {table}), false)"
        );
        match &self.engine {
            Engine::Sqlite(_) => Ok(()),
            Engine::Postgres(session) => session.batch(&next),
        }
    }

    /// The connection underneath, for tests of what is the embedded engine's alone.
    #[cfg(test)]
    pub(crate) fn sqlite(&self) -> Option<&rusqlite::Connection> {
        match &self.engine {
            Engine::Sqlite(connection) => Some(connection),
            Engine::Postgres(_) => None,
        }
    }
}

fn run(connection: &rusqlite::Connection, command: &str) -> Result<()> {
    connection.prepare_cached(command)?.execute([])?;
    Ok(())
}
