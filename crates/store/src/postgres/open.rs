//! Opening the store in a database: what is looked at before it is served.

use super::checks::Checks;
use super::clock::FollowingClock;
use super::connect::{Connector, DatabaseClock, PostgresOptions, Purpose};
use super::readers::Readers;
use super::schema;
use crate::records::{Engine, Nonces, OpenError, OpenOptions, SqlStore, Started, start};
use crate::sql::{self, Connection};
use std::sync::Arc;

const MAY_NOT_WRITE: &str = "SELECT pg_is_in_recovery()
    OR current_setting('default_transaction_read_only')::boolean";
/// What acknowledged changes are lost without.
const MAY_FORGET: &str = "SELECT current_setting('fsync') = 'off'
    OR current_setting('full_page_writes') = 'off'";

/// Opens the store in a database, or makes it.
pub(crate) fn open(
    server: &PostgresOptions,
    mut options: OpenOptions,
) -> Result<SqlStore, OpenError> {
    let mut connector = Connector::new(server).map_err(sql::Error::from)?;
    let mut clock_ahead = None;
    if server.clock == DatabaseClock::Followed {
        let following = Arc::new(FollowingClock::new(options.clock));
        clock_ahead = Some(following.ahead_ms());
        let told = following.clone();
        connector = connector.telling(Arc::new(move |instant| told.told(instant)));
        options.clock = following;
    }
    let conn: Connection = connector.session()?.into();
    check_writable(&conn)?;
    warn_if_forgetful(&conn)?;
    schema::migrate(&conn)?;
    if clock_ahead.is_some() {
        conn.begin_write()?;
        conn.now()?;
        conn.roll_back()?;
    }
    let reconnecting = connector.clone();
    let started = Started {
        conn,
        connect: Some(Box::new(move || Ok(reconnecting.session()?.into()))),
        clock_ahead,
        engine: Box::new(move |clock| Engine::Postgres {
            checks: Box::new(Checks::new(connector.clone(), clock.clone())),
            readers: Box::new(Readers::new(connector)),
        }),
        nonces: Some(Nonces::Shared),
    };
    start(started, options)
}

/// A session with the database itself, with this binary's schema.
pub(crate) fn open_alone(server: &PostgresOptions) -> Result<Connection, OpenError> {
    let connector = Connector::new(server).map_err(sql::Error::from)?;
    let connector = connector.for_(Purpose::Pages);
    let conn: Connection = connector.session()?.into();
    check_writable(&conn)?;
    warn_if_forgetful(&conn)?;
    schema::migrate(&conn)?;
    Ok(conn)
}

/// A session to look at the store alone, beside whoever serves it.
pub(crate) fn open_to_look(server: &PostgresOptions) -> Result<Connection, OpenError> {
    let connector = Connector::new(server).map_err(sql::Error::from)?;
    let connector = connector.for_(Purpose::Tables);
    let conn: Connection = connector.session()?.into();
    schema::check_is_current(&conn)?;
    Ok(conn)
}

/// Whether there is a store in this database.
pub(crate) fn exists(server: &PostgresOptions) -> Result<bool, OpenError> {
    let connector = Connector::new(server).map_err(sql::Error::from)?;
    let conn: Connection = connector.session()?.into();
    check_writable(&conn)?;
    Ok(schema::exists(&conn)?)
}

/// Sessions of ours in this database, but for this one.
const OTHER_SESSIONS: &str = "SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_stat_activity
    WHERE datname = current_database() AND application_name = 'rollcall'
        AND pid <> pg_backend_pid())";
const WAIT: &str = "SELECT pg_sleep(0.05)::text";
/// So often it is looked again: the server takes a moment to notice that somebody left.
const LOOKS: u32 = 40;

/// Whether somebody else works with the store in this database.
pub(crate) fn is_served(conn: &Connection) -> sql::Result<bool> {
    for _ in 0..LOOKS {
        if !asks(conn, OTHER_SESSIONS)? {
            return Ok(false);
        }
        conn.prepare(WAIT)?
            .query_row((), |row| row.get::<String>(0))?;
    }
    Ok(true)
}

fn check_writable(conn: &Connection) -> Result<(), OpenError> {
    if asks(conn, MAY_NOT_WRITE)? {
        return Err(OpenError::NotWritable(
            "the server is a replica, or only lets read".to_owned(),
        ));
    }
    Ok(())
}

/// Said once: whether there is a store is asked before it is opened.
fn warn_if_forgetful(conn: &Connection) -> Result<(), OpenError> {
    if asks(conn, MAY_FORGET)? {
        tracing::warn!(
            "the database may forget what it acknowledged: fsync or full_page_writes is off"
        );
    }
    Ok(())
}

fn asks(conn: &Connection, question: &'static str) -> sql::Result<bool> {
    conn.prepare(question)?.query_row((), |row| row.get(0))
}
