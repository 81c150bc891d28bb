//! A session with the server, used by one thread at a time.
//!
//! The thread drives the connection itself, on a runtime of its own: an answer wakes
//! nobody but whoever waits for it.

use super::dialect::{Translated, translate};
use super::failure::Failure;
use super::values::{OwnedParameter, Parameter};
use crate::sql::{self, Argument, Connection, Error, Params, Place};
use futures_util::TryStreamExt as _;
use futures_util::future::{self, BoxFuture};
use rollcall_core::time::Timestamp;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::future::Future;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;
use tokio::runtime::Runtime;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Row, Statement};

/// "rollcall" in ASCII: the lock that every change takes.
const WRITERS_LOCK: i64 = 0x726f_6c6c_6361_6c6c;

/// The database's clock when a read began, no later than its snapshot, and the mark.
const INSTANT_OF_READ: &str = "SELECT
    floor(extract(epoch FROM transaction_timestamp()) * 1000)::bigint,
    (SELECT value FROM meta WHERE name = 'clock_mark')";
/// The database's clock once no other change is under way, and the mark.
const INSTANT_OF_WRITE: &str = "SELECT
    floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint,
    (SELECT value FROM meta WHERE name = 'clock_mark')";

/// A statement, translated and perhaps prepared.
struct Prepared {
    translated: Translated,
    statement: Option<Statement>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Transaction {
    None,
    Reads,
    Writes,
}

/// What a session is made of.
pub(super) struct Parts {
    pub(super) runtime: Runtime,
    pub(super) client: Client,
    /// Whether statements may be kept prepared, and settings stay.
    pub(super) is_kept: bool,
    /// Settings that each transaction begins with, where they do not stay.
    pub(super) settings: &'static str,
    pub(super) time_out: Duration,
    /// Told of the database's clock whenever it is read.
    pub(super) on_instant: Option<Arc<dyn Fn(Timestamp) + Send + Sync>>,
}

/// A session.
pub(crate) struct Session {
    // None only while it is dropped.
    runtime: Option<Runtime>,
    client: Arc<Client>,
    is_kept: bool,
    settings: &'static str,
    time_out: Duration,
    on_instant: Option<Arc<dyn Fn(Timestamp) + Send + Sync>>,
    prepared: RefCell<HashMap<String, Arc<Prepared>>>,
    /// Commands that were sent and not waited for.
    sent: RefCell<Vec<BoxFuture<'static, Answer<()>>>>,
    transaction: Cell<Transaction>,
    changes: Cell<u64>,
    /// How many statements may still run outside of a transaction.
    looks_left: Cell<u8>,
    lost: Cell<bool>,
}

type Answer<T> = Result<T, tokio_postgres::Error>;

impl Drop for Session {
    fn drop(&mut self) {
        // Also where a runtime may not be waited for.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl Session {
    pub(super) fn new(parts: Parts) -> Self {
        Self {
            runtime: Some(parts.runtime),
            client: Arc::new(parts.client),
            is_kept: parts.is_kept,
            settings: parts.settings,
            time_out: parts.time_out,
            on_instant: parts.on_instant,
            prepared: RefCell::default(),
            sent: RefCell::default(),
            transaction: Cell::new(Transaction::None),
            changes: Cell::new(0),
            // Opening a store asks this and that.
            looks_left: Cell::new(u8::MAX),
            lost: Cell::new(false),
        }
    }

    /// Waits for the work's answer, and for those of the commands before it.
    fn run<T>(&self, work: impl Future<Output = Answer<T>>) -> sql::Result<T> {
        let sent = self.sent.take();
        let all = async {
            let (before, answer) = future::join(future::join_all(sent), work).await;
            before.into_iter().collect::<Answer<Vec<()>>>()?;
            answer
        };
        let runtime = match &self.runtime {
            Some(runtime) if !self.lost.get() => runtime,
            _ => return Err(Failure::Lost.into()),
        };
        let timed = async { tokio::time::timeout(self.time_out, all).await };
        match runtime.block_on(timed) {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(error)) => {
                let closed = self.client.is_closed();
                let failure = Failure::Server(error);
                if closed || failure.is_of_the_connection() {
                    self.lost.set(true);
                }
                Err(failure.into())
            }
            Err(_) => {
                self.lost.set(true);
                Err(Failure::TimedOut.into())
            }
        }
    }

    fn send_commands(&self, commands: String) -> sql::Result<()> {
        let client = self.client.clone();
        self.send(Box::pin(
            async move { client.batch_execute(&commands).await },
        ))
    }

    /// Sends what is waited for with the next one: the server takes them in order.
    fn send(&self, mut command: BoxFuture<'static, Answer<()>>) -> sql::Result<()> {
        if self.lost.get() {
            return Err(Failure::Lost.into());
        }
        // The first poll sends it.
        let mut context = Context::from_waker(Waker::noop());
        match command.as_mut().poll(&mut context) {
            Poll::Pending => self.sent.borrow_mut().push(command),
            Poll::Ready(Ok(())) => {}
            Poll::Ready(Err(error)) => {
                self.lost.set(true);
                return Err(Failure::Server(error).into());
            }
        }
        Ok(())
    }

