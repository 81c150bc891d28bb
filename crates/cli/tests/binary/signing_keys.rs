//! `rollcall signing-keys rotate`.

use crate::http::published_keys;
use crate::run::{Key, Run, Serving, init, rollcall, rollcall_with};
use serde_json::Value;
use tempfile::tempdir;

fn rotate(address: &str, key: &Key, more: &[&str]) -> Run {
    let url = format!("http://{address}");
    let variables = [
        ("ROLLCALL_URL", url.as_str()),
        ("ROLLCALL_ACCESS_KEY_ID", &key.id),
        ("ROLLCALL_ACCESS_KEY_SECRET", &key.secret),
    ];
    rollcall_with(
        &[&["signing-keys", "rotate"][..], more].concat(),
        &variables,
    )
}

#[test]
fn the_next_keys_are_published_and_told_of() {
    let data = tempdir().unwrap();
    let root = init(data.path(), &[]);
    let serving = Serving::start(data.path());
    let address = serving.address.as_str();
    let before = published_keys(address);
    let run = rotate(address, &root, &[]);
    assert_eq!(run.code, Some(0), "{run:?}");
    let after = published_keys(address);
    assert_eq!((before.len(), after.len()), (1, 2));
    let new = after.iter().find(|id| !before.contains(id)).unwrap();
    let lines: Vec<Vec<&str>> = run
        .stdout
        .lines()
        .map(|line| line.split_whitespace().collect())
        .collect();
    assert_eq!(lines[0], ["STATE", "ALG", "ACTIVE", "FROM", "KEY", "ID"]);
    // RS256 and the management tokens' HS256, each with a key that signs and a next.
    assert_eq!(lines.len(), 1 + 4, "{}", run.stdout);
    let of = |state: &str, kid: &str| {
        let mut rows = lines[1..].iter();
        rows.any(|row| row[..2] == [state, "RS256"] && row[3] == kid)
    };
    assert!(
        of("active", &before[0]) && of("next", new),
        "{}",
        run.stdout
    );

    // Again: the same keys, for a script.
    let run = rotate(address, &root, &["--json"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    let told: Value = serde_json::from_str(&run.stdout).unwrap();
    let told = told.as_array().unwrap();
    assert_eq!(told.len(), 4);
    let next = |key: &&Value| key["state"] == "next" && key["alg"] == "RS256";
    assert_eq!(told.iter().find(next).unwrap()["kid"], **new);
    assert_eq!(published_keys(address), after);
}

#[test]
fn any_other_key_is_refused() {
    let data = tempdir().unwrap();
    init(data.path(), &[]);
    let full = init(data.path(), &["--new-key"]);
    let other_root = init(data.path(), &["--new-pool", "Staff"]);
    let serving = Serving::start(data.path());
    let before = published_keys(&serving.address);
    for key in [full, other_root] {
        let run = rotate(&serving.address, &key, &[]);
        assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{run:?}");
        for said in ["root key", "statusCode 403", "requestId "] {
            assert!(run.stderr.contains(said), "{run:?}");
        }
    }
    assert_eq!(published_keys(&serving.address), before);
}

#[test]
fn its_help_says_when_keys_sign_and_who_may() {
    let run = rollcall(&["signing-keys", "rotate", "--help"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    for said in ["ten minutes", "root key", "Exit codes", "Examples"] {
        assert!(run.stdout.contains(said), "{said}: {}", run.stdout);
    }
    let run = rollcall(&["completions", "bash"]);
    assert!(run.stdout.contains("signing-keys"), "{}", run.stdout);
    let run = rollcall(&["signing-keys", "rotate"]);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(run.stderr.contains("ROLLCALL_ACCESS_KEY_ID"), "{run:?}");
}
