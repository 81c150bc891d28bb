//! Several nodes on one database, by its clock.

use crate::contract::{self, Harness, ManualClock, SeededEntropy};
use crate::databases::{self, Migrated};
use rollcall_core::entropy::Entropy;
use rollcall_core::ids::PoolId;
use rollcall_core::ports::Store;
use rollcall_core::time::Timestamp;
use rollcall_store::{DatabaseClock, OpenError, OpenOptions, PostgresOptions, SqlStore};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

static NODES: AtomicU8 = AtomicU8::new(0);

/// Randomness that is no other node's.
struct OwnEntropy(SeededEntropy, u8);

impl Entropy for OwnEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        self.0.fill(bytes);
        for byte in bytes.iter_mut() {
            *byte ^= self.1;
        }
    }
}

/// A node: a store of its own on a database that it shares, and a clock of its own that
/// decides nothing.
pub(crate) struct Node {
    pub(crate) store: Option<SqlStore>,
    pub(crate) database: Arc<Migrated>,
    clock: Arc<ManualClock>,
    entropy: Arc<OwnEntropy>,
}

impl Node {
    pub(crate) fn on(database: &Arc<Migrated>) -> Self {
        let clock = ManualClock::default();
        clock.set(of_database(database));
        Self::with_clock(database, Arc::new(clock))
    }

    pub(crate) fn with_clock(database: &Arc<Migrated>, clock: Arc<ManualClock>) -> Self {
        let number = NODES.fetch_add(1, Ordering::Relaxed);
        let mut node = Self {
            store: None,
            database: database.clone(),
            clock,
            entropy: Arc::new(OwnEntropy(SeededEntropy::default(), number)),
        };
        node.store = Some(node.open(false).unwrap());
        node
    }

    pub(crate) fn server(&self) -> PostgresOptions {
        PostgresOptions {
            clock: DatabaseClock::Followed,
            ..databases::server(self.database.url())
        }
    }

    pub(crate) fn open(&self, accept_earlier_clock: bool) -> Result<SqlStore, OpenError> {
        let options = OpenOptions {
            accept_earlier_clock,
            ..databases::options_with(self.clock.clone(), self.entropy.clone())
        };
        databases::open(&self.server(), options)
    }
}

impl Harness for Node {
    fn start() -> Self {
        Self::on(&Arc::new(Migrated::take()))
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
}

pub(crate) type World = contract::World<Node>;

/// The same pools as another node sees them.
pub(crate) fn beside(world: &World, node: Node) -> World {
    World {
        harness: node,
        pool: world.pool,
        other_pool: world.other_pool,
    }
}

/// So many nodes, with the pools of the first.
pub(crate) async fn nodes(count: usize) -> Vec<World> {
    let first = World::new().await;
    let database = first.harness.database.clone();
    let mut all = vec![first];
    for _ in 1..count {
        all.push(beside(&all[0], Node::on(&database)));
    }
    all
}

/// The database's own clock.
pub(crate) fn of_database(database: &Migrated) -> Timestamp {
    let now = database.sql("SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint");
    Timestamp::from_millis(now.parse().unwrap())
}

/// Moves the database's view: time stands at a mark that its clock has not reached.
pub(crate) fn mark(database: &Migrated, at: Timestamp) {
    let bytes = at.as_millis().to_be_bytes();
    let digits = hex::encode(bytes);
    database.sql(&format!(
        "INSERT INTO meta (name, value) VALUES ('clock_mark', '\\x{digits}')
            ON CONFLICT (name) DO UPDATE SET value = excluded.value"
    ));
}

/// The mark.
pub(crate) fn marked(database: &Migrated) -> Timestamp {
    let digits = database.sql("SELECT encode(value, 'hex') FROM meta WHERE name = 'clock_mark'");
    Timestamp::from_millis(i64::from_str_radix(&digits, 16).unwrap())
}

/// Bytes as SQL.
pub(crate) fn literal(pool: PoolId) -> String {
    let digits = pool.as_bytes().iter().map(|byte| format!("{byte:02x}"));
    format!("'\\x{}'::bytea", digits.collect::<String>())
}
