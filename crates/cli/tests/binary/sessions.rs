//! `rollcall sessions`.

use crate::served::Served;
use serde_json::json;

#[test]
fn who_is_signed_in_is_listed_and_kicked() {
    let served = Served::new();
    let (shop, bank) = (served.add_app("Shop"), served.add_app("Bank"));
    let alice = served.add_user("alice");
    let list = ["sessions", "list", "--app", &shop];
    assert_eq!(served.json(&list), json!({ "totalCount": 0, "list": [] }));
    served.sign_in(&shop, "alice");
    served.sign_in(&bank, "alice");
    assert_eq!(served.json(&list)["list"][0]["userId"], alice);
    assert_eq!(
        served.json(&[&list[..], &["--all"]].concat())["totalCount"],
        1
    );
    assert!(served.prints(&list).contains(&alice));
    let of_alice = [
        "sessions",
        "list",
        "--user",
        "alice",
        "--user-type",
        "username",
    ];
    assert_eq!(served.json(&of_alice).as_array().unwrap().len(), 2);
    assert!(served.prints(&of_alice).contains("Bank"));
    let history = ["sessions", "history", "--user", &alice];
    let logins = served.json(&history);
    assert_eq!(
        (&logins["totalCount"], &logins["list"][0]["appId"]),
        (&2.into(), &json!(bank))
    );
    let table = served.prints(&history);
    assert!(
        table.starts_with("TIME") && table.contains("127.0.0.1"),
        "{table}"
    );
    let of_shop = served.json(&[&history[..], &["--app", &shop]].concat());
    assert_eq!(of_shop["totalCount"], 1);

    let unknown = "0".repeat(24);
    let kick = ["sessions", "kick", "--user", &alice, "--app", &shop];
    let refused = served.fails(&[&kick[..], &["--app", &unknown]].concat());
    assert!(refused.contains("apiCode 2011"), "{refused}");
    assert_eq!(served.json(&list)["totalCount"], 1);
    assert_eq!(served.prints(&kick), "signed out\n");
    assert_eq!(served.json(&list)["totalCount"], 0);
    assert_eq!(served.json(&of_alice).as_array().unwrap().len(), 1);
    // Again: nothing is left to end, which is no error.
    assert_eq!(served.prints(&kick), "signed out\n");
}

#[test]
fn a_list_is_of_an_application_or_of_a_user() {
    let served = Served::new();
    for arguments in [
        vec!["sessions", "list"],
        vec!["sessions", "list", "--app", "a", "--user", "u"],
        vec!["sessions", "list", "--app", "a", "--user-type", "email"],
    ] {
        served.fails(&arguments);
    }
}

#[test]
fn everything_is_ended_when_it_was_said_twice() {
    let served = Served::new();
    let (shop, bank) = (served.add_app("Shop"), served.add_app("Bank"));
    served.add_user("alice");
    served.add_user("bob");
    let online = |app: &str| served.json(&["sessions", "list", "--app", app])["totalCount"].clone();
    for app in [&shop, &bank] {
        served.sign_in(app, "alice");
        served.sign_in(app, "bob");
    }
    let of_alice = [
        "sessions",
        "end-all",
        "--user",
        "alice",
        "--user-type",
        "username",
    ];
    assert!(served.fails(&of_alice).contains("--yes"));
    assert_eq!((online(&shop), online(&bank)), (json!(2), json!(2)));
    let ended = |arguments: &[&str]| served.prints(&[arguments, &["--yes"]].concat());
    assert_eq!(ended(&of_alice), "ended\n");
    assert_eq!((online(&shop), online(&bank)), (json!(1), json!(1)));
    ended(&["sessions", "end-all", "--app", &shop]);
    assert_eq!((online(&shop), online(&bank)), (json!(0), json!(1)));
    ended(&["sessions", "end-all", "--pool"]);
    assert_eq!(online(&bank), 0);
    served.fails(&["sessions", "end-all", "--yes"]);
    served.fails(&["sessions", "end-all", "--pool", "--app", &shop, "--yes"]);
}

#[test]
fn the_whole_history_is_more_than_a_page() {
    let served = Served::new();
    let (shop, alice) = (served.add_app("Shop"), served.add_user("alice"));
    for _ in 0..51 {
        served.sign_in(&shop, "alice");
    }
    let history = ["sessions", "history", "--user", &alice];
    let page = served.json(&history);
    assert_eq!(page["list"].as_array().unwrap().len(), 50);
    let all = served.json(&[&history[..], &["--all"]].concat());
    assert_eq!(
        (&all["totalCount"], all["list"].as_array().unwrap().len()),
        (&51.into(), 51)
    );
    assert_eq!(all["list"][0], page["list"][0]);
    served.fails(&[&history[..], &["--all", "--page", "2"]].concat());
}
