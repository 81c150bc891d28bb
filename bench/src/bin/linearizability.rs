//! The long form of the linearizability test: rounds of load and harm until the time is up.
//! `docs/linearizability.md` says what is shown by it.
#![allow(clippy::print_stdout, reason = "it prints what it finds")]

use anyhow::{Context as _, Result, ensure};
use clap::Parser;
use rollcall_bench::linear::cluster::Engine;
use rollcall_bench::linear::faults::Fault;
use rollcall_bench::linear::judge::{self, Verdict};
use rollcall_bench::linear::run::{Options, Round, Run, find_binary};
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// Judges whether every node's every answer is linearizable, while nodes and database are hurt.
#[derive(Parser)]
struct Arguments {
    /// The `rollcall` binary [default: ROLLCALL_BIN, or the one beside this].
    #[arg(long)]
    rollcall: Option<PathBuf>,
    /// What the nodes keep things in.
    #[arg(long, value_enum, default_value = "embedded")]
    engine: Engine,
    /// Nodes; more than one need PostgreSQL.
    #[arg(long, default_value_t = 1)]
    nodes: usize,
    /// Rounds begin for so long.
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// Clients, each with one call under way.
    #[arg(long, default_value_t = 12)]
    clients: u32,
    /// People in a round.
    #[arg(long, default_value_t = 6)]
    people: u32,
    /// Actions in a round.
    #[arg(long, default_value_t = 3000)]
    actions: u64,
    /// What is done in each round, in this order; repeat or separate by commas.
    #[arg(long, value_enum, value_delimiter = ',')]
    faults: Vec<Fault>,
    /// Seconds for which `pause-database` stops it.
    #[arg(long, default_value_t = 10)]
    pause_seconds: u64,
    /// Of all choices [default: another one each time, printed].
    #[arg(long)]
    seed: Option<u64>,
    /// Seconds that the judge may think about one person of a round.
    #[arg(long, default_value_t = 60)]
    patience_seconds: u64,
    /// Adds a node that answers "signed in" from memory for a second, a proxy before the first
    /// one: the run succeeds when the judge rejects that.
    #[arg(long)]
    seeded_bug: bool,
    /// Judges a history that was kept, and does nothing else.
    #[arg(long)]
    judge: Option<PathBuf>,
    /// Where a history is kept that was not found linearizable.
    #[arg(long, default_value = "target/linearizability")]
    report: PathBuf,
}

#[tokio::main]
#[expect(
    clippy::disallowed_methods,
    reason = "rounds begin for so many seconds"
)]
async fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let patience = Duration::from_secs(arguments.patience_seconds);
    let demand = |round: &Round| round.demand(patience, &arguments.report);
    if let Some(file) = &arguments.judge {
        let round = Round::of(judge::read(file)?, patience);
        println!("{round}");
        return demand(&round);
    }
    let seed = arguments.seed.unwrap_or_else(|| fastrand::u64(..));
    let options = Options {
        binary: arguments.rollcall.map_or_else(find_binary, Ok)?,
        engine: arguments.engine,
        nodes: arguments.nodes,
        clients: arguments.clients,
        people: arguments.people,
        actions: arguments.actions,
        faults: arguments.faults,
        pause: Duration::from_secs(arguments.pause_seconds),
        seed,
        patience,
        seeded_bug: arguments.seeded_bug,
    };
    println!("seed {seed}");
    let mut run = Run::start(options).await?;
    let until = Instant::now() + Duration::from_secs(arguments.seconds);
    let (mut rounds, mut calls, mut rejected) = (0_u32, 0, 0_u32);
    while rounds == 0 || Instant::now() < until {
        let round = run.round().await?;
        rounds += 1;
        calls += round.history.len();
        println!("round {rounds}: {round}");
        if arguments.seeded_bug && matches!(round.verdict, Verdict::Rejected { .. }) {
            rejected += 1;
            let why = demand(&round).err().context("a rejection without reason")?;
            println!("{why}");
            break;
        }
        demand(&round).with_context(|| format!("seed {seed}, round {rounds}"))?;
    }
    if arguments.seeded_bug {
        ensure!(
            rejected > 0,
            "the judge did not see the seeded bug in {calls} calls"
        );
        println!("the seeded bug was seen");
    } else {
        println!("{calls} calls in {rounds} rounds are linearizable");
    }
    Ok(())
}
