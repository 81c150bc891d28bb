//! Development commands: `cargo xtask <command>`.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a developer's tool: it prints, times its steps by the machine's clock and reads the environment"
)]

mod bench;
mod debian;
mod install;
mod instructions;
mod npm;
mod python;
mod summary;
mod test;
mod tidy;
mod workspace;

use std::process::ExitCode;

use workspace::Workspace;

const HELP: &str = "\
Development commands

Usage: cargo xtask <command>

Commands:
  test   Everything that must pass before a change is merged, in order
  tidy   Rules of the house that no compiler checks
  bench  What it costs, beside bare servers and peers: writes bench/RESULTS.md

`cargo xtask <command> --help` explains one.
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(2)
        }
    }
}

/// Whether what was asked for passed; an error is a command that could not run.
fn run(arguments: &[String]) -> anyhow::Result<bool> {
    let (command, rest) = match arguments {
        [] => ("help", &[][..]),
        [command, rest @ ..] => (command.as_str(), rest),
    };
    match command {
        "test" => test::run(&Workspace::find()?, rest),
        "bench" => bench::run(&Workspace::find()?, rest),
        "tidy" => tidy::run(&Workspace::find()?, rest),
        "help" | "--help" | "-h" => {
            print!("{HELP}");
            Ok(true)
        }
        unknown => anyhow::bail!("there is no command `{unknown}`; `cargo xtask help` lists them"),
    }
}
