//! The files in `deploy/`, held to what the binary has and does.

use crate::metrics;
use crate::run::rollcall_with;
use crate::served::Served;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use tempfile::tempdir;

fn file(name: &str) -> String {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../deploy");
    fs::read_to_string(PathBuf::from(root).join(name)).unwrap()
}

/// The settings that `serve` would be started with can be used.
fn assert_serves(arguments: &[&str]) {
    let [serve, flags @ ..] = arguments else {
        panic!("{arguments:?}");
    };
    assert_eq!(*serve, "serve");
    let public = [("ROLLCALL_PUBLIC_URL", "https://id.example.com")];
    let run = rollcall_with(&[&["config", "check"], flags].concat(), &public);
    assert_eq!(run.code, Some(0), "{run:?}");
}

fn value<'a>(unit: &'a str, key: &str) -> &'a str {
    let mut lines = unit.lines().filter_map(|line| line.split_once('='));
    let found = lines.find(|(name, _)| *name == key);
    found.unwrap_or_else(|| panic!("{key}")).1
}

#[test]
fn the_unit_starts_what_there_is_and_gives_it_time_to_stop() {
    let unit = file("rollcall.service");
    let folder = tempdir().unwrap();
    let settings = folder.path().join("rollcall.toml");
    fs::write(&settings, "public_url = \"https://id.example.com\"\n").unwrap();
    let start = value(&unit, "ExecStart");
    let start = start.replace("/etc/rollcall/rollcall.toml", settings.to_str().unwrap());
    let words: Vec<&str> = start.split(' ').collect();
    assert_eq!(words[0], "/usr/local/bin/rollcall");
    assert_serves(&words[1..]);
    assert_eq!(value(&unit, "KillSignal"), "SIGTERM");
    // Longer than the defaults of both together, with room for the last commit.
    let patience: u32 = value(&unit, "TimeoutStopSec").parse().unwrap();
    assert!(patience >= 30, "{patience}");
}

/// What systemd itself thinks of it, where there is systemd.
#[test]
fn systemd_understands_the_unit_and_calls_it_safe() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("rollcall.service");
    // It looks whether the program is there.
    let unit = file("rollcall.service");
    let unit = unit.replace("/usr/local/bin/rollcall", env!("CARGO_BIN_EXE_rollcall"));
    fs::write(&path, unit).unwrap();
    let analyze = |arguments: &[&str]| {
        let mut command = Command::new("systemd-analyze");
        command.args(arguments).arg(&path).output()
    };
    let Ok(verified) = analyze(&["verify", "--man=no"]) else {
        println!("skipped: systemd-analyze is not there");
        return;
    };
    let said = String::from_utf8_lossy(&verified.stderr).into_owned();
    let of_ours = said
        .lines()
        .filter(|line| line.contains("rollcall.service"));
    assert_eq!(of_ours.collect::<Vec<_>>(), [""; 0], "{said}");
    // From 0 to 100; what is exposed most is that it has a network.
    let exposure = analyze(&["security", "--offline=true", "--threshold=20", "--no-pager"]);
    let exposure = exposure.unwrap();
    let said = String::from_utf8_lossy(&exposure.stdout).into_owned();
    if said.is_empty() {
        println!("skipped: this systemd-analyze judges no file");
    } else {
        assert!(exposure.status.success(), "{said}");
    }
}

#[test]
fn the_image_starts_what_there_is_as_nobody() {
    let image = file("Dockerfile");
    let words = |name: &str| -> Vec<String> {
        let mut lines = image.lines().filter_map(|line| line.strip_prefix(name));
        serde_json::from_str(lines.next_back().unwrap()).unwrap()
    };
    assert_eq!(words("ENTRYPOINT "), ["/usr/local/bin/rollcall"]);
    let command = words("CMD ");
    let command: Vec<&str> = command.iter().map(String::as_str).collect();
    assert_serves(&command);
    let stages: Vec<&str> = image.lines().filter(|l| l.starts_with("FROM ")).collect();
    assert_eq!(stages.len(), 2, "{stages:?}");
    let toolchain = concat!("FROM rust:", env!("CARGO_PKG_RUST_VERSION"), "-");
    assert!(stages[0].starts_with(toolchain), "{stages:?}");
    let last_user = image.lines().rfind(|line| line.starts_with("USER "));
    assert_eq!(last_user, Some("USER nonroot:nonroot"));
    assert!(image.contains("\nSTOPSIGNAL SIGTERM\n"));
    // Where the workspace is built from, all its members are needed.
    let ignored = file("Dockerfile.dockerignore");
    for needed in ["Cargo.toml", "Cargo.lock", "crates", "bench", "xtask"] {
        assert!(ignored.lines().any(|line| line == format!("!{needed}")));
    }
}

/// The series that a page declares, as they are asked for.
fn series(page: &str) -> BTreeSet<String> {
    let mut series = BTreeSet::new();
    for line in page.lines() {
        let Some((name, kind)) = line.strip_prefix("# TYPE ").and_then(|l| l.split_once(' '))
        else {
            continue;
        };
        let endings: &[&str] = match kind {
            "counter" => &["_total"],
            "histogram" => &["_bucket", "_sum", "_count"],
            _ => &[""],
        };
        series.extend(endings.iter().map(|ending| format!("{name}{ending}")));
    }
    series
}

/// The words of an expression that look like names.
fn names(expression: &str) -> impl Iterator<Item = &str> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    expression.split(move |c| !is_part(c))
}

fn expressions(value: &Value, into: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                match member {
                    Value::String(text) if name == "expr" || name == "query" => {
                        into.push(text.clone());
                    }
                    other => expressions(other, into),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| expressions(item, into)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn the_dashboard_asks_for_what_there_is_and_for_all_of_it() {
    let mut served = Served::with(&["--metrics-listen", "127.0.0.1:0"]);
    let page = metrics::page(&mut served);
    let there = series(&page.0);
    assert!(there.len() > 20, "{there:?}");
    let dashboard: Value = serde_json::from_str(&file("grafana-dashboard.json")).unwrap();
    let mut asked = Vec::new();
    expressions(&dashboard, &mut asked);
    let mut shown = BTreeSet::new();
    for expression in &asked {
        let ours = |name: &&str| name.starts_with("rollcall_") || name.starts_with("process_");
        for name in names(expression).filter(ours) {
            assert!(there.contains(name), "{name} of {expression}");
            shown.insert(name.to_owned());
        }
    }
    // These are for alerts, or are halves of what is shown.
    let aside = |name: &&String| {
        name.ends_with("_sum")
            || name.ends_with("_count")
            || ["process_open_fds", "process_threads"].contains(&name.as_str())
    };
    let unseen: Vec<_> = there.difference(&shown).filter(|n| !aside(n)).collect();
    assert!(unseen.is_empty(), "{unseen:?}");
}
