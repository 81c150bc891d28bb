//! `rollcall demo`.

use crate::run::{command, rollcall, rollcall_with};
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::process::Command;
use tempfile::tempdir;

/// The answers of check-session-status, in order.
fn answers(stdout: &str) -> Vec<bool> {
    let data = |active: bool| format!("\"data\":{{\"active\":{active}}}");
    let lines = stdout.lines().filter(|line| line.contains("\"active\":"));
    lines
        .map(|line| {
            assert!(
                line.contains(&data(true)) || line.contains(&data(false)),
                "{line}"
            );
            line.contains(&data(true))
        })
        .collect()
}

#[test]
fn the_demo_ends_well_and_leaves_nothing_behind() {
    let temporary = tempdir().unwrap();
    let variables = [("TMPDIR", temporary.path().to_str().unwrap())];
    let run = rollcall_with(&["demo", "--exit"], &variables);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(answers(&run.stdout), [true, true, false, true, true]);
    assert!(
        run.stdout.ends_with("Every answer was as expected.\n"),
        "{run:?}"
    );
    assert_eq!(fs::read_dir(temporary.path()).unwrap().count(), 0);
}

#[test]
fn the_server_stays_for_trying_until_it_is_interrupted() {
    let temporary = tempdir().unwrap();
    let variables = [("TMPDIR", temporary.path().to_str().unwrap())];
    let mut child = command(&["demo"], &variables).spawn().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    while !line.starts_with("Ctrl-C ends it.") {
        line.clear();
        assert_ne!(
            stdout.read_line(&mut line).unwrap(),
            0,
            "it ended by itself"
        );
    }
    let pid = child.id().to_string();
    let interrupted = Command::new("kill").args(["-INT", &pid]).status().unwrap();
    assert!(interrupted.success());
    let mut rest = String::new();
    stdout.read_to_string(&mut rest).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0), "{rest}");
    assert_eq!(fs::read_dir(temporary.path()).unwrap().count(), 0);
}

#[test]
fn a_folder_that_is_kept_serves_a_second_demo() {
    let data = tempdir().unwrap();
    for _ in 0..2 {
        let run = rollcall(&["demo", "--exit", "--data", data.path().to_str().unwrap()]);
        assert_eq!(run.code, Some(0), "{run:?}");
    }
}

#[test]
fn the_demo_speaks_to_this_machine_alone() {
    let run = rollcall(&["demo", "--exit", "--listen", "0.0.0.0:0"]);
    assert_eq!(run.code, Some(2), "{run:?}");
}
