//! A database that is opened: migrated by one node of several, refused where it is not
//! ours, and left as it was where that fails.

use crate::contract::{ManualClock, SeededEntropy};
use crate::databases::{self, open, server};
use rollcall_core::ports::maintenance::Maintenance as _;
use rollcall_store::{OpenError, OpenOptions, SqlStore};
use rollcall_testing::postgres::{self, Database};
use std::sync::{Arc, Barrier};
use std::thread;

fn options() -> OpenOptions {
    let (clock, entropy) = (ManualClock::default(), SeededEntropy::default());
    databases::options(Arc::new(clock), Arc::new(entropy))
}

fn tables(database: &Database<'_>) -> String {
    let count = "SELECT count(*) FROM pg_class
        WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace";
    database.sql(count).unwrap()
}

/// Checksums of the migrations that databases in the world have run: they are never
/// edited again, for such a database would be refused.
const RELEASED: &[(i32, u64)] = &[
    (10, 8_717_055_356_541_538_032),
    (11, 6_809_600_513_546_607_957),
    (13, 16_071_000_638_000_486_006),
    (14, 2_982_135_150_663_052_230),
];

#[tokio::test]
async fn a_released_migration_is_never_edited() {
    let Some(shared) = postgres::shared_or_skip() else {
        return;
    };
    let database = shared.create_database().unwrap();
    open(&server(database.url()), options()).unwrap();
    for (version, checksum) in RELEASED {
        let found = database.sql(&format!(
            "SELECT checksum FROM refinery_schema_history WHERE version = {version}"
        ));
        assert_eq!(found.unwrap(), checksum.to_string(), "version {version}");
    }
}

#[tokio::test]
async fn nodes_that_start_at_once_make_one_schema() {
    const NODES: usize = 6;
    let Some(shared) = postgres::shared_or_skip() else {
        return;
    };
    let database = shared.create_database().unwrap();
    let start = Barrier::new(NODES);
    let opened: Vec<Result<SqlStore, OpenError>> = thread::scope(|scope| {
        let nodes: Vec<_> = (0..NODES)
            .map(|_| {
                scope.spawn(|| {
                    start.wait();
                    SqlStore::connect(&server(database.url()), options())
                })
            })
            .collect();
        nodes.into_iter().map(|node| node.join().unwrap()).collect()
    });
    for store in &opened {
        store.as_ref().unwrap().ready().await.unwrap();
    }
    let versions = "SELECT count(*) = count(DISTINCT version) FROM refinery_schema_history";
    assert_eq!(database.sql(versions).unwrap(), "t");
    let keys = "SELECT count(*) FROM meta WHERE name = 'key_check'";
    assert_eq!(database.sql(keys).unwrap(), "1");
}

#[test]
fn a_schema_of_a_newer_version_is_refused_unchanged() {
    let Some(shared) = postgres::shared_or_skip() else {
        return;
    };
    let database = shared.create_database().unwrap();
    drop(open(&server(database.url()), options()).unwrap());
    let newer = "INSERT INTO refinery_schema_history (version, name) VALUES (9999, 'newer')";
    database.sql(newer).unwrap();
    let refused = open(&server(database.url()), options()).unwrap_err();
    assert!(
        matches!(refused, OpenError::NewerSchema { found: 9999, known } if known < 9999),
        "{refused:?}"
    );
}

#[test]
fn a_database_of_somebody_else_is_refused_unchanged() {
    let Some(shared) = postgres::shared_or_skip() else {
        return;
    };
    let database = shared.create_database().unwrap();
    database.sql("CREATE TABLE theirs (id INT)").unwrap();
    let refused = open(&server(database.url()), options()).unwrap_err();
    assert!(
        matches!(&refused, OpenError::Damaged(why) if why.contains("not ours")),
        "{refused:?}"
    );
    assert_eq!(tables(&database), "1");
}

/// Fails, or dies, where it makes one of its last tables.
#[test]
fn an_interrupted_migration_leaves_nothing() {
    let Some(shared) = postgres::shared_or_skip() else {
        return;
    };
    for interruption in [
        "RAISE EXCEPTION 'as a test wants it'",
        "PERFORM pg_terminate_backend(pg_backend_pid())",
    ] {
        let database = shared.create_database().unwrap();
        let trigger = format!(
            "CREATE FUNCTION public.interrupt() RETURNS event_trigger
                LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN
                IF to_regclass('public.sign_ups') IS NOT NULL THEN {interruption}; END IF;
            END $$;
            CREATE EVENT TRIGGER interrupt ON ddl_command_end EXECUTE FUNCTION public.interrupt()"
        );
        database.sql(&trigger).unwrap();
        let failed = open(&server(database.url()), options());
        assert!(failed.is_err(), "{failed:?}");
        assert_eq!(tables(&database), "0", "{interruption}");
        database.sql("DROP EVENT TRIGGER interrupt").unwrap();
        drop(open(&server(database.url()), options()).unwrap());
        assert_ne!(tables(&database), "0");
    }
}
