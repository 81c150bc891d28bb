//! The contract suite on the shared engine, and what is this engine's own.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod contract;

use contract::{Harness, ManualClock, SeededEntropy};
use rollcall_core::entropy::Entropy;
use rollcall_core::ports::Store;
use rollcall_core::time::Clock as _;
use rollcall_store::{
    DatabaseClock, Doctor, MasterKey, OpenError, OpenOptions, Pooler, PostgresOptions, SqlStore,
    StoreAt,
};
use rollcall_testing::postgres::{self, Database};
use std::sync::Arc;
use std::thread;

/// A store in a database of its own that goes away with it.
struct Postgres {
    database: Database<'static>,
    clock: Arc<ManualClock>,
    entropy: Arc<SeededEntropy>,
    store: Option<SqlStore>,
}

impl Postgres {
    fn server(&self) -> PostgresOptions {
        PostgresOptions {
            url: self.database.url(),
            ca_file: None,
            pooler: Pooler::Session,
            clock: DatabaseClock::Ignored,
        }
    }

    fn open(&self) -> Result<SqlStore, OpenError> {
        let server = self.server();
        let options = OpenOptions {
            master_key: MasterKey::parse(&[7; 32]).unwrap(),
            clock: self.clock.clone(),
            entropy: self.entropy.clone(),
            accept_earlier_clock: false,
        };
        // It blocks, and tests are asynchronous.
        thread::scope(|scope| {
            let opening = scope.spawn(|| SqlStore::connect(&server, options));
            opening.join().unwrap()
        })
    }
}

impl Harness for Postgres {
    const KEEPS_NONCES: bool = true;

    fn is_there() -> bool {
        postgres::shared_or_skip().is_some()
    }

    fn start() -> Self {
        let mut harness = Self {
            database: postgres::shared().unwrap().create_database().unwrap(),
            clock: Arc::new(ManualClock::default()),
            entropy: Arc::new(SeededEntropy::default()),
            store: None,
        };
        harness.store = Some(harness.open().unwrap());
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
        self.store = Some(self.open().unwrap());
    }

    fn set_end_batch(&self, logins: u32) {
        self.store.as_ref().unwrap().set_end_batch(logins);
    }

    fn unsound(&self) -> Vec<String> {
        // Its clock is not the one that the case moves.
        let at = StoreAt::Server(self.server());
        let examined = thread::scope(|scope| {
            let examining = scope.spawn(|| {
                let doctor = Doctor::open(&at, self.clock.now()).unwrap();
                doctor.examine().unwrap()
            });
            examining.join().unwrap()
        });
        let found = examined
            .findings
            .iter()
            .filter(|finding| finding.found > 0 && finding.check != "clock");
        found.map(|finding| format!("{finding:?}")).collect()
    }
}

type World = contract::World<Postgres>;

include!("contract/cases.rs");

/// Fewer than on the embedded engine, whose rules these are: each history asks the
/// server a thousand times.
#[test]
fn any_history_is_told_as_the_model_tells_it() {
    if Postgres::is_there() {
        contract::history::any_history_is_told_as_the_model_tells_it::<Postgres>(12);
    }
}
