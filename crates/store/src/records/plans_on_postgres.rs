//! Query plans of the records on PostgreSQL, made as sessions make them: once, for any
//! parameters. A table of a few rows is planned otherwise than one of many, so there
//! are many.

use super::users::{archived, resolve, rows, search};
use super::{access_keys, applications, audit_log, ext_idps, identities, pools, sign_in_failures};
use super::{console, leases, meta, statements};
use crate::postgres::{PLANS, SETTINGS, STATEMENTS, translated};
use crate::{DatabaseClock, MasterKey, OpenOptions, Pooler, PostgresOptions, SqlStore};
use rollcall_core::entropy::Entropy;
use rollcall_core::ids::PoolId;
use rollcall_core::model::user::{UserFilter, UserSort, UserSortField, UserStatus};
use rollcall_core::time::{Clock, Timestamp};
use rollcall_testing::postgres;
use std::fmt::Write as _;
use std::sync::Arc;
use std::thread;
use tokio_postgres::{Client, NoTls, SimpleQueryMessage};

/// Fills each table that grows, whatever its checks say of the values: texts and bytes
/// that differ, in four pools, with three rows a user, and every other value that may
/// be missing missing.
const FILL: &str = r"
DO $$ DECLARE t RECORD; c RECORD; names TEXT; exprs TEXT; expr TEXT; BEGIN
    FOR t IN SELECT oid, relname FROM pg_class
        WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
            AND relname NOT IN ('refinery_schema_history', 'meta', 'pools', 'mass_ends',
                'signing_keys', 'counted_logins', 'counted_users', 'console', 'console_marks',
                'console_action_mark')
    LOOP
        names := ''; exprs := '';
        FOR c IN SELECT attname, atttypid::regtype::text AS kind, attnotnull,
                EXISTS (SELECT 1 FROM pg_constraint WHERE conrelid = t.oid AND contype = 'c'
                    AND conkey = ARRAY[attnum]
                    AND pg_get_constraintdef(oid) LIKE '%ARRAY[%') AS is_flag
            FROM pg_attribute
            WHERE attrelid = t.oid AND attnum > 0 AND attidentity = '' AND NOT attisdropped
        LOOP
            expr := CASE
                WHEN c.attname = 'pool' THEN 'decode(lpad(to_hex(i % 4), 24, ''0''), ''hex'')'
                WHEN c.attname IN ('user', 'webhook')
                    THEN 'decode(md5((i / 3)::text), ''hex'')'
                WHEN c.attname = 'application' AND t.relname <> 'former_logout_uris'
                    THEN 'decode(md5((i % 20)::text), ''hex'')'
                WHEN c.attname = 'state' THEN '(ARRAY[''waiting'', ''confirmed''])[i % 2 + 1]'
                WHEN c.is_flag THEN 'i % 2'
                WHEN c.kind = 'bytea' THEN format('decode(md5(%L || i), ''hex'')', c.attname)
                WHEN c.kind = 'bigint' THEN 'i'
                ELSE '''t'' || i' END;
            IF NOT c.attnotnull THEN
                expr := format('CASE WHEN i / 12 %% 2 = 0 THEN %s END', expr);
            END IF;
            names := concat_ws(', ', nullif(names, ''), quote_ident(c.attname));
            exprs := concat_ws(', ', nullif(exprs, ''), expr);
        END LOOP;
        FOR c IN SELECT conname FROM pg_constraint WHERE conrelid = t.oid AND contype = 'c'
        LOOP
            EXECUTE format('ALTER TABLE %I DROP CONSTRAINT %I', t.relname, c.conname);
        END LOOP;
        EXECUTE format('INSERT INTO %I (%s) SELECT %s FROM generate_series(1, 6000) i',
            t.relname, names, exprs);
    END LOOP;
END $$;
ANALYZE;
SET plan_cache_mode = force_generic_plan;
";

struct Still;
impl Clock for Still {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(1_000_000)
    }
}

struct Zeros;
impl Entropy for Zeros {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(0);
    }
}

async fn connect(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

fn migrate(url: String) {
    let server = PostgresOptions {
        url,
        ca_file: None,
        pooler: Pooler::Session,
        clock: DatabaseClock::Ignored,
    };
    let options = OpenOptions {
        master_key: MasterKey::parse(&[7; 32]).unwrap(),
        clock: Arc::new(Still),
        entropy: Arc::new(Zeros),
        accept_earlier_clock: false,
    };
    thread::spawn(move || SqlStore::connect(&server, options).unwrap())
        .join()
        .unwrap();
}

/// The plan, one step or condition a line.
async fn plan(client: &Client, sql: &str) -> Vec<String> {
    let (text, used) = translated(sql);
    let mut commands = "DEALLOCATE ALL; PREPARE p".to_owned();
    if used.is_empty() {
        write!(commands, " AS {text}; EXPLAIN EXECUTE p").unwrap();
    } else {
        let types = used
            .iter()
            .map(|used| if *used { "unknown" } else { "text" });
        let nulls = vec!["NULL"; used.len()].join(", ");
        let types: Vec<_> = types.collect();
        write!(
            commands,
            " ({}) AS {text}; EXPLAIN EXECUTE p ({nulls})",
            types.join(", ")
        )
        .unwrap();
    }
    let answer = client.simple_query(&commands).await;
    let answer = answer.unwrap_or_else(|error| panic!("{text}: {error:?}"));
    let line = |message: &SimpleQueryMessage| match message {
        SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
        _ => None,
    };
    answer.iter().filter_map(line).collect()
}

fn named(module: &str, list: &[(&str, &str)]) -> Vec<(String, String)> {
    let owned = |(name, sql): &(&str, &str)| (format!("{module}::{name}"), (*sql).to_owned());
    list.iter().map(owned).collect()
}

macro_rules! by_name {
    ($($module:ident :: $($name:ident)::+),+ $(,)?) => {
        vec![$((
            [stringify!($module), $("::", stringify!($name)),+].concat(),
            $module::$($name)::+.to_owned(),
        )),+]
    };
}

fn searches() -> Vec<(String, String)> {
    let mut all = Vec::new();
    let pool = PoolId::from_bytes([1; 12]);
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
    for (name, filter) in [
        ("SEARCH_NEWEST", UserFilter::default()),
        ("SEARCH_STATUS", of_a_status),
        ("SEARCH_UPDATED", latest_change),
    ] {
        let search = search::search(pool, &filter);
        all.push((name.to_owned(), search.ids));
        all.push((format!("{name}_COUNT"), search.count));
    }
    all
}

fn all() -> Vec<(String, String)> {
    let mut all = named("statements", statements::ALL);
    all.extend(named("deliveries", statements::deliveries::ALL));
    all.extend(named("actions", statements::actions::ALL));
    all.extend(named("webhooks", statements::webhooks::ALL));
    all.extend(named("console", console::READS));
    all.extend(by_name![
        leases::DELETE,
        meta::READ,
        meta::WRITE,
        pools::BY_ID,
        pools::UPDATE_SETTINGS,
        pools::FIRST,
        pools::COUNT,
        access_keys::BY_ID,
        access_keys::CALLING,
        access_keys::REPORT,
        access_keys::POOL_OF,
        access_keys::OF_POOL,
        access_keys::COUNT,
        access_keys::change::UPDATE,
        access_keys::change::ROTATE,
        access_keys::change::DELETE,
        access_keys::uses::USED,
        applications::rows::BY_ID,
        applications::rows::BY_CLIENT_ID,
        applications::rows::BY_IDENTIFIER,
        applications::list::IDS,
        applications::list::ENABLED,
        rows::BY_ID,
        resolve::STATUS,
        resolve::BY_OWN_ID,
        resolve::BY_EMAIL,
        resolve::BY_PHONE,
        resolve::BY_USERNAME,
        resolve::BY_EXTERNAL_ID,
        resolve::BY_EXTERNAL_ID_IN_ANY_CASE,
        resolve::BY_NATIONAL_PHONE,
        resolve::BY_IDENTITY,
        resolve::WHOLE_BY_EMAIL,
        resolve::WHOLE_BY_PHONE,
        resolve::WHOLE_BY_NATIONAL_PHONE,
        resolve::WHOLE_BY_USERNAME,
        resolve::WHOLE_BY_EXTERNAL_ID,
        resolve::WHOLE_BY_IDENTITY,
        archived::PAGE,
        archived::COUNT,
        identities::OF_USER,
        ext_idps::BY_ID,
        ext_idps::RENAME,
        ext_idps::MARK_DELETED,
        ext_idps::REMOVE,
        ext_idps::REMOVE_IDENTITIES,
        ext_idps::OF_POOL,
        ext_idps::COUNT,
        ext_idps::DELETED,
        audit_log::FORGET_DEVICES,
        audit_log::PAGE,
        audit_log::COUNT,
        audit_log::MANAGEMENT,
        audit_log::MANAGEMENT_COUNT,
        audit_log::MANAGEMENT_OF_ACTOR,
        audit_log::MANAGEMENT_FROM_ADDRESS,
        audit_log::MANAGEMENT_OF_REQUEST,
        sign_in_failures::BY_PAIR,
    ]);
    all.extend(searches());
    all
}

/// Few rows, whoever uses the server.
const SMALL: &[&str] = &[
    "mass_ends",
    "pools",
    "meta",
    "signing_keys",
    "counted_logins",
    "counted_users",
    "console",
    "console_marks",
    "console_action_mark",
];

/// May read all of a pool, on the embedded engine as well.
const WHOLE_POOLS: &[(&str, &str)] = &[
    (
        "access_keys::OF_POOL",
        "the list has no pages: keys are few",
    ),
    ("access_keys::COUNT", "keys are few"),
    (
        "ext_idps::OF_POOL",
        "the list has no pages: sources are few",
    ),
    ("ext_idps::COUNT", "sources are few"),
    ("webhooks::WEBHOOKS_COUNT", "webhooks are few"),
    (
        "webhooks::SUBSCRIPTIONS",
        "the index has those alone that are enabled",
    ),
    (
        "deliveries::LEDGER_COUNT",
        "how many pages there are, from the index alone",
    ),
    (
        "audit_log::COUNT",
        "how many pages there are, from the index alone",
    ),
    (
        "SEARCH_NEWEST_COUNT",
        "how many pages there are, from the index alone",
    ),
    (
        "SEARCH_UPDATED_COUNT",
        "how many pages there are, from the index alone",
    ),
];

/// May sort what they found.
const SORTS: &[(&str, &str)] = &[
    (
        "statements::STATES_OF_SESSION",
        "a session has a login for each application at most",
    ),
    ("deliveries::LEDGER_OF_LOGIN", "there is one"),
    (
        "checks::WHOLE",
        "a batch has 128 questions, with a few logins each",
    ),
    (
        "checks::LIVE_LOGINS",
        "a page of them is in its order but for the join",
    ),
];

fn is_in(list: &[(&str, &str)], name: &str) -> bool {
    list.iter().any(|(known, _)| *known == name)
}

/// The table that a step reads.
fn table_of(step: &str) -> &str {
    let (_, rest) = step.split_once(" on ").unwrap_or_default();
    rest.split(' ').next().unwrap_or_default()
}

/// Steps and conditions without their place in the tree.
fn bare(line: &str) -> &str {
    line.trim().trim_start_matches("->").trim()
}

/// What is wrong with a plan.
fn faults(name: &str, plan: &[String]) -> Vec<String> {
    let steps: Vec<&str> = plan.iter().map(|line| bare(line)).collect();
    let sorts = steps.iter().filter(|step| {
        let is_step = step.starts_with("Sort ") || step.starts_with("Incremental Sort ");
        is_step && !step.starts_with("Sort Key")
    });
    let sorts: Vec<String> = sorts.map(|step| (*step).to_owned()).collect();
    // In the order of the index, and no further than the limit.
    let is_cut = steps[0].starts_with("Limit ") && sorts.is_empty();
    let mut wrong = if is_in(SORTS, name) {
        Vec::new()
    } else {
        sorts
    };
    for (index, step) in steps.iter().enumerate() {
        if SMALL.contains(&table_of(step)) {
            continue;
        }
        if step.starts_with("Seq Scan on") {
            wrong.push((*step).to_owned());
        }
        let is_index = step.starts_with("Index ") && step.contains(" using ");
        if is_index || step.starts_with("Bitmap Index Scan") {
            let condition = steps.get(index + 1).copied().unwrap_or_default();
            let is_fine = match condition.strip_prefix("Index Cond: ") {
                Some("(pool = $1)") => is_cut || is_in(WHOLE_POOLS, name),
                narrow => narrow.is_some(),
            };
            if !is_fine {
                wrong.push(format!("{step}: {condition}"));
            }
        }
    }
    wrong
}

async fn wrong_of(client: &Client, statements: &[(String, String)]) -> Vec<String> {
    let mut wrong = Vec::new();
    for (name, sql) in statements {
        let plan = plan(client, sql).await;
        let faults = faults(name, &plan);
        if !faults.is_empty() {
            wrong.push(format!("{name}: {faults:#?}\n{}", plan.join("\n")));
        }
    }
    wrong
}

#[tokio::test]
async fn no_statement_reads_or_sorts_a_big_table() {
    let Some(server) = postgres::shared_or_skip() else {
        return;
    };
    let database = server.create_database().unwrap();
    migrate(database.url());
    let client = connect(&database.url()).await;
    client.batch_execute(FILL).await.unwrap();
    client.batch_execute(SETTINGS).await.unwrap();
    let mut wrong = wrong_of(&client, &all()).await;
    // Checks have a connection of their own, and its settings.
    client.batch_execute(PLANS).await.unwrap();
    wrong.extend(wrong_of(&client, &named("checks", STATEMENTS)).await);
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}
