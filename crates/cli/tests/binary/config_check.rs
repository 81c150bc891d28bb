//! `rollcall config check`.

use crate::run::{rollcall, rollcall_with};
use std::fs;
use tempfile::tempdir;

#[test]
fn each_setting_is_explained_with_its_origin() {
    let folder = tempdir().unwrap();
    let file = folder.path().join("rollcall.toml");
    fs::write(&file, "log_level = \"debug\"\nlog_format = \"json\"\n").unwrap();
    let arguments = ["config", "check", "--config", file.to_str().unwrap()];
    let flags = ["--log-format", "text"];
    let variables = [
        ("ROLLCALL_MASTER_KEY", "hunter2"),
        ("ROLLCALL_LISTEN", "127.0.0.1:8000"),
    ];
    let run = rollcall_with(&[&arguments[..], &flags].concat(), &variables);
    assert_eq!(run.code, Some(0), "{run:?}");
    for said in [
        "log_format = text\n    from:     flag --log-format",
        "listen = 127.0.0.1:8000\n    from:     environment ROLLCALL_LISTEN",
        "public_url = http://127.0.0.1:8000\n    from:     default",
        "master_key = (set, not shown)\n    from:     environment ROLLCALL_MASTER_KEY",
        "shutdown_grace = 10 s\n    from:     default",
        &format!("log_level = debug\n    from:     file {}", file.display()),
    ] {
        assert!(run.stdout.contains(said), "{said}\n{}", run.stdout);
    }
    assert!(!run.stdout.contains("hunter2"));
}

#[test]
fn an_error_names_key_and_origin_and_is_exit_code_2() {
    let folder = tempdir().unwrap();
    let file = folder.path().join("rollcall.toml");
    let path = file.to_str().unwrap();
    for (text, said) in [
        (
            "lisen = \"x\"",
            "unknown key `lisen`; the nearest known one is `listen`",
        ),
        ("listen = \"x\"", "`listen` = `x`"),
        ("listen = 7250", "`listen` may not be a TOML integer"),
        ("public_url = \"http://id.example.com\"", "must be https"),
        ("listen", "line 1"),
    ] {
        fs::write(&file, text).unwrap();
        let run = rollcall_with(&["config", "check"], &[("ROLLCALL_CONFIG", path)]);
        assert_eq!(run.code, Some(2), "{text}: {run:?}");
        assert!(
            run.stderr.contains(said) && run.stderr.contains(path),
            "{text}: {run:?}"
        );
    }
    let run = rollcall(&["config", "check", "--config", "no-such-file"]);
    assert_eq!(run.code, Some(2), "{run:?}");
}
