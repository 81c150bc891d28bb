//! Query plans of what the console reads: nothing scans a table that grows with the
//! number of people or logins.

use crate::sqlite::schema;
use rusqlite::Connection;

fn plan(conn: &Connection, sql: &str) -> Vec<String> {
    let mut statement = conn.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
    let mut rows = statement.raw_query();
    let mut steps = Vec::new();
    while let Some(row) = rows.next().unwrap() {
        steps.push(row.get::<_, String>("detail").unwrap());
    }
    steps
}

#[test]
fn no_read_of_the_console_scans_or_sorts_what_grows() {
    let mut conn = Connection::open_in_memory().unwrap();
    schema::migrate(&mut conn).unwrap();
    for (_, sql) in super::READS {
        let steps = plan(&conn, sql);
        // What is read from a statement within is no table.
        let is_inner = |step: &&String| step.contains("SUBQUERY") || step.starts_with("CO-ROUTINE");
        let reads = steps.iter().filter(|step| !is_inner(step));
        for step in reads {
            let is_search = step.starts_with("SEARCH ") || step.starts_with("SCAN w");
            assert!(is_search, "{sql}: {steps:?}");
        }
    }
}
