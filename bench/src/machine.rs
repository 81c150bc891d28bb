//! What the figures were measured on and with.

use rollcall_bench::suite::{Bench, Sizes};
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

/// The machine, and the versions of what ran on it.
pub(crate) struct Machine {
    lines: Vec<String>,
    sizes: Sizes,
}

impl Machine {
    /// Looks at it as it is before the measuring.
    pub(crate) fn look(bench: &Bench) -> Self {
        let programs = &bench.programs;
        let versions = [
            said(Command::new("git").args(["describe", "--always", "--dirty", "--abbrev=12"]))
                .map(|commit| format!("Rollcall at commit {commit}, profile `bench`")),
            said(Command::new("rustc").arg("--version")),
            programs.oha.as_deref().and_then(version),
            programs.redis.as_deref().and_then(version),
            said(Command::new("node").arg("--version")).map(|node| format!("Node {node}")),
        ];
        let mut lines = vec![
            format!(
                "{}, {} cores, {} of memory, Linux {}",
                field("/proc/cpuinfo", "model name").unwrap_or_else(|| "unknown CPU".to_owned()),
                std::thread::available_parallelism()
                    .map_or(1, usize::from)
                    .max(bench.cores.generator.max(bench.cores.server) + 1),
                field("/proc/meminfo", "MemTotal").unwrap_or_default(),
                read("/proc/sys/kernel/osrelease"),
            ),
            format!("load before it began: {}", read("/proc/loadavg")),
        ];
        lines.extend(versions.into_iter().flatten());
        lines.extend(npm(programs.peers.as_deref()));
        Self {
            lines,
            sizes: bench.sizes.clone(),
        }
    }

    /// The head of the results.
    pub(crate) fn about(&self, command: &str) -> String {
        let mut text = format!(
            "What `{command}` printed. `bench/README.md` says what is measured and how.\n\n"
        );
        for line in &self.lines {
            // Writing to a text does not fail.
            let _ = writeln!(text, "- {line}");
        }
        let _ = write!(
            text,
            "- load after it: {}\n\nMedians of {} rounds in which the contenders take turns, with \
             the least and the greatest in brackets. CPU time is the process's, by its CPU-time \
             clock; servers have the first core to themselves, generators the second, as far as \
             the machine's other users leave them.\n",
            read("/proc/loadavg"),
            self.sizes.rounds,
        );
        text
    }
}

fn version(program: &Path) -> Option<String> {
    said(Command::new(program).arg("--version"))
}

fn said(command: &mut Command) -> Option<String> {
    let output = command
        .output()
        .ok()
        .filter(|output| output.status.success())?;
    let text = String::from_utf8_lossy(&output.stdout);
    Some(text.lines().next()?.trim().to_owned())
}

fn read(path: &str) -> String {
    std::fs::read_to_string(path)
        .unwrap_or_default()
        .trim()
        .to_owned()
}

fn field(path: &str, name: &str) -> Option<String> {
    let text = std::fs::read_to_string(path).ok()?;
    let line = text.lines().find(|line| line.starts_with(name))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

/// The pinned packages of each peer.
fn npm(peers: Option<&Path>) -> Vec<String> {
    let Some(peers) = peers else {
        return Vec::new();
    };
    let packages = |name: &str| {
        let text = std::fs::read_to_string(peers.join(name).join("package.json")).ok()?;
        let package: serde_json::Value = serde_json::from_str(&text).ok()?;
        let pinned = package["dependencies"].as_object()?.iter();
        let pinned = pinned
            .map(|(name, version)| format!("npm {name} {}", version.as_str().unwrap_or_default()));
        Some(pinned.collect::<Vec<_>>().join(", "))
    };
    ["oidc-provider", "better-auth"]
        .into_iter()
        .filter_map(packages)
        .collect()
}
