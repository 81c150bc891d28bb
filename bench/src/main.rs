//! Measures Rollcall beside bare servers and its peers, and writes the figures down.
//! `cargo xtask bench` builds and installs what it needs, and runs it.
#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "it says how far it is"
)]

mod machine;

use anyhow::{Context as _, Result, ensure};
use clap::Parser;
use machine::Machine;
use rollcall_bench::measures::{self, PARTS};
use rollcall_bench::process::Cores;
use rollcall_bench::report::Report;
use rollcall_bench::suite::{Bench, Programs, Sizes};
use std::path::PathBuf;
use std::time::Instant;

/// Measures, and writes RESULTS.md and its plots.
#[derive(Parser)]
struct Arguments {
    /// The folder of the binaries `rollcall` and `bare`.
    #[arg(long, default_value = "target/release")]
    binaries: PathBuf,
    /// The folder of the npm peers, after `npm ci` in each.
    #[arg(long)]
    peers: Option<PathBuf>,
    /// The program `oha`.
    #[arg(long)]
    oha: Option<PathBuf>,
    /// The program `redis-server`.
    #[arg(long)]
    redis: Option<PathBuf>,
    /// The schema for PostgreSQL: a folder of migrations.
    #[arg(long, default_value = "crates/store/migrations/postgres")]
    migrations: PathBuf,
    /// Where the results go.
    #[arg(long)]
    results: PathBuf,
    /// Where stores are made, on a disk; some 2 GB for each million logins.
    #[arg(long, default_value = "target")]
    scratch: PathBuf,
    /// Some minutes instead of the better part of an hour: smaller numbers.
    #[arg(long, conflicts_with = "smallest")]
    quick: bool,
    /// Some seconds: whether it works.
    #[arg(long)]
    smallest: bool,
    /// A part alone; may be repeated.
    #[arg(long)]
    only: Vec<String>,
    /// The most logins, instead of the largest number of this form.
    #[arg(long)]
    logins: Option<u64>,
    /// How the command was given, for the results.
    #[arg(long, default_value = "rollcall-bench")]
    command: String,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    for name in &arguments.only {
        let known = PARTS.iter().any(|(part, _)| part == name);
        ensure!(
            known,
            "there is no part `{name}`; the parts are {}",
            names()
        );
    }
    // Before there are threads, which would keep the cores that they have.
    let cores = Cores::take()?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(run(&arguments, cores))
}

fn names() -> String {
    let names: Vec<&str> = PARTS.iter().map(|(name, _)| *name).collect();
    names.join(", ")
}

fn sizes(arguments: &Arguments) -> Sizes {
    let mut sizes = if arguments.smallest {
        Sizes::smallest()
    } else if arguments.quick {
        Sizes::quick()
    } else {
        Sizes::full()
    };
    if let Some(most) = arguments.logins {
        sizes.steps.retain(|step| *step < most);
        sizes.steps.push(most);
    }
    sizes
}

async fn run(arguments: &Arguments, cores: Cores) -> Result<()> {
    let mut bench = Bench {
        programs: Programs {
            rollcall: arguments.binaries.join("rollcall"),
            bare: arguments.binaries.join("bare"),
            oha: arguments.oha.clone(),
            redis: arguments.redis.clone(),
            peers: arguments.peers.clone(),
            migrations: arguments.migrations.clone(),
        },
        sizes: sizes(arguments),
        cores,
        scratch: arguments.scratch.clone(),
    };
    let machine = Machine::look(&bench);
    let mut report = Report::default();
    let mut failed = Vec::new();
    for (part, about) in PARTS {
        if !arguments.only.is_empty() && !arguments.only.iter().any(|name| name == part) {
            report.left_out.push(format!("`{part}`: {about}"));
            continue;
        }
        println!("\n{part}: {about}");
        // Its own, so that each part's stores are gone before the next one's are made.
        let scratch = tempfile::Builder::new()
            .prefix("bench-stores-")
            .tempdir_in(&arguments.scratch)
            .with_context(|| format!("in {}", arguments.scratch.display()))?;
        scratch.path().clone_into(&mut bench.scratch);
        let began = Instant::now();
        if let Err(error) = measures::run(part, &bench, &mut report).await {
            report.leave_out(format!("`{part}` failed: {error:#}"));
            failed.push(part);
        }
        println!("{part} in {:.0} s", began.elapsed().as_secs_f64());
    }
    report.write(&arguments.results, &machine.about(&arguments.command))?;
    println!(
        "\nwritten: {}",
        arguments.results.join("RESULTS.md").display()
    );
    ensure!(failed.is_empty(), "failed: {}", failed.join(", "));
    Ok(())
}
