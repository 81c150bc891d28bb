//! A run: rounds of load and harm, each judged.

use super::client::Http;
use super::cluster::{Cluster, Engine, Nodes};
use super::faults::{Fault, Harm, harm};
use super::judge::{Record, Verdict, explain, judge, write};
use super::load::{Progress, World, drive};
use super::model::{Answer, Call};
use super::stale::StaleNode;
use super::untold::untold;
use anyhow::{Result, bail, ensure};
use fastrand::Rng;
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// What is run.
#[derive(Clone, Debug)]
pub struct Options {
    /// The `rollcall` binary.
    pub binary: PathBuf,
    /// What the nodes keep things in.
    pub engine: Engine,
    /// How many there are.
    pub nodes: usize,
    /// Clients, each with one call under way.
    pub clients: u32,
    /// People in a round.
    pub people: u32,
    /// Actions in a round; most are one call, a sign-on is two.
    pub actions: u64,
    /// What is done during each round, in this order.
    pub faults: Vec<Fault>,
    /// How long the database is stopped.
    pub pause: Duration,
    /// Of all choices; what happens at the same time is not in its hands.
    pub seed: u64,
    /// How long the judge may think about one user.
    pub patience: Duration,
    /// Whether there is one node more, which answers "signed in" from memory: a proxy before
    /// the first one.
    pub seeded_bug: bool,
}

/// What a round has found.
#[derive(Debug)]
pub struct Round {
    /// All calls.
    pub history: Vec<Record>,
    /// What the judge says.
    pub verdict: Verdict,
}

/// A cluster under load.
pub struct Run {
    options: Options,
    cluster: Arc<Cluster>,
    world: Arc<World>,
    rng: Rng,
    people_so_far: u32,
    // Dropped with the run.
    _stale: Option<StaleNode>,
}

impl Run {
    /// Starts nodes and prepares the load.
    pub async fn start(options: Options) -> Result<Self> {
        let (binary, engine, nodes) = (options.binary.clone(), options.engine, options.nodes);
        let starting = move || Cluster::start(&binary, engine, nodes);
        let cluster = tokio::task::spawn_blocking(starting).await??;
        let mut nodes = cluster.nodes();
        let mut stale = None;
        if options.seeded_bug {
            ensure!(
                !options.faults.contains(&Fault::KillNode),
                "the proxy does not know where a node is that was started again"
            );
            let mut addresses = nodes.all();
            let proxy = StaleNode::before(&addresses[0]).await?;
            addresses.push(proxy.address.clone());
            nodes = Nodes::at(addresses);
            stale = Some(proxy);
        }
        let mut rng = Rng::with_seed(options.seed);
        let world = World::prepare(Http::new(nodes)?, cluster.key(), &mut rng).await?;
        Ok(Self {
            options,
            cluster: Arc::new(cluster),
            world: Arc::new(world),
            rng,
            people_so_far: 0,
            _stale: stale,
        })
    }

    /// One round, with people of its own.
    pub async fn round(&mut self) -> Result<Round> {
        let (clients, people, actions) = (
            self.options.clients,
            self.options.people,
            self.options.actions,
        );
        self.world.authenticate(&mut self.rng).await?;
        let persons = self
            .world
            .people(self.people_so_far, people, &mut self.rng)
            .await?;
        self.people_so_far += people;
        let progress = Arc::new(Progress::of(actions));
        let pause = self.options.pause;
        let faults = self.options.faults.iter().map(|fault| Harm {
            fault: *fault,
            pause,
        });
        let harming = harm(
            self.cluster.clone(),
            faults.collect(),
            progress.clone(),
            actions,
            self.rng.fork(),
        );
        let world = self.world.clone();
        let driving = drive(world, Arc::new(persons), progress, clients, &mut self.rng);
        // A node that does not come back ends the round: nobody would answer its clients.
        let ((), mut history) = tokio::try_join!(harming, driving)?;
        history.extend(untold(&history));
        let patience = self.options.patience;
        Ok(tokio::task::spawn_blocking(move || Round::of(history, patience)).await?)
    }
}

