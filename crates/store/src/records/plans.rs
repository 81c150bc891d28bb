//! Query plans of the records: look-ups are searches of an index, lists take
//! their order from one. A plan is made when a statement is prepared, so empty
//! tables show it.

use super::users::{archived, resolve, rows, search};
use super::{access_keys, applications, audit_log, ext_idps, identities, pools, sign_in_failures};
use crate::sqlite::schema;
use rollcall_core::ids::PoolId;
use rollcall_core::model::user::{UserFilter, UserSort, UserSortField, UserStatus};
use rollcall_core::time::Timestamp;
use rusqlite::Connection;

fn migrated() -> Connection {
    let mut conn = Connection::open_in_memory().unwrap();
    schema::migrate(&mut conn).unwrap();
    conn
}

/// The steps of the plan, one a line.
fn plan(conn: &Connection, sql: &str) -> String {
    let mut statement = conn.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
    // Parameters stay unbound: nothing is run.
    let mut rows = statement.raw_query();
    let mut steps = Vec::new();
    while let Some(row) = rows.next().unwrap() {
        steps.push(row.get::<_, String>("detail").unwrap());
    }
    steps.join("\n")
}

/// One step, and that in this index.
fn assert_searches(conn: &Connection, sql: &str, searched: &str) {
    let plan = plan(conn, sql);
    assert!(
        plan.starts_with("SEARCH ") && !plan.contains('\n'),
        "{sql}: {plan}"
    );
    assert!(plan.ends_with(searched), "{sql}: {plan}");
}

#[test]
fn whole_users_are_found_by_the_same_indices() {
    let conn = migrated();
    for (sql, searched) in [
        (
            resolve::WHOLE_BY_EMAIL,
            "users_by_email (pool=? AND email=?)",
        ),
        (
            resolve::WHOLE_BY_PHONE,
            "users_by_phone (pool=? AND phone_e164=?)",
        ),
        (
            resolve::WHOLE_BY_USERNAME,
            "users_by_username (pool=? AND username_key=?)",
        ),
        (
            resolve::WHOLE_BY_EXTERNAL_ID,
            "users_by_external_id (pool=? AND external_id=?)",
        ),
    ] {
        assert_searches(&conn, sql, searched);
    }
}

#[test]
fn point_look_ups_search_an_index() {
    let conn = migrated();
    for (sql, searched) in [
        (pools::BY_ID, "(id=?)"),
        (pools::UPDATE_SETTINGS, "(id=?)"),
        (access_keys::BY_ID, "(id=?)"),
        (access_keys::CALLING, "(id=?)"),
        (access_keys::REPORT, "(id=?)"),
        (access_keys::POOL_OF, "(id=?)"),
        (access_keys::change::UPDATE, "(id=?)"),
        (access_keys::change::ROTATE, "(id=?)"),
        (access_keys::change::DELETE, "(id=?)"),
        (access_keys::uses::USED, "(id=?)"),
        (applications::rows::BY_ID, "(id=?)"),
        (
            applications::rows::BY_CLIENT_ID,
            "applications_by_client_id (id=?)",
        ),
        (
            applications::rows::BY_IDENTIFIER,
            "applications_by_identifier (pool=? AND identifier=?)",
        ),
        (rows::BY_ID, "(pool=? AND id=?)"),
        (resolve::STATUS, "(pool=? AND id=?)"),
        (resolve::BY_OWN_ID, "(pool=? AND id=?)"),
        (resolve::BY_EMAIL, "users_by_email (pool=? AND email=?)"),
        (
            resolve::BY_PHONE,
            "users_by_phone (pool=? AND phone_e164=?)",
        ),
        (
            resolve::BY_USERNAME,
            "users_by_username (pool=? AND username_key=?)",
        ),
        (
            resolve::BY_EXTERNAL_ID,
            "users_by_external_id (pool=? AND external_id=?)",
        ),
        (
            resolve::BY_EXTERNAL_ID_IN_ANY_CASE,
            "users_by_external_id_in_any_case (pool=? AND <expr>=?)",
        ),
        (ext_idps::BY_ID, "(pool=? AND id=?)"),
        (ext_idps::RENAME, "(pool=? AND id=?)"),
        (ext_idps::MARK_DELETED, "(pool=? AND id=?)"),
        (ext_idps::REMOVE, "(pool=? AND id=?)"),
        (
            audit_log::FORGET_DEVICES,
            "audit_rows_with_device (pool=? AND actor=?)",
        ),
        (sign_in_failures::BY_PAIR, "(pool=? AND pair=?)"),
    ] {
        assert_searches(&conn, sql, searched);
    }
}

/// Together with a look at the source, which may be deleted, or at the pool.
#[test]
fn identities_are_searched_and_so_are_their_sources() {
    let conn = migrated();
    for (sql, searched) in [
        (
            resolve::BY_NATIONAL_PHONE,
            "users_by_phone (pool=? AND phone_e164=?)",
        ),
        (
            resolve::WHOLE_BY_NATIONAL_PHONE,
            "users_by_phone (pool=? AND phone_e164=?)",
        ),
        (
            resolve::WHOLE_BY_IDENTITY,
            "identities_by_source (pool=? AND ext_idp=? AND user_id_in_idp=?)",
        ),
        (
            resolve::BY_IDENTITY,
            "identities_by_source (pool=? AND ext_idp=? AND user_id_in_idp=?)",
        ),
        (
            identities::OF_USER,
            "identities_of_user (pool=? AND user=?)",
        ),
        (
            ext_idps::REMOVE_IDENTITIES,
            "identities_by_source (pool=? AND ext_idp=?)",
        ),
    ] {
        let plan = plan(&conn, sql);
        assert!(plan.contains(searched), "{sql}: {plan}");
        let only_searches = plan
            .lines()
            .all(|step| step.starts_with("SEARCH ") || step.contains("SUBQUERY"));
        assert!(only_searches, "{sql}: {plan}");
    }
}

