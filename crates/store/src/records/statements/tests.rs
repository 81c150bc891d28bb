//! The plan of each statement.

use super::*;
use crate::sqlite::connection::keep_statements;
use crate::sqlite::schema;
use rusqlite::{Connection, StatementStatus};

/// A plan is made when a statement is prepared, so empty tables show it.
fn migrated() -> Connection {
    let mut conn = Connection::open_in_memory().unwrap();
    schema::migrate(&mut conn).unwrap();
    conn
}

fn plan(conn: &Connection, sql: &str) -> Vec<String> {
    let mut statement = conn.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
    let mut rows = statement.raw_query();
    let mut steps = Vec::new();
    while let Some(row) = rows.next().unwrap() {
        steps.push(row.get::<_, String>("detail").unwrap());
    }
    steps
}

fn all() -> impl Iterator<Item = &'static (&'static str, &'static str)> {
    ALL.iter()
        .chain(deliveries::ALL)
        .chain(actions::ALL)
        .chain(webhooks::ALL)
}

#[test]
fn no_statement_scans_or_sorts_a_big_table() {
    let conn = migrated();
    // Read as a whole or along their first index: there are few of them.
    let small = ["SCAN mass_ends", "SCAN pools USING INDEX"];
    // Of few rows, in order up to a limit, or counted for an administrator.
    let whole_pools = [
        "PENDING_MASS_ENDS",
        "OLDEST_EVENTS",
        "LEDGER",
        "LEDGER_COUNT",
        "WEBHOOKS_PAGE",
        "WEBHOOKS_COUNT",
        "SUBSCRIPTIONS",
    ];
    // One row from where it begins.
    let seeks = [
        deliveries::NEXT_WAITING_APPLICATION,
        actions::DELETE_USER_ACTIONS,
        webhooks::NEXT_WAITING_WEBHOOK,
    ];
    for (name, sql) in all() {
        for step in plan(&conn, sql) {
            let searches = step.starts_with("SEARCH ") && step.contains("=?")
                || step.starts_with("SEARCH ") && step.contains("<?")
                || step.starts_with("SEARCH ") && seeks.contains(sql);
            let subquery = step.contains("SUBQUERY");
            let is_small = small.iter().any(|table| step.starts_with(table));
            // All of a pool's rows are as good as all.
            let reads_a_pool = step.ends_with("(pool=?)") && !whole_pools.contains(name);
            let is_good = (searches || subquery || is_small) && !reads_a_pool;
            assert!(is_good, "{name}: {step}");
        }
    }
}

#[test]
fn a_statement_is_planned_once_however_often_it_is_bound() {
    let conn = migrated();
    keep_statements(&conn).unwrap();
    for (name, sql) in all() {
        let mut statement = conn.prepare(sql).unwrap();
        for round in 1..4_u8 {
            for parameter in 1..=statement.parameter_count() {
                let value = vec![round; 12];
                statement.raw_bind_parameter(parameter, value).unwrap();
            }
            let mut rows = statement.raw_query();
            while let Ok(Some(_)) = rows.next() {}
        }
        let planned_again = statement.get_status(StatementStatus::RePrepare);
        assert_eq!(planned_again, 0, "{name}");
    }
}