    /// Runs commands by themselves.
    pub(crate) fn batch(&self, commands: &str) -> sql::Result<()> {
        self.run(self.client.batch_execute(commands))
    }

    /// Allows one statement outside of a transaction.
    pub(crate) fn look(&self) {
        self.looks_left.set(1);
    }

    pub(crate) fn begin_snapshot(&self) -> sql::Result<()> {
        let begin = "START TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY";
        self.begin(Transaction::Reads, begin.to_owned())
    }

    pub(crate) fn begin_write(&self) -> sql::Result<()> {
        // Each statement after the lock sees what was committed before it was given.
        let begin = format!(
            "START TRANSACTION ISOLATION LEVEL READ COMMITTED, READ WRITE;
            {} SELECT pg_advisory_xact_lock({WRITERS_LOCK})",
            self.settings
        );
        self.begin(Transaction::Writes, begin)
    }

    pub(crate) fn begin_alone(&self) -> sql::Result<()> {
        let begin = "START TRANSACTION ISOLATION LEVEL READ COMMITTED, READ WRITE";
        self.begin(Transaction::Writes, begin.to_owned())
    }

    fn begin(&self, kind: Transaction, begin: String) -> sql::Result<()> {
        self.refresh();
        let has_settings = self.settings.is_empty() || begin.contains(self.settings);
        let commands = if has_settings {
            begin
        } else {
            format!("{begin}; {}", self.settings)
        };
        self.send_commands(commands)?;
        self.transaction.set(kind);
        Ok(())
    }

    pub(crate) fn commit(&self) -> sql::Result<()> {
        self.transaction.set(Transaction::None);
        self.run(self.client.batch_execute("COMMIT"))
    }

    pub(crate) fn roll_back(&self) -> sql::Result<()> {
        let open = self.transaction.replace(Transaction::None) != Transaction::None;
        if !open || self.lost.get() {
            return Ok(());
        }
        // What was sent before may have failed, and is undone with the rest.
        let rolled_back = self.run(self.client.batch_execute("ROLLBACK"));
        if rolled_back.is_err() {
            self.lost.set(true);
        }
        rolled_back
    }

    pub(crate) fn in_transaction(&self) -> bool {
        self.transaction.get() != Transaction::None && !self.lost.get()
    }

    pub(crate) fn control(&self, command: &'static str) -> sql::Result<()> {
        self.send_commands(command.to_owned())
    }

    pub(crate) fn total_changes(&self) -> u64 {
        self.changes.get()
    }

    /// Whether the server went away.
    pub(crate) fn is_lost(&self) -> bool {
        self.refresh();
        self.lost.get()
    }

    /// Lets the connection notice that the server went away: between transactions
    /// nobody drives it.
    fn refresh(&self) {
        if let Some(runtime) = &self.runtime
            && !self.lost.get()
        {
            runtime.block_on(async {
                tokio::task::yield_now().await;
                tokio::task::yield_now().await;
            });
            if self.client.is_closed() {
                self.lost.set(true);
            }
        }
    }

    /// The instant of the transaction: the database's, held at the mark.
    pub(crate) fn instant(&self, conn: &Connection) -> sql::Result<Timestamp> {
        let select = match self.transaction.get() {
            Transaction::Writes => INSTANT_OF_WRITE,
            Transaction::Reads | Transaction::None => INSTANT_OF_READ,
        };
        let (now, mark): (i64, Option<[u8; 8]>) = conn
            .prepare_cached(select)?
            .query_row((), |row| Ok((row.get(0)?, row.get(1)?)))?;
        if let Some(tell) = &self.on_instant {
            tell(Timestamp::from_millis(now));
        }
        let mark = mark.map_or(now, i64::from_be_bytes);
        Ok(Timestamp::from_millis(now.max(mark)))
    }

    pub(crate) fn execute(
        &self,
        sql: &str,
        is_kept: bool,
        params: &impl Params,
    ) -> sql::Result<usize> {
        let (_, affected) = self.rows(sql, is_kept, params)?;
        self.changes.set(self.changes.get() + affected);
        Ok(usize::try_from(affected).unwrap_or(usize::MAX))
    }

    /// Sends a change without waiting for its outcome, which is told with the next
    /// one's.
    pub(crate) fn perform(
        &self,
        sql: &str,
        is_kept: bool,
        params: &impl Params,
    ) -> sql::Result<()> {
        let prepared = self.prepared(sql, is_kept && self.is_kept)?;
        let Some(statement) = prepared.statement.clone() else {
            return self.execute(sql, is_kept, params).map(|_| ());
        };
        let values = values_of(&prepared.translated, params)?;
        let values: Vec<OwnedParameter> = values.iter().map(Parameter::to_owned).collect();
        let client = self.client.clone();
        self.send(Box::pin(async move {
            client.execute_raw(&statement, values).await.map(|_| ())
        }))?;
        self.changes.set(self.changes.get() + 1);
        Ok(())
    }

