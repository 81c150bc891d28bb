//! The Python side of `test`: a virtual environment with pinned packages, and
//! the `compat` suite run in it.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context as _;
use rollcall_testing::postgres::Server;

use crate::install::{apt_install, may_use_apt, unless_ci};
use crate::summary::Outcome;
use crate::test::execute;
use crate::workspace::Workspace;

fn venv(workspace: &Workspace) -> PathBuf {
    workspace.root.join("compat").join(".tools").join("venv")
}

/// Makes `compat/.tools/venv` unless it already holds the pinned packages.
pub(crate) fn install(workspace: &Workspace) -> anyhow::Result<Outcome> {
    let requirements = workspace.root.join("compat").join("requirements.txt");
    let wanted = recipe(&requirements)?;
    let venv = venv(workspace);
    let stamp = venv.join("installed");
    if std::fs::read_to_string(&stamp).is_ok_and(|found| found == wanted) {
        println!("{} is current", requirements.display());
        return Ok(Outcome::Passed);
    }
    // A half-made environment of an interrupted run is no base to build on.
    if venv.exists() {
        std::fs::remove_dir_all(&venv).with_context(|| format!("removing {}", venv.display()))?;
    }
    if let Outcome::Failed(why) = make_venv(&venv)? {
        return Ok(unless_ci(why));
    }
    let mut pip = Command::new(venv.join("bin").join("python"));
    pip.args([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "-r",
    ])
    .arg(&requirements);
    if let Outcome::Failed(why) = execute(&mut pip)? {
        return Ok(unless_ci(why));
    }
    std::fs::write(&stamp, wanted).with_context(|| format!("writing {}", stamp.display()))?;
    Ok(Outcome::Passed)
}

/// Debian ships `venv` apart from Python; as root we may fetch it.
fn make_venv(venv: &Path) -> anyhow::Result<Outcome> {
    let first = execute(Command::new("python3").args(["-m", "venv"]).arg(venv))?;
    if !matches!(first, Outcome::Failed(_)) || may_use_apt().is_err() {
        return Ok(first);
    }
    if let Outcome::Failed(why) = apt_install(&["python3-venv", "python3-pip"])? {
        return Ok(Outcome::Failed(why));
    }
    execute(
        Command::new("python3")
            .args(["-m", "venv", "--clear"])
            .arg(venv),
    )
}

/// The `compat` suite against the binary that the `build` step left.
pub(crate) fn compat(workspace: &Workspace) -> anyhow::Result<Outcome> {
    run(workspace, &mut pytest(workspace))
}

/// The same, but for what does not depend on the store, with each server on a database of
/// its own: `compat/conftest.py`.
pub(crate) fn compat_postgres(workspace: &Workspace) -> anyhow::Result<Outcome> {
    // As `postgres::shared` does: nothing of it outlives the step.
    let server = Server::start(&[("fsync", "off"), ("full_page_writes", "off")])?;
    let database = server.create_database()?;
    run(
        workspace,
        pytest(workspace).env("ROLLCALL_DATABASE_SERVER", database.url()),
    )
}

/// How many failed tests are named: a broken server fails them all.
const NAMED: usize = 10;

/// A suite's output is long: what failed is said once more, where it ends.
fn run(workspace: &Workspace, pytest: &mut Command) -> anyhow::Result<Outcome> {
    let list = workspace.root.join("compat").join(".tools").join("failed");
    // Of a former run: one that cannot begin would be told with its names.
    let _ = std::fs::remove_file(&list);
    let Outcome::Failed(why) = execute(pytest)? else {
        return Ok(Outcome::Passed);
    };
    let failed = std::fs::read_to_string(list).unwrap_or_default();
    Ok(Outcome::Failed(with_names(why, &failed)))
}

fn with_names(mut why: String, failed: &str) -> String {
    for (index, name) in failed.lines().enumerate() {
        if index == NAMED {
            why.push_str("\n  and more");
            break;
        }
        why.push_str("\n  ");
        why.push_str(name);
    }
    why
}

fn pytest(workspace: &Workspace) -> Command {
    let mut pytest = Command::new(venv(workspace).join("bin").join("python"));
    pytest
        .args(["-m", "pytest", "compat"])
        .env("ROLLCALL_BIN", workspace.binary())
        .env_remove("ROLLCALL_DATABASE_SERVER")
        .current_dir(&workspace.root);
    pytest
}

/// What the environment was made from: the Python's version and the pinned
/// packages, in full, so that no two differ and look the same.
fn recipe(requirements: &Path) -> anyhow::Result<String> {
    let pinned = std::fs::read_to_string(requirements)
        .with_context(|| format!("reading {}", requirements.display()))?;
    let python = Command::new("python3")
        .arg("--version")
        .output()
        .context("python3 --version")?;
    Ok(format!(
        "{}{pinned}",
        String::from_utf8_lossy(&python.stdout)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_failed_is_named_up_to_a_bound() {
        assert_eq!(with_names("why".into(), ""), "why");
        assert_eq!(with_names("why".into(), "a\nb\n"), "why\n  a\n  b");
        let many = with_names("why".into(), &"a\n".repeat(NAMED + 2));
        assert_eq!(many.lines().count(), NAMED + 2);
        assert!(many.ends_with("and more"));
    }

    #[test]
    fn other_pins_make_another_recipe() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("requirements.txt");
        std::fs::write(&file, "pytest==1\n").unwrap();
        let before = recipe(&file).unwrap();
        assert_eq!(before, recipe(&file).unwrap());
        std::fs::write(&file, "pytest==2\n").unwrap();
        assert_ne!(before, recipe(&file).unwrap());
    }
}
