//! `cargo xtask test`: everything, in order, stopping at the first failure.

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context as _, bail};

use crate::summary::{self, Outcome, Row};
use crate::workspace::{Workspace, cargo};
use crate::{bench, debian, instructions, npm, python, tidy};

const HELP: &str = "\
Everything that must pass before a change is merged

Usage: cargo xtask test [--only STEP]... [--list]

Options:
  --only STEP  Run this step, after the steps that it needs; may be repeated
  --list       Show the steps and stop
  --help       Show this text

What cannot be installed, for want of a network or of root on Debian, is
skipped with a line that says so; where the environment variable CI is set,
that is a failure.
";

struct Step {
    name: &'static str,
    about: &'static str,
    /// Steps whose product this one uses.
    needs: &'static [&'static str],
    /// Steps that this one uses too, but can in part do without: they are
    /// chosen with it, and where they were skipped it says what it leaves out.
    wants: &'static [&'static str],
    run: fn(&Workspace) -> anyhow::Result<Outcome>,
}

const STEPS: &[Step] = &[
    Step {
        name: "fmt",
        about: "cargo fmt --check",
        needs: &[],
        wants: &[],
        run: fmt,
    },
    Step {
        name: "tidy",
        about: "rules of the house",
        needs: &[],
        wants: &[],
        run: tidy_step,
    },
    Step {
        name: "clippy",
        about: "lints, warnings are errors",
        needs: &[],
        wants: &[],
        run: clippy,
    },
    Step {
        name: "postgres",
        about: "Debian's PostgreSQL, where it is missing",
        needs: &[],
        wants: &[],
        run: debian::install_postgres,
    },
    Step {
        name: "rust",
        about: "cargo test --workspace",
        needs: &[],
        wants: &["postgres"],
        run: rust_tests,
    },
    Step {
        name: "rust-postgres",
        about: "the server's tests, each on a database of its own",
        needs: &["postgres"],
        wants: &[],
        run: server_tests_on_postgres,
    },
    Step {
        name: "instructions",
        about: "instructions of the headline call, counted by Valgrind",
        needs: &[],
        wants: &[],
        run: instructions::run,
    },
    Step {
        name: "build",
        about: "the rollcall binary and the SDK's examples, dev profile",
        needs: &[],
        wants: &[],
        run: build,
    },
    Step {
        name: "demo",
        about: "rollcall demo --exit",
        needs: &["build"],
        wants: &[],
        run: demo,
    },
    Step {
        name: "bench",
        about: "the bench in its smallest form: that it works",
        needs: &["build"],
        wants: &["postgres"],
        run: bench::smallest,
    },
    Step {
        name: "venv",
        about: "the pinned Python packages",
        needs: &[],
        wants: &[],
        run: python::install,
    },
    Step {
        name: "debian",
        about: "a browser, Apache, HAProxy and their like, where they are missing",
        needs: &[],
        wants: &[],
        run: debian::install,
    },
    Step {
        name: "npm",
        about: "the pinned Node packages",
        needs: &[],
        wants: &[],
        run: npm::install,
    },
    Step {
        name: "compat",
        about: "published clients against the binary",
        needs: &["build", "venv"],
        wants: &["debian", "npm"],
        run: python::compat,
    },
    Step {
        name: "compat-postgres",
        about: "the same on PostgreSQL, but for what asks nothing of the store",
        needs: &["build", "venv", "postgres"],
        wants: &["debian", "npm"],
        run: python::compat_postgres,
    },
];

/// Whether all chosen steps passed.
pub(crate) fn run(workspace: &Workspace, arguments: &[String]) -> anyhow::Result<bool> {
    let mut only = Vec::new();
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        match argument.as_str() {
            "--only" => only.push(
                rest.next()
                    .context("--only takes the name of a step")?
                    .as_str(),
            ),
            "--list" => {
                for step in STEPS {
                    println!("{:<16} {}", step.name, step.about);
                }
                return Ok(true);
            }
            "--help" | "-h" => {
                print!("{HELP}");
                return Ok(true);
            }
            unknown => bail!("`{unknown}` is not an option; see `cargo xtask test --help`"),
        }
    }
    let rows = run_steps(workspace, &choose(STEPS, &only)?);
    print!("{}", summary::table(&rows));
    Ok(!rows
        .iter()
        .any(|row| matches!(row.outcome, Outcome::Failed(_))))
}

