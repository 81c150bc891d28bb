//! A database that nodes share, through the binary: what is wrong with it is said at
//! the start, and while it is away callers are told to come again.

use crate::http::{get_with_headers, token};
use crate::run::{Run, Serving, init, rollcall};
use rollcall_testing::postgres::{self, Server};
use std::path::Path;
use tempfile::{TempDir, tempdir};

/// How `serve` and `init` end that must not come to anything.
fn refusals(data: &Path, url: &str) -> [Run; 2] {
    let served = match Serving::try_start(data, &["--database-url", url]) {
        Ok(serving) => panic!("it serves: {:?}", serving.terminate()),
        Err(run) => run,
    };
    let data = data.to_str().unwrap();
    let made = rollcall(&["init", "--data", data, "--database-url", url]);
    [served, made]
}

fn assert_refused(data: &Path, url: &str, part: &str) {
    let password = url.split([':', '@']).nth(2).unwrap();
    for run in refusals(data, url) {
        assert_eq!(run.code, Some(1), "{run:?}");
        assert!(run.stderr.contains(part), "{run:?} instead of {part}");
        assert!(run.stderr.contains("the database "), "{run:?} names it");
        let said = [run.stdout, run.stderr].concat();
        assert!(!said.contains(password), "{said}");
    }
}

#[test]
fn what_is_wrong_with_a_database_is_said_at_the_start() {
    let Some(server) = postgres::shared_or_skip() else {
        return;
    };
    let data = tempdir().unwrap();
    let database = server.create_database().unwrap();
    let wrong = database.url_as("rollcall", "hush-hush");
    assert_refused(data.path(), &wrong, "password authentication failed");
    let elsewhere = format!("{}_not", database.url());
    assert_refused(data.path(), &elsewhere, "does not exist");
    database.sql("CREATE TABLE theirs (id INT)").unwrap();
    assert_refused(data.path(), &database.url(), "tables that are not ours");
    let ours = server.create_database().unwrap();
    init(data.path(), &["--database-url", &ours.url()]);
    let newer = "INSERT INTO refinery_schema_history (version, name) VALUES (9999, 'newer')";
    ours.sql(newer).unwrap();
    let run = &refusals(data.path(), &ours.url())[0];
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(
        run.stderr
            .contains("a newer version of rollcall has used it"),
        "{run:?}"
    );
}

struct Node {
    serving: Serving,
    token: String,
    _data: TempDir,
}

fn node(url: &str) -> Node {
    let data = tempdir().unwrap();
    let more = ["--database-url", url];
    let key = init(data.path(), &more);
    let serving = Serving::start_with(data.path(), &more);
    Node {
        token: token(&serving.address, &key),
        serving,
        _data: data,
    }
}

#[test]
fn while_the_database_is_away_callers_are_told_to_come_again() {
    let Some(_) = postgres::shared_or_skip() else {
        return;
    };
    let mut server = Server::start(&[]).unwrap();
    let url = server.create_database().unwrap().keep();
    let node = node(&format!("{url}?tcp_user_timeout=1&connect_timeout=1"));
    let ask = |path: &str| get_with_headers(&node.serving.address, path, &node.token);
    let list = "/api/v3/list-applications";
    assert_eq!(ask(list).0, 200);
    server.kill().unwrap();
    let (status, head) = ask("/readyz");
    assert_eq!(status, 503, "{head}");
    // V3 has its code in the body, and with it the header.
    let (_, head) = ask(list);
    assert!(
        head.to_ascii_lowercase().contains("\r\nretry-after: "),
        "{head}"
    );
    assert_eq!(ask("/healthz").0, 200);
    server.restart().unwrap();
    let (_, head) = ask(list);
    assert!(!head.to_ascii_lowercase().contains("retry-after"), "{head}");
    let run = node.serving.terminate();
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(!run.stderr.contains(server.password()), "{run:?}");
}
