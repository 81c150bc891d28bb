//! The contract suite through Debian's pgbouncer, which lends a session of the server
//! for one transaction: nothing may be kept in one.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test fails by panicking, and says why it is skipped"
)]

mod contract;
#[allow(dead_code, reason = "each test program uses its own part")]
#[path = "postgres/databases.rs"]
mod databases;

use contract::{Harness, ManualClock, SeededEntropy};
use databases::Migrated;
use rollcall_core::entropy::Entropy;
use rollcall_core::ports::Store;
use rollcall_store::{Pooler, PostgresOptions, SqlStore};
use rollcall_testing::postgres::{self, PgBouncer};
use std::sync::{Arc, OnceLock};

/// A store behind a pooler, in a database that no other case uses meanwhile.
struct Pooled {
    // Before the database, which is emptied when nobody uses it any more.
    store: Option<SqlStore>,
    database: Migrated,
    clock: Arc<ManualClock>,
    entropy: Arc<SeededEntropy>,
}

fn pooler() -> &'static PgBouncer {
    static POOLER: OnceLock<PgBouncer> = OnceLock::new();
    POOLER.get_or_init(|| PgBouncer::start(postgres::shared().unwrap()).unwrap())
}

impl Pooled {
    fn open(&self) -> SqlStore {
        let options = databases::options(self.clock.clone(), self.entropy.clone());
        let server = PostgresOptions {
            pooler: Pooler::Transaction,
            ..databases::server(pooler().url(self.database.database()))
        };
        databases::open(&server, options).unwrap()
    }
}

impl Harness for Pooled {
    const KEEPS_NONCES: bool = true;

    fn is_there() -> bool {
        if postgres::shared_or_skip().is_none() {
            return false;
        }
        assert!(
            PgBouncer::is_installed() || !postgres::is_ci(),
            "no pgbouncer"
        );
        if !PgBouncer::is_installed() {
            eprintln!("SKIPPED: there is no pgbouncer; it is a package of Debian's");
        }
        PgBouncer::is_installed()
    }

    fn start() -> Self {
        let mut harness = Self {
            store: None,
            database: Migrated::take(),
            clock: Arc::new(ManualClock::default()),
            entropy: Arc::new(SeededEntropy::default()),
        };
        harness.store = Some(harness.open());
        harness
    }

    fn store(&self) -> Arc<dyn Store> {
        Arc::new(self.store.clone().unwrap())
    }

    fn clock(&self) -> &ManualClock {
        &self.clock
    }

    fn entropy(&self) -> &dyn Entropy {
        &*self.entropy
    }

    fn restart(&mut self) {
        self.store = None;
        self.store = Some(self.open());
    }

    fn engine(&self) -> &SqlStore {
        self.store.as_ref().unwrap()
    }

    fn set_end_batch(&self, logins: u32) {
        self.store.as_ref().unwrap().set_end_batch(logins);
    }
}

type World = contract::World<Pooled>;

include!("contract/cases.rs");

/// Fewer still than without the pooler: each statement is planned anew.
#[test]
fn any_history_is_told_as_the_model_tells_it() {
    if Pooled::is_there() {
        contract::history::any_history_is_told_as_the_model_tells_it::<Pooled>(2);
    }
}