/// The hot and long ones, and the index that each must use.
const INDEXES: &[(&str, &str)] = &[
    (
        actions::OF_POOL,
        "user_actions_in_order (pool=? AND at>? AND at<?)",
    ),
    (
        actions::OF_POOL_COUNT,
        "COVERING INDEX user_actions_in_order (pool=? AND at>? AND at<?)",
    ),
    (
        actions::OF_USER,
        "user_actions_of_user (pool=? AND user=? AND at>? AND at<?)",
    ),
    (
        actions::OF_USER_COUNT,
        "user_actions_of_user (pool=? AND user=? AND at>? AND at<?)",
    ),
    (
        actions::OF_APPLICATION,
        "user_actions_of_application (pool=? AND application=? AND at>? AND at<?)",
    ),
    (
        actions::OF_APPLICATION_COUNT,
        "COVERING INDEX user_actions_of_application (pool=? AND application=? AND at>? AND at<?)",
    ),
    (
        actions::FROM_ADDRESS,
        "user_actions_from_address (pool=? AND address=? AND at>? AND at<?)",
    ),
    (
        actions::OF_REQUEST,
        "user_actions_of_request (pool=? AND request_id=? AND at>? AND at<?)",
    ),
    (
        actions::KEEP_NEWEST_REFUSALS,
        "COVERING INDEX user_actions_failed (pool=? AND user=?)",
    ),
    (
        actions::FORGET_DEVICES,
        "user_actions_of_user (pool=? AND user=?)",
    ),
    (
        deliveries::NEXT_WAITING_APPLICATION,
        "logout_deliveries_waiting (application>?)",
    ),
    (
        deliveries::DUE_DELIVERIES,
        "logout_deliveries_waiting (application=? AND next_at<?)",
    ),
    (
        deliveries::LEDGER_COUNT,
        "COVERING INDEX logout_deliveries_in_order (pool=?)",
    ),
    (
        deliveries::LEDGER_OF_APPLICATION_COUNT,
        "COVERING INDEX logout_deliveries_of_application (pool=? AND application=?)",
    ),
    (
        deliveries::LEDGER_OF_USER,
        "logout_deliveries_of_user (pool=? AND user=?)",
    ),
    (webhooks::SUBSCRIPTIONS, "webhooks_enabled (pool=?)"),
    (
        webhooks::NEXT_WAITING_WEBHOOK,
        "webhook_deliveries_waiting (webhook>?)",
    ),
    (
        webhooks::DUE_WEBHOOK_DELIVERIES,
        "webhook_deliveries_waiting (webhook=? AND next_at<?)",
    ),
    (webhooks::WEBHOOKS_PAGE, "webhooks_by_age (pool=?)"),
    (
        webhooks::WEBHOOK_LOGS_PAGE,
        "webhook_logs_of_webhook (pool=? AND webhook=?)",
    ),
    (STATE_OF_LOGIN, "logins_by_id (pool=? AND id=?)"),
    (
        STATES_OF_USER_IN_APPLICATION,
        "logins_live_in_application (pool=? AND application=? AND user=?)",
    ),
    (STATES_OF_USER, "logins_live_of_user (pool=? AND user=?)"),
    (
        STATES_IN_APPLICATION,
        "logins_live_in_application (pool=? AND application=?)",
    ),
    (STATES_DUE, "logins_due (due_at<?)"),
    (ANY_DUE, "logins_due (due_at<?)"),
    (
        BATCH_OF_POOL,
        "logins_live_of_user (pool=? AND (user,application)>(?,?))",
    ),
    (
        BATCH_OF_APPLICATION,
        "logins_live_in_application (pool=? AND application=? AND user>?)",
    ),
    (
        BATCH_OF_USER,
        "logins_live_of_user (pool=? AND user=? AND application>?)",
    ),
    (
        BATCH_OF_USER_IN_APPLICATION,
        "logins_live_in_application (pool=? AND application=? AND user=? AND seq>?)",
    ),
    (
        STATES_OF_SESSION,
        "logins_of_session (pool=? AND session=? AND ended_at=?)",
    ),
    (
        STATES_OF_SESSION_IN_APPLICATION,
        "logins_of_session (pool=? AND session=? AND ended_at=?)",
    ),
    (
        SESSION_OF_COOKIE,
        "sessions_by_cookie (pool=? AND cookie=?)",
    ),
    (
        SESSIONS_OF_USER,
        "sessions_live_of_user (pool=? AND user=?)",
    ),
    (SESSIONS_DUE, "sessions_due (due_at>? AND due_at<?)"),
    (ANY_SESSION_DUE, "sessions_due (due_at>? AND due_at<?)"),
    (
        SESSION_BATCH_OF_POOL,
        "sessions_live_of_user (pool=? AND (user,id)>(?,?))",
    ),
    (
        SESSION_BATCH_OF_USER,
        "sessions_live_of_user (pool=? AND user=? AND id>?)",
    ),
    (OLD_SESSIONS, "sessions_ended (ended_at>? AND ended_at<?)"),
    (CODE, "PRIMARY KEY (pool=? AND digest=?)"),
    (
        DELETE_CODES,
        "authorization_codes_of_login (pool=? AND login=?)",
    ),
    (
        FORGET_CONSENTS_OF_APPLICATION,
        "consents_of_application (pool=? AND application=?)",
    ),
    (HISTORY, "logins_history (pool=? AND user=?)"),
    (HISTORY_COUNT, "logins_history (pool=? AND user=?)"),
    (OLD_LOGINS, "logins_ended (ended_at>? AND ended_at<?)"),
    (END_LOGIN, "logins_by_id (pool=? AND id=?)"),
    (EXTEND_LOGIN, "logins_by_id (pool=? AND id=?)"),
    (FORGET_DEVICES, "logins_history (pool=? AND user=?)"),
    (
        FORGET_KICK_MARKS_OF_APPLICATION,
        "kick_marks_of_application (pool=? AND application=?)",
    ),
];

#[test]
fn the_hot_and_long_ones_use_their_index() {
    let conn = migrated();
    let mut wrong = Vec::new();
    for (sql, index) in INDEXES {
        let steps = plan(&conn, sql);
        // A session's row may come before its logins, and a row before how it is found.
        if !steps.iter().take(3).any(|step| step.ends_with(index)) {
            wrong.push((index, steps));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
