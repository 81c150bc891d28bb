//! `rollcall webhooks`.

use crate::served::Served;

#[test]
fn a_webhook_is_made_shown_changed_and_deleted() {
    let served = Served::new();
    let create = [
        "webhooks",
        "create",
        "Audit",
        "--to",
        "https://audit.example.com/hook",
    ];
    let events = [
        "--event",
        "login",
        "--event",
        "kick",
        "--secret-stdin",
        "--json",
    ];
    let made = served.reading(&[&create[..], &events[..]].concat(), "hush\n");
    assert_eq!(made.code, Some(0), "{made:?}");
    assert!(!made.stdout.contains("hush"), "{made:?}");
    let made: serde_json::Value = serde_json::from_str(&made.stdout).unwrap();
    let id = made["webhookId"].as_str().unwrap();
    assert_eq!(made["contentType"], "application/json");
    let shown = served.prints(&["webhooks", "get", id]);
    assert!(
        shown.contains("Audit") && shown.contains("login,kick"),
        "{shown}"
    );
    let changed = served.json(&["webhooks", "update", id, "--enabled", "false"]);
    assert_eq!(
        (&changed["enabled"], &changed["name"]),
        (&false.into(), &"Audit".into())
    );
    assert_eq!(served.json(&["webhooks", "list"])["totalCount"], 1);
    assert_eq!(served.json(&["webhooks", "logs", id])["totalCount"], 0);
    assert!(served.fails(&["webhooks", "delete", id]).contains("--yes"));
    assert_eq!(
        served.prints(&["webhooks", "delete", id, "--yes"]),
        "deleted 1\n"
    );
    assert!(
        served
            .fails(&["webhooks", "get", id])
            .contains("statusCode 404")
    );
}

#[test]
fn the_events_of_the_help_are_those_that_happen() {
    let served = Served::new();
    let list = served.get("get-webhook-event-list");
    let help = served.prints(&["webhooks", "create", "--help"]);
    let words: Vec<_> = help
        .split_whitespace()
        .map(|word| word.trim_end_matches([',', ']']))
        .collect();
    for event in list["events"].as_array().unwrap() {
        let name = event["value"].as_str().unwrap();
        assert_eq!(words.contains(&name), name != "test", "{name}");
    }
    let wrong = served.fails(&["webhooks", "create", "A", "--to", "http://127.0.0.1:9/"]);
    assert!(wrong.contains("--event"), "{wrong}");
    let to = [
        "webhooks",
        "create",
        "A",
        "--to",
        "http://127.0.0.1:9/",
        "--event",
    ];
    let wrong = served.fails(&[&to[..], &["logn"]].concat());
    assert!(wrong.contains("'login'"), "{wrong}");
}