impl Round {
    /// Judges a history.
    pub fn of(history: Vec<Record>, patience: Duration) -> Self {
        let verdict = judge(&history, patience);
        Self { history, verdict }
    }

    /// An error unless the history is linearizable. It is then kept, and a rejected one
    /// explained, in this folder.
    pub fn demand(&self, patience: Duration, report: &Path) -> Result<()> {
        if self.verdict == Verdict::Linearizable {
            return Ok(());
        }
        let file = report.join("history.json");
        write(&self.history, &file)?;
        match self.verdict {
            Verdict::Linearizable => Ok(()),
            Verdict::Rejected { user } => bail!(
                "NOT LINEARIZABLE: user {user}\n{}",
                explain(&self.history, user, patience, report)?
            ),
            Verdict::Undecided { user } => bail!(
                "UNDECIDED: the judge gave up on user {user} after {patience:?}; nothing was \
                 shown. Use fewer `--actions` or more `--people`, or judge {} again with more \
                 `--patience-seconds`",
                file.display()
            ),
        }
    }
}

/// From the first call's start to the last one's end.
fn lasted(history: &[Record]) -> Duration {
    let began = history.iter().map(|record| record.began).min();
    let ended = history.iter().map(|record| record.ended).max();
    let nanoseconds = ended.unwrap_or_default() - began.unwrap_or_default();
    Duration::from_nanos(nanoseconds.unsigned_abs())
}

impl fmt::Display for Round {
    /// How many calls of each kind, by answer, so that a load which tries nothing is seen.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = lasted(&self.history).as_secs_f64();
        write!(
            f,
            "{} calls in {seconds:.1} s: {:?};",
            self.history.len(),
            self.verdict
        )?;
        let mut kinds: BTreeMap<&str, [u32; 3]> = BTreeMap::new();
        for record in &self.history {
            let place = match record.op.answer {
                Answer::Yes => 0,
                Answer::No => 1,
                Answer::Unknown => 2,
            };
            kinds.entry(kind(record.op.call)).or_default()[place] += 1;
        }
        for (kind, [yes, no, unknown]) in kinds {
            write!(f, " {kind} {yes}/{no}/{unknown}")?;
        }
        write!(f, " (yes/no/unknown)")
    }
}

/// The name of a call.
pub fn kind(call: Call) -> &'static str {
    match call {
        Call::Check { .. } => "check",
        Call::ApiSignIn { .. } => "sign-in",
        Call::FormSignIn { .. } => "form",
        Call::SilentSignOn { .. } => "sso",
        Call::Redeem { .. } => "redeem",
        Call::CodeExpires { .. } => "expiry",
        Call::Refresh { .. } => "refresh",
        Call::Revoke { .. } => "revoke",
        Call::Kick { .. } => "kick",
        Call::SignOut { .. } => "sign-out",
        Call::EndsSuccessor { .. } => "successor",
    }
}

/// The binary: `ROLLCALL_BIN`, or what Cargo has built beside us.
#[expect(
    clippy::disallowed_methods,
    reason = "a developer's variable, no setting"
)]
pub fn find_binary() -> Result<PathBuf> {
    if let Some(binary) = std::env::var_os("ROLLCALL_BIN") {
        return Ok(binary.into());
    }
    let own = std::env::current_exe()?;
    // A test is in `deps`, a bench beside the binary.
    let beside = own
        .ancestors()
        .skip(1)
        .take(2)
        .map(|folder: &Path| folder.join("rollcall"));
    let found = beside.into_iter().find(|binary| binary.is_file());
    found.ok_or_else(|| {
        anyhow::anyhow!(
            "there is no `rollcall` beside {}: `cargo build -p rollcall` makes it, or set ROLLCALL_BIN",
            own.display()
        )
    })
}