/// The named steps and what they need, in the fixed order; all if none is named.
fn choose<'a>(steps: &'a [Step], only: &[&str]) -> anyhow::Result<Vec<&'a Step>> {
    for name in only {
        if !steps.iter().any(|step| step.name == *name) {
            let known: Vec<_> = steps.iter().map(|step| step.name).collect();
            bail!(
                "there is no step `{name}`; the steps are {}",
                known.join(", ")
            );
        }
    }
    let wanted = |step: &&Step| {
        only.is_empty()
            || only.contains(&step.name)
            || steps
                .iter()
                .filter(|by| only.contains(&by.name))
                .any(|by| by.needs.contains(&step.name) || by.wants.contains(&step.name))
    };
    Ok(steps.iter().filter(wanted).collect())
}

fn run_steps(workspace: &Workspace, steps: &[&Step]) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    for step in steps {
        println!("\n==> {}: {}", step.name, step.about);
        let started = Instant::now();
        let missing = rows.iter().find(|row| {
            matches!(row.outcome, Outcome::Skipped(_)) && step.needs.contains(&row.step)
        });
        let outcome = match missing {
            Some(row) => Outcome::Skipped(format!("it needs `{}`", row.step)),
            None => {
                (step.run)(workspace).unwrap_or_else(|error| Outcome::Failed(format!("{error:#}")))
            }
        };
        let took = started.elapsed();
        println!("<== {} in {:.1} s", step.name, took.as_secs_f64());
        let stop = matches!(outcome, Outcome::Failed(_));
        rows.push(Row {
            step: step.name,
            outcome,
            took,
        });
        if stop {
            break;
        }
    }
    rows
}

/// Runs a command with our standard output; its failure is the step's.
pub(crate) fn execute(command: &mut Command) -> anyhow::Result<Outcome> {
    let shown = describe(command);
    println!("$ {shown}");
    let status = command
        .status()
        .with_context(|| format!("`{shown}` could not be started"))?;
    Ok(if status.success() {
        Outcome::Passed
    } else {
        Outcome::Failed(format!("`{shown}` ended with {status}"))
    })
}

fn describe(command: &Command) -> String {
    let program = Path::new(command.get_program())
        .file_name()
        .unwrap_or(command.get_program());
    std::iter::once(program)
        .chain(command.get_args())
        .map(|word| word.to_string_lossy())
        .collect::<Vec<_>>()
        .join(" ")
}

fn cargo_command(workspace: &Workspace, arguments: &[&str]) -> Command {
    let mut command = Command::new(cargo());
    command.args(arguments).current_dir(&workspace.root);
    command
}

fn fmt(workspace: &Workspace) -> anyhow::Result<Outcome> {
    add_component(workspace, "rustfmt", "fmt");
    execute(&mut cargo_command(workspace, &["fmt", "--all", "--check"]))
}

fn tidy_step(workspace: &Workspace) -> anyhow::Result<Outcome> {
    let findings = tidy::check(workspace)?;
    for finding in &findings {
        println!("{finding}");
    }
    Ok(if findings.is_empty() {
        Outcome::Passed
    } else {
        Outcome::Failed(format!("{} findings", findings.len()))
    })
}

fn clippy(workspace: &Workspace) -> anyhow::Result<Outcome> {
    add_component(workspace, "clippy", "clippy");
    let arguments = [
        "clippy",
        "--workspace",
        "--all-targets",
        "--locked",
        "--",
        "-D",
        "warnings",
    ];
    execute(&mut cargo_command(workspace, &arguments))
}

fn rust_tests(workspace: &Workspace) -> anyhow::Result<Outcome> {
    execute(&mut cargo_command(
        workspace,
        &["test", "--workspace", "--locked"],
    ))
}

/// Those of the server's test programs whose answers depend most on what the store keeps,
/// orders and compares. All of them run on PostgreSQL; this is what a run has time for.
const STORE_BOUND: &[&str] = &[
    "attack_races",
    "authentication_signin",
    "authentication_throttling",
    "every_end_of_a_login",
    "lists_while_rows_change",
    "logout_deliveries",
    "management_identities",
    "management_logs",
    "management_user_lists",
    "management_users",
    "management_webhooks",
    "oidc_refresh",
    "oidc_token_codes",
    "plumbing_answers",
    "session_limits",
    "signing_keys",
    "texts_at_their_limits",
];

