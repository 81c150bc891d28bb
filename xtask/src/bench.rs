//! `cargo xtask bench`: builds with the bench profile, installs what Rollcall is
//! measured beside, and measures. The measuring itself is `bench/src`.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, bail};

use crate::summary::Outcome;
use crate::test::execute;
use crate::workspace::{Workspace, cargo};
use crate::{debian, npm};

const HELP: &str = "\
What it costs, beside bare servers and peers

Usage: cargo xtask bench [--quick | --smallest] [--only PART]... [--logins N]

Options:
  --quick      Smaller numbers: about five minutes
  --smallest   Tiny numbers: whether it works
  --only PART  A part alone; may be repeated. An unknown one lists them
  --logins N   The largest number of logins, instead of 10,000,000
  --help       Show this text

All of it takes the better part of an hour, some 20 GB of disk, two cores, and
is written to bench/RESULTS.md with its plots. What is less than all of it is
written to target/bench. What cannot be installed is left out, and said so.
";

/// The generator of fixed rates: pinned, as all that figures depend on.
const OHA: &str = "1.16.0";

const PEERS: [&str; 2] = ["oidc-provider", "better-auth"];

/// What was asked for.
#[derive(Default)]
struct Asked {
    /// Passed on as they are.
    passed_on: Vec<String>,
    /// Whether it is less than all.
    part: bool,
    help: bool,
}

/// Measures; whether it went well.
pub(crate) fn run(workspace: &Workspace, arguments: &[String]) -> anyhow::Result<bool> {
    let asked = parse(arguments)?;
    if asked.help {
        print!("{HELP}");
        return Ok(true);
    }
    let missing = install(workspace);
    let built = execute(Command::new(cargo()).current_dir(&workspace.root).args([
        "build",
        "--profile",
        "bench",
        "--locked",
        "--package",
        "rollcall",
        "--package",
        "rollcall-bench",
        "--bins",
    ]))?;
    if let Outcome::Failed(why) = built {
        bail!(why);
    }
    let results = if asked.part {
        workspace.target.join("bench")
    } else {
        workspace.root.join("bench")
    };
    // The folder of the bench profile, which Cargo does not name after it.
    let binaries = workspace.target.join("release");
    let mut bench = command(workspace, &binaries, &results);
    let shown = ["cargo xtask bench"].into_iter().map(ToOwned::to_owned);
    let shown: Vec<String> = shown.chain(arguments.iter().cloned()).collect();
    bench
        .args(&asked.passed_on)
        .arg("--command")
        .arg(shown.join(" "));
    let outcome = execute(&mut bench)?;
    // Once more at the end: what was said before the measuring has scrolled away.
    for (what, why) in missing {
        println!("NOT INSTALLED, so measured without it: {what}: {why}");
    }
    Ok(matches!(outcome, Outcome::Passed))
}

/// Installs what is measured beside; what could not be, and why.
fn install(workspace: &Workspace) -> Vec<(&'static str, String)> {
    let peers = workspace.root.join("bench").join("peers");
    let installed = |peer| (peer, npm::install_in(&peers.join(peer)));
    let mut outcomes: Vec<_> = PEERS.into_iter().map(installed).collect();
    if !redis().exists() {
        outcomes.push(("redis", debian::install_redis()));
    }
    outcomes.push((
        "oha, and with it the parts `latency` and `ends`",
        install_oha(workspace),
    ));
    let outcomes = outcomes.into_iter();
    outcomes
        .filter_map(|(what, outcome)| Some((what, why_not(outcome)?)))
        .inspect(|(what, why)| println!("left out: {what}: {why}"))
        .collect()
}

/// The step `bench` of the tests: every part once, in the smallest form, with what is
/// there already. Its figures say nothing.
pub(crate) fn smallest(workspace: &Workspace) -> anyhow::Result<Outcome> {
    let built = execute(Command::new(cargo()).current_dir(&workspace.root).args([
        "build",
        "--locked",
        "--package",
        "rollcall-bench",
        "--bins",
    ]))?;
    if let Outcome::Failed(why) = built {
        return Ok(Outcome::Failed(why));
    }
    let results = workspace.target.join("bench-smallest");
    let binaries = workspace.target.join("debug");
    execute(command(workspace, &binaries, &results).arg("--smallest"))
}

fn parse(arguments: &[String]) -> anyhow::Result<Asked> {
    let mut asked = Asked::default();
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        match argument.as_str() {
            "--quick" | "--smallest" => asked.passed_on.push(argument.clone()),
            "--only" | "--logins" => {
                let value = rest
                    .next()
                    .with_context(|| format!("{argument} takes a value"))?;
                asked.passed_on.extend([argument.clone(), value.clone()]);
            }
            "--help" | "-h" => asked.help = true,
            unknown => bail!("`{unknown}` is not an option; see `cargo xtask bench --help`"),
        }
    }
    asked.part = !asked.passed_on.is_empty();
    Ok(asked)
}

/// The bench itself, told where everything is that is there.
fn command(workspace: &Workspace, binaries: &Path, results: &Path) -> Command {
    let mut bench = Command::new(binaries.join("rollcall-bench"));
    bench
        .current_dir(&workspace.root)
        .arg("--binaries")
        .arg(binaries)
        .arg("--results")
        .arg(results)
        .arg("--scratch")
        .arg(&workspace.target)
        .arg("--peers")
        .arg(workspace.root.join("bench").join("peers"));
    for (option, program) in [("--oha", oha(workspace)), ("--redis", redis())] {
        if program.exists() {
            bench.arg(option).arg(program);
        }
    }
    bench
}

fn why_not(outcome: anyhow::Result<Outcome>) -> Option<String> {
    match outcome {
        Ok(Outcome::Passed) => None,
        Ok(Outcome::Skipped(why) | Outcome::Failed(why)) => Some(why),
        Err(error) => Some(format!("{error:#}")),
    }
}

fn redis() -> PathBuf {
    PathBuf::from("/usr/bin/redis-server")
}

fn tools(workspace: &Workspace) -> PathBuf {
    workspace.target.join("tools")
}

fn oha(workspace: &Workspace) -> PathBuf {
    tools(workspace).join("bin").join("oha")
}

/// `cargo install`, which does nothing where that version is there. Nothing here speaks
/// TLS, but without one of its kinds oha 1.16.0 does not compile.
fn install_oha(workspace: &Workspace) -> anyhow::Result<Outcome> {
    execute(
        Command::new(cargo())
            .current_dir(&workspace.root)
            .args(["install", "oha", "--locked", "--no-default-features"])
            .args(["--features", "rustls", "--version", OHA, "--root"])
            .arg(tools(workspace)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(arguments: &[&str]) -> anyhow::Result<Asked> {
        let arguments: Vec<String> = arguments.iter().map(ToString::to_string).collect();
        parse(&arguments)
    }

    #[test]
    fn only_the_whole_replaces_the_results() {
        assert!(!asked(&[]).unwrap().part);
        assert!(asked(&["--quick"]).unwrap().part);
        let one = asked(&["--only", "headline", "--logins", "1000"]).unwrap();
        assert!(one.part);
        assert_eq!(one.passed_on, ["--only", "headline", "--logins", "1000"]);
    }

    #[test]
    fn what_is_unknown_or_half_said_is_refused() {
        assert!(asked(&["--fast"]).is_err());
        assert!(asked(&["--only"]).is_err());
    }
}
