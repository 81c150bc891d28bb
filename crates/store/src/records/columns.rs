//! What the records have in common: rows read in the order of their column
//! list, JSON columns, patterns and pages.

use crate::sql::{Error, FromSql, Result, Row};
use rollcall_core::model::standing::Moments;
use rollcall_core::page::PageRequest;
use rollcall_core::time::{Span, Timestamp};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Reads a row's columns from left to right, so that a column list and its
/// reader are one above the other and no reader counts positions.
pub(crate) struct Columns<'row> {
    row: &'row Row<'row>,
    next: usize,
}

impl<'row> Columns<'row> {
    /// The columns of the row.
    pub(crate) fn of(row: &'row Row<'_>) -> Self {
        Self { row, next: 0 }
    }

    /// The columns from this place on.
    pub(crate) fn from(row: &'row Row<'_>, next: usize) -> Self {
        Self { row, next }
    }

    /// Whether the next column is there.
    pub(crate) fn next_is_there(&self) -> Result<bool> {
        self.row.is_there(self.next)
    }

    /// The next column.
    pub(crate) fn get<T: FromSql>(&mut self) -> Result<T> {
        let value = self.row.get(self.next)?;
        self.next += 1;
        Ok(value)
    }

    /// The next column, an instant.
    pub(crate) fn instant(&mut self) -> Result<Timestamp> {
        self.get().map(Timestamp::from_millis)
    }

    /// The next column, an instant or nothing.
    pub(crate) fn optional_instant(&mut self) -> Result<Option<Timestamp>> {
        let millis: Option<i64> = self.get()?;
        Ok(millis.map(Timestamp::from_millis))
    }

    /// What the limits of a login are counted from.
    pub(crate) fn moments(&mut self) -> Result<Moments> {
        Ok(Moments {
            begun_at: self.instant()?,
            last_seen: self.instant()?,
            redeem_by: self.optional_instant()?,
            session_begun_at: self.instant()?,
            session_last_seen: self.instant()?,
        })
    }

    /// The next column, a span.
    pub(crate) fn span(&mut self) -> Result<Span> {
        self.get().map(Span::from_millis)
    }

    /// The next column, a span or nothing.
    pub(crate) fn optional_span(&mut self) -> Result<Option<Span>> {
        let millis: Option<i64> = self.get()?;
        Ok(millis.map(Span::from_millis))
    }

    /// The next column, a text with a meaning.
    pub(crate) fn meaning<T>(&mut self, read: impl FnOnce(&str) -> Option<T>) -> Result<T> {
        let column = self.next;
        let text: String = self.get()?;
        read(&text).ok_or_else(|| unreadable(column))
    }

    /// The next column, a text with a meaning or nothing.
    pub(crate) fn optional_meaning<T>(
        &mut self,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>> {
        let column = self.next;
        let text: Option<String> = self.get()?;
        let Some(text) = text else { return Ok(None) };
        let value = read(&text);
        value.map(Some).ok_or_else(|| unreadable(column))
    }

    /// The next column, JSON.
    pub(crate) fn json<T: DeserializeOwned>(&mut self) -> Result<T> {
        let column = self.next;
        let text: String = self.get()?;
        serde_json::from_str(&text).map_err(|_| unreadable(column))
    }
}

fn unreadable(column: usize) -> Error {
    Error::unreadable(&format!("text in column {column}"))
}

/// A value as JSON text.
pub(crate) fn to_json(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|error| Error::fault(error.to_string()))
}

/// The values that have these names; none if one of the names has none.
pub(crate) fn all_named<T>(names: &[String], read: impl Fn(&str) -> Option<T>) -> Option<Vec<T>> {
    names.iter().map(|name| read(name)).collect()
}

/// A LIKE pattern (with `ESCAPE '\'`) of what contains the text, whose own `%`
/// and `_` are no wildcards.
pub(crate) fn containing(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 2);
    pattern.push('%');
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

/// LIMIT and OFFSET of the page.
pub(crate) fn limit_and_offset(page: PageRequest) -> (i64, i64) {
    let offset = i64::try_from(page.offset()).unwrap_or(i64::MAX);
    (i64::from(page.limit()), offset)
}

#[cfg(test)]
mod tests {
    use super::containing;

    #[test]
    fn wildcards_in_a_text_are_plain_characters() {
        assert_eq!(containing(r"50%_\"), r"%50\%\_\\%");
    }
}
