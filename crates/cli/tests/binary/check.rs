//! `rollcall check`.

use crate::http::{post, token};
use crate::run::{Key, Run, Serving, init, rollcall_with};
use serde_json::json;
use std::net::TcpListener;
use tempfile::tempdir;

fn check(address: &str, key: &Key, arguments: &[&str]) -> Run {
    let url = format!("http://{address}");
    let variables = [
        ("ROLLCALL_URL", url.as_str()),
        ("ROLLCALL_ACCESS_KEY_ID", &key.id),
        ("ROLLCALL_ACCESS_KEY_SECRET", &key.secret),
    ];
    rollcall_with(&[&["check"][..], arguments].concat(), &variables)
}

fn stranger() -> Key {
    Key {
        id: "0".repeat(24),
        secret: "0".repeat(32),
        pool: "0".repeat(24),
    }
}

#[test]
fn the_answer_is_a_word_and_an_exit_code() {
    let data = tempdir().unwrap();
    let key = init(data.path(), &[]);
    let only_check = init(data.path(), &["--new-key", "--permissions", "check"]);
    let serving = Serving::start(data.path());
    let address = serving.address.as_str();
    let token = Some(token(address, &key));
    let post = |path: &str, body| post(address, path, token.as_deref(), &body);
    let alice = json!({ "username": "alice", "password": "Passw0rd-alice" });
    post("/api/v3/create-user", alice.clone());
    // Without a secret, so that the sign-in needs none.
    let app = post(
        "/api/v3/create-application",
        json!({ "appName": "Shop", "oidcConfig": { "token_endpoint_auth_method": "none" } }),
    );
    let app = app["appId"].as_str().unwrap();
    let ask = |more: &[&str]| {
        let arguments = ["--app", app, "--user", "alice"];
        let run = check(address, &only_check, &[&arguments[..], more].concat());
        (run.code, run.stdout)
    };
    assert_eq!(ask(&[]), (Some(1), "inactive\n".to_owned()));
    assert_eq!(
        ask(&["--json"]),
        (Some(1), "{\"active\":false}\n".to_owned())
    );
    post(
        "/api/v3/signin",
        json!({ "connection": "PASSWORD", "passwordPayload": alice, "client_id": app }),
    );
    assert_eq!(ask(&[]), (Some(0), "active\n".to_owned()));
    assert_eq!(
        ask(&["--json"]),
        (Some(0), "{\"active\":true}\n".to_owned())
    );
    assert_eq!(
        ask(&["--user-type", "username"]),
        (Some(0), "active\n".to_owned())
    );
    assert_eq!(ask(&["--user-type", "email"]).0, Some(2));
    assert_eq!(ask(&["--user-type", "nickname"]).0, Some(2));
    let unknown = check(
        address,
        &key,
        &["--app", &"0".repeat(24), "--user", "alice"],
    );
    assert_eq!((unknown.code, unknown.stdout.as_str()), (Some(2), ""));
    for said in ["statusCode 404", "apiCode 2011", "requestId "] {
        assert!(unknown.stderr.contains(said), "{unknown:?}");
    }
    let refused = check(address, &stranger(), &["--app", app, "--user", "alice"]);
    assert_eq!(refused.code, Some(2), "{refused:?}");
}

#[test]
fn a_server_that_cannot_be_reached_is_exit_code_2() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = free.local_addr().unwrap().to_string();
    drop(free);
    let run = check(&address, &stranger(), &["--app", "a", "--user", "u"]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""));
    assert!(run.stderr.contains(&address), "{run:?}");
}

#[test]
fn a_server_that_does_not_answer_is_given_up_in_time() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = silent.local_addr().unwrap().to_string();
    let arguments = ["--app", "a", "--user", "u", "--timeout", "1"];
    let run = check(&address, &stranger(), &arguments);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(run.stderr.contains("in time"), "{run:?}");
}

#[test]
fn without_a_key_it_says_which_variable_is_missing() {
    let run = rollcall_with(&["check", "--app", "a", "--user", "u"], &[]);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(run.stderr.contains("ROLLCALL_ACCESS_KEY_ID"), "{run:?}");
}