fn server_tests_on_postgres(workspace: &Workspace) -> anyhow::Result<Outcome> {
    // Of the whole workspace, so that what the step before compiled is used again: one
    // package alone is compiled with fewer features of its dependencies.
    let mut arguments = vec!["test", "--workspace", "--locked"];
    for name in STORE_BOUND {
        arguments.extend(["--test", name]);
    }
    let mut command = cargo_command(workspace, &arguments);
    execute(command.env("ROLLCALL_TEST_STORE", "postgres"))
}

fn build(workspace: &Workspace) -> anyhow::Result<Outcome> {
    // The examples are what a page of the documentation runs.
    let arguments = [
        "build",
        "--package",
        "rollcall",
        "--package",
        "rollcall-client",
        "--bins",
        "--examples",
        "--locked",
    ];
    execute(&mut cargo_command(workspace, &arguments))
}

fn demo(workspace: &Workspace) -> anyhow::Result<Outcome> {
    execute(
        Command::new(workspace.binary())
            .args(["demo", "--exit"])
            .current_dir(&workspace.root),
    )
}

/// Minimal toolchains come without rustfmt and clippy. Where rustup is there,
/// it adds them; where it is not, the step itself says what is missing.
fn add_component(workspace: &Workspace, component: &str, subcommand: &str) {
    let present = cargo_command(workspace, &[subcommand, "--version"])
        .output()
        .is_ok_and(|output| output.status.success());
    if !present {
        let mut command = Command::new("rustup");
        command
            .args(["component", "add", component])
            .current_dir(&workspace.root);
        if let Err(error) = execute(&mut command) {
            println!("{error:#}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(only: &[&str]) -> Vec<&'static str> {
        choose(STEPS, only)
            .unwrap()
            .iter()
            .map(|step| step.name)
            .collect()
    }

    #[test]
    fn all_steps_run_in_the_stated_order() {
        assert_eq!(
            names(&[]),
            [
                "fmt",
                "tidy",
                "clippy",
                "postgres",
                "rust",
                "rust-postgres",
                "instructions",
                "build",
                "demo",
                "bench",
                "venv",
                "debian",
                "npm",
                "compat",
                "compat-postgres"
            ]
        );
    }

    #[test]
    fn a_chosen_step_brings_what_it_needs() {
        assert_eq!(
            names(&["compat"]),
            ["build", "venv", "debian", "npm", "compat"]
        );
        assert_eq!(names(&["demo", "fmt"]), ["fmt", "build", "demo"]);
    }

    #[test]
    fn an_unknown_step_is_named_with_the_known_ones() {
        let error = choose(STEPS, &["lint"]).err().unwrap().to_string();
        assert!(
            error.contains("`lint`") && error.contains("clippy"),
            "{error}"
        );
    }

    #[test]
    fn the_first_failure_stops() {
        let workspace = Workspace {
            root: "/nowhere".into(),
            target: "/nowhere/target".into(),
            packages: Vec::new(),
        };
        let failing = Step {
            name: "one",
            about: "fails",
            needs: &[],
            wants: &[],
            run: |_| Ok(Outcome::Failed("on purpose".to_owned())),
        };
        let after = Step {
            name: "two",
            about: "is not reached",
            needs: &[],
            wants: &[],
            run: |_| Ok(Outcome::Passed),
        };
        assert_eq!(run_steps(&workspace, &[&failing, &after]).len(), 1);
    }

    #[test]
    fn a_step_whose_need_was_skipped_is_skipped_and_one_that_only_wants_it_runs() {
        let workspace = Workspace {
            root: "/nowhere".into(),
            target: "/nowhere/target".into(),
            packages: Vec::new(),
        };
        let skipping = Step {
            name: "venv",
            about: "skips",
            needs: &[],
            wants: &[],
            run: |_| Ok(Outcome::Skipped("no network".to_owned())),
        };
        let after = Step {
            name: "compat",
            about: "needs it",
            needs: &["venv"],
            wants: &[],
            run: |_| Ok(Outcome::Passed),
        };
        let rows = run_steps(&workspace, &[&skipping, &after]);
        assert!(matches!(&rows[1].outcome, Outcome::Skipped(why) if why.contains("venv")));
        let content = Step {
            needs: &[],
            wants: &["venv"],
            ..after
        };
        let rows = run_steps(&workspace, &[&skipping, &content]);
        assert!(matches!(rows[1].outcome, Outcome::Passed));
    }
}
