//! What one sign-in left, and how it is written again for somebody else.

use anyhow::{Context as _, Result};
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

/// Tables that are not written again: facts of the store itself, and logs of what
/// administrators did.
const LEFT_OUT: [&str; 3] = ["audit_rows", "meta", "refinery_schema_history"];

/// Instants of a session or login that its limits are counted from.
const INSTANTS: [&str; 4] = ["authenticated_at", "begun_at", "due_at", "last_seen"];

/// Whose ids are whose: those of the first are given, those of the others follow from
/// their number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Ids {
    /// The first one's.
    pub(super) user: [u8; 12],
    pub(super) session: [u8; 16],
    pub(super) login: [u8; 16],
    pub(super) grant: [u8; 16],
}

impl Ids {
    /// The id of a user by number; 0 is who signed in.
    pub fn user_id(&self, number: u64) -> String {
        use std::fmt::Write as _;
        let mut text = String::with_capacity(24);
        for byte in other(&self.user, 4, number) {
            // Writing to a text does not fail.
            let _ = write!(text, "{byte:02x}");
        }
        text
    }
}

/// The id of another one: it begins with the same time, as an id does, then comes the
/// number, so that indexes grow at their end as they do by time; the rest looks random
/// (splitmix64), as it is, and is another one for each first one: two of them may have
/// been made in the same second.
pub(super) fn other<const N: usize>(first: &[u8; N], clock_bytes: usize, number: u64) -> [u8; N] {
    if number == 0 {
        return *first;
    }
    let seed = first.last_chunk().map_or(0, |end| u64::from_be_bytes(*end));
    let mut z = seed.wrapping_add(number.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^= z >> 31;
    let mut id = *first;
    // The number's lower half, which is all of it here.
    let number = (number << 32).to_be_bytes();
    let tail = number.iter().take(4).copied().chain(z.to_be_bytes());
    for (byte, new) in id[clock_bytes..].iter_mut().zip(tail) {
        *byte = new;
    }
    id
}

/// One column of a row that is written again.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Cell {
    Same(Value),
    User,
    Session,
    Login,
    Grant,
    /// The first one's place in the history, and the others' after it.
    Revision,
    Username,
}

/// A row that is written again.
pub(super) struct Row {
    pub(super) table: String,
    pub(super) columns: Vec<String>,
    pub(super) cells: Vec<Cell>,
}

/// All rows of one sign-in.
pub(super) struct Template {
    pub(super) ids: Ids,
    pub(super) pool: Vec<u8>,
    pub(super) rows: Vec<Row>,
}

impl Template {
    /// What the sign-in of this user left. `expire_at` moves its instants so that
    /// the login runs out then.
    pub(super) fn read(conn: &Connection, user: &str, expire_at: Option<i64>) -> Result<Self> {
        let (pool, ids, due_at) = first_ids(conn, user)?;
        let shift = expire_at.map_or(0, |at| at - due_at);
        let mut rows = Vec::new();
        for table in tables(conn)? {
            rows.extend(rows_of(conn, &table, &ids, shift)?);
        }
        Ok(Self { ids, pool, rows })
    }
}

fn first_ids(conn: &Connection, user: &str) -> Result<(Vec<u8>, Ids, i64)> {
    let mut user_bytes = [0; 12];
    for (index, byte) in user_bytes.iter_mut().enumerate() {
        let digits = user.get(index * 2..index * 2 + 2).context("no user id")?;
        *byte = u8::from_str_radix(digits, 16)?;
    }
    let select = "SELECT l.pool, l.session, l.id, g.id, l.due_at FROM logins l
        JOIN grants g ON g.pool = l.pool AND g.login = l.id
        WHERE l.user = ?1 AND l.ended_at IS NULL";
    let found = conn.query_row(select, [user_bytes], |row| {
        let ids = Ids {
            user: user_bytes,
            session: row.get(1)?,
            login: row.get(2)?,
            grant: row.get(3)?,
        };
        Ok((row.get(0)?, ids, row.get(4)?))
    });
    found.context("the first one is not signed in")
}

