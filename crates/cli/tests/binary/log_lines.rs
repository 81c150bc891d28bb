//! What is in the log, and what is not.

use crate::http;
use crate::served::Served;
use rusqlite::Connection;
use serde_json::{Value, json};

fn lines(log: &str) -> Vec<Value> {
    let lines = log.lines().filter(|line| line.starts_with('{'));
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// The store knows nothing of requests, and its lines name them all the same.
#[test]
fn every_error_of_a_request_names_it() {
    let served = Served::with(&["--log-format", "json"]);
    let app = served.add_app("Shop");
    served.add_user("alice");
    let conn = Connection::open(served.data().join("rollcall.db")).unwrap();
    conn.execute_batch(
        "CREATE TRIGGER no BEFORE INSERT ON sessions
            BEGIN SELECT RAISE(ABORT, 'as a test wants it'); END",
    )
    .unwrap();
    let password = json!({ "username": "alice", "password": "Passw0rd!" });
    let body = json!({ "connection": "PASSWORD", "passwordPayload": password, "client_id": app });
    let answer = http::post_any(&served.serving.address, "/api/v3/signin", &body);
    assert_eq!(answer["statusCode"], 500, "{answer}");
    let request_id = answer["requestId"].as_str().unwrap();
    let run = served.serving.terminate();
    let lines = lines(&run.stderr);
    let errors: Vec<_> = lines
        .iter()
        .filter(|line| line["level"] == "ERROR")
        .collect();
    assert!(errors.len() >= 2, "{run:?}");
    for line in &errors {
        assert_eq!(line["request_id"], request_id, "{line}");
    }
    let of_store = |line: &&&Value| line["detail"].to_string().contains("as a test wants it");
    assert_eq!(errors.iter().filter(of_store).count(), 1, "{run:?}");
    assert!(!run.stderr.contains("Passw0rd!"));
}

#[test]
fn a_check_that_succeeds_leaves_no_line_at_any_level() {
    let served = Served::with(&["--log-format", "json", "--log-level", "trace"]);
    let app = served.add_app("Shop");
    let alice = served.add_user("alice");
    served.sign_in(&app, "alice");
    let check = json!({ "appId": app, "userId": alice });
    assert_eq!(served.post("check-session-status", &check)["active"], true);
    let run = served.serving.terminate();
    let lines = lines(&run.stderr);
    let routes: Vec<_> = lines
        .iter()
        .filter_map(|line| line["route"].as_str())
        .collect();
    assert!(routes.contains(&"/api/v3/signin"), "{run:?}");
    assert!(!routes.contains(&"/api/v3/check-session-status"), "{run:?}");
    for line in lines.iter().filter(|line| line["route"].is_string()) {
        assert_eq!(
            line["request_id"].as_str().map(str::len),
            Some(36),
            "{line}"
        );
    }
}
