//! The nodes and their database, which are ours to hurt.

use anyhow::{Context as _, Result, bail, ensure};
use fastrand::Rng;
use parking_lot::{Mutex, RwLock};
use rollcall_testing::postgres;
use rollcall_testing::process::Owned;
use serde_json::Value;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use tempfile::TempDir;

/// What the nodes call themselves: the issuer must be one, and a node that was started again
/// has another port. Nothing is asked there.
const PUBLIC_URL: &str = "http://127.0.0.1:7250";

/// What nodes keep things in.
#[derive(Clone, Copy, PartialEq, Eq, Debug, clap::ValueEnum)]
pub enum Engine {
    /// A data folder, which one node alone can serve.
    Embedded,
    /// A PostgreSQL of our own.
    Postgres,
}

/// Addresses of the nodes that are up, for the clients.
#[derive(Debug)]
pub struct Nodes {
    addresses: RwLock<Vec<String>>,
}

impl Nodes {
    /// Nodes at these addresses.
    pub fn at(addresses: Vec<String>) -> Arc<Self> {
        Arc::new(Self {
            addresses: RwLock::new(addresses),
        })
    }

    /// The address of one of them. It may be down: nobody tells the clients.
    pub fn pick(&self, rng: &mut Rng) -> String {
        let addresses = self.addresses.read();
        addresses[rng.usize(..addresses.len())].clone()
    }

    /// All of them.
    pub fn all(&self) -> Vec<String> {
        self.addresses.read().clone()
    }
}

/// Some nodes on one store.
pub struct Cluster {
    binary: PathBuf,
    folder: TempDir,
    /// What each command is told of the store.
    store: Vec<String>,
    processes: Mutex<Vec<Owned>>,
    nodes: Arc<Nodes>,
    database: Option<Mutex<postgres::Server>>,
    key: Value,
}

impl Cluster {
    /// Makes a store and starts nodes on it.
    pub fn start(binary: &Path, engine: Engine, nodes: usize) -> Result<Self> {
        ensure!(nodes > 0, "at least one node");
        ensure!(
            engine != Engine::Embedded || nodes == 1,
            "an embedded store has one node: choose `--engine postgres` for more"
        );
        let folder = tempfile::tempdir()?;
        let data = folder.path().join("data").display().to_string();
        let mut store = vec!["--data".to_owned(), data];
        let mut database = None;
        if engine == Engine::Postgres {
            let server = postgres::Server::start(&[])?;
            // The folder then has the master key alone, which is the nodes' own.
            let url = server.create_database()?.keep();
            store.extend(["--database-url".to_owned(), url]);
            database = Some(Mutex::new(server));
        }
        let key = init(binary, &store)?;
        let cluster = Self {
            binary: binary.to_owned(),
            folder,
            store,
            processes: Mutex::default(),
            nodes: Nodes::at(vec![String::new(); nodes]),
            database,
            key,
        };
        for node in 0..nodes {
            let process = cluster.start_node(node)?;
            cluster.processes.lock().push(process);
        }
        Ok(cluster)
    }

    /// Where the nodes are.
    pub fn nodes(&self) -> Arc<Nodes> {
        self.nodes.clone()
    }

    /// The root key, as `init --json` printed it.
    pub fn key(&self) -> &Value {
        &self.key
    }

    /// `kill -9` of a node, which is started again at once.
    pub fn kill_node(&self, node: usize) -> Result<()> {
        let mut processes = self.processes.lock();
        let process = processes.get_mut(node).context("no such node")?;
        process.kill()?;
        *process = self.start_node(node)?;
        Ok(())
    }

    /// The database.
    pub fn database(&self) -> Result<&Mutex<postgres::Server>> {
        self.database
            .as_ref()
            .context("an embedded store has no database to hurt")
    }

    fn start_node(&self, node: usize) -> Result<Owned> {
        let log = self.folder.path().join(format!("node-{node}.log"));
        let mut options = std::fs::OpenOptions::new();
        let log = options.create(true).append(true).open(log)?;
        let mut command = Command::new(&self.binary);
        command
            .arg("serve")
            .args(&self.store)
            .args(["--listen", "127.0.0.1:0", "--public-url", PUBLIC_URL])
            .args(["--password-hashing", "lowest", "--log-level", "warn"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log);
        let mut process = Owned::spawn(&mut command)?;
        let output = process
            .child()
            .stdout
            .take()
            .context("no standard output")?;
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line)?;
        let Some((_, address)) = line.trim_end().split_once("listening on http://") else {
            let log = std::fs::read_to_string(self.folder.path().join(format!("node-{node}.log")));
            bail!(
                "node {node} ended without listening: {line}{}",
                log.unwrap_or_default()
            );
        };
        let address = address.split_whitespace().next().unwrap_or(address);
        address
            .trim_end_matches('/')
            .clone_into(&mut self.nodes.addresses.write()[node]);
        Ok(process)
    }
}

/// `init`: the root key.
fn init(binary: &Path, store: &[String]) -> Result<Value> {
    let output = Command::new(binary)
        .args(["init", "--json"])
        .args(store)
        .output()
        .with_context(|| format!("cannot start {}", binary.display()))?;
    ensure!(
        output.status.success(),
        "init failed: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(serde_json::from_slice(&output.stdout)?)
}
