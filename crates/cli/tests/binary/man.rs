//! `rollcall man` and `rollcall completions`, for the commands that call a server.

use crate::run::{command, rollcall};
use std::fs;
use std::io;
use tempfile::tempdir;

const COMMANDS: &[&str] = &["users", "apps", "sessions", "keys", "webhooks"];

#[test]
fn each_command_has_its_page() {
    let folder = tempdir().unwrap();
    let run = rollcall(&["man", folder.path().to_str().unwrap()]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(0), ""), "{run:?}");
    let page = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
    assert!(page("rollcall.1").contains("rollcall\\-users(1)"));
    for command in COMMANDS {
        let list = page(&format!("rollcall-{command}-list.1"));
        for said in ["Exit codes", "Examples", "\\-\\-json"] {
            assert!(list.contains(said), "{command} {said}: {list}");
        }
    }
    let first = rollcall(&["man"]);
    assert_eq!(first.stdout, page("rollcall.1"));
    let nowhere = folder.path().join("no");
    let run = rollcall(&["man", nowhere.to_str().unwrap()]);
    assert_eq!(run.code, Some(1), "{run:?}");
}

#[test]
fn shells_complete_them() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = rollcall(&["completions", shell]).stdout;
        for command in COMMANDS {
            assert!(script.contains(command), "{shell} {command}");
        }
        assert!(script.contains("password-stdin"), "{shell}");
    }
}

#[test]
fn who_reads_no_further_hears_no_complaint() {
    let (reader, writer) = io::pipe().unwrap();
    drop(reader);
    let output = command(&["completions", "bash"], &[])
        .stdout(writer)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(141), "{output:?}");
    assert_eq!(output.stderr, b"", "{output:?}");
}

#[test]
fn each_help_says_how_it_ends() {
    for arguments in [
        vec!["users", "list"],
        vec!["users", "create"],
        vec!["users", "delete"],
        vec!["apps", "secret"],
        vec!["sessions", "kick"],
        vec!["sessions", "history"],
        vec!["sessions", "end-all"],
        vec!["users", "resign"],
        vec!["users", "import"],
        vec!["keys", "create"],
        vec!["keys", "update"],
        vec!["keys", "delete"],
        vec!["pools", "create"],
        vec!["webhooks", "create"],
        vec!["webhooks", "trigger"],
        vec!["webhooks", "logs"],
    ] {
        let run = rollcall(&[&arguments[..], &["--help"]].concat());
        for said in ["Exit codes", "Examples", "ROLLCALL_ACCESS_KEY_ID"] {
            assert!(
                run.stdout.contains(said),
                "{arguments:?} {said}: {}",
                run.stdout
            );
        }
    }
}
