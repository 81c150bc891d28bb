//! Stores that do not open: each says why and is left as it was.

use crate::run::{Run, Serving, init};
use rusqlite::Connection;
use std::fs;
use std::path::Path;
use tempfile::tempdir;

/// How a `serve` ends that must not come to serving.
fn serve(data: &Path) -> Run {
    match Serving::try_start(data, &[]) {
        Ok(serving) => panic!("it serves: {:?}", serving.terminate()),
        Err(run) => run,
    }
}

#[test]
fn a_database_of_a_newer_version_is_left_as_it_is() {
    let data = tempdir().unwrap();
    init(data.path(), &[]);
    let database = data.path().join("rollcall.db");
    let newer = "INSERT INTO refinery_schema_history (version, name, applied_on, checksum)
        SELECT version + 1000, name, applied_on, checksum FROM refinery_schema_history LIMIT 1";
    Connection::open(&database)
        .unwrap()
        .execute(newer, [])
        .unwrap();
    let before = fs::read(&database).unwrap();
    let run = serve(data.path());
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(
        run.stderr
            .contains("a newer version of rollcall has used it"),
        "{run:?}"
    );
    assert_eq!(fs::read(&database).unwrap(), before);
}

#[test]
fn another_master_key_opens_nothing() {
    let data = tempdir().unwrap();
    let key = data.path().join("master.key");
    init(data.path(), &[]);
    let right = fs::read(&key).unwrap();
    fs::write(&key, "00".repeat(32)).unwrap();
    let run = serve(data.path());
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(run.stderr.contains("master key"), "{run:?}");
    fs::remove_file(&key).unwrap();
    let run = serve(data.path());
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(run.stderr.contains("is missing"), "{run:?}");
    assert!(!key.exists(), "a lost key is not replaced");
    fs::write(&key, "short").unwrap();
    let run = serve(data.path());
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(run.stderr.contains("holds no master key"), "{run:?}");
    fs::write(&key, right).unwrap();
    assert_eq!(Serving::start(data.path()).terminate().code, Some(0));
}

#[test]
fn a_given_master_key_is_not_written_anywhere() {
    let parent = tempdir().unwrap();
    let file = parent.path().join("key");
    fs::write(&file, "42".repeat(32)).unwrap();
    let data = parent.path().join("data");
    let given = ["--master-key-file", file.to_str().unwrap()];
    init(&data, &given);
    assert!(!data.join("master.key").exists());
    assert_eq!(Serving::start_with(&data, &given).terminate().code, Some(0));
    assert_eq!(serve(&data).code, Some(1));
}

#[test]
fn a_clock_far_behind_is_accepted_only_on_request() {
    let data = tempdir().unwrap();
    init(data.path(), &[]);
    let year_2100 = 4_102_444_800_000_i64.to_be_bytes();
    let ahead = "INSERT INTO meta (name, value) VALUES ('clock_mark', ?1)
        ON CONFLICT (name) DO UPDATE SET value = excluded.value";
    let database = Connection::open(data.path().join("rollcall.db")).unwrap();
    database.execute(ahead, [year_2100]).unwrap();
    drop(database);
    let run = serve(data.path());
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(run.stderr.contains("--accept-earlier-clock"), "{run:?}");
    let accepted = Serving::start_with(data.path(), &["--accept-earlier-clock"]);
    assert_eq!(accepted.terminate().code, Some(0));
    assert_eq!(Serving::start(data.path()).terminate().code, Some(0));
}

#[test]
fn a_file_that_is_no_database_is_said_to_be_none() {
    let data = tempdir().unwrap();
    init(data.path(), &[]);
    // The write-ahead log alone could bring the database back.
    for log in ["rollcall.db-wal", "rollcall.db-shm"] {
        let _ = fs::remove_file(data.path().join(log));
    }
    fs::write(
        data.path().join("rollcall.db"),
        "not a database, but long enough to have a header ".repeat(50),
    )
    .unwrap();
    let run = serve(data.path());
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(run.stderr.contains("damaged, or not a database"), "{run:?}");
}
