//! The tables of a store as its database describes them.

use crate::sql::{Connection, Result};

/// A table: its columns by name, and those of its primary key in their order.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Table {
    pub(super) name: String,
    pub(super) columns: Vec<String>,
    pub(super) key: Vec<String>,
}

const OF_FILE: &str = "SELECT t.name, c.name, c.pk
    FROM sqlite_schema t JOIN pragma_table_info(t.name) c
    WHERE t.type = 'table' AND t.name NOT GLOB 'sqlite_*' AND t.name <> 'refinery_schema_history'
    ORDER BY t.name, c.name";
const OF_SERVER: &str = "SELECT t.relname::text, c.attname::text,
        coalesce(array_position(i.indkey::smallint[], c.attnum) + 1, 0)::bigint
    FROM pg_catalog.pg_class t
    JOIN pg_catalog.pg_attribute c ON c.attrelid = t.oid AND c.attnum > 0 AND NOT c.attisdropped
    LEFT JOIN pg_catalog.pg_index i ON i.indrelid = t.oid AND i.indisprimary
    WHERE t.relkind = 'r' AND t.relnamespace = current_schema()::regnamespace
        AND t.relname <> 'refinery_schema_history'
    ORDER BY t.relname COLLATE \"C\", c.attname COLLATE \"C\"";

/// What stands for a primary key where there is none: the columns of a unique index.
fn unique(table: &str) -> impl Iterator<Item = &'static &'static str> {
    const UNIQUE: &[(&str, &[&str])] = &[("webhook_logs", &["pool", "webhook", "number"])];
    let found = UNIQUE.iter().find(|(name, _)| *name == table);
    found.map_or(&[][..], |(_, columns)| columns).iter()
}

/// All tables of the store, by name.
pub(super) fn all(conn: &Connection) -> Result<Vec<Table>> {
    let select = if conn.is_shared() { OF_SERVER } else { OF_FILE };
    let columns = conn
        .prepare(select)?
        .query_map((), |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
        .collect::<Result<Vec<(String, String, i64)>>>()?;
    let mut tables: Vec<Table> = Vec::new();
    let mut keys: Vec<Vec<(i64, String)>> = Vec::new();
    for (table, column, place_in_key) in columns {
        if tables.last().is_none_or(|last| last.name != table) {
            tables.push(Table {
                name: table,
                columns: Vec::new(),
                key: Vec::new(),
            });
            keys.push(Vec::new());
        }
        if let (Some(table), Some(key)) = (tables.last_mut(), keys.last_mut()) {
            if place_in_key > 0 {
                key.push((place_in_key, column.clone()));
            }
            table.columns.push(column);
        }
    }
    for (table, mut key) in tables.iter_mut().zip(keys) {
        key.sort();
        table.key = key.into_iter().map(|(_, column)| column).collect();
        if table.key.is_empty() {
            table.key = unique(&table.name)
                .map(|column| (*column).to_owned())
                .collect();
        }
    }
    Ok(tables)
}

/// Names in a statement: one of them is a reserved word on one of the engines, which
/// the translation of statements knows.
fn list(columns: &[String]) -> String {
    columns.join(", ")
}

impl Table {
    /// How many rows it has.
    pub(super) fn count(&self) -> String {
        format!("SELECT count(*) FROM {}", self.name)
    }

    /// The next rows after a key, in the key's order; without one the first.
    pub(super) fn page(&self, is_first: bool) -> String {
        let (columns, key) = (list(&self.columns), list(&self.key));
        let after = match is_first {
            true => String::new(),
            false => format!("WHERE ({key}) > ({}) ", marks(self.key.len())),
        };
        let name = &self.name;
        format!("SELECT {columns} FROM {name} {after}ORDER BY {key} LIMIT ?")
    }

    /// The last key.
    pub(super) fn last_key(&self) -> String {
        let key = list(&self.key);
        let last: Vec<String> = self
            .key
            .iter()
            .map(|column| format!("{column} DESC"))
            .collect();
        format!(
            "SELECT {key} FROM {} ORDER BY {} LIMIT 1",
            self.name,
            last.join(", ")
        )
    }

    /// So many rows at once.
    pub(super) fn insert(&self, rows: usize) -> String {
        let row = format!("({})", marks(self.columns.len()));
        let rows = vec![row; rows].join(", ");
        format!(
            "INSERT INTO {} ({}) VALUES {rows}",
            self.name,
            list(&self.columns)
        )
    }

    /// Where the columns of the key are among the columns.
    pub(super) fn key_places(&self) -> Vec<usize> {
        let place = |column: &String| self.columns.iter().position(|other| other == column);
        self.key.iter().filter_map(place).collect()
    }
}

fn marks(count: usize) -> String {
    vec!["?"; count].join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sqlite::schema;

    #[test]
    fn each_table_has_an_order_in_which_it_is_copied() {
        let mut conn = rusqlite::Connection::open_in_memory().unwrap();
        schema::migrate(&mut conn).unwrap();
        let tables = all(&conn.into()).unwrap();
        assert!(tables.len() > 20, "{}", tables.len());
        for table in tables {
            assert!(!table.key.is_empty(), "{}", table.name);
            assert_eq!(table.key_places().len(), table.key.len(), "{}", table.name);
        }
    }
}
