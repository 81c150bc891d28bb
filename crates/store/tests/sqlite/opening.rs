//! What is refused at opening, and that a refused file is left as it was.

use crate::contract::{Harness, MILLISECOND, idle};
use crate::{World, master_key};
use rollcall_core::limits;
use rollcall_core::model::event::{EventKind, Reason};
use rollcall_core::ports::StoreError;
use rollcall_core::time::Span;
use rollcall_store::{MasterKey, OpenError, OpenOptions, SqlStore};
use rusqlite::Connection;
use std::fs;
use std::path::Path;

fn close(world: &mut World) {
    world.harness.store = None;
}

/// Changes the closed file with another program.
fn tamper(world: &World, sql: &str) {
    let conn = Connection::open(world.harness.path()).unwrap();
    conn.execute_batch(sql).unwrap();
}

fn refusal(world: &World) -> OpenError {
    world.harness.open(false).unwrap_err()
}

#[tokio::test]
async fn a_file_exists_once_it_was_opened() {
    let world = World::new().await;
    assert!(SqlStore::exists(&world.harness.path()));
    assert!(!SqlStore::exists(Path::new("/nowhere/rollcall.db")));
}

#[cfg(unix)]
#[tokio::test]
async fn the_files_are_for_their_owners_eyes_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let world = World::new().await;
    let mut files = 0;
    for entry in fs::read_dir(world.harness.folder.path()).unwrap() {
        let mode = entry.unwrap().metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        files += 1;
    }
    assert_eq!(files, 3, "the database, its log and the log's index");
}

#[tokio::test]
async fn another_master_key_is_refused() {
    let mut world = World::new().await;
    close(&mut world);
    let options = OpenOptions {
        master_key: MasterKey::parse(&[8; 32]).unwrap(),
        clock: world.harness.clock.clone(),
        entropy: world.harness.entropy.clone(),
        accept_earlier_clock: false,
    };
    let refused = SqlStore::open(&world.harness.path(), options);
    assert_eq!(refused.unwrap_err(), OpenError::WrongMasterKey);
    world.harness.restart();
}

#[tokio::test]
async fn a_newer_schema_is_refused_unchanged() {
    let mut world = World::new().await;
    close(&mut world);
    tamper(
        &world,
        "INSERT INTO refinery_schema_history
            SELECT 99, 'from_the_future', applied_on, checksum FROM refinery_schema_history
            WHERE version = 1",
    );
    let before = fs::read(world.harness.path()).unwrap();
    let refused = refusal(&world);
    let OpenError::NewerSchema { found: 99, known } = refused else {
        panic!("{refused:?}");
    };
    assert_eq!(
        refused.to_string(),
        format!("the database has schema version 99, this program knows versions up to {known}")
    );
    assert_eq!(fs::read(world.harness.path()).unwrap(), before);
}

#[tokio::test]
async fn a_schema_that_was_changed_is_refused() {
    let mut world = World::new().await;
    close(&mut world);
    tamper(
        &world,
        "UPDATE refinery_schema_history SET checksum = '1' WHERE version = 1",
    );
    assert!(matches!(refusal(&world), OpenError::Damaged(_)));
}

#[tokio::test]
async fn another_programs_file_is_refused_unchanged() {
    let world = World::new().await;
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("text.db");
    fs::write(
        &text,
        "no database at all, but longer than a header ".repeat(40),
    )
    .unwrap();
    let tables = folder.path().join("tables.db");
    let conn = Connection::open(&tables).unwrap();
    conn.execute_batch("CREATE TABLE theirs (x)").unwrap();
    drop(conn);
    for path in [text, tables] {
        let before = fs::read(&path).unwrap();
        let refused = world.harness.open_file(&path, false);
        let refused = refused.unwrap_err();
        assert!(matches!(refused, OpenError::Damaged(_)), "{refused:?}");
        assert_eq!(fs::read(&path).unwrap(), before);
    }
    let nowhere = folder.path().join("missing/rollcall.db");
    let refused = world.harness.open_file(&nowhere, false).unwrap_err();
    assert!(matches!(refused, OpenError::Io(_)), "{refused:?}");
}

