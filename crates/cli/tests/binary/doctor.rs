//! `rollcall doctor`, beside a running server.

use crate::run::{Run, rollcall};
use crate::served::Served;
use rusqlite::Connection;
use serde_json::{Value, json};

fn doctor(served: &Served, more: &[&str]) -> Run {
    let data = served.data().to_str().unwrap();
    rollcall(&[&["doctor", "--data", data][..], more].concat())
}

fn parsed(run: &Run) -> Value {
    serde_json::from_str(&run.stdout).unwrap()
}

#[test]
fn drift_is_found_beside_the_server_and_told_by_the_exit_code() {
    let served = Served::new();
    let app = served.add_app("Shop");
    served.add_user("alice");
    served.sign_in(&app, "alice");
    let run = doctor(&served, &[]);
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{run:?}");
    assert!(run.stdout.contains("Everything agrees, as of "), "{run:?}");
    let conn = Connection::open(served.data().join("rollcall.db")).unwrap();
    conn.execute("DELETE FROM events WHERE kind = 'began'", [])
        .unwrap();
    let run = doctor(&served, &[]);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(run.stdout.contains("DRIFT  began_events: "), "{run:?}");
    let run = doctor(&served, &["--json"]);
    assert_eq!(run.code, Some(1), "{run:?}");
    let report = parsed(&run);
    assert_eq!(report["sound"], false);
    assert_eq!(report["counts"]["logins"], 1);
    let checks = report["checks"].as_array().unwrap();
    let checks = checks.iter();
    let found: Vec<_> = checks.filter(|check| check["found"] != 0).collect();
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(
        (&found[0]["check"], &found[0]["found"]),
        (&json!("began_events"), &json!(1))
    );
    // It was only looked at.
    assert_eq!(served.serving.terminate().code, Some(0));
}

#[test]
fn a_user_is_explained() {
    let served = Served::new();
    let app = served.add_app("Shop");
    let alice = served.add_user("alice");
    served.sign_in(&app, "alice");
    let run = doctor(&served, &["--user", "alice"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(run.stdout.contains(" Shop, device "), "{run:?}");
    assert!(run.stdout.contains(" by idle_timeout"), "{run:?}");
    served.post("kick-users", &json!({ "userId": alice, "appIds": [app] }));
    let run = doctor(
        &served,
        &["--user", &alice, "--pool", &served.key.pool, "--json"],
    );
    assert_eq!(run.code, Some(0), "{run:?}");
    let user = &parsed(&run)["list"][0];
    assert_eq!(
        (&user["userId"], &user["status"]),
        (&json!(alice), &json!("Activated"))
    );
    let login = &user["logins"][0];
    assert_eq!(
        (&login["active"], &login["reason"]),
        (&json!(false), &json!("kicked"))
    );
    assert_eq!(user["kicks"][0]["appId"], app.as_str());
    assert!(!run.stdout.contains("Passw0rd"), "{run:?}");
}

#[test]
fn what_cannot_be_looked_at_is_no_drift() {
    let served = Served::new();
    for (more, said) in [
        (&["--user", "nobody"][..], "no user of any user pool"),
        (
            &["--user", "x", "--pool", "nonsense"],
            "no user pool `nonsense`",
        ),
        (&["--pool", "x"], "--user"),
    ] {
        let run = doctor(&served, more);
        assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{run:?}");
        assert!(run.stderr.contains(said), "{said}: {run:?}");
    }
    let run = rollcall(&["doctor", "--data", "/nonexistent"]);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(run.stderr.contains("there is no store in"), "{run:?}");
}
