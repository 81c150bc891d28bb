//! The `rollcall` binary: it parses, calls, and says how it went.

mod arguments;
mod commands;
mod demo;
mod failure;
mod flags;
mod input;
mod logging;
mod output;
mod table;

use arguments::{Command, ConfigCommand, Rollcall, SigningKeysCommand};
use clap::Parser as _;
use failure::Failure;
use std::process::ExitCode;

/// A server's many small allocations from several threads are what it is for.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let outcome = run(Rollcall::parse());
    match outcome {
        Ok(code) => code,
        Err(failure) => {
            output::complain(&failure.message);
            ExitCode::from(failure.code)
        }
    }
}

fn run(arguments: Rollcall) -> Result<ExitCode, Failure> {
    match arguments.command {
        Command::Init(arguments) => block_on(commands::init::run(arguments)),
        Command::MigrateStore(arguments) => commands::migrate_store::run(arguments),
        Command::Serve(arguments) => block_on(commands::serve::run(arguments)),
        Command::Backup(arguments) => commands::backup::run(arguments),
        Command::Restore(arguments) => block_on(commands::restore::run(arguments)),
        Command::Check(arguments) => block_on(commands::check::run(arguments)),
        Command::Demo(arguments) => block_on(demo::run(arguments)),
        Command::SigningKeys(SigningKeysCommand::Rotate(arguments)) => {
            block_on(commands::signing_keys::rotate(arguments))
        }
        Command::Doctor(arguments) => commands::doctor::run(arguments),
        Command::Config(ConfigCommand::Check(arguments)) => commands::config_check::run(arguments),
        Command::Users(command) => block_on(commands::users::run(command)),
        Command::Apps(command) => block_on(commands::apps::run(command)),
        Command::Sessions(command) => block_on(commands::sessions::run(command)),
        Command::Keys(command) => block_on(commands::keys::run(command)),
        Command::Pools(command) => block_on(commands::keys::run_pools(command)),
        Command::Webhooks(command) => block_on(commands::webhooks::run(command)),
        Command::Man { dir } => commands::man::run(dir.as_deref()),
        Command::Completions { shell } => commands::completions::run(shell),
    }
}

fn block_on(command: impl Future<Output = Result<ExitCode, Failure>>) -> Result<ExitCode, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::new(format!("the runtime does not start: {error}")))?;
    runtime.block_on(command)
}
