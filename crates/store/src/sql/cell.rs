//! Rows, and what their columns are read as.

use super::{Error, Result, Value};
use rusqlite::types::ValueRef;

/// A column's value, where the engine keeps it.
#[derive(Clone, Copy)]
pub(crate) enum Cell<'r> {
    Null,
    /// Whole numbers and booleans, which are 0 or 1.
    Integer(i64),
    Text(&'r str),
    Blob(&'r [u8]),
}

/// The value is not what it is read as.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mismatch;

/// A row of either engine.
pub(crate) enum Row<'r> {
    Sqlite(&'r rusqlite::Row<'r>),
    Postgres(&'r tokio_postgres::Row),
}

impl Row<'_> {
    /// The column at this place, from 0 on.
    pub(crate) fn get<T: FromSql>(&self, column: usize) -> Result<T> {
        let unreadable = |Mismatch| Error::Fault(format!("unreadable column {column}"));
        T::of(self.cell(column)?).map_err(unreadable)
    }

    /// Whether the column at this place is not NULL.
    pub(crate) fn is_there(&self, column: usize) -> Result<bool> {
        Ok(!matches!(self.cell(column)?, Cell::Null))
    }

    /// The names of the columns.
    pub(crate) fn columns(&self) -> Vec<String> {
        match self {
            Self::Sqlite(row) => {
                let statement: &rusqlite::Statement<'_> = row.as_ref();
                statement.column_names().map(ToOwned::to_owned).collect()
            }
            Self::Postgres(row) => row.columns().iter().map(|c| c.name().to_owned()).collect(),
        }
    }

    /// The column at this place, where the engine keeps it.
    pub(crate) fn cell(&self, column: usize) -> Result<Cell<'_>> {
        let cell = match self {
            Self::Sqlite(row) => sqlite_cell(row.get_ref(column)?),
            Self::Postgres(row) => crate::postgres::cell(row, column),
        };
        cell.map_err(|Mismatch| Error::Fault(format!("unreadable column {column}")))
    }
}

fn sqlite_cell(value: ValueRef<'_>) -> std::result::Result<Cell<'_>, Mismatch> {
    Ok(match value {
        ValueRef::Null => Cell::Null,
        ValueRef::Integer(number) => Cell::Integer(number),
        ValueRef::Text(text) => Cell::Text(std::str::from_utf8(text).map_err(|_| Mismatch)?),
        ValueRef::Blob(bytes) => Cell::Blob(bytes),
        ValueRef::Real(_) => return Err(Mismatch),
    })
}

/// What a column can be read as.
pub(crate) trait FromSql: Sized {
    /// The value of a cell.
    fn of(cell: Cell<'_>) -> std::result::Result<Self, Mismatch>;
}

impl FromSql for i64 {
    fn of(cell: Cell<'_>) -> std::result::Result<Self, Mismatch> {
        match cell {
            Cell::Integer(number) => Ok(number),
            _ => Err(Mismatch),
        }
    }
}

macro_rules! narrower {
    ($($number:ty),+) => {$(
        impl FromSql for $number {
            fn of(cell: Cell<'_>) -> std::result::Result<Self, Mismatch> {
                i64::of(cell)?.try_into().map_err(|_| Mismatch)
            }
        }
    )+};
}
narrower!(u8, u16, u32, i32);

impl FromSql for bool {
    fn of(cell: Cell<'_>) -> std::result::Result<Self, Mismatch> {
        Ok(i64::of(cell)? != 0)
    }
}

impl FromSql for String {
    fn of(cell: Cell<'_>) -> std::result::Result<Self, Mismatch> {
        match cell {
            Cell::Text(text) => Ok(text.to_owned()),
            _ => Err(Mismatch),
        }
    }
}

impl FromSql for Vec<u8> {
    fn of(cell: Cell<'_>) -> std::result::Result<Self, Mismatch> {
        match cell {
            Cell::Blob(bytes) => Ok(bytes.to_vec()),
            _ => Err(Mismatch),
        }
    }
}

impl<const N: usize> FromSql for [u8; N] {
    fn of(cell: Cell<'_>) -> std::result::Result<Self, Mismatch> {
        match cell {
            Cell::Blob(bytes) => bytes.try_into().map_err(|_| Mismatch),
            _ => Err(Mismatch),
        }
    }
}

impl FromSql for Value {
    fn of(cell: Cell<'_>) -> std::result::Result<Self, Mismatch> {
        Ok(match cell {
            Cell::Null => Self::Null,
            Cell::Integer(number) => Self::Integer(number),
            Cell::Text(text) => Self::Text(text.to_owned()),
            Cell::Blob(bytes) => Self::Blob(bytes.to_vec()),
        })
    }
}

impl<T: FromSql> FromSql for Option<T> {
    fn of(cell: Cell<'_>) -> std::result::Result<Self, Mismatch> {
        match cell {
            Cell::Null => Ok(None),
            cell => T::of(cell).map(Some),
        }
    }
}