fn tables(conn: &Connection) -> Result<Vec<String>> {
    let mut names = conn.prepare(
        "SELECT name FROM sqlite_schema
            WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY rowid",
    )?;
    let names = names.query_map([], |row| row.get::<_, String>(0))?;
    let names: Vec<String> = names.collect::<rusqlite::Result<_>>()?;
    let is_wanted = |name: &String| !LEFT_OUT.contains(&name.as_str());
    Ok(names.into_iter().filter(is_wanted).collect())
}

/// The rows of a table that name one of the ids.
fn rows_of(conn: &Connection, table: &str, ids: &Ids, shift: i64) -> Result<Vec<Row>> {
    let columns = columns(conn, table)?;
    let names_one: Vec<String> = columns
        .iter()
        .map(|column| format!("\"{column}\" IN (?1, ?2, ?3, ?4)"))
        .collect();
    let list: Vec<String> = columns.iter().map(|name| format!("\"{name}\"")).collect();
    let mut select = conn.prepare(&format!(
        "SELECT {} FROM \"{table}\" WHERE {}",
        list.join(", "),
        names_one.join(" OR ")
    ))?;
    let wanted: [&[u8]; 4] = [&ids.user, &ids.session, &ids.login, &ids.grant];
    let found = select.query_map(params_from_iter(wanted), |row| {
        let cells = columns.iter().enumerate().map(|(index, name)| {
            let value: Value = row.get(index)?;
            Ok(cell(name, value, ids, shift))
        });
        cells.collect::<rusqlite::Result<Vec<Cell>>>()
    })?;
    let row = |cells: rusqlite::Result<Vec<Cell>>| {
        Ok(Row {
            table: table.to_owned(),
            columns: columns.clone(),
            cells: cells?,
        })
    };
    found.map(row).collect()
}

/// The columns, without a number that SQLite gives by itself.
fn columns(conn: &Connection, table: &str) -> Result<Vec<String>> {
    let mut info = conn.prepare("SELECT name FROM pragma_table_info(?1)")?;
    let names = info.query_map([table], |row| row.get::<_, String>(0))?;
    let names: Vec<String> = names.collect::<rusqlite::Result<_>>()?;
    Ok(names.into_iter().filter(|name| name != "seq").collect())
}

fn cell(column: &str, value: Value, ids: &Ids, shift: i64) -> Cell {
    match value {
        Value::Blob(bytes) if bytes == ids.user => Cell::User,
        Value::Blob(bytes) if bytes == ids.session => Cell::Session,
        Value::Blob(bytes) if bytes == ids.login => Cell::Login,
        Value::Blob(bytes) if bytes == ids.grant => Cell::Grant,
        Value::Integer(_) if column == "revision" || column.ends_with("_revision") => {
            Cell::Revision
        }
        Value::Integer(at) if INSTANTS.contains(&column) => Cell::Same(Value::Integer(at + shift)),
        Value::Text(_) if column == "username" || column == "username_key" => Cell::Username,
        value => Cell::Same(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_grow_with_the_number_and_differ_in_their_last_bytes() {
        let first = [7; 16];
        assert_eq!(other(&first, 6, 0), first);
        let (one, two) = (other(&first, 6, 1), other(&first, 6, 2));
        assert!(one < two);
        assert_eq!(one[..6], first[..6]);
        assert_ne!(one[10..], two[10..]);
        assert_eq!(other(&[7; 12], 4, 1)[4..8], [0, 0, 0, 1]);
    }

    #[test]
    fn ids_of_two_who_were_made_at_once_are_not_the_same() {
        let (one, two) = ([7; 12], [7, 7, 7, 7, 8, 8, 8, 8, 8, 8, 8, 8]);
        for number in 1..1_000 {
            assert_ne!(other(&one, 4, number), other(&two, 4, number));
        }
    }
}
