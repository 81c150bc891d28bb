//! The rows that a sign-in leaves, and those of a store on PostgreSQL as the text that
//! `psql` inserts them by.

use anyhow::Result;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use tokio_postgres::Client;

/// Where a sign-in has a row, and how its rows are found by the event of its begin.
pub const TABLES: [(&str, &str); 5] = [
    ("sessions", "t.pool = e.pool AND t.id = e.session"),
    ("logins", "t.pool = e.pool AND t.id = e.login"),
    (
        "events",
        "t.pool = e.pool AND t.revision = e.revision AND t.idx = e.idx",
    ),
    ("grants", "t.pool = e.pool AND t.login = e.login"),
    (
        "user_actions",
        "t.pool = e.pool AND t.request_id = e.request_id",
    ),
];

/// Transactions as text.
pub struct Script {
    /// The text.
    pub text: String,
    /// How many transactions there are in it.
    pub groups: usize,
    /// How many logins.
    pub logins: usize,
}

/// The last place in a store's history.
pub async fn revision(client: &Client) -> Result<i64> {
    let last = "SELECT coalesce(max(revision), 0) FROM events";
    Ok(client.query_one(last, &[]).await?.get(0))
}

/// The rows of the sign-ins after a revision: a transaction for each commit of the store,
/// and in it a statement for each row.
pub async fn script(client: &Client, after: i64) -> Result<Script> {
    let mut groups: BTreeMap<i64, String> = BTreeMap::new();
    let mut logins = 0;
    for (table, on) in TABLES {
        let values = values(client, table).await?;
        let select = format!(
            "SELECT e.revision, {values} FROM events e JOIN {table} t ON {on}
                WHERE e.kind = 'began' AND e.revision > $1 ORDER BY e.revision, e.idx"
        );
        let rows = client.query(&select, &[&after]).await?;
        if table == "logins" {
            logins = rows.len();
        }
        for row in rows {
            let (revision, values): (i64, String) = (row.get(0), row.get(1));
            let group = groups.entry(revision).or_default();
            writeln!(group, "INSERT INTO {table} VALUES ({values});")?;
        }
    }
    let mut text = String::new();
    for group in groups.values() {
        write!(text, "BEGIN;\n{group}COMMIT;\n")?;
    }
    Ok(Script {
        text,
        groups: groups.len(),
        logins,
    })
}

/// An expression that is a row's values as literals, in the order of the columns.
async fn values(client: &Client, table: &str) -> Result<String> {
    let columns = "SELECT string_agg(format('quote_nullable(t.%I::text)', column_name), ', '
            ORDER BY ordinal_position)
        FROM information_schema.columns
        WHERE table_schema = 'public' AND table_name = $1";
    let columns: String = client.query_one(columns, &[&table]).await?.get(0);
    Ok(format!("concat_ws(', ', {columns})"))
}