#[test]
fn pages_are_cut_from_an_index_in_its_order() {
    let conn = migrated();
    let pool = PoolId::from_bytes([1; 12]);
    let newest = UserFilter::default();
    let of_a_status = UserFilter {
        status: Some(UserStatus::Activated),
        ..UserFilter::default()
    };
    let latest_change = UserFilter {
        sort: vec![UserSort {
            field: UserSortField::UpdatedAt,
            descending: true,
        }],
        ..UserFilter::default()
    };
    for (filter, index) in [
        (newest, "USING COVERING INDEX users_by_age (pool=?)"),
        (
            of_a_status,
            "USING COVERING INDEX users_by_status (pool=? AND status=?)",
        ),
        (
            latest_change,
            "USING COVERING INDEX users_by_update (pool=?)",
        ),
    ] {
        let plan = plan(&conn, &search::search(pool, &filter).ids);
        assert_eq!(plan, format!("SEARCH users {index}"));
    }
}

#[test]
fn other_pages_are_cut_from_an_index_in_its_order() {
    let conn = migrated();
    let applications = plan(&conn, applications::list::IDS);
    assert_eq!(
        applications,
        "SEARCH applications USING INDEX applications_by_age (pool=?)"
    );
    let enabled = plan(&conn, applications::list::ENABLED);
    assert_eq!(
        enabled,
        "SEARCH applications USING INDEX applications_by_age (pool=?)"
    );
    let archived = plan(&conn, archived::PAGE);
    assert_eq!(
        archived,
        "SEARCH users USING COVERING INDEX users_archived (pool=? AND status_changed_at>?)"
    );
    let audit = plan(&conn, audit_log::PAGE);
    assert_eq!(
        audit,
        "SEARCH audit_rows USING INDEX audit_rows_in_order (pool=?)"
    );
    for (sql, expected) in [
        (
            access_keys::OF_POOL,
            "SEARCH access_keys USING INDEX access_keys_of_pool (pool=?)",
        ),
        (
            ext_idps::OF_POOL,
            "SEARCH ext_idps USING INDEX ext_idps_by_age (pool=?)",
        ),
        (
            ext_idps::COUNT,
            "SEARCH ext_idps USING INDEX ext_idps_by_age (pool=?)",
        ),
        (
            ext_idps::DELETED,
            "SEARCH ext_idps USING INDEX ext_idps_deleted (deleted_at>?)",
        ),
    ] {
        assert_eq!(plan(&conn, sql), expected);
    }
    let first_pool = plan(&conn, pools::FIRST);
    assert!(
        first_pool.starts_with("SCAN pools USING INDEX"),
        "{first_pool}"
    );
    assert!(!first_pool.contains("TEMP B-TREE"), "{first_pool}");
}

#[test]
fn the_log_of_a_pool_is_cut_from_the_index_of_what_is_asked_for() {
    let conn = migrated();
    for (sql, index) in [
        (audit_log::MANAGEMENT, "in_order (pool=? AND at>? AND at<?)"),
        (
            audit_log::MANAGEMENT_OF_ACTOR,
            "of_actor (pool=? AND actor=? AND at>? AND at<?)",
        ),
        (
            audit_log::MANAGEMENT_FROM_ADDRESS,
            "from_address (pool=? AND address=? AND at>? AND at<?)",
        ),
        (
            audit_log::MANAGEMENT_OF_REQUEST,
            "of_request (pool=? AND request_id=? AND at>? AND at<?)",
        ),
    ] {
        let steps = format!("SEARCH audit_rows USING INDEX management_rows_{index}");
        assert_eq!(plan(&conn, sql), steps);
    }
}

#[test]
fn counts_read_an_index_alone() {
    let conn = migrated();
    let pool = PoolId::from_bytes([1; 12]);
    let all = plan(&conn, &search::search(pool, &UserFilter::default()).count);
    assert_eq!(all, "SEARCH counted_users USING PRIMARY KEY (pool=?)");
    let of_a_status = UserFilter {
        status: Some(UserStatus::Suspended),
        ..UserFilter::default()
    };
    let of_a_status = plan(&conn, &search::search(pool, &of_a_status).count);
    assert_eq!(
        of_a_status,
        "SEARCH counted_users USING PRIMARY KEY (pool=? AND status=?)"
    );
    let changed = UserFilter {
        updated_from: Some(Timestamp::from_millis(0)),
        ..UserFilter::default()
    };
    let users = plan(&conn, &search::search(pool, &changed).count);
    assert!(
        users.starts_with("SEARCH users USING COVERING INDEX"),
        "{users}"
    );
    let archived = plan(&conn, archived::COUNT);
    assert_eq!(
        archived,
        "SEARCH users USING COVERING INDEX users_archived (pool=? AND status_changed_at>?)"
    );
    for sql in [access_keys::COUNT, pools::COUNT] {
        let plan = plan(&conn, sql);
        assert!(plan.contains(" USING COVERING INDEX "), "{sql}: {plan}");
    }
    let audit = plan(&conn, audit_log::COUNT);
    assert!(
        audit.starts_with("SEARCH audit_rows USING COVERING INDEX"),
        "{audit}"
    );
    let management = plan(&conn, audit_log::MANAGEMENT_COUNT);
    assert_eq!(
        management,
        "SEARCH audit_rows USING COVERING INDEX management_rows_in_order (pool=? AND at>? AND at<?)"
    );
}
