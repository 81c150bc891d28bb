//! `rollcall keys` and `rollcall pools`.

use crate::http::token;
use crate::run::Key;
use crate::served::Served;

#[test]
fn a_key_is_made_limited_switched_off_and_deleted() {
    let served = Served::new();
    let made = served.json(&["keys", "create", "--permissions", "check,users:read"]);
    let id = made["accessKeyId"].as_str().unwrap();
    let secret = made["accessKeySecret"].as_str().unwrap();
    let key = Key {
        id: id.to_owned(),
        secret: secret.to_owned(),
        pool: served.key.pool.clone(),
    };
    token(&served.serving.address, &key);
    let listed = served.prints(&["keys", "list"]);
    let row = listed.lines().find(|line| line.starts_with(id)).unwrap();
    assert!(
        row.contains("true") && row.ends_with("check,users:read"),
        "{row}"
    );
    for printed in [listed, served.json(&["keys", "list"]).to_string()] {
        assert!(!printed.contains(secret), "{printed}");
    }
    let limit = [
        "keys",
        "update",
        id,
        "--enable",
        "false",
        "--permissions",
        "check",
    ];
    assert_eq!(served.prints(&limit), "changed\n");
    let keys = served.json(&["keys", "list"]);
    let mut keys = keys.as_array().unwrap().iter();
    let limited = keys.find(|key| key["accessKeyId"] == id).unwrap();
    assert_eq!(
        (&limited["enable"], &limited["permissions"][0]),
        (&false.into(), &"check".into())
    );
    assert!(served.fails(&["keys", "delete", id]).contains("--yes"));
    assert_eq!(
        served.prints(&["keys", "delete", id, "--yes"]),
        "deleted 1\n"
    );
    assert!(!served.prints(&["keys", "list"]).contains(id));
    let for_people = served.prints(&["keys", "create"]);
    assert!(for_people.contains("shown this once"), "{for_people}");
}

#[test]
fn a_pool_is_made_with_its_root_key() {
    let served = Served::new();
    served.add_user("alice");
    let made = served.json(&["pools", "create", "Staff"]);
    let root = &made["rootKey"];
    let url = format!("http://{}", served.serving.address);
    let variables = [
        ("ROLLCALL_URL", url.as_str()),
        (
            "ROLLCALL_ACCESS_KEY_ID",
            root["accessKeyId"].as_str().unwrap(),
        ),
        (
            "ROLLCALL_ACCESS_KEY_SECRET",
            root["accessKeySecret"].as_str().unwrap(),
        ),
    ];
    let users = crate::run::rollcall_with(&["users", "list", "--json"], &variables);
    assert_eq!(users.stdout, "{\"totalCount\":0,\"list\":[]}\n");
    // Another pool's root key makes no pools.
    let refused = crate::run::rollcall_with(&["pools", "create", "More"], &variables);
    assert_eq!(refused.code, Some(2), "{refused:?}");
    assert!(refused.stderr.contains("statusCode 403"), "{refused:?}");
}

#[test]
fn a_rotated_key_has_another_secret() {
    let served = Served::new();
    let made = served.json(&["keys", "create", "--permissions", "check"]);
    let id = made["accessKeyId"].as_str().unwrap();
    assert!(served.fails(&["keys", "rotate", id]).contains("--yes"));
    let rotated = served.json(&["keys", "rotate", id, "--yes"]);
    assert_eq!(rotated["accessKeyId"], id);
    assert_ne!(rotated["accessKeySecret"], made["accessKeySecret"]);
    let key = Key {
        id: id.to_owned(),
        secret: rotated["accessKeySecret"].as_str().unwrap().to_owned(),
        pool: served.key.pool.clone(),
    };
    token(&served.serving.address, &key);
    let wrong = served.fails(&["keys", "create", "--permissions", "check,chec"]);
    assert!(
        wrong.contains("'chec'") && wrong.contains("users:read"),
        "{wrong}"
    );
}
