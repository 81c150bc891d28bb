//! `rollcall users`.

use crate::served::Served;
use std::fs;
use tempfile::tempdir;

#[test]
fn a_user_is_made_shown_changed_and_deleted() {
    let served = Served::new();
    let made = served.json(&[
        "users",
        "create",
        "--username",
        "alice",
        "--email",
        "Alice@Example.com",
        "--phone",
        "13800000000",
        "--name",
        "Alice Liddell",
    ]);
    let id = made["userId"].as_str().unwrap();
    assert_eq!(made["email"], "alice@example.com");
    let shown = served.prints(&["users", "get", "alice", "--user-type", "username"]);
    for said in [id, "alice@example.com", "Alice Liddell", "Activated"] {
        assert!(shown.contains(said), "{said}: {shown}");
    }
    let change = [
        "users",
        "update",
        id,
        "--status",
        "Suspended",
        "--name",
        "A. L.",
    ];
    let changed = served.json(&change);
    assert_eq!(
        (&changed["status"], &changed["name"]),
        (&"Suspended".into(), &"A. L.".into())
    );
    assert_eq!(changed["email"], "alice@example.com");
    assert_eq!(
        served.prints(&["users", "delete", id, "--yes"]),
        "deleted 1\n"
    );
    let gone = served.fails(&["users", "get", id]);
    for said in ["statusCode 404", "apiCode 2004", "requestId "] {
        assert!(gone.contains(said), "{gone}");
    }
}

#[test]
fn nothing_is_deleted_unasked() {
    let served = Served::new();
    let id = served.add_user("alice");
    // Standard input is no terminal here.
    let refused = served.fails(&["users", "delete", &id]);
    assert!(refused.contains("--yes"), "{refused}");
    served.prints(&["users", "get", &id]);
    // All or none of a batch.
    let unknown = "0".repeat(24);
    served.fails(&["users", "delete", &id, &unknown, "--yes"]);
    served.prints(&["users", "get", &id]);
}

#[test]
fn a_password_comes_from_standard_input_and_is_never_shown() {
    let served = Served::new();
    let app = served.add_app("Shop");
    let create = [
        "users",
        "create",
        "--username",
        "alice",
        "--password-stdin",
        "--json",
    ];
    let made = served.reading(&create, "Passw0rd!\n");
    assert_eq!(made.code, Some(0), "{made:?}");
    assert!(!made.stdout.contains("Passw0rd!"), "{made:?}");
    served.sign_in(&app, "alice");
    let empty = served.reading(
        &["users", "create", "--username", "b", "--password-stdin"],
        "\n",
    );
    assert_eq!(empty.code, Some(2), "{empty:?}");
    let both = ["users", "create", "--password-stdin", "--body", "-"];
    assert!(served.reading(&both, "x").stderr.contains("cannot both"));
}

#[test]
fn a_body_has_what_no_flag_has_and_nothing_else() {
    let served = Served::new();
    let folder = tempdir().unwrap();
    let file = folder.path().join("user.json");
    fs::write(
        &file,
        r#"{"username":"x","nickname":"Ali","customData":{"room":7}}"#,
    )
    .unwrap();
    let body = ["--body", file.to_str().unwrap(), "--username", "alice"];
    let made = served.json(&[&["users", "create"], &body[..]].concat());
    assert_eq!(
        (&made["username"], &made["nickname"]),
        (&"alice".into(), &"Ali".into())
    );
    let id = made["userId"].as_str().unwrap();
    assert_eq!(served.json(&["users", "get", id])["customData"]["room"], 7);
    let typed_wrong = served.reading(
        &["users", "update", id, "--body", "-"],
        r#"{"nickName":"B"}"#,
    );
    assert_eq!(typed_wrong.code, Some(2), "{typed_wrong:?}");
    assert!(typed_wrong.stderr.contains("`nickName`"), "{typed_wrong:?}");
    let no_json = served.reading(&["users", "update", id, "--body", "-"], "[");
    assert_eq!(no_json.code, Some(2), "{no_json:?}");
    assert!(
        served
            .fails(&["users", "update", id])
            .contains("nothing to change")
    );
}

#[test]
fn lists_are_aligned_or_one_document() {
    let served = Served::new();
    for number in 0..52 {
        served.add_user(&format!("user{number}"));
    }
    served.prints(&["users", "create", "--username", "zhang", "--name", "张伟"]);
    let page = served.json(&["users", "list", "--limit", "2", "--page", "2"]);
    assert_eq!(page["totalCount"], 53);
    let names: Vec<_> = page["list"]
        .as_array()
        .unwrap()
        .iter()
        .map(|u| &u["username"])
        .collect();
    assert_eq!(names, ["user50", "user49"]);
    let all = served.json(&["users", "list", "--all"]);
    assert_eq!(
        (all["list"].as_array().unwrap().len(), &all["totalCount"]),
        (53, &53.into())
    );
    let table = served.prints(&["users", "list", "--all"]);
    assert_eq!(table.lines().count(), 54);
    assert!(
        table.starts_with("USER ID                   USERNAME  EMAIL"),
        "{table}"
    );
    assert!(!table.contains('\u{1b}'), "{table}");
    let row = table.lines().find(|line| line.contains("张伟")).unwrap();
    assert!(row.ends_with("张伟  Activated"), "{row}");
    let found = served.prints(&["users", "list", "--keywords", "user51"]);
    assert_eq!(found.lines().count(), 2, "{found}");
    assert!(
        served
            .fails(&["users", "list", "--limit", "51"])
            .contains("--limit")
    );
}

#[test]
fn who_has_left_is_resigned() {
    let served = Served::new();
    let (alice, bob) = (served.add_user("alice"), served.add_user("bob"));
    let resign = ["users", "resign", "alice", "bob", "--user-type", "username"];
    assert!(served.fails(&resign).contains("--yes"));
    let resigned = served.prints(&[&resign[..], &["--yes"]].concat());
    assert_eq!(resigned, "resigned 2\n");
    for id in [&alice, &bob] {
        assert_eq!(served.json(&["users", "get", id])["status"], "Resigned");
    }
    let unknown = "0".repeat(24);
    let carol = served.add_user("carol");
    let partly = served.fails(&["users", "resign", &carol, &unknown, "--yes"]);
    assert!(
        partly.contains(&unknown) && partly.contains("1 of 2"),
        "{partly}"
    );
}
