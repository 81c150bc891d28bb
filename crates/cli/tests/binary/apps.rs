//! `rollcall apps`.

use crate::served::Served;

#[test]
fn an_application_is_made_shown_changed_and_deleted() {
    let served = Served::new();
    let create = ["apps", "create", "Shop", "--type", "spa"];
    let uris = [
        "--redirect-uri",
        "https://a.example/cb",
        "--redirect-uri",
        "https://b.example/cb",
    ];
    let made = served.json(&[&create[..], &uris[..]].concat());
    let id = made["appId"].as_str().unwrap();
    assert_eq!(made["redirectUris"].as_array().unwrap().len(), 2);
    let shown = served.prints(&["apps", "get", id]);
    for said in [
        id,
        "Shop",
        "spa",
        "https://a.example/cb https://b.example/cb",
    ] {
        assert!(shown.contains(said), "{said}: {shown}");
    }
    let changed = served.json(&[
        "apps",
        "update",
        id,
        "--name",
        "Market",
        "--enabled",
        "false",
    ]);
    assert_eq!(
        (&changed["appName"], &changed["enabled"]),
        (&"Market".into(), &false.into())
    );
    assert_eq!(changed["redirectUris"].as_array().unwrap().len(), 2);
    let table = served.prints(&["apps", "list"]);
    assert_eq!(table.lines().count(), 2, "{table}");
    assert!(table.contains("Market  spa   false"), "{table}");
    assert_eq!(served.json(&["apps", "list", "--all"])["totalCount"], 1);
    assert!(served.fails(&["apps", "delete", id]).contains("--yes"));
    assert_eq!(
        served.prints(&["apps", "delete", id, "--yes"]),
        "deleted 1\n"
    );
    assert!(served.fails(&["apps", "get", id]).contains("apiCode 2011"));
}

#[test]
fn a_secret_is_printed_where_asked_alone() {
    let served = Served::new();
    let app = served.json(&["apps", "create", "Shop"]);
    let id = app["appId"].as_str().unwrap();
    let secret = served.prints(&["apps", "secret", id]);
    let secret = secret.trim_end();
    assert!(
        !secret.is_empty() && !secret.contains(char::is_whitespace),
        "{secret}"
    );
    for arguments in [vec!["apps", "get", id], vec!["apps", "get", id, "--json"]] {
        assert!(!served.prints(&arguments).contains(secret));
    }
    assert_eq!(served.json(&["apps", "secret", id])["secret"], secret);
    assert!(
        served
            .fails(&["apps", "secret", id, "--refresh"])
            .contains("--yes")
    );
    let new = served.json(&["apps", "secret", id, "--refresh", "--yes"]);
    assert_ne!(new["secret"], secret);
    assert_eq!(served.json(&["apps", "secret", id]), new);
}
