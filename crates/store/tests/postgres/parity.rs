//! Both engines' schemas are one: what the records' SQL is written for.

use crate::contract::{ManualClock, SeededEntropy};
use crate::databases::{self, Migrated};
use rollcall_store::SqlStore;
use rollcall_testing::postgres;
use rusqlite::Connection;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Of the migrations alone.
const HISTORY: &str = "refinery_schema_history";

/// `table.column type`, with its nullability and its default.
const COLUMNS_OF_SQLITE: &str = "
    SELECT t.name || '.' || c.name || ' ' || lower(c.type) || ' '
        || CASE WHEN c.\"notnull\" OR c.pk THEN 'required' ELSE 'optional' END
        || ' ' || coalesce(replace(c.dflt_value, ' ', ''), '')
    FROM sqlite_schema t, pragma_table_info(t.name) c
    WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND t.name <> ?1";
const COLUMNS_OF_POSTGRES: &str = "
    SELECT c.relname || '.' || a.attname || ' '
        || CASE a.atttypid::regtype::text WHEN 'bigint' THEN 'integer' WHEN 'bytea' THEN 'blob'
            ELSE a.atttypid::regtype::text END || ' '
        || CASE WHEN a.attnotnull THEN 'required' ELSE 'optional' END
        || ' ' || coalesce(regexp_replace(pg_get_expr(d.adbin, d.adrelid), '::\\w+', ''), '')
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
    LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
    WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND NOT a.attisdropped
        AND c.relname <> 'refinery_schema_history'";

/// `table (columns) unique partial`, and its name if it was given one.
const INDEXES_OF_SQLITE: &str = "
    SELECT t.name || ' ('
        || (SELECT group_concat(coalesce(c.name, 'expression'), ',')
            FROM (SELECT * FROM pragma_index_xinfo(i.name) WHERE key ORDER BY seqno) c)
        || ')' || iif(i.\"unique\", ' unique', '') || iif(i.partial, ' partial', '')
        || iif(i.origin = 'c', ' ' || i.name, '')
    FROM sqlite_schema t, pragma_index_list(t.name) i
    WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND t.name <> ?1";
/// Without the rows' own number, of which the other engine needs no index.
const INDEXES_OF_POSTGRES: &str = "
    SELECT t.relname || ' ('
        || (SELECT string_agg(coalesce(a.attname, 'expression'), ',' ORDER BY k.place)
            FROM unnest(i.indkey) WITH ORDINALITY k(number, place)
            LEFT JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.number AND k.number > 0
            -- What an index has besides its key (INCLUDE) is for one engine's planner.
            WHERE k.place <= i.indnkeyatts)
        || ')' || CASE WHEN i.indisunique THEN ' unique' ELSE '' END
        || CASE WHEN i.indpred IS NOT NULL THEN ' partial' ELSE '' END
        || CASE WHEN o.oid IS NULL THEN ' ' || n.relname ELSE '' END
    FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid JOIN pg_class n ON n.oid = i.indexrelid
    LEFT JOIN pg_constraint o ON o.conindid = i.indexrelid
    WHERE t.relkind = 'r' AND t.relnamespace = 'public'::regnamespace
        AND t.relname <> 'refinery_schema_history'
        AND NOT (i.indisprimary AND EXISTS (
            SELECT 1 FROM pg_attribute a
            WHERE a.attrelid = t.oid AND a.attnum = i.indkey[0] AND a.attidentity <> ''))";

fn of_sqlite(conn: &Connection, sql: &str) -> BTreeSet<String> {
    let mut statement = conn.prepare(sql).unwrap();
    let rows = statement.query_map([HISTORY], |row| row.get::<_, String>(0));
    rows.unwrap()
        .map(|row| row.unwrap().trim().to_owned())
        .collect()
}

fn of_postgres(database: &Migrated, sql: &str) -> BTreeSet<String> {
    let rows = database.sql(sql);
    // What the engines spell differently.
    let row = |row: &str| row.trim().replace(r"'\x'", "x''");
    rows.lines().map(row).collect()
}

fn assert_same(sqlite: &BTreeSet<String>, postgres: &BTreeSet<String>) {
    assert!(sqlite.len() > 40, "something is there: {sqlite:?}");
    let only_sqlite: Vec<_> = sqlite.difference(postgres).collect();
    let only_postgres: Vec<_> = postgres.difference(sqlite).collect();
    assert!(
        only_sqlite.is_empty() && only_postgres.is_empty(),
        "only SQLite: {only_sqlite:#?}, only PostgreSQL: {only_postgres:#?}"
    );
}

#[test]
fn both_engines_have_one_schema() {
    if postgres::shared_or_skip().is_none() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("rollcall.db");
    let options = databases::options(
        Arc::new(ManualClock::default()),
        Arc::new(SeededEntropy::default()),
    );
    drop(SqlStore::open(&file, options).unwrap());
    let sqlite = Connection::open(&file).unwrap();
    let postgres = Migrated::take();
    assert_same(
        &of_sqlite(&sqlite, COLUMNS_OF_SQLITE),
        &of_postgres(&postgres, COLUMNS_OF_POSTGRES),
    );
    assert_same(
        &of_sqlite(&sqlite, INDEXES_OF_SQLITE),
        &of_postgres(&postgres, INDEXES_OF_POSTGRES),
    );
}
