//! Places where a store cannot be written: full disks, disks that only let read, and
//! folders of somebody else. Each is named, and what is in it stays.

use crate::http::{get_with, post, post_answer, token as management_token};
use crate::run::{Key, Run, Serving, command, init, rollcall};
use rollcall_testing::small_disk::SmallDisk;
use serde_json::{Value, json};
use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use tempfile::tempdir;

const DISK_BYTES: u32 = 8 << 20;

/// Nobody's, on most systems; all that matters is that it is not root's.
const SOMEBODY: u32 = 65_534;

fn commands(data: &Path) -> [Vec<&str>; 2] {
    let data = data.to_str().unwrap();
    [
        vec!["serve", "--listen", "127.0.0.1:0", "--data", data],
        vec!["init", "--new-key", "--data", data],
    ]
}

fn assert_told(run: &Run, parts: &[&str]) {
    assert_eq!(run.code, Some(1), "{run:?}");
    assert_eq!(run.stdout, "");
    for part in parts {
        assert!(run.stderr.contains(part), "no `{part}` in {run:?}");
    }
}

fn user(name: &str) -> Value {
    json!({ "username": name, "password": "Passw0rd!" })
}

fn add_user(serving: &Serving, token: &str, name: &str) -> Value {
    let path = "/api/v3/create-user";
    post_answer(&serving.address, path, Some(token), &user(name))
}

fn check_works(data: &Path, key: &Key) {
    let serving = Serving::start(data);
    let token = management_token(&serving.address, key);
    get_with(&serving.address, "/api/v3/list-applications", &token);
    assert_eq!(serving.terminate().code, Some(0));
}

#[test]
fn a_start_on_a_full_disk_says_what_to_do_and_loses_nothing() {
    let Some(disk) = SmallDisk::or_skip(DISK_BYTES) else {
        return;
    };
    let data = disk.place().join("data");
    let key = init(&data, &[]);
    let database = data.join("rollcall.db");
    let before = fs::read(&database).unwrap();
    disk.fill().unwrap();
    for arguments in commands(&data) {
        let run = rollcall(&arguments);
        let path = database.to_str().unwrap();
        assert_told(&run, &[path, "the disk that it is on is full", "make room"]);
    }
    assert_eq!(fs::read(&database).unwrap(), before);
    disk.empty().unwrap();
    check_works(&data, &key);
}

#[test]
fn a_store_that_a_full_disk_kept_from_being_made_is_made_with_room() {
    let Some(disk) = SmallDisk::or_skip(DISK_BYTES) else {
        return;
    };
    let data = disk.place().join("data");
    let path = data.to_str().unwrap();
    disk.fill().unwrap();
    // First there is no room for a key; then for the key alone, twice.
    for pages in [0, 1, 0] {
        disk.leave(pages * 4096).unwrap();
        let run = rollcall(&["init", "--data", path]);
        assert_told(&run, &[path, "make room"]);
    }
    disk.empty().unwrap();
    let key = init(&data, &[]);
    check_works(&data, &key);
}

#[test]
fn a_server_whose_disk_fills_up_refuses_changes_until_there_is_room() {
    let Some(disk) = SmallDisk::or_skip(DISK_BYTES) else {
        return;
    };
    let data = disk.place().join("data");
    let key = init(&data, &[]);
    let serving = Serving::start(&data);
    let token = management_token(&serving.address, &key);
    let mut kept = vec!["before".to_owned()];
    post(
        &serving.address,
        "/api/v3/create-user",
        Some(&token),
        &user("before"),
    );
    disk.fill().unwrap();
    // What fits into the files as they are is kept; soon nothing does.
    let refused = (0..1000).find_map(|number| {
        let name = format!("person{number}");
        let answer = add_user(&serving, &token, &name);
        if answer["statusCode"] == 200 {
            kept.push(name);
            return None;
        }
        Some(answer)
    });
    let refused = refused.unwrap();
    assert_eq!(refused["statusCode"], 503, "{refused}");
    let count = |serving: &Serving, token: &str| {
        let list = get_with(&serving.address, "/api/v3/list-users", token);
        list["totalCount"].as_u64().unwrap()
    };
    assert_eq!(count(&serving, &token), kept.len() as u64, "reads go on");
    disk.empty().unwrap();
    let answer = add_user(&serving, &token, "after");
    assert_eq!(answer["statusCode"], 200, "{answer}");
    kept.push("after".to_owned());
    assert_eq!(count(&serving, &token), kept.len() as u64);
    let run = serving.terminate();
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(run.stderr.contains("database or disk is full"), "{run:?}");
    let serving = Serving::start(&data);
    // Tokens are of an issuer, which is another one at another port.
    let token = management_token(&serving.address, &key);
    assert_eq!(
        count(&serving, &token),
        kept.len() as u64,
        "all of it is on the disk"
    );
}

#[test]
fn a_disk_that_only_lets_read_is_named() {
    let Some(disk) = SmallDisk::or_skip(DISK_BYTES) else {
        return;
    };
    let data = disk.place().join("data");
    init(&data, &[]);
    disk.make_read_only().unwrap();
    for arguments in commands(&data) {
        let path = data.to_str().unwrap();
        assert_told(&rollcall(&arguments), &[path, "Read-only file system"]);
    }
}

#[test]
fn what_is_somebody_elses_is_named() {
    let parent = tempdir().unwrap();
    if chown(parent.path(), Some(SOMEBODY), None).is_err() {
        println!("skipped: only root may run a program as somebody else");
        return;
    }
    let data = parent.path().join("data");
    init(&data, &[]);
    let run_as_somebody = |arguments: &[&str]| {
        let output = command(arguments, &[]).uid(SOMEBODY).output().unwrap();
        Run {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    };
    let path = data.to_str().unwrap().to_owned();
    let [serve, _] = commands(&data);
    let run = run_as_somebody(&serve);
    assert_told(&run, &[&path, "Permission denied", "this user may write"]);
    // The folder is theirs, and a file in it is not.
    for file in [Path::new(""), "lock".as_ref(), "master.key".as_ref()] {
        chown(data.join(file), Some(SOMEBODY), None).unwrap();
    }
    let database = data.join("rollcall.db");
    for mode in [0o600, 0o644] {
        fs::set_permissions(&database, fs::Permissions::from_mode(mode)).unwrap();
        for arguments in commands(&data) {
            let run = run_as_somebody(&arguments);
            let database = database.to_str().unwrap();
            assert_told(&run, &[database, "may not be written"]);
        }
    }
    assert_eq!(fs::metadata(&database).unwrap().uid(), 0);
}

#[test]
fn a_file_that_is_no_database_is_named_and_left_as_it_is() {
    let data = tempdir().unwrap();
    init(data.path(), &[]);
    let database = data.path().join("rollcall.db");
    fs::write(
        &database,
        "not a database, and longer than a header ".repeat(50),
    )
    .unwrap();
    let before = fs::read(&database).unwrap();
    for arguments in commands(data.path()) {
        let run = rollcall(&arguments);
        assert_told(
            &run,
            &[database.to_str().unwrap(), "damaged, or not a database"],
        );
    }
    assert_eq!(fs::read(&database).unwrap(), before);
    fs::remove_file(&database).unwrap();
    fs::create_dir(&database).unwrap();
    for arguments in commands(data.path()) {
        let run = rollcall(&arguments);
        assert_told(&run, &[database.to_str().unwrap(), "it is a folder"]);
    }
}
