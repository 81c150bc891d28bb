//! The step `debian`: the browser and the servers that `compat` runs; and the
//! step `postgres`: the database that the Rust tests start.

use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::process::Command;

use anyhow::Context as _;

use crate::install::{apt_install, may_use_apt, unless_ci};
use crate::summary::Outcome;
use crate::workspace::Workspace;

/// Without versions: a mirror keeps only a release's newest, so a version
/// named here would be gone with the next security update. What is found is
/// printed instead, so that two runs can be compared.
const PACKAGES: &[&str] = &[
    "apache2",
    "chromium",
    "chromium-driver",
    // What pages in Chinese and Japanese are photographed with: 91 MB.
    "fonts-noto-cjk",
    "haproxy",
    "libapache2-mod-auth-openidc",
    "openssl",
    // An authority for tests that speaks ACME.
    "pebble",
    // What pages of the documentation use.
    "php-cli",
    "sqlite3",
];

/// The release's PostgreSQL, and what may stand before it; `crates/testing` starts both.
const POSTGRES: &[&str] = &["pgbouncer", "postgresql"];

/// Installs what is missing of `PACKAGES`.
pub(crate) fn install(_: &Workspace) -> anyhow::Result<Outcome> {
    install_all(PACKAGES)
}

/// Installs PostgreSQL where it is missing.
pub(crate) fn install_postgres(_: &Workspace) -> anyhow::Result<Outcome> {
    install_all(POSTGRES)
}

/// Installs redis, which the bench has beside us, where it is missing.
pub(crate) fn install_redis() -> anyhow::Result<Outcome> {
    install_all(&["redis-server"])
}

/// Installs Valgrind, which counts instructions.
pub(crate) fn install_valgrind() -> anyhow::Result<Outcome> {
    install_all(&["valgrind"])
}

fn install_all(packages: &[&'static str]) -> anyhow::Result<Outcome> {
    let missing = missing(packages, &installed(packages));
    if !missing.is_empty() {
        let list = missing.join(", ");
        if let Err(why) = may_use_apt() {
            return Ok(unless_ci(format!("{list}: {why}")));
        }
        let quiet = NoServices::begin()?;
        let outcome = apt_install(&missing)?;
        drop(quiet);
        if let Outcome::Failed(why) = outcome {
            return Ok(unless_ci(format!("{list}: {why}")));
        }
    }
    for (package, version) in installed(packages) {
        println!("{package} {version}");
    }
    Ok(Outcome::Passed)
}

/// Those that are there, with their versions.
fn installed(packages: &[&str]) -> Vec<(String, String)> {
    // It answers for what it knows, and fails if that is not all.
    let output = Command::new("dpkg-query")
        .args([
            "--show",
            "--showformat",
            "${Package} ${Version} ${db:Status-Status}\n",
        ])
        .args(packages)
        .output();
    match output {
        Ok(output) => parse(&String::from_utf8_lossy(&output.stdout)),
        Err(_) => Vec::new(),
    }
}

fn parse(listing: &str) -> Vec<(String, String)> {
    let fields = |line: &str| {
        let mut words = line.split(' ').map(ToOwned::to_owned);
        (words.next(), words.next(), words.next())
    };
    listing
        .lines()
        .filter_map(|line| match fields(line) {
            (Some(package), Some(version), Some(status)) if status == "installed" => {
                Some((package, version))
            }
            _ => None,
        })
        .collect()
}

fn missing(packages: &[&'static str], found: &[(String, String)]) -> Vec<&'static str> {
    let is_missing = |package: &&&str| !found.iter().any(|(name, _)| name == **package);
    packages.iter().filter(is_missing).copied().collect()
}

/// Debian starts a server as it is installed, on the ports that it is known
/// by. While this lives it does not; the tests start their own, elsewhere.
struct NoServices {
    /// Whether the file is ours to remove.
    ours: bool,
}

/// What Debian asks before it starts a service: `man invoke-rc.d`. 101 is no.
const POLICY: &str = "/usr/sbin/policy-rc.d";

impl NoServices {
    fn begin() -> anyhow::Result<Self> {
        // Most containers have one that says no.
        if Path::new(POLICY).exists() {
            return Ok(Self { ours: false });
        }
        let mut file = std::fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o755)
            .open(POLICY)
            .with_context(|| format!("making {POLICY}"))?;
        std::io::Write::write_all(&mut file, b"#!/bin/sh\nexit 101\n")
            .with_context(|| format!("writing {POLICY}"))?;
        Ok(Self { ours: true })
    }
}

impl Drop for NoServices {
    fn drop(&mut self) {
        if self.ours
            && let Err(error) = std::fs::remove_file(POLICY)
        {
            println!("{POLICY} could not be removed: {error}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_installed_counts() {
        let found = parse(
            "apache2 2.4.66-1 installed\nhaproxy 2.6.12-1 config-files\nopenssl  not-installed\n",
        );
        assert_eq!(found, [("apache2".to_owned(), "2.4.66-1".to_owned())]);
    }

    #[test]
    fn what_is_not_found_is_missing() {
        let found: Vec<_> = PACKAGES
            .iter()
            .filter(|package| **package != "haproxy")
            .map(|package| ((*package).to_owned(), "1".to_owned()))
            .collect();
        assert_eq!(missing(PACKAGES, &found), ["haproxy"]);
        assert_eq!(missing(PACKAGES, &[]), PACKAGES);
    }
}
