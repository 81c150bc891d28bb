//! `rollcall migrate-store`: a store moves to a database and back, and is never lost on
//! the way.

use crate::http::{post, token};
use crate::run::{Key, Run, Serving, init, rollcall};
use rollcall_testing::postgres::{self, Database};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use std::process::Command;
use tempfile::tempdir;

fn migrate(from: &str, to: &str, more: &[&str]) -> Run {
    rollcall(&[&["migrate-store", "--from", from, "--to", to][..], more].concat())
}

#[track_caller]
fn moved(from: &str, to: &str) -> Value {
    let run = migrate(from, to, &["--json"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert_said_nothing(&run);
    serde_json::from_str(&run.stdout).unwrap()
}

/// Once, that the tests' own server does not wait for its disk: and nothing else.
#[track_caller]
fn assert_said_nothing(run: &Run) {
    let lines: Vec<&str> = run.stderr.lines().collect();
    let [line] = lines.as_slice() else {
        panic!("{run:?}");
    };
    assert!(line.contains("the database may forget"), "{run:?}");
}

#[track_caller]
fn refused(from: &str, to: &str, code: i32, says: &str) {
    let run = migrate(from, to, &[]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(code), ""), "{run:?}");
    assert!(run.stderr.contains(says), "{run:?} instead of {says}");
}

fn database() -> Option<Database<'static>> {
    postgres::shared_or_skip().map(|server| server.create_database().unwrap())
}

/// Somebody who is signed in, and the key to ask with.
struct Scene {
    key: Key,
    user: String,
    app: String,
}

impl Scene {
    fn new(data: &Path) -> Self {
        let key = init(data, &[]);
        let serving = Serving::start(data);
        let (address, token) = (serving.address.clone(), token(&serving.address, &key));
        let call = |name: &str, body: Value| {
            post(&address, &format!("/api/v3/{name}"), Some(&token), &body)
        };
        let user = json!({ "username": "alice", "password": "Passw0rd!", "nickname": "Zoë 🦀" });
        let user = call("create-user", user);
        let config = json!({ "token_endpoint_auth_method": "none" });
        let app = call(
            "create-application",
            json!({ "appName": "app", "oidcConfig": config }),
        );
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let scene = Self {
            key,
            user: text(&user["userId"]),
            app: text(&app["appId"]),
        };
        let password = json!({ "username": "alice", "password": "Passw0rd!" });
        call(
            "signin",
            json!({ "connection": "PASSWORD", "passwordPayload": password, "client_id": scene.app }),
        );
        assert_eq!(serving.terminate().code, Some(0));
        scene
    }

    fn call(&self, serving: &Serving, name: &str, body: &Value) -> Value {
        let token = token(&serving.address, &self.key);
        let path = format!("/api/v3/{name}");
        post(&serving.address, &path, Some(&token), body)
    }

    fn is_active(&self, serving: &Serving) -> bool {
        let body = json!({ "appId": self.app, "userId": self.user });
        let answer = self.call(serving, "check-session-status", &body);
        answer["active"].as_bool().unwrap()
    }

