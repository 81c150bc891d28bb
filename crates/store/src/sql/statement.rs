//! Statements, and the rows that they find.

use super::{Argument, Error, Params, Place, Result, Row};
use crate::postgres::Session;
use rusqlite::types::{ToSqlOutput, ValueRef};
use std::vec;

/// A statement, ready to be run any number of times.
pub(crate) enum Statement<'c> {
    Sqlite(rusqlite::Statement<'c>),
    SqliteKept(rusqlite::CachedStatement<'c>),
    /// Whether it is kept prepared.
    Postgres(&'c Session, &'c str, bool),
}

/// What a statement finds, row by row.
pub(crate) enum Rows<'s> {
    Sqlite(rusqlite::Rows<'s>),
    Postgres(
        vec::IntoIter<tokio_postgres::Row>,
        Option<tokio_postgres::Row>,
    ),
}

impl Rows<'_> {
    /// The next row.
    pub(crate) fn next(&mut self) -> Result<Option<Row<'_>>> {
        Ok(match self {
            Self::Sqlite(rows) => rows.next()?.map(Row::Sqlite),
            Self::Postgres(rows, current) => {
                *current = rows.next();
                current.as_ref().map(Row::Postgres)
            }
        })
    }
}

/// Each row as what `read` makes of it.
pub(crate) struct MappedRows<'s, F> {
    rows: Rows<'s>,
    read: F,
}

impl<T, F: FnMut(&Row<'_>) -> Result<T>> Iterator for MappedRows<'_, F> {
    type Item = Result<T>;

    fn next(&mut self) -> Option<Result<T>> {
        let row = self.rows.next().transpose()?;
        Some(row.and_then(|row| (self.read)(&row)))
    }
}

#[allow(
    clippy::needless_pass_by_value,
    reason = "parameters are made where they are used, as with rusqlite"
)]
impl Statement<'_> {
    /// Runs it; answers how many rows it changed.
    pub(crate) fn execute(&mut self, params: impl Params) -> Result<usize> {
        match self {
            Self::Sqlite(statement) => execute(statement, &params),
            Self::SqliteKept(statement) => execute(statement, &params),
            Self::Postgres(session, sql, kept) => session.execute(sql, *kept, &params),
        }
    }

    /// Runs it for its effect alone. Over a network its outcome is waited for with the
    /// next one's: a failure is told by a later statement of the same change, or by the
    /// end of that.
    pub(crate) fn perform(&mut self, params: impl Params) -> Result<()> {
        match self {
            Self::Sqlite(statement) => execute(statement, &params).map(|_| ()),
            Self::SqliteKept(statement) => execute(statement, &params).map(|_| ()),
            Self::Postgres(session, sql, kept) => session.perform(sql, *kept, &params),
        }
    }

    /// Its rows.
    pub(crate) fn query(&mut self, params: impl Params) -> Result<Rows<'_>> {
        match self {
            Self::Sqlite(statement) => query(statement, &params),
            Self::SqliteKept(statement) => query(statement, &params),
            Self::Postgres(session, sql, kept) => {
                let rows = session.query(sql, *kept, &params)?;
                Ok(Rows::Postgres(rows.into_iter(), None))
            }
        }
    }

    /// Its rows, as what `read` makes of each.
    pub(crate) fn query_map<T, F>(
        &mut self,
        params: impl Params,
        read: F,
    ) -> Result<MappedRows<'_, F>>
    where
        F: FnMut(&Row<'_>) -> Result<T>,
    {
        let rows = self.query(params)?;
        Ok(MappedRows { rows, read })
    }

    /// Its first row; [`Error::NoRow`] if there is none.
    pub(crate) fn query_row<T>(
        &mut self,
        params: impl Params,
        read: impl FnOnce(&Row<'_>) -> Result<T>,
    ) -> Result<T> {
        let mut rows = self.query(params)?;
        let row = rows.next()?.ok_or(Error::NoRow)?;
        read(&row)
    }

    /// Whether it finds a row.
    pub(crate) fn exists(&mut self, params: impl Params) -> Result<bool> {
        Ok(self.query(params)?.next()?.is_some())
    }
}

fn bind(statement: &mut rusqlite::Statement<'_>, params: &impl Params) -> Result<()> {
    params.each(&mut |place, argument| {
        let number = match place {
            Place::Number(number) => number,
            Place::Name(name) => {
                let number = statement.parameter_index(name)?;
                number.ok_or_else(|| Error::Fault(format!("no parameter {name}")))?
            }
        };
        let value = ToSqlOutput::Borrowed(match argument {
            Argument::Null => ValueRef::Null,
            Argument::Integer(number) => ValueRef::Integer(number),
            Argument::Text(text) => ValueRef::Text(text.as_bytes()),
            Argument::Blob(bytes) => ValueRef::Blob(bytes),
        });
        Ok(statement.raw_bind_parameter(number, value)?)
    })
}

fn execute(statement: &mut rusqlite::Statement<'_>, params: &impl Params) -> Result<usize> {
    bind(statement, params)?;
    Ok(statement.raw_execute()?)
}

fn query<'s>(statement: &'s mut rusqlite::Statement<'_>, params: &impl Params) -> Result<Rows<'s>> {
    bind(statement, params)?;
    Ok(Rows::Sqlite(statement.raw_query()))
}