    pub(crate) fn query(
        &self,
        sql: &str,
        is_kept: bool,
        params: &impl Params,
    ) -> sql::Result<Vec<Row>> {
        let (rows, affected) = self.rows(sql, is_kept, params)?;
        // With RETURNING, a change has rows as well.
        if !sql.trim_start().starts_with("SELECT") {
            self.changes.set(self.changes.get() + affected);
        }
        Ok(rows)
    }

    fn rows(&self, sql: &str, is_kept: bool, params: &impl Params) -> sql::Result<(Vec<Row>, u64)> {
        self.check_place()?;
        let prepared = self.prepared(sql, is_kept && self.is_kept)?;
        let values = values_of(&prepared.translated, params)?;
        match &prepared.statement {
            Some(statement) => {
                let values: Vec<&(dyn ToSql + Sync)> = values
                    .iter()
                    .map(|value| value as &(dyn ToSql + Sync))
                    .collect();
                self.run(async {
                    let rows = self.client.query_raw(statement, values).await?;
                    collect(rows).await
                })
            }
            None => {
                let used = &prepared.translated.used;
                let values: Vec<(&(dyn ToSql + Sync), Type)> = values
                    .iter()
                    .zip(used)
                    // The server cannot infer the type of what is not in the statement.
                    .map(|(value, used)| match used {
                        true => (value as &(dyn ToSql + Sync), value.own_type()),
                        false => (value as &(dyn ToSql + Sync), Type::TEXT),
                    })
                    .collect();
                let text = &prepared.translated.text;
                self.run(async {
                    let rows = self.client.query_typed_raw(text, values).await?;
                    collect(rows).await
                })
            }
        }
    }

    /// Refuses a second statement of a read that promised to have one.
    fn check_place(&self) -> sql::Result<()> {
        if self.transaction.get() != Transaction::None {
            return Ok(());
        }
        let left = self.looks_left.get().checked_sub(1);
        self.looks_left.set(left.unwrap_or_default());
        left.map(|_| ())
            .ok_or_else(|| Error::fault("a second statement outside of a transaction"))
    }

    fn prepared(&self, sql: &str, is_kept: bool) -> sql::Result<Arc<Prepared>> {
        if let Some(prepared) = self.prepared.borrow().get(sql)
            && (!is_kept || prepared.statement.is_some())
        {
            return Ok(prepared.clone());
        }
        let translated = translate(sql);
        let statement = match is_kept {
            true => {
                let types = types_of(&translated);
                let preparing = self.client.prepare_typed(&translated.text, &types);
                Some(self.run(preparing)?)
            }
            false => None,
        };
        let prepared = Arc::new(Prepared {
            translated,
            statement,
        });
        if is_kept {
            let mut kept = self.prepared.borrow_mut();
            kept.insert(sql.to_owned(), prepared.clone());
        }
        Ok(prepared)
    }
}

async fn collect(rows: tokio_postgres::RowStream) -> Answer<(Vec<Row>, u64)> {
    let mut rows = std::pin::pin!(rows);
    let mut found = Vec::new();
    while let Some(row) = rows.try_next().await? {
        found.push(row);
    }
    let affected = rows.rows_affected().unwrap_or_default();
    Ok((found, affected))
}

/// The parameters in the order of their numbers.
fn values_of<'p>(
    translated: &Translated,
    params: &'p impl Params,
) -> sql::Result<Vec<Parameter<'p>>> {
    let mut values: Vec<Option<Parameter<'p>>> = Vec::new();
    params.each(&mut |place, argument| {
        let index = match place {
            Place::Number(number) => number - 1,
            Place::Name(name) => {
                let name = name.trim_start_matches(':');
                let known = translated.names.iter().position(|known| known == name);
                known.ok_or_else(|| Error::fault(format!("no parameter {name}")))?
            }
        };
        if values.len() <= index {
            values.resize_with(index + 1, || None);
        }
        values[index] = Some(Parameter(argument));
        Ok(())
    })?;
    values.resize_with(translated.used.len(), || None);
    let given = values.into_iter().zip(&translated.used);
    let all: Option<Vec<Parameter<'p>>> = given
        .map(|(value, used)| match used {
            true => value,
            false => Some(Parameter(Argument::Null)),
        })
        .collect();
    all.ok_or_else(|| Error::fault("a parameter is missing"))
}

/// The types that the server cannot infer: those of parameters that the statement
/// leaves out.
fn types_of(translated: &Translated) -> Vec<Type> {
    let of = |used: &bool| if *used { Type::UNKNOWN } else { Type::TEXT };
    translated.used.iter().map(of).collect()
}
