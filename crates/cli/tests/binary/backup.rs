//! `rollcall backup` and `rollcall restore`.

use crate::run::{Run, Serving, init, rollcall};
use crate::served::Served;
use serde_json::Value;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use tempfile::{TempDir, tempdir};

const APP: &str = "Mail";

/// A served store of which a backup was taken while somebody was signed in.
struct BackedUp {
    served: Served,
    folder: TempDir,
    app: String,
    user: String,
    told: Value,
}

impl BackedUp {
    fn new() -> Self {
        let served = Served::new();
        let app = served.add_app(APP);
        let user = served.add_user("alice");
        served.sign_in(&app, "alice");
        let folder = tempdir().unwrap();
        let file = folder.path().join("backup.db");
        let run = backup(served.data(), &file, &["--json"]);
        assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{run:?}");
        Self {
            told: serde_json::from_str(&run.stdout).unwrap(),
            served,
            folder,
            app,
            user,
        }
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("backup.db")
    }

    /// A folder with the master key and nothing else.
    fn new_data(&self) -> TempDir {
        let data = tempdir().unwrap();
        fs::set_permissions(data.path(), fs::Permissions::from_mode(0o700)).unwrap();
        let key = self.served.data().join("master.key");
        fs::copy(key, data.path().join("master.key")).unwrap();
        data
    }

    /// Restores to a new folder and serves that.
    fn restored(&self, more: &[&str]) -> (String, Served, TempDir) {
        let data = self.new_data();
        let run = restore(data.path(), &self.file(), more);
        assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{run:?}");
        let served = Served::of(data.path(), self.served.key.clone());
        (run.stdout, served, data)
    }

    fn is_active(&self, served: &Served) -> bool {
        let run = served.run(&["check", "--app", &self.app, "--user", &self.user]);
        assert!(matches!(run.code, Some(0 | 1)), "{run:?}");
        run.code == Some(0)
    }
}

fn backup(data: &Path, file: &Path, more: &[&str]) -> Run {
    let (data, file) = (data.to_str().unwrap(), file.to_str().unwrap());
    rollcall(&[&["backup", "--data", data, file], more].concat())
}

