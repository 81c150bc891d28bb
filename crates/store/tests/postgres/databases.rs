//! Databases for the cases: migrated once, copied, and emptied for the next one.

use crate::contract::{ManualClock, SeededEntropy};
use rollcall_core::entropy::Entropy;
use rollcall_core::time::Clock;
use rollcall_store::{
    DatabaseClock, MasterKey, OpenError, OpenOptions, Pooler, PostgresOptions, SqlStore,
};
use rollcall_testing::postgres::{self, Database};
use std::sync::{Arc, Mutex, OnceLock};
use std::thread;

/// Connecting, migrating and dropping a database cost a case half a second; deleting
/// its few rows costs hundredths.
static SPARE: Mutex<Vec<Database<'static>>> = Mutex::new(Vec::new());
static TEMPLATE: OnceLock<Database<'static>> = OnceLock::new();

/// Of what a case left.
const EMPTY: &str = "
    DO $$ DECLARE found regclass; BEGIN
        FOR found IN SELECT oid FROM pg_class
            WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
                AND relname <> 'refinery_schema_history'
        LOOP EXECUTE format('DELETE FROM %s', found); END LOOP;
    END $$";

/// A migrated database without a row, for one case.
pub(crate) struct Migrated(Option<Database<'static>>);

impl Migrated {
    pub(crate) fn take() -> Self {
        let spare = SPARE.lock().unwrap().pop();
        Self(Some(spare.unwrap_or_else(|| {
            let server = postgres::shared().unwrap();
            server
                .copy_database(TEMPLATE.get_or_init(template))
                .unwrap()
        })))
    }

    pub(crate) fn url(&self) -> String {
        self.database().url()
    }

    pub(crate) fn sql(&self, sql: &str) -> String {
        self.database().sql(sql).unwrap()
    }

    pub(crate) fn database(&self) -> &Database<'static> {
        self.0.as_ref().unwrap()
    }
}

impl Drop for Migrated {
    fn drop(&mut self) {
        let database = self.0.take().unwrap();
        // Of a case that failed nobody knows what it left: it is dropped.
        if !thread::panicking() && database.sql(EMPTY).is_ok() {
            SPARE.lock().unwrap().push(database);
        }
    }
}

fn template() -> Database<'static> {
    let database = postgres::shared().unwrap().create_database().unwrap();
    drop(
        open(
            &server(database.url()),
            options(Arc::default(), Arc::default()),
        )
        .unwrap(),
    );
    database.sql(EMPTY).unwrap();
    database
}

/// As most cases reach it: with the clock that they move.
pub(crate) fn server(url: String) -> PostgresOptions {
    PostgresOptions {
        url,
        ca_file: None,
        pooler: Pooler::Session,
        clock: DatabaseClock::Ignored,
    }
}

pub(crate) fn options(clock: Arc<ManualClock>, entropy: Arc<SeededEntropy>) -> OpenOptions {
    options_with(clock, entropy)
}

/// With whichever clock.
pub(crate) fn options_with(clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> OpenOptions {
    OpenOptions {
        master_key: MasterKey::parse(&[7; 32]).unwrap(),
        clock,
        entropy,
        accept_earlier_clock: false,
    }
}

/// Opens a store: it blocks, and tests are asynchronous.
pub(crate) fn open(server: &PostgresOptions, options: OpenOptions) -> Result<SqlStore, OpenError> {
    thread::scope(|scope| {
        let opening = scope.spawn(|| SqlStore::connect(server, options));
        opening.join().unwrap()
    })
}
