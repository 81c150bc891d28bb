//! CPU time per headline request beside a bare axum server, in one run.
//!
//! Both servers are pinned to one core from their start and driven in turn, with
//! the same requests, from the other. CPU time is the operating system's
//! accounting of the server's process, so neighbours on a shared machine count
//! little; the ratio is the figure, an absolute time proves nothing.
#![allow(clippy::print_stdout, reason = "it prints its figures")]

mod load;

use anyhow::{Context as _, Result, ensure};
use clap::Parser;
use load::Load;
use rollcall_bench::servers::{Server, prepare_rollcall};
use std::path::PathBuf;

/// Measures the headline call beside a bare axum server.
#[derive(Parser)]
struct Arguments {
    /// The `rollcall` binary, built with `cargo build --profile bench`.
    #[arg(long, default_value = "target/release/rollcall")]
    rollcall: PathBuf,
    /// The bare server's binary.
    #[arg(long, default_value = "target/release/bare_axum")]
    bare: PathBuf,
    /// Interleaved rounds; the median counts.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Requests of a round.
    #[arg(long, default_value_t = 200_000)]
    requests: u64,
    /// Connections, each with one request under way.
    #[arg(long, default_value_t = 64)]
    connections: u64,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let folder = tempfile::tempdir()?;
    let bare = Server::start(&arguments.bare, &[])?;
    let (rollcall, subject) = prepare_rollcall(&arguments.rollcall, folder.path()).await?;
    let load = |server: &Server| Load {
        address: server.address.clone(),
        token: subject.token.clone(),
        body: subject.body.clone(),
        connections: arguments.connections,
        requests: arguments.requests,
    };
    load(&bare).warm_up().await?;
    load(&rollcall).warm_up().await?;
    let mut rounds = Vec::new();
    for round in 1..=arguments.rounds {
        let bare_cpu = measure(&bare, load(&bare)).await?;
        let rollcall_cpu = measure(&rollcall, load(&rollcall)).await?;
        let ratio = rollcall_cpu / bare_cpu;
        println!(
            "round {round}: bare axum {bare_cpu:.2} us, rollcall {rollcall_cpu:.2} us, \
             ratio {ratio:.2}"
        );
        rounds.push(ratio);
    }
    rounds.sort_by(f64::total_cmp);
    let median = rounds.get(rounds.len() / 2).context("no round was run")?;
    let (low, high) = (
        rounds.first().unwrap_or(median),
        rounds.last().unwrap_or(median),
    );
    println!("CPU time per request, rollcall / bare axum: median {median:.2} ({low:.2}-{high:.2})");
    Ok(())
}

/// CPU microseconds per request of a server under this load.
#[allow(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
async fn measure(server: &Server, load: Load) -> Result<f64> {
    let before = server.cpu_micros()?;
    let right = load.run().await?;
    let spent = server.cpu_micros()? - before;
    ensure!(
        right == load.requests,
        "{} of {} answers were right",
        right,
        load.requests
    );
    Ok(spent as f64 / load.requests as f64)
}
