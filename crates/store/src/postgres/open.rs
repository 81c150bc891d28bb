//! Opening the store in a database: what is looked at before it is served.

use super::checks::Checks;
use super::clock::FollowingClock;
use super::connect::{Connector, DatabaseClock, PostgresOptions};
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
    let clock_follows = server.clock == DatabaseClock::Followed;
    if clock_follows {
        let following = Arc::new(FollowingClock::new(options.clock));
        let told = following.clone();
        connector = connector.telling(Arc::new(move |instant| told.told(instant)));
        options.clock = following;
    }
    let conn: Connection = connector.session()?.into();
    check_server(&conn)?;
    schema::migrate(&conn)?;
    if clock_follows {
        conn.begin_write()?;
        conn.now()?;
        conn.roll_back()?;
    }
    let reconnecting = connector.clone();
    let started = Started {
        conn,
        connect: Some(Box::new(move || Ok(reconnecting.session()?.into()))),
        clock_follows,
        engine: Box::new(move |clock| Engine::Postgres {
            checks: Box::new(Checks::new(connector.clone(), clock.clone())),
            readers: Readers::new(connector),
        }),
        nonces: Some(Nonces::Shared),
    };
    start(started, options)
}

/// A session with the database itself, with this binary's schema.
pub(crate) fn open_alone(server: &PostgresOptions) -> Result<Connection, OpenError> {
    let connector = Connector::new(server).map_err(sql::Error::from)?;
    let conn: Connection = connector.session()?.into();
    check_server(&conn)?;
    schema::migrate(&conn)?;
    Ok(conn)
}

/// A session to look at the store alone, beside whoever serves it.
pub(crate) fn open_to_look(server: &PostgresOptions) -> Result<Connection, OpenError> {
    let connector = Connector::new(server).map_err(sql::Error::from)?;
    let conn: Connection = connector.session()?.into();
    // Everything is looked at, on one snapshot.
    conn.batch("SET statement_timeout = 0")?;
    schema::check_is_current(&conn)?;
    Ok(conn)
}

/// Whether there is a store in this database.
pub(crate) fn exists(server: &PostgresOptions) -> Result<bool, OpenError> {
    let connector = Connector::new(server).map_err(sql::Error::from)?;
    let conn: Connection = connector.session()?.into();
    check_server(&conn)?;
    Ok(schema::exists(&conn)?)
}

fn check_server(conn: &Connection) -> Result<(), OpenError> {
    if asks(conn, MAY_NOT_WRITE)? {
        return Err(OpenError::NotWritable(
            "the server is a replica, or only lets read".to_owned(),
        ));
    }
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
