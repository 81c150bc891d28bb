//! The contract suite on the shared engine, and what is this engine's own.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

#[path = "postgres/clock.rs"]
mod clock;
mod contract;
#[path = "postgres/databases.rs"]
mod databases;
#[path = "postgres/faults.rs"]
mod faults;
#[path = "postgres/full_disk.rs"]
mod full_disk;
#[path = "postgres/log.rs"]
mod log;
#[path = "postgres/nodes.rs"]
mod nodes;
#[path = "postgres/opening.rs"]
mod opening;
#[path = "postgres/parity.rs"]
mod parity;
#[path = "postgres/refusals.rs"]
mod refusals;
#[path = "postgres/remembered.rs"]
mod remembered;
#[path = "postgres/revisions.rs"]
mod revisions;
#[path = "postgres/shared.rs"]
mod shared;
#[path = "postgres/tls.rs"]
mod tls;

use contract::{Harness, ManualClock, SeededEntropy};
use databases::Migrated;
use rollcall_core::entropy::Entropy;
use rollcall_core::ports::Store;
use rollcall_core::time::Clock as _;
use rollcall_store::{Doctor, SqlStore, StoreAt};
use rollcall_testing::postgres;
use std::sync::Arc;

/// A store in a database that no other case uses meanwhile.
struct Postgres {
    // Before the database, which is emptied when nobody uses it any more.
    store: Option<SqlStore>,
    database: Migrated,
    clock: Arc<ManualClock>,
    entropy: Arc<SeededEntropy>,
}

impl Postgres {
    fn open(&self) -> SqlStore {
        let options = databases::options(self.clock.clone(), self.entropy.clone());
        databases::open(&databases::server(self.database.url()), options).unwrap()
    }
}

impl Harness for Postgres {
    const KEEPS_NONCES: bool = true;

    fn is_there() -> bool {
        postgres::shared_or_skip().is_some()
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

    fn unsound(&self) -> Vec<String> {
        // Its clock is not the one that the case moves.
        let at = StoreAt::Server(databases::server(self.database.url()));
        let examined = std::thread::scope(|scope| {
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