#[tokio::test]
async fn a_folder_in_the_files_place_is_named() {
    let world = World::new().await;
    let folder = tempfile::tempdir().unwrap();
    let refused = world.harness.open_file(folder.path(), false).unwrap_err();
    let text = "the database cannot be opened: it is a folder, where a file has to be";
    assert_eq!(refused.to_string(), text);
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let beneath = world.harness.open_file(&file.join("rollcall.db"), false);
    let refused = beneath.unwrap_err();
    assert!(
        matches!(&refused, OpenError::Io(why) if why.contains("Not a directory")),
        "{refused:?}"
    );
}

#[tokio::test]
async fn a_clock_far_behind_the_mark_is_refused() {
    let mut world = World::new().await;
    let mark = world.now();
    close(&mut world);
    let tolerated = mark - limits::MAX_CLOCK_REGRESSION;
    world.advance_to(tolerated - MILLISECOND);
    let by = Span::from_millis(limits::MAX_CLOCK_REGRESSION.as_millis() + 1);
    assert_eq!(refusal(&world), OpenError::ClockBehind { by });
    world.advance_to(tolerated);
    world.harness.restart();
    assert_eq!(world.store().now(), mark);
}

#[tokio::test]
async fn an_accepted_earlier_clock_ends_what_the_mark_had_passed() {
    let mut world = World::new().await;
    let start = world.now();
    let application = world.new_application_with(world.pool, idle(600)).await;
    let lasting = world.new_application(world.pool).await;
    let user = world.new_user(world.pool).await;
    let expired = world.sign_in(world.pool, user, application).await;
    let live = world.sign_in(world.pool, user, lasting).await;
    let mark = start + Span::from_seconds(3_600);
    world.advance_to(mark);
    world.store().mark_clock().await.unwrap();
    close(&mut world);
    world.advance_to(start + Span::from_seconds(60));
    world.harness.store = Some(world.harness.open(true).unwrap());
    assert_eq!(world.store().now(), world.now());
    assert_eq!(world.store().clock_lag(), Span::ZERO);
    assert!(!world.is_signed_in(&expired).await);
    assert!(world.is_signed_in(&live).await);
    let end = world.recorded_end(expired.login).await.unwrap();
    let limit = start + Span::from_seconds(600);
    assert_eq!((end.reason, end.at), (Reason::IdleTimeout, limit));
    let events = world.events(world.pool).await;
    let last = events.last().unwrap();
    assert_eq!(last.kind, EventKind::Ended(Reason::IdleTimeout));
    assert_eq!((last.login, last.at), (expired.login, limit));
    world.harness.restart();
    assert_eq!(world.store().now(), world.now());
}

#[tokio::test]
async fn a_secret_moved_to_another_row_does_not_open() {
    let mut world = World::new().await;
    let first = world.new_application(world.pool).await;
    let second = world.new_application(world.pool).await;
    let secret = world.store().client(first).await.unwrap().unwrap().secret;
    close(&mut world);
    let conn = Connection::open(world.harness.path()).unwrap();
    let moved = conn.execute(
        "UPDATE applications SET secret = (SELECT secret FROM applications WHERE id = ?1)
            WHERE id = ?2",
        (first.as_bytes(), second.as_bytes()),
    );
    assert_eq!(moved, Ok(1));
    drop(conn);
    world.harness.restart();
    let store = world.store();
    let own = store.client(first).await.unwrap().unwrap();
    assert!(own.secret.matches(secret.reveal()));
    let stolen = store.client(second).await;
    assert!(matches!(stolen, Err(StoreError::Fault(_))), "{stolen:?}");
}

#[tokio::test]
async fn no_byte_of_a_secret_is_in_the_files() {
    let world = World::new().await;
    let who = world.someone_signed_in(world.pool).await;
    let secret = world
        .store()
        .client(who.application)
        .await
        .unwrap()
        .unwrap()
        .secret;
    let key = world.store().access_key(world.pool.root_key()).await;
    let root_secret = key.unwrap().unwrap().secret;
    let mut bytes = Vec::new();
    for entry in fs::read_dir(world.harness.folder.path()).unwrap() {
        bytes.extend(fs::read(entry.unwrap().path()).unwrap());
    }
    let is_there = |part: &[u8]| bytes.windows(part.len()).any(|window| window == part);
    assert!(is_there(who.login.as_bytes()), "what is there is found");
    for secret in [
        secret.reveal().as_bytes(),
        root_secret.reveal().as_bytes(),
        master_key().reveal_hex().as_bytes(),
        &[7; 32],
    ] {
        assert!(!is_there(secret));
    }
}
