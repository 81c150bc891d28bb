//! The contract suite on the embedded engine, and what is this engine's own.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

#[path = "sqlite/at_rest.rs"]
mod at_rest;
#[path = "sqlite/clock_jumps.rs"]
mod clock_jumps;
mod contract;
#[path = "sqlite/doctor.rs"]
mod doctor;
#[path = "sqlite/durability.rs"]
mod durability;
#[path = "sqlite/former_logout_uris.rs"]
mod former_logout_uris;
#[path = "sqlite/kick_marks.rs"]
mod kick_marks;
#[path = "sqlite/opening.rs"]
mod opening;
#[path = "sqlite/power_cut.rs"]
mod power_cut;
#[path = "sqlite/upgrades.rs"]
mod upgrades;
#[path = "sqlite/warming.rs"]
mod warming;

use contract::{Harness, ManualClock, SeededEntropy};
use rollcall_core::entropy::Entropy;
use rollcall_core::ports::Store;
use rollcall_core::time::Clock as _;
use rollcall_store::{Doctor, MasterKey, OpenError, OpenOptions, SqlStore, StoreAt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A store in a folder of its own that goes away with it.
struct Sqlite {
    folder: tempfile::TempDir,
    clock: Arc<ManualClock>,
    entropy: Arc<SeededEntropy>,
    store: Option<SqlStore>,
}

impl Sqlite {
    fn path(&self) -> PathBuf {
        self.folder.path().join("rollcall.db")
    }

    fn open(&self, accept_earlier_clock: bool) -> Result<SqlStore, OpenError> {
        self.open_file(&self.path(), accept_earlier_clock)
    }

    fn open_file(&self, path: &Path, accept_earlier_clock: bool) -> Result<SqlStore, OpenError> {
        let options = OpenOptions {
            master_key: master_key(),
            clock: self.clock.clone(),
            entropy: self.entropy.clone(),
            accept_earlier_clock,
        };
        SqlStore::open(path, options)
    }
}

fn master_key() -> MasterKey {
    MasterKey::parse(&[7; 32]).unwrap()
}

impl Harness for Sqlite {
    fn start() -> Self {
        let mut harness = Self {
            folder: tempfile::tempdir().unwrap(),
            clock: Arc::new(ManualClock::default()),
            entropy: Arc::new(SeededEntropy::default()),
            store: None,
        };
        harness.store = Some(harness.open(false).unwrap());
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
        self.store = Some(self.open(false).unwrap());
    }

    fn engine(&self) -> &SqlStore {
        self.store.as_ref().unwrap()
    }

    fn set_end_batch(&self, logins: u32) {
        self.store.as_ref().unwrap().set_end_batch(logins);
    }

    fn unsound(&self) -> Vec<String> {
        let doctor = Doctor::open(&StoreAt::File(self.path()), self.clock.now()).unwrap();
        let examination = doctor.examine().unwrap();
        let found = examination
            .findings
            .iter()
            .filter(|finding| finding.found > 0);
        found.map(|finding| format!("{finding:?}")).collect()
    }
}

type World = contract::World<Sqlite>;

include!("contract/cases.rs");

#[test]
fn any_history_is_told_as_the_model_tells_it() {
    contract::history::any_history_is_told_as_the_model_tells_it::<Sqlite>(96);
}
