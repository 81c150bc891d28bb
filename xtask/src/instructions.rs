//! The step `instructions`: how many instructions of ours the headline call takes, by
//! part, against what `crates/server/tests/hot_path.json` says. A count holds on any
//! machine, where a time does not.
//!
//! Valgrind's callgrind counts while a function called `counted_…` of that test runs.
//! Only what Rust compiled is counted: the C library and the cryptography choose their
//! code by the processor, and C is compiled by whatever compiler there is. Why there is
//! no runner of a benchmark library: `docs/decisions/0012-instruction-counts.md`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, bail};

use crate::debian;
use crate::summary::Outcome;
use crate::test::execute;
use crate::workspace::{Workspace, cargo};

/// What the counts may grow by, in percent.
const MOST_GROWTH: u64 = 5;

/// As in the test.
const CALLS: u64 = 20;

const PARTS: [&str; 4] = ["known_check", "new_token", "first_check", "standing"];

/// Set to anything: the file is written anew instead of compared with.
const RENEW: &str = "ROLLCALL_RENEW_INSTRUCTIONS";

type Counts = BTreeMap<String, u64>;

pub(crate) fn run(workspace: &Workspace) -> anyhow::Result<Outcome> {
    if !Path::new("/usr/bin/valgrind").exists() {
        match debian::install_valgrind()? {
            Outcome::Passed => {}
            other => return Ok(other),
        }
    }
    let program = built(workspace)?;
    let folder = workspace.root.join("target").join("instructions");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    let mut counts = Counts::new();
    for part in PARTS {
        let profile = folder.join(part);
        if let Outcome::Failed(why) = count(&program, part, &profile)? {
            return Ok(Outcome::Failed(why));
        }
        let of_a_call = of_rust(&fs::read_to_string(&profile)?) / CALLS;
        if of_a_call == 0 {
            bail!("nothing was counted of {part}");
        }
        counts.insert(part.to_owned(), of_a_call);
    }
    let kept = workspace.root.join("crates/server/tests/hot_path.json");
    if std::env::var_os(RENEW).is_some() {
        fs::write(&kept, serde_json::to_string_pretty(&counts)? + "\n")?;
        return Ok(Outcome::Passed);
    }
    let text = fs::read_to_string(&kept).context("crates/server/tests/hot_path.json")?;
    let wrong = compared(&counts, &serde_json::from_str(&text)?);
    Ok(if wrong.is_empty() {
        Outcome::Passed
    } else {
        Outcome::Failed(wrong.join("; "))
    })
}

/// The test program, built as the Rust tests build it.
fn built(workspace: &Workspace) -> anyhow::Result<PathBuf> {
    let output = Command::new(cargo())
        .args(["test", "--workspace", "--test", "hot_path"])
        .args(["--locked", "--no-run", "--message-format", "json"])
        .current_dir(&workspace.root)
        .stderr(std::process::Stdio::inherit())
        .output()?;
    if !output.status.success() {
        bail!("the test `hot_path` does not build");
    }
    let text = String::from_utf8_lossy(&output.stdout);
    let messages = text
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    let mut programs = messages.filter(|message| message["target"]["name"] == "hot_path");
    let program = programs.find_map(|message| message["executable"].as_str().map(PathBuf::from));
    program.context("cargo did not say where the test `hot_path` is")
}

/// Runs it under callgrind, which counts while the part runs. Its closures have names
/// that begin alike: the hash that follows the name at once is the function's own.
fn count(program: &Path, part: &str, profile: &Path) -> anyhow::Result<Outcome> {
    let mut command = Command::new("valgrind");
    command
        .args(["--tool=callgrind", "--quiet", "--demangle=no"])
        .args(["--compress-strings=no", "--compress-pos=no"])
        .arg(format!("--toggle-collect=_ZN8hot_path*counted_{part}17h*"))
        .arg(format!("--callgrind-out-file={}", profile.display()))
        .arg(program)
        .args(["--quiet", "--test-threads", "1"])
        // On the embedded store, whatever else is set.
        .env_remove("ROLLCALL_TEST_STORE");
    execute(&mut command)
}

/// What a profile says of functions that Rust compiled, without what they call. The
/// format is that of the Callgrind manual, uncompressed.
fn of_rust(profile: &str) -> u64 {
    let (mut total, mut is_rust, mut is_call) = (0, false, false);
    for line in profile.lines() {
        if let Some(name) = line.strip_prefix("fn=") {
            is_rust = is_of_rust(name);
        } else if line.starts_with("calls=") {
            // The next line is what was spent in there.
            is_call = true;
        } else if line.starts_with(|first: char| first.is_ascii_digit()) {
            let cost = line.split(' ').nth(1).and_then(|cost| cost.parse().ok());
            if is_rust && !is_call {
                total += cost.unwrap_or(0_u64);
            }
            is_call = false;
        }
    }
    total
}

/// Both manglings of Rust (rustc book, "Symbol Mangling"): the older one ends in a hash.
fn is_of_rust(name: &str) -> bool {
    name.starts_with("_R") || (name.starts_with("_ZN") && name.contains("17h"))
}

/// What grew too much; what shrank as much is to be written down, or the room that it
/// leaves would be used up unseen.
fn compared(counts: &Counts, kept: &Counts) -> Vec<String> {
    let mut wrong = Vec::new();
    for (part, count) in counts {
        let former = kept.get(part).copied().unwrap_or_default();
        let growth = percent(*count, former);
        println!("{part:<12} {count:>9} instructions, {former:>9} kept: {growth:+.2} %");
        if count.abs_diff(former) * 100 > former * MOST_GROWTH {
            wrong.push(format!(
                "{part}: {growth:+.1} %, {count} instructions instead of {former} \
                 (if it is meant, run this step with {RENEW}=1 and commit the file)"
            ));
        }
    }
    wrong
}

#[allow(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
fn percent(count: u64, former: u64) -> f64 {
    (count as f64 / former.max(1) as f64 - 1.0) * 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_rust_compiled_counts_and_no_call_twice() {
        let profile = "\
desc: Trigger: Program termination
fn=_ZN8hot_path11counted_one17h0123456789abcdefE
12 100
fi=other.rs
+3 7
15 20
cfn=memcpy
calls=2 0
16 5000
17 3
fn=memcpy
1 5000
fn=_RNvCs1_4core3add
4 11
totals: 5134
";
        assert_eq!(of_rust(profile), 134);
    }

    #[test]
    fn what_grows_or_shrinks_by_more_than_a_twentieth_is_told() {
        let of = |count| Counts::from([("standing".to_owned(), count)]);
        assert_eq!(compared(&of(1_050), &of(1_000)), [""; 0]);
        assert_eq!(compared(&of(950), &of(1_000)), [""; 0]);
        assert_eq!(compared(&of(1_051), &of(1_000)).len(), 1);
        assert_eq!(compared(&of(949), &of(1_000)).len(), 1);
        assert_eq!(compared(&of(1), &Counts::new()).len(), 1);
    }
}
