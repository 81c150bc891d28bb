//! Where a test's store is: in a folder of its own, or, with the environment variable
//! `ROLLCALL_TEST_STORE=postgres`, in a database of its own.

use rollcall_store::{DatabaseClock, OpenError, OpenOptions, Pooler, PostgresOptions, SqlStore};
use rollcall_testing::postgres::{self, Database};
use std::thread;
use tempfile::TempDir;

const VARIABLE: &str = "ROLLCALL_TEST_STORE";

/// All rows, with what PostgreSQL moves when it writes one anew.
const EVERYTHING: &str = "SELECT relname, query_to_xml(
        format('SELECT ctid, xmin, t.* FROM %I t ORDER BY ctid', relname), true, false, '')
    FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY relname";

/// The place of one store. It goes with it.
pub(super) enum Place {
    Folder(TempDir),
    Database(Database<'static>),
}

impl Place {
    pub(super) fn new() -> Self {
        if is_shared() {
            Self::Database(postgres::shared().unwrap().create_database().unwrap())
        } else {
            Self::Folder(tempfile::tempdir().unwrap())
        }
    }

    pub(super) fn open(&self, options: OpenOptions) -> Result<SqlStore, OpenError> {
        match self {
            Self::Folder(folder) => SqlStore::open(&folder.path().join("rollcall.db"), options),
            Self::Database(database) => {
                let server = PostgresOptions {
                    url: database.url(),
                    ca_file: None,
                    pooler: Pooler::Session,
                    clock: DatabaseClock::Ignored,
                };
                // It blocks, and tests are asynchronous.
                thread::scope(|scope| {
                    let opening = scope.spawn(|| SqlStore::connect(&server, options));
                    opening.join().unwrap()
                })
            }
        }
    }

    pub(super) fn log_of_changes(&self) -> Vec<u8> {
        match self {
            Self::Folder(folder) => std::fs::read(folder.path().join("rollcall.db-wal")).unwrap(),
            Self::Database(database) => database.sql(EVERYTHING).unwrap().into_bytes(),
        }
    }
}

/// What asks for databases.
const SHARED: &str = "postgres";

/// Whether the tests run on databases.
#[expect(
    clippy::disallowed_methods,
    reason = "a choice of whoever runs the tests, no setting"
)]
fn is_shared() -> bool {
    match std::env::var(VARIABLE) {
        Err(_) => false,
        Ok(value) if value == SHARED => true,
        Ok(value) => panic!("{VARIABLE} is `{value}`; only `{SHARED}` is known"),
    }
}
