//! `rollcall users import`.

use crate::served::Served;
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use tempfile::tempdir;

/// The report's rows.
fn report(path: &Path) -> Vec<Value> {
    let text = fs::read_to_string(path).unwrap();
    let lines = text.lines().map(|line| serde_json::from_str(line).unwrap());
    let lines = lines
        .skip(1)
        .filter(|line: &Value| line.get("sending").is_none());
    lines.collect()
}

#[test]
fn rows_are_made_told_of_and_not_made_twice() {
    let served = Served::new();
    let taken = served.add_user("taken");
    let folder = tempdir().unwrap();
    let file = folder.path().join("users.csv");
    let file = file.to_str().unwrap();
    fs::write(
        file,
        "username,name,emailVerified,email\n\
        alice,\"Liddell, Alice\",true,alice@example.com\ntaken,,,\nbob,,,\n",
    )
    .unwrap();
    let import = ["users", "import", file, "--batch", "2"];
    let first = served.run(&import);
    assert_eq!(first.code, Some(2), "{first:?}");
    assert!(
        first.stdout.starts_with("created 2, failed 1, skipped 0;"),
        "{first:?}"
    );
    assert!(first.stderr.starts_with("line 3: "), "{first:?}");
    let rows = report(&folder.path().join("users.csv.report.jsonl"));
    let codes: Vec<_> = rows
        .iter()
        .map(|row| (&row["line"], &row["statusCode"]))
        .collect();
    assert_eq!(
        codes,
        [
            (&json!(2), &json!(200)),
            (&json!(3), &json!(409)),
            (&json!(4), &json!(200))
        ]
    );
    let alice = served.json(&["users", "get", rows[0]["userId"].as_str().unwrap()]);
    assert_eq!(
        (&alice["name"], &alice["emailVerified"]),
        (&"Liddell, Alice".into(), &true.into())
    );

    // Again, once the name is free.
    served.prints(&["users", "delete", &taken, "--yes"]);
    let again = served.json(&import);
    assert_eq!(
        (&again["created"], &again["failed"], &again["skipped"]),
        (&1.into(), &0.into(), &2.into())
    );
    let last = served.json(&import);
    assert_eq!((&last["created"], &last["skipped"]), (&0.into(), &3.into()));
    assert_eq!(served.json(&["users", "list"])["totalCount"], 3);
}

#[test]
fn many_rows_go_in_batches() {
    let served = Served::new();
    let folder = tempdir().unwrap();
    let file = folder.path().join("users.jsonl");
    let mut text = String::new();
    for number in 0..1001 {
        writeln!(text, "{{\"username\":\"user{number}\"}}").unwrap();
    }
    fs::write(&file, text).unwrap();
    let import = ["users", "import", file.to_str().unwrap(), "--batch", "1000"];
    assert_eq!(served.json(&import)["created"], 1001);
    let listed = served.json(&["users", "list", "--limit", "1"]);
    assert_eq!(listed["totalCount"], 1001);
}

#[test]
fn a_row_that_cannot_be_read_stops_all_before_anything_is_sent() {
    let served = Served::new();
    let folder = tempdir().unwrap();
    for (name, text, said) in [
        ("a.csv", "username,nick\na,b\n", "`nick`"),
        (
            "b.jsonl",
            "{\"username\":\"a\"}\n{\"username\":7}\n",
            "line 2",
        ),
        ("c.txt", "", "--format"),
    ] {
        let file = folder.path().join(name);
        fs::write(&file, text).unwrap();
        let refused = served.fails(&["users", "import", file.to_str().unwrap()]);
        assert!(refused.contains(said), "{refused}");
    }
    assert_eq!(served.json(&["users", "list"])["totalCount"], 0);
}

#[test]
fn another_files_report_is_refused() {
    let served = Served::new();
    let folder = tempdir().unwrap();
    let file = folder.path().join("users.jsonl");
    fs::write(&file, "{\"username\":\"a\"}\n").unwrap();
    let report = folder.path().join("r");
    fs::write(&report, "{\"rows\":7}\n").unwrap();
    let report = ["--report", report.to_str().unwrap()];
    let import = [&["users", "import", file.to_str().unwrap()], &report[..]].concat();
    assert!(served.fails(&import).contains("no report of this file"));
}

#[test]
fn a_server_that_goes_away_leaves_a_report_to_go_on_with() {
    let served = Served::new();
    let folder = tempdir().unwrap();
    let file = folder.path().join("users.jsonl");
    fs::write(&file, "{\"username\":\"a\"}\n").unwrap();
    let import = [
        "users",
        "import",
        file.to_str().unwrap(),
        "--url",
        "http://127.0.0.1:9",
    ];
    let lost = served.fails(&import);
    assert!(
        lost.contains("lines 1 to 1") && lost.contains("same command again"),
        "{lost}"
    );
    let again = served.json(&["users", "import", file.to_str().unwrap()]);
    assert_eq!(again["created"], 1);
}

/// A batch that was sent, carried out and not heard of.
#[test]
fn rows_of_an_unanswered_batch_are_found_and_others_still_conflict() {
    let served = Served::new();
    let folder = tempdir().unwrap();
    let file = folder.path().join("users.csv");
    fs::write(
        &file,
        "username,phone,phoneCountryCode,externalId,email\n\
        alice,5550100999,+1,,\nbob,,,b-1,\ncarol,,,c-1,carol@example.com\ndave,,,,\n\
        erin,,,,\n",
    )
    .unwrap();
    let mut made = Vec::new();
    for body in [
        json!({ "username": "Alice", "phone": "5550100999", "phoneCountryCode": "+1" }),
        json!({ "username": "bob", "externalId": "b-1" }),
        // Somebody else, who has one of the identifiers.
        json!({ "username": "carol", "externalId": "c-2" }),
        // Outside of what was sent.
        json!({ "username": "erin" }),
    ] {
        let user = served.post("create-user", &body);
        made.push(user["userId"].as_str().unwrap().to_owned());
    }
    let told = folder.path().join("users.csv.report.jsonl");
    fs::write(&told, "{\"rows\":5}\n{\"sending\":[2,5]}\n").unwrap();
    let import = ["users", "import", file.to_str().unwrap()];
    let run = served.run(&import);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(
        run.stdout
            .starts_with("created 1, found 2, failed 2, skipped 0;"),
        "{run:?}"
    );
    let rows = report(&told);
    let codes: Vec<_> = rows.iter().map(|row| row["statusCode"].as_u64()).collect();
    assert_eq!(
        codes,
        [Some(200), Some(200), Some(409), Some(200), Some(409)]
    );
    for row in [0, 1] {
        assert_eq!(
            (&rows[row]["found"], &rows[row]["userId"]),
            (&true.into(), &json!(made[row]))
        );
    }
    // They were told of now, so that the next run is sure.
    let again = served.run(&[&import[..], &["--json"]].concat());
    let again: Value = serde_json::from_str(&again.stdout).unwrap();
    assert_eq!(
        (&again["found"], &again["failed"], &again["skipped"]),
        (&0.into(), &2.into(), &3.into())
    );
}
