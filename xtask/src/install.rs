//! What the steps share that install something: Debian's packages, and what
//! to make of an installation that is not possible here.

use std::process::Command;

use crate::summary::Outcome;
use crate::test::execute;

/// Without a network, a developer's run goes on without the step. A run in CI
/// that left it out would be green for nothing.
pub(crate) fn unless_ci(why: String) -> Outcome {
    if std::env::var_os("CI").is_some_and(|value| !value.is_empty()) {
        Outcome::Failed(why)
    } else {
        println!("SKIPPED: what the step needs could not be installed: {why}");
        Outcome::Skipped(format!("could not be installed: {why}"))
    }
}

/// Whether Debian's packages may be installed by us, and if not, why.
pub(crate) fn may_use_apt() -> Result<(), &'static str> {
    if !std::path::Path::new("/usr/bin/apt-get").exists() {
        Err("there is no apt-get")
    } else if !is_root() {
        Err("only root can install Debian's packages")
    } else {
        Ok(())
    }
}

fn is_root() -> bool {
    // The owner of our own process's folder is who we are.
    use std::os::unix::fs::MetadataExt as _;
    std::fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0)
}

/// `apt-get update`, and then these packages and what they cannot do without.
pub(crate) fn apt_install(packages: &[&str]) -> anyhow::Result<Outcome> {
    let mut install = vec!["install", "--yes", "--no-install-recommends"];
    install.extend(packages);
    for arguments in [vec!["update"], install] {
        let mut apt = Command::new("apt-get");
        apt.args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
        if let Outcome::Failed(why) = execute(&mut apt)? {
            return Ok(Outcome::Failed(why));
        }
    }
    Ok(Outcome::Passed)
}
