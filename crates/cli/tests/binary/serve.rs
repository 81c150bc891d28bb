//! `rollcall serve`.

use crate::http;
use crate::run::{Serving, init, rollcall, rollcall_with};
use std::net::TcpListener;
use tempfile::tempdir;

const DISCOVERY: &str = "/oidc/.well-known/openid-configuration";

#[test]
fn an_empty_folder_needs_no_configuration() {
    let parent = tempdir().unwrap();
    let data = parent.path().join("data");
    let serving = Serving::start(&data);
    assert_eq!(http::get(&serving.address, "/healthz").0, 200);
    let run = serving.terminate();
    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(run.stdout, "", "one line and no more");
    let hint = format!("rollcall init --data {} --new-key", data.display());
    assert!(run.stderr.contains(&hint), "{run:?}");
    // The hint works.
    let key = init(&data, &["--new-key"]);
    let serving = Serving::start(&data);
    assert!(!http::token(&serving.address, &key).is_empty());
    let run = serving.terminate();
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(!run.stderr.contains("--new-key"), "{run:?}");
    assert!(!run.stderr.contains(&key.secret), "a secret is in the log");
}

#[test]
fn the_issuer_follows_from_the_public_url() {
    let data = tempdir().unwrap();
    let serving = Serving::start(data.path());
    let (_, found) = http::get(&serving.address, DISCOVERY);
    let issuer = format!("http://{}/oidc", serving.address);
    assert_eq!(found["issuer"], issuer.as_str());
    assert_eq!(serving.terminate().code, Some(0));
    let serving = Serving::start_with(data.path(), &["--public-url", "https://id.example.com/"]);
    let (_, found) = http::get(&serving.address, DISCOVERY);
    assert_eq!(found["issuer"], "https://id.example.com/oidc");
    let run = serving.terminate();
    assert!(run.stderr.contains("LOWEST COST"), "{run:?}");
}

#[test]
fn a_port_in_use_is_said_to_be_and_nothing_is_made() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let parent = tempdir().unwrap();
    let data = parent.path().join("data");
    let run = rollcall(&[
        "serve",
        "--data",
        data.to_str().unwrap(),
        "--listen",
        &address,
    ]);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(
        run.stderr.contains(&format!("{address} is in use")),
        "{run:?}"
    );
    assert!(!data.exists());
}

#[test]
fn a_folder_is_served_by_one_process() {
    let data = tempdir().unwrap();
    let serving = Serving::start(data.path());
    let data = data.path().to_str().unwrap();
    let run = rollcall(&["serve", "--data", data, "--listen", "127.0.0.1:0"]);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(
        run.stderr.contains("in use by another rollcall process"),
        "{run:?}"
    );
    assert_eq!(http::get(&serving.address, "/healthz").0, 200);
    assert_eq!(serving.terminate().code, Some(0));
}

#[test]
fn settings_that_cannot_be_used_are_exit_code_2() {
    for (arguments, variables, said) in [
        (
            &["--listen", "0.0.0.0:0"][..],
            &[][..],
            "`public_url` is needed",
        ),
        (
            &["--public-url", "http://id.example.com"],
            &[],
            "must be https",
        ),
        (
            &["--database-url", "postgres://db/x"],
            &[],
            "PostgreSQL is not supported by this version",
        ),
        (&["--lisen", "127.0.0.1:1"], &[], "--listen"),
        (&[], &[("ROLLCALL_LISEN", "x")], "`ROLLCALL_LISTEN`"),
        (
            &[],
            &[("ROLLCALL_SHUTDOWN_GRACE", "601")],
            "environment ROLLCALL_SHUTDOWN_GRACE",
        ),
    ] {
        let run = rollcall_with(&[&["serve"][..], arguments].concat(), variables);
        assert_eq!(run.code, Some(2), "{arguments:?} {variables:?}: {run:?}");
        assert!(
            run.stderr.contains(said),
            "{arguments:?} {variables:?}: {run:?}"
        );
    }
}

#[test]
fn json_logs_are_json() {
    let data = tempdir().unwrap();
    let serving = Serving::start_with(data.path(), &["--log-format", "json"]);
    let run = serving.terminate();
    let lines = run.stderr.lines().filter(|line| line.starts_with('{'));
    let parsed: Vec<serde_json::Value> = lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert!(parsed.iter().any(|line| line["level"] == "INFO"), "{run:?}");
}

#[test]
fn help_and_version_are_there_for_each_command() {
    let version = rollcall(&["--version"]);
    assert_eq!(
        version.stdout.trim(),
        format!("rollcall {}", env!("CARGO_PKG_VERSION"))
    );
    for command in [
        &["init"][..],
        &["serve"],
        &["backup"],
        &["restore"],
        &["check"],
        &["demo"],
        &["config", "check"],
    ] {
        let run = rollcall(&[command, &["--help"]].concat());
        assert_eq!(run.code, Some(0), "{run:?}");
        assert!(run.stdout.contains("Exit codes:"), "{run:?}");
    }
    let script = rollcall(&["completions", "bash"]);
    assert!(script.stdout.contains("_rollcall"), "{script:?}");
}
