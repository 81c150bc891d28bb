//! CPU time of a sign-on, beside npm `oidc-provider`, in one run: the full code flow
//! (page, sign-in, code, tokens; hashing aside) and silent `prompt=none`.
//!
//! Both servers are pinned to one core and driven in turn from the other. CPU time
//! is the operating system's accounting of the server's process; every answer is
//! looked at, not assumed right.
#![allow(clippy::print_stdout, reason = "it prints its figures")]

mod contenders;
mod flow;

use anyhow::{Context as _, Result};
use clap::Parser;
use contenders::{Contender, peer, rollcall};
use flow::Flow;
use std::path::PathBuf;
use tokio::task::JoinSet;

/// Measures sign-ons beside npm `oidc-provider`.
#[derive(Parser)]
struct Arguments {
    /// The `rollcall` binary, built with `cargo build --release`.
    #[arg(long, default_value = "target/release/rollcall")]
    rollcall: PathBuf,
    /// The peer's folder, after `npm ci` in it.
    #[arg(long, default_value = "bench/peers/oidc-provider")]
    peer: PathBuf,
    /// Interleaved rounds; the median counts.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Sign-ons of each kind in a round.
    #[arg(long, default_value_t = 1000)]
    sign_ons: u64,
    /// How both sign ID tokens: RS256 or ES256. Rollcall signs its access tokens in
    /// the same way; the peer's are opaque.
    #[arg(long, default_value = "RS256")]
    algorithm: String,
    /// Browsers at once.
    #[arg(long, default_value_t = 16)]
    browsers: u64,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let folder = tempfile::tempdir()?;
    let ours = rollcall(&arguments.rollcall, folder.path(), &arguments.algorithm).await?;
    let theirs = peer(&arguments.peer, &arguments.algorithm)?;
    for kind in [Kind::Full, Kind::Silent] {
        measure(&ours, kind, &arguments, arguments.sign_ons / 5).await?;
        measure(&theirs, kind, &arguments, arguments.sign_ons / 5).await?;
        let mut ratios = Vec::new();
        for round in 1..=arguments.rounds {
            let our_cpu = measure(&ours, kind, &arguments, arguments.sign_ons).await?;
            let their_cpu = measure(&theirs, kind, &arguments, arguments.sign_ons).await?;
            let ratio = their_cpu / our_cpu;
            println!(
                "{} round {round}: rollcall {our_cpu:.0} us, oidc-provider {their_cpu:.0} us, \
                 ratio {ratio:.1}",
                kind.name()
            );
            ratios.push(ratio);
        }
        ratios.sort_by(f64::total_cmp);
        let at = |index: usize| ratios.get(index).context("no round was run");
        println!(
            "CPU time per {}, oidc-provider / rollcall: median {:.1} ({:.1}-{:.1})",
            kind.name(),
            at(ratios.len() / 2)?,
            at(0)?,
            at(ratios.len() - 1)?
        );
    }
    Ok(())
}

/// What is measured.
#[derive(Clone, Copy)]
enum Kind {
    Full,
    Silent,
}

impl Kind {
    const fn name(self) -> &'static str {
        match self {
            Self::Full => "full code flow",
            Self::Silent => "silent sign-on",
        }
    }
}

/// CPU microseconds of the server for each of so many sign-ons.
#[allow(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
async fn measure(
    contender: &Contender,
    kind: Kind,
    arguments: &Arguments,
    sign_ons: u64,
) -> Result<f64> {
    let each = sign_ons / arguments.browsers;
    let mut flows = Vec::new();
    for _ in 0..arguments.browsers {
        let mut flow = Flow::new(contender.client.clone())?;
        if matches!(kind, Kind::Silent) {
            flow.full().await?;
        }
        flows.push(flow);
    }
    let before = contender.server.cpu_micros()?;
    let mut browsers = JoinSet::new();
    for mut flow in flows {
        browsers.spawn(async move {
            for _ in 0..each {
                match kind {
                    Kind::Full => flow.full().await?,
                    Kind::Silent => flow.silent().await?,
                }
            }
            anyhow::Ok(())
        });
    }
    while let Some(done) = browsers.join_next().await {
        done??;
    }
    let spent = contender.server.cpu_micros()? - before;
    Ok(spent as f64 / (each * arguments.browsers) as f64)
}
