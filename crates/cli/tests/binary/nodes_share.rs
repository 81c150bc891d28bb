//! What one node was told counts at the other at once: failed sign-ins, used
//! signatures, keys.

use crate::http::{post_any, post_any_with, published_keys, token};
use crate::nodes::{Nodes, PASSWORD};
use crate::run::{Key, init};
use rollcall_testing::postgres::{self, Database};
use rollcall_wire::v3::paths::CHECK_SESSION_STATUS;
use rollcall_wire::v3::signature::{Parameters, sign, string_to_sign};
use serde_json::{Value, json};
use std::time::SystemTime;
use tempfile::{TempDir, tempdir};

struct World {
    nodes: Nodes,
    key: Key,
    _database: Database<'static>,
    _data: TempDir,
}

fn world() -> Option<World> {
    let database = postgres::shared_or_skip()?.create_database().unwrap();
    let data = tempdir().unwrap();
    let key = init(data.path(), &["--database-url", &database.url()]);
    let proxy = ["--trusted-proxy", "127.0.0.1"];
    Some(World {
        nodes: Nodes::start(data.path(), &key, &database.url(), &proxy),
        key,
        _database: database,
        _data: data,
    })
}

fn codes(answer: &Value) -> (u64, Option<u64>) {
    let code = answer["statusCode"].as_u64().unwrap();
    (code, answer["apiCode"].as_u64())
}

const WRONG: (u64, Option<u64>) = (401, Some(2333));

#[test]
fn failures_at_two_nodes_delay_and_lock_at_both() {
    let Some(world) = world() else {
        return;
    };
    let nodes = &world.nodes;
    nodes.add(0, "bob");
    // Ten from an address, so that it is delayed; from ten addresses, a hundred.
    for address in 0..10 {
        let from = format!("192.0.2.{address}");
        for failure in 0..10 {
            let answer = nodes.try_sign_in(failure % 2, "bob", "wrong", &from);
            assert_eq!(codes(&answer), WRONG, "{failure} from {from}");
        }
        for node in 0..2 {
            let answer = nodes.try_sign_in(node, "bob", PASSWORD, &from);
            assert_eq!(codes(&answer), (429, None), "at {node}");
        }
    }
    for node in 0..2 {
        let from = format!("198.51.100.{node}");
        let answer = nodes.try_sign_in(node, "bob", PASSWORD, &from);
        assert_eq!(codes(&answer), (403, Some(2005)), "locked at {node}");
    }
    nodes.add(1, "alice");
    nodes.sign_in(0, "alice");
}

/// A check, signed with this key and nonce.
#[expect(clippy::disallowed_methods, reason = "the server goes by real time")]
fn signed_check(address: &str, key: &Key, nonce: &str) -> (u64, Option<u64>) {
    let date = httpdate::fmt_http_date(SystemTime::now());
    let mut headers = vec![
        ("x-authing-signature-method", "HMAC-SHA1"),
        ("x-authing-signature-version", "1.0"),
        ("x-authing-signature-nonce", nonce),
        ("date", &date),
    ];
    let body = json!({ "userId": "nobody", "appId": "0".repeat(24) }).to_string();
    let parameters = Parameters::from_json_body(body.as_bytes()).unwrap();
    let signed = headers.iter().copied();
    let text = string_to_sign("POST", signed, CHECK_SESSION_STATUS, &parameters);
    let signature = sign(&key.secret, &text);
    let authorization = format!("authing {}:{signature}", key.id);
    headers.push(("authorization", &authorization));
    codes(&post_any_with(
        address,
        CHECK_SESSION_STATUS,
        &headers,
        &body,
    ))
}

#[test]
fn a_signature_is_good_once_at_one_of_two_nodes() {
    let Some(world) = world() else {
        return;
    };
    let (nodes, key) = (&world.nodes, &world.key);
    for (nonce, first) in [("a", 0), ("b", 1), ("c", 0)] {
        let check = |node| signed_check(nodes.address(node), key, nonce);
        // Let in: nobody has no session in an application that is not there.
        assert_eq!(check(first), (404, Some(2011)), "{nonce}");
        assert_eq!(check(1 - first), (401, Some(1306)), "{nonce}");
        assert_eq!(check(first), (401, Some(1306)), "{nonce}");
    }
}

#[test]
fn keys_that_one_node_makes_or_takes_away_are_so_at_the_other() {
    let Some(world) = world() else {
        return;
    };
    let nodes = &world.nodes;
    let before = published_keys(nodes.address(1));
    nodes.post(0, "rotate-signing-keys", &json!({}));
    let after = published_keys(nodes.address(1));
    assert_eq!((before.len(), after.len()), (1, 2));
    assert_eq!(after, published_keys(nodes.address(0)));

    for (makes, other) in [(0, 1), (1, 0)] {
        let made = nodes.post(makes, "create-access-key", &json!({ "type": "other" }));
        let text = |name: &str| made[0][name].as_str().unwrap().to_owned();
        let key = Key {
            id: text("accessKeyId"),
            secret: text("accessKeySecret"),
            pool: String::new(),
        };
        let its_token = token(nodes.address(other), &key);
        let authorization = format!("Bearer {its_token}");
        let headers = [("authorization", authorization.as_str())];
        let body = json!({ "userId": "nobody", "appId": nodes.app }).to_string();
        let check = || {
            let address = nodes.address(other);
            codes(&post_any_with(
                address,
                CHECK_SESSION_STATUS,
                &headers,
                &body,
            ))
        };
        assert_eq!(check(), (404, Some(2004)));
        let id = json!({ "accessKeyId": key.id });
        nodes.post(makes, "delete-access-key", &id);
        assert_eq!(check().0, 401, "its token too");
        let again = json!({ "accessKeyId": key.id, "accessKeySecret": key.secret });
        let path = "/api/v3/get-management-token";
        let refused = post_any(nodes.address(other), path, &again);
        assert_eq!(codes(&refused).0, 401, "{refused}");
    }
}
