//! Rollcall through crashes, power cuts, a full disk and a clock that jumps, in their long
//! forms. Every run ends by itself, talks to loopback alone and says what it judged.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "it prints what it judged"
)]

mod backups;
mod clock;
mod crew;
mod disks;
mod full_disk;
mod kill;
mod power_cut;

use anyhow::{Result, bail};
use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;
use tokio::signal::unix::{SignalKind, signal};

/// Tries whether every answer holds after a crash, and whether what was ended stays so.
#[derive(Debug, Parser)]
#[command(after_long_help = "\
Examples:
  cargo build --release -p rollcall -p rollcall-bench
  target/release/survive kill --times 20
  sudo target/release/survive power-cut --times 300
  sudo target/release/survive full-disk
  target/release/survive clock --times 20
  target/release/survive backup --times 20

Exit codes:
  0  every answer held
  1  one did not, or it could not be tried; the message says which and why")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    common: Common,
}

/// What all of them take.
#[derive(Clone, Debug, Args)]
struct Common {
    /// The server's binary.
    #[arg(long, global = true, default_value = "target/release/rollcall")]
    rollcall: PathBuf,
    /// How many clients work at once, each on a user pool of its own.
    #[arg(long, global = true, default_value_t = 8)]
    clients: u64,
    /// Where the numbers that look random begin.
    #[arg(long, global = true, default_value_t = 1)]
    seed: u64,
    /// Where temporary files are made; the system's own place if not given.
    #[arg(long, global = true, value_name = "DIR")]
    work: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// `kill -9` while sign-ins, refreshes, kicks and mass ends are under way.
    Kill {
        /// How often.
        #[arg(long, default_value_t = 20)]
        times: u32,
    },
    /// Power cuts. Needs root and loop devices, and mkfs.xfs or mkfs.btrfs.
    ///
    /// The data lie on ext4 in an image on XFS (or btrfs), which is copied in one instant
    /// by `cp --reflink=always` while the server writes. Each copy is mounted, served and
    /// judged: what was answered before the copying began must hold.
    PowerCut {
        /// How often.
        #[arg(long, default_value_t = 300)]
        times: u32,
        /// The file system that the images lie on.
        #[arg(long, default_value = "xfs", value_parser = ["xfs", "btrfs"])]
        host: String,
        /// A new store after so many cuts, since all of it is judged after each.
        #[arg(long, default_value_t = 25)]
        per_store: u32,
    },
    /// A disk that fills up while clients work, and has room again. Needs root and loop
    /// devices.
    FullDisk {
        /// How often.
        #[arg(long, default_value_t = 3)]
        times: u32,
    },
    /// A clock that jumps forwards and back, with restarts. Needs libfaketime (Debian's
    /// package `faketime`).
    Clock {
        /// How many jumps.
        #[arg(long, default_value_t = 20)]
        times: u32,
        /// The library.
        #[arg(
            long,
            default_value = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1"
        )]
        libfaketime: PathBuf,
    },
    /// Backups beside a server at work, each restored and judged.
    Backup {
        /// How often.
        #[arg(long, default_value_t = 20)]
        times: u32,
    },
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    // Dropped where it is, so that servers end and images are unmounted.
    let interrupted = async {
        let mut terminate = signal(SignalKind::terminate())?;
        tokio::select! {
            interrupted = tokio::signal::ctrl_c() => interrupted?,
            _ = terminate.recv() => {}
        }
        bail!("interrupted")
    };
    let ran = tokio::select! {
        ran = run(arguments) => ran,
        interrupted = interrupted => interrupted,
    };
    match ran {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<()> {
    let common = arguments.common;
    match arguments.command {
        Command::Kill { times } => kill::run(&common, times).await,
        Command::PowerCut {
            times,
            host,
            per_store,
        } => power_cut::run(&common, times, &host, per_store.max(1)).await,
        Command::FullDisk { times } => full_disk::run(&common, times).await,
        Command::Clock { times, libfaketime } => clock::run(&common, times, &libfaketime).await,
        Command::Backup { times } => backups::run(&common, times).await,
    }
}