    fn kick(&self, serving: &Serving) {
        let body = json!({ "userId": self.user, "appIds": [self.app] });
        self.call(serving, "kick-users", &body);
    }
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn a_store_moves_there_and_back_and_its_people_stay_signed_in() {
    let Some(database) = database() else {
        return;
    };
    let parent = tempdir().unwrap();
    let (data, back) = (parent.path().join("data"), parent.path().join("back"));
    let scene = Scene::new(&data);
    let there = moved(text(&data), &database.url());
    let of = |name: &str| {
        let tables = there["tables"].as_array().unwrap();
        let found = tables.iter().find(|table| table["table"] == name);
        found.unwrap().clone()
    };
    assert_eq!(of("users")["rows"], 1, "{there}");
    assert_eq!(of("logins")["sha256"].as_str().unwrap().len(), 64);
    // The folder's own key; the same as a file for whoever has another folder.
    let url = database.url();
    let serving = Serving::start_with(&data, &["--database-url", &url]);
    assert!(scene.is_active(&serving));
    scene.kick(&serving);
    assert!(!scene.is_active(&serving));
    assert_eq!(serving.terminate().code, Some(0));
    moved(&url, text(&back));
    let key = data.join("master.key");
    let serving = Serving::start_with(&back, &["--master-key-file", text(&key)]);
    assert!(!scene.is_active(&serving), "a kick is final");
    // What was left behind is as it was.
    let serving = Serving::start(&data);
    assert!(scene.is_active(&serving));
}

#[test]
fn what_was_moved_is_told_in_words_without_a_password() {
    let Some(database) = database() else {
        return;
    };
    let parent = tempdir().unwrap();
    let data = parent.path().join("data");
    init(&data, &[]);
    let run = migrate(text(&data), &database.url(), &[]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert_said_nothing(&run);
    assert!(run.stdout.starts_with("Moved "), "{run:?}");
    assert!(run.stdout.contains("--master-key-file"), "{run:?}");
    let password = postgres::shared().unwrap().password();
    assert!(!run.stdout.contains(password), "{run:?}");
}

#[test]
fn nothing_is_overwritten_and_nothing_is_made_of_nothing() {
    let Some(database) = database() else {
        return;
    };
    let parent = tempdir().unwrap();
    let (one, other) = (parent.path().join("one"), parent.path().join("other"));
    init(&one, &[]);
    init(&other, &[]);
    let before = fs::read(other.join("rollcall.db")).unwrap();
    refused(text(&one), text(&other), 2, "nothing is overwritten");
    assert_eq!(fs::read(other.join("rollcall.db")).unwrap(), before);
    moved(text(&one), &database.url());
    refused(text(&other), &database.url(), 2, "nothing is overwritten");
    // Twice is once: it has arrived.
    refused(text(&one), &database.url(), 2, "nothing is overwritten");
    let nowhere = parent.path().join("nowhere");
    refused(text(&nowhere), &database.url(), 2, "there is no store");
    assert!(!nowhere.exists());
    let empty = postgres::shared().unwrap().create_database().unwrap();
    refused(&empty.url(), text(&nowhere), 2, "there is no store");
    assert!(!nowhere.exists());
    let run = rollcall(&["migrate-store", "--from", text(&one)]);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(run.stderr.contains("--to"), "{run:?}");
}

#[test]
fn a_store_that_is_served_is_not_moved() {
    let Some(database) = database() else {
        return;
    };
    let parent = tempdir().unwrap();
    let (data, target) = (parent.path().join("data"), parent.path().join("target"));
    init(&data, &[]);
    let serving = Serving::start(&data);
    let in_use = "in use by another rollcall process";
    refused(text(&data), &database.url(), 1, in_use);
    drop(serving);
    moved(text(&data), &database.url());
    let url = database.url();
    let serving = Serving::start_with(&data, &["--database-url", &url]);
    refused(&url, text(&target), 1, "is being served");
    drop(serving);
    let key = data.join("master.key");
    let served = Serving::start_with(&target, &["--master-key-file", text(&key)]);
    let other = parent.path().join("other");
    init(&other, &[]);
    refused(text(&other), text(&target), 1, in_use);
    drop(served);
}

#[test]
fn a_side_that_does_not_open_is_named_without_its_password() {
    let Some(database) = database() else {
        return;
    };
    let data = tempdir().unwrap();
    init(data.path(), &[]);
    let wrong = database.url_as("rollcall", "hush-hush");
    for (from, to, side) in [
        (text(data.path()), wrong.as_str(), "target"),
        (wrong.as_str(), text(data.path()), "source"),
    ] {
        let run = migrate(from, to, &[]);
        assert_eq!(run.code, Some(1), "{run:?}");
        let said = format!("the {side} does not open");
        assert!(run.stderr.contains(&said), "{run:?}");
        assert!(run.stderr.contains("password authentication"), "{run:?}");
        assert!(!run.stderr.contains("hush-hush"), "{run:?}");
    }
}

#[test]
fn a_place_can_be_in_a_file_so_that_no_password_is_on_the_command_line() {
    let Some(database) = database() else {
        return;
    };
    let parent = tempdir().unwrap();
    let (data, file) = (parent.path().join("data"), parent.path().join("url"));
    init(&data, &[]);
    let to_file = format!("@{}", text(&file));
    refused(text(&data), &to_file, 2, text(&file));
    fs::write(&file, format!("{}\n", database.url())).unwrap();
    moved(text(&data), &to_file);
}

/// `script` of Debian's essential `bsdutils` gives it a terminal.
#[test]
fn whoever_watches_is_told_how_far_it_is() {
    let Some(database) = database() else {
        return;
    };
    let data = tempdir().unwrap();
    init(data.path(), &[]);
    let url = database.url();
    let line = format!(
        "{} migrate-store --from {} --to '{url}'",
        env!("CARGO_BIN_EXE_rollcall"),
        text(data.path())
    );
    let output = Command::new("script")
        .args(["--quiet", "--return", "--command", &line, "/dev/null"])
        .output()
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{said}");
    for part in [
        "copy pools: 1 of 1 rows",
        "verify pools: 1 of 1 rows",
        "Moved ",
    ] {
        assert!(said.contains(part), "{said}");
    }
}