fn restore(data: &Path, file: &Path, more: &[&str]) -> Run {
    let (data, file) = (data.to_str().unwrap(), file.to_str().unwrap());
    rollcall(&[&["restore", "--data", data, file], more].concat())
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

fn mode(path: &Path) -> u32 {
    path.metadata().unwrap().permissions().mode() & 0o777
}

#[test]
fn a_backup_is_taken_beside_the_server_and_tells_what_is_in_it() {
    let world = BackedUp::new();
    assert!(world.is_active(&world.served));
    for (name, count) in [
        ("userPools", 1),
        ("applications", 1),
        ("users", 1),
        ("sessions", 1),
        ("logins", 1),
        ("accessKeys", 1),
    ] {
        assert_eq!(world.told[name], count, "{}", world.told);
    }
    let file = world.file();
    assert_eq!(world.told["bytes"], file.metadata().unwrap().len());
    assert_eq!(names(world.folder.path()), ["backup.db"]);
    assert_eq!(mode(&file), 0o600);
    let again = backup(world.served.data(), &file, &[]);
    assert_eq!(again.code, Some(2), "{again:?}");
    assert!(again.stderr.contains("there is a file"), "{again:?}");
}

#[test]
fn a_stopped_store_is_backed_up_and_left_as_it_was() {
    let data = tempdir().unwrap();
    init(data.path(), &[]);
    let (before, bytes) = (
        names(data.path()),
        fs::read(data.path().join("rollcall.db")),
    );
    let folder = tempdir().unwrap();
    let run = backup(data.path(), &folder.path().join("backup.db"), &[]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(
        run.stdout.contains("The master key is not in it"),
        "{run:?}"
    );
    assert_eq!(names(data.path()), before);
    assert_eq!(
        fs::read(data.path().join("rollcall.db")).unwrap(),
        bytes.unwrap()
    );
    let run = backup(folder.path(), &folder.path().join("other.db"), &[]);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(run.stderr.contains("no store"), "{run:?}");
    let nowhere = backup(data.path(), &folder.path().join("no/backup.db"), &[]);
    assert_eq!(nowhere.code, Some(1), "{nowhere:?}");
}

#[test]
fn who_was_signed_out_after_the_backup_stays_out() {
    let world = BackedUp::new();
    world.served.prints(&[
        "sessions",
        "kick",
        "--user",
        &world.user,
        "--app",
        &world.app,
    ]);
    let (told, served, _data) = world.restored(&[]);
    assert!(told.contains("All its sessions were ended"), "{told}");
    assert!(told.contains("look again at users"), "{told}");
    assert!(!world.is_active(&served));
    // Users, passwords, secrets and keys are there.
    served.sign_in(&world.app, "alice");
    assert!(world.is_active(&served));
    let (told, served, _data) = world.restored(&["--end-all-sessions", "--json"]);
    let told: Value = serde_json::from_str(&told).unwrap();
    assert_eq!(told["allSessionsEnded"], true, "{told}");
    assert_eq!(told["logins"], 1, "{told}");
    assert!(!world.is_active(&served));
}

#[test]
fn sessions_are_kept_on_request_and_the_command_says_what_that_means() {
    let world = BackedUp::new();
    world.served.prints(&[
        "sessions",
        "kick",
        "--user",
        &world.user,
        "--app",
        &world.app,
    ]);
    let (told, served, data) = world.restored(&["--keep-sessions"]);
    assert!(
        told.contains("SIGNED OUT SINCE THEN IS SIGNED IN AGAIN"),
        "{told}"
    );
    assert!(world.is_active(&served));
    assert_eq!(mode(&data.path().join("rollcall.db")), 0o600);
    served.prints(&["sessions", "end-all", "--pool", "--yes"]);
    assert!(!world.is_active(&served));
    assert_eq!(served.serving.terminate().code, Some(0));
    assert_eq!(names(data.path()), ["lock", "master.key", "rollcall.db"]);
}

#[test]
fn a_restore_takes_no_stores_place() {
    let world = BackedUp::new();
    let data = world.new_data();
    init(data.path(), &[]);
    let database = data.path().join("rollcall.db");
    let before = fs::read(&database).unwrap();
    let run = restore(data.path(), &world.file(), &[]);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(run.stderr.contains("there is a store"), "{run:?}");
    assert_eq!(fs::read(&database).unwrap(), before);
    // A log that was left behind would be read as the restored store's.
    fs::rename(&database, data.path().join("rollcall.db-wal")).unwrap();
    let run = restore(data.path(), &world.file(), &[]);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(run.stderr.contains("rollcall.db-wal"), "{run:?}");
    assert!(!database.exists());
}

#[test]
fn a_folder_that_is_served_is_not_restored_to() {
    let world = BackedUp::new();
    let data = tempdir().unwrap();
    let _serving = Serving::start(data.path());
    let run = restore(data.path(), &world.file(), &[]);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(run.stderr.contains("in use by another rollcall"), "{run:?}");
}

#[test]
fn what_cannot_be_restored_leaves_no_store() {
    let world = BackedUp::new();
    let empty = tempdir().unwrap();
    let run = restore(empty.path(), &world.file(), &[]);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(run.stderr.contains("master key"), "{run:?}");
    let data = tempdir().unwrap();
    fs::write(data.path().join("master.key"), "00".repeat(32)).unwrap();
    let whole = fs::read(world.file()).unwrap();
    let bad = world.folder.path().join("bad.db");
    let refused = |bytes: Option<&[u8]>, said: &str| {
        match bytes {
            Some(bytes) => fs::write(&bad, bytes).unwrap(),
            None => fs::remove_file(&bad).unwrap(),
        }
        let run = restore(data.path(), &bad, &[]);
        assert_eq!(run.code, Some(1), "{said}: {run:?}");
        assert!(run.stderr.contains(said), "{said}: {run:?}");
        assert_eq!(names(data.path()), ["lock", "master.key"], "{said}");
    };
    refused(Some(&whole), "the master key is not the one");
    fs::copy(
        world.served.data().join("master.key"),
        data.path().join("master.key"),
    )
    .unwrap();
    refused(Some(&[]), "there is no store in it");
    refused(Some(&b"no database ".repeat(1000)), "damaged");
    refused(Some(&whole[..whole.len() / 2]), "bad.db is not restored");
    let mut torn = whole.clone();
    for page in torn.chunks_mut(4096).skip(2).step_by(7) {
        page[..512].fill(0xa5);
    }
    refused(Some(&torn), "bad.db is not restored");
    let check = ["restore", "--check", bad.to_str().unwrap()];
    assert_eq!(rollcall(&check).code, Some(1));
    refused(None, "cannot be used");
}

#[test]
fn a_backup_is_checked_without_a_folder() {
    let world = BackedUp::new();
    let file = world.file();
    let before = fs::read(&file).unwrap();
    let run = rollcall(&["restore", "--check", file.to_str().unwrap(), "--json"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    let told: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(told, world.told);
    assert_eq!(fs::read(&file).unwrap(), before);
    assert_eq!(names(world.folder.path()), ["backup.db"]);
}
