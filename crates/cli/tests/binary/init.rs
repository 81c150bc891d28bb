//! `rollcall init`.

use crate::run::{Serving, init, rollcall};
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use tempfile::tempdir;

fn is_hex(text: &str, digits: usize) -> bool {
    text.len() == digits && text.bytes().all(|b| b.is_ascii_hexdigit())
}

fn mode(path: &Path) -> u32 {
    path.metadata().unwrap().permissions().mode() & 0o777
}

#[test]
fn a_store_has_a_pool_and_its_root_key() {
    let parent = tempdir().unwrap();
    let data = parent.path().join("data");
    let key = init(&data, &[]);
    assert!(is_hex(&key.id, 24) && is_hex(&key.secret, 32), "{key:?}");
    assert_eq!(key.id, key.pool, "the root key has its pool's id");
    assert_eq!(mode(&data), 0o700);
    for file in ["rollcall.db", "master.key", "lock"] {
        assert_eq!(mode(&data.join(file)), 0o600, "{file}");
    }
    let database = fs::read(data.join("rollcall.db")).unwrap();
    let secret = key.secret.as_bytes();
    assert!(!database.windows(secret.len()).any(|part| part == secret));
}

#[test]
fn people_are_told_the_key_and_what_to_do_next() {
    let parent = tempdir().unwrap();
    let data = parent.path().join("data");
    let run = rollcall(&["init", "--data", data.to_str().unwrap(), "--name", "Staff"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    for said in [
        "accessKeyId ",
        "accessKeySecret ",
        "userPoolId ",
        "rollcall serve --data",
    ] {
        assert!(run.stdout.contains(said), "{run:?}");
    }
}

#[test]
fn a_store_is_made_once() {
    let data = tempdir().unwrap();
    init(data.path(), &[]);
    let before = fs::read(data.path().join("master.key")).unwrap();
    let run = rollcall(&["init", "--data", data.path().to_str().unwrap()]);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(run.stderr.contains("--new-key"), "{run:?}");
    assert_eq!(fs::read(data.path().join("master.key")).unwrap(), before);
}

#[test]
fn further_keys_and_pools_are_made_in_a_store_that_exists() {
    let data = tempdir().unwrap();
    let root = init(data.path(), &[]);
    let key = init(
        data.path(),
        &["--new-key", "--permissions", "check,users:read"],
    );
    assert_eq!(key.pool, root.pool);
    assert_ne!(key.id, root.id);
    let pool = init(data.path(), &["--new-pool", "Staff"]);
    assert_ne!(pool.pool, root.pool);
    assert_eq!(pool.id, pool.pool);
    let of_pool = init(data.path(), &["--new-key", "--pool", &pool.pool]);
    assert_eq!(of_pool.pool, pool.pool);
}

#[test]
fn a_root_key_gets_another_secret() {
    let data = tempdir().unwrap();
    let root = init(data.path(), &[]);
    let pool = init(data.path(), &["--new-pool", "Staff"]);
    let other = init(data.path(), &["--new-root-secret", "--pool", &pool.pool]);
    assert_eq!((&other.id, &other.pool), (&pool.id, &pool.pool));
    assert_ne!(other.secret, pool.secret);
    let first = init(data.path(), &["--new-root-secret"]);
    assert_eq!(first.id, root.id);
    assert!(first.secret != root.secret && is_hex(&first.secret, 32));
}

#[test]
fn what_is_asked_wrongly_is_exit_code_2_and_changes_nothing() {
    let parent = tempdir().unwrap();
    let data = parent.path().join("data");
    let data_text = data.to_str().unwrap();
    let run = rollcall(&["init", "--data", data_text, "--new-key"]);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(run.stderr.contains("no store"), "{run:?}");
    for name in ["", &"a".repeat(257)] {
        let run = rollcall(&["init", "--data", data_text, "--name", name]);
        assert_eq!(run.code, Some(2), "{run:?}");
        assert!(run.stderr.contains("1 to 256 characters"), "{run:?}");
    }
    assert!(!data.exists());
    init(&data, &[]);
    for (more, said) in [
        (&["--new-key", "--permissions", "chek"][..], "sessions:read"),
        (
            &["--new-key", "--pool", "000000000000000000000000"],
            "no user pool",
        ),
        (&["--new-key", "--pool", "x"], "no user pool"),
        (&["--new-root-secret", "--pool", "x"], "no user pool"),
        (&["--new-root-secret", "--new-key"], "--new-key"),
        (&["--pool", "x"], "--new-root-secret"),
        (&["--permissions", "check"], "--new-key"),
        (&["--new-pool", ""], "1 to 256 characters"),
        (&["--new-pool", &"a".repeat(257)], "1 to 256 characters"),
        (&["--new-key", "--new-pool", "x"], "--new-pool"),
    ] {
        let run = rollcall(&[&["init", "--data", data_text][..], more].concat());
        assert_eq!(run.code, Some(2), "{more:?}: {run:?}");
        assert!(run.stderr.contains(said), "{more:?}: {run:?}");
    }
}

#[test]
fn a_folder_and_a_key_that_others_may_read_are_named() {
    let parent = tempdir().unwrap();
    let data = parent.path().join("data");
    let make_key = || {
        let run = rollcall(&["init", "--data", data.to_str().unwrap(), "--new-key"]);
        assert_eq!(run.code, Some(0), "{run:?}");
        run.stderr
    };
    init(&data, &[]);
    assert_eq!(make_key(), "");
    let key = data.join("master.key");
    for (path, open, private) in [(&data, 0o750, 0o700), (&key, 0o604, 0o600)] {
        fs::set_permissions(path, fs::Permissions::from_mode(open)).unwrap();
        let said = make_key();
        assert!(said.contains(path.to_str().unwrap()), "{said}");
        assert!(said.contains("others"), "{said}");
        fs::set_permissions(path, fs::Permissions::from_mode(private)).unwrap();
    }
    assert_eq!(make_key(), "");
}

#[test]
fn a_folder_that_is_served_is_left_alone() {
    let data = tempdir().unwrap();
    init(data.path(), &[]);
    let _serving = Serving::start(data.path());
    let data = data.path().to_str().unwrap();
    for more in [&["--new-key"][..], &["--new-pool", "Staff"]] {
        let run = rollcall(&[&["init", "--data", data][..], more].concat());
        assert_eq!(run.code, Some(1), "{run:?}");
        assert!(run.stderr.contains("in use by another rollcall"), "{run:?}");
    }
    let run = rollcall(&["init", "--data", data]);
    assert_eq!(run.code, Some(2), "{run:?}");
}

#[test]
fn a_folder_that_cannot_be_used_is_named() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let path = file.path().to_str().unwrap();
    for command in [&["init"][..], &["serve", "--listen", "127.0.0.1:0"]] {
        let run = rollcall(&[command, &["--data", path]].concat());
        let expected = (Some(1), true, true);
        let found = (
            run.code,
            run.stderr.contains(path),
            run.stderr.contains("cannot be used"),
        );
        assert_eq!(found, expected, "{run:?}");
    }
}

#[test]
fn a_folder_that_is_not_writable_is_named() {
    let folder = tempdir().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o500)).unwrap();
    if fs::write(folder.path().join("probe"), "").is_ok() {
        println!(
            "skipped: this user may write everywhere (root); a file in the folder's place is tested"
        );
        return;
    }
    let run = rollcall(&["init", "--data", folder.path().to_str().unwrap()]);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(
        run.stderr
            .contains("must be a folder that this user may write"),
        "{run:?}"
    );
}
