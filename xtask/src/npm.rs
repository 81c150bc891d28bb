//! The step `npm`: the published relying parties that `compat` drives; and the peers
//! of the bench.

use std::path::Path;
use std::process::Command;

use anyhow::Context as _;

use crate::install::unless_ci;
use crate::summary::Outcome;
use crate::test::execute;
use crate::workspace::Workspace;

/// `npm ci` in `compat/node`, unless it holds what the lock file names.
pub(crate) fn install(workspace: &Workspace) -> anyhow::Result<Outcome> {
    install_in(&workspace.root.join("compat").join("node"))
}

/// `npm ci` in this folder, unless it holds what the lock file names.
pub(crate) fn install_in(folder: &Path) -> anyhow::Result<Outcome> {
    let Some(node) = node_version() else {
        return Ok(unless_ci("there is no node".to_owned()));
    };
    println!("node {node}");
    let wanted = recipe(folder, &node)?;
    // Within the folder that `npm ci` removes first, so that a half-made one
    // has no stamp.
    let stamp = folder.join("node_modules").join("installed");
    if std::fs::read_to_string(&stamp).is_ok_and(|found| found == wanted) {
        println!("{} is current", folder.display());
        return Ok(Outcome::Passed);
    }
    let mut npm = Command::new("npm");
    npm.arg("ci").current_dir(folder);
    build_here(&mut npm);
    match execute(&mut npm) {
        Ok(Outcome::Failed(why)) => return Ok(unless_ci(why)),
        Err(error) => return Ok(unless_ci(format!("{error:#}"))),
        Ok(Outcome::Passed | Outcome::Skipped(_)) => {}
    }
    std::fs::write(&stamp, wanted).with_context(|| format!("writing {}", stamp.display()))?;
    Ok(Outcome::Passed)
}

/// What is not JavaScript is built from the package's own source, with the headers
/// that came with Node: a binary or headers from elsewhere would be pinned by nothing.
fn build_here(npm: &mut Command) {
    npm.env("npm_config_build_from_source", "true");
    if Path::new("/usr/include/node/node_version.h").exists() {
        npm.env("npm_config_nodedir", "/usr");
    }
}

fn node_version() -> Option<String> {
    let output = Command::new("node").arg("--version").output().ok()?;
    Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// What the packages were installed by and from: Node's version and the lock
/// file, in full.
fn recipe(folder: &Path, node: &str) -> anyhow::Result<String> {
    let lock = folder.join("package-lock.json");
    let pinned =
        std::fs::read_to_string(&lock).with_context(|| format!("reading {}", lock.display()))?;
    Ok(format!("{node}\n{pinned}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_lock_or_node_makes_another_recipe() {
        let folder = tempfile::tempdir().unwrap();
        let lock = folder.path().join("package-lock.json");
        std::fs::write(&lock, "one").unwrap();
        let before = recipe(folder.path(), "v20").unwrap();
        assert_eq!(before, recipe(folder.path(), "v20").unwrap());
        assert_ne!(before, recipe(folder.path(), "v22").unwrap());
        std::fs::write(&lock, "two").unwrap();
        assert_ne!(before, recipe(folder.path(), "v20").unwrap());
    }

    /// What a lock file says of one machine's registry, other machines cannot
    /// reach.
    #[test]
    fn the_lock_file_names_no_host() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        for folder in [
            "compat/node",
            "bench/peers/better-auth",
            "bench/peers/oidc-provider",
        ] {
            let lock = recipe(&root.join(folder), "").unwrap();
            assert!(!lock.contains("\"resolved\""), "{folder}");
            assert!(lock.contains("\"integrity\""), "{folder}");
        }
    }
}
