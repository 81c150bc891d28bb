//! Parameters and columns in PostgreSQL's binary form.

use crate::sql::{self, Argument, Cell, Mismatch, Value};
use std::error::Error;
use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};

/// A parameter.
#[derive(Debug)]
pub(super) struct Parameter<'a>(pub(super) Argument<'a>);

impl Parameter<'_> {
    /// Its type where the server is not asked for it.
    pub(super) fn own_type(&self) -> Type {
        match self.0 {
            Argument::Null => Type::UNKNOWN,
            Argument::Integer(_) => Type::INT8,
            Argument::Text(_) => Type::TEXT,
            Argument::Blob(_) => Type::BYTEA,
        }
    }
}

/// A parameter that outlives whoever gave it.
#[derive(Debug)]
pub(super) struct OwnedParameter(Value);

impl Parameter<'_> {
    pub(super) fn to_owned(&self) -> OwnedParameter {
        OwnedParameter(match self.0 {
            Argument::Null => Value::Null,
            Argument::Integer(number) => Value::Integer(number),
            Argument::Text(text) => Value::Text(text.to_owned()),
            Argument::Blob(bytes) => Value::Blob(bytes.to_owned()),
        })
    }
}

impl ToSql for OwnedParameter {
    fn to_sql(
        &self,
        wanted: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        Parameter(sql::ToSql::argument(&self.0)).to_sql(wanted, out)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

impl ToSql for Parameter<'_> {
    fn to_sql(
        &self,
        wanted: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match (self.0, wanted) {
            (Argument::Null, _) => Ok(IsNull::Yes),
            (Argument::Integer(number), &Type::INT8) => number.to_sql(wanted, out),
            (Argument::Integer(number), &Type::INT4) => i32::try_from(number)?.to_sql(wanted, out),
            (Argument::Integer(number), &Type::BOOL) => (number != 0).to_sql(wanted, out),
            (Argument::Text(text), &Type::TEXT | &Type::VARCHAR | &Type::UNKNOWN) => {
                text.to_sql(wanted, out)
            }
            (Argument::Blob(bytes), &Type::BYTEA) => bytes.to_sql(wanted, out),
            (argument, wanted) => {
                let kind = Parameter(argument).own_type();
                Err(format!("a parameter of type {kind} where {wanted} is wanted").into())
            }
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

struct Column<'r>(Result<Cell<'r>, Mismatch>);

impl<'r> FromSql<'r> for Column<'r> {
    fn from_sql(ty: &Type, raw: &'r [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        let cell = match *ty {
            Type::INT8 => Cell::Integer(i64::from_sql(ty, raw)?),
            Type::INT4 => Cell::Integer(i32::from_sql(ty, raw)?.into()),
            Type::BOOL => Cell::Integer(bool::from_sql(ty, raw)?.into()),
            Type::TEXT | Type::VARCHAR | Type::NAME => Cell::Text(<&str>::from_sql(ty, raw)?),
            Type::BYTEA => Cell::Blob(raw),
            _ => return Ok(Self(Err(Mismatch))),
        };
        Ok(Self(Ok(cell)))
    }

    fn from_sql_null(_: &Type) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self(Ok(Cell::Null)))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

/// A row's column, from 0 on.
pub(crate) fn cell(row: &tokio_postgres::Row, column: usize) -> Result<Cell<'_>, Mismatch> {
    let read: Result<Column<'_>, _> = row.try_get(column);
    read.map_or(Err(Mismatch), |column| column.0)
}
