//! A standby that follows a database: nobody serves it before it is promoted, and what
//! was answered before holds after it.

use crate::nodes::Nodes;
use crate::run::init;
use crate::shared_database::assert_refused;
use rollcall_testing::postgres::{self, Server};
use tempfile::tempdir;

/// In milliseconds, by the server's clock and as the store has it.
const MARK: &str = "SELECT ('x' || encode(value, 'hex'))::bit(64)::bigint FROM meta
    WHERE name = 'clock_mark'";
const NEWEST: &str = "SELECT max(begun_at) FROM logins";
const REVISION: &str = "SELECT max(revision) FROM pools";

fn number(server: &Server, database: &str, sql: &str) -> i64 {
    server.sql(database, sql).unwrap().parse().unwrap()
}

/// As a server's clock leaves it that is a minute and a half ahead of the other's.
fn mark_ahead(server: &Server, database: &str) {
    let ahead = "UPDATE meta SET value = int8send(
        floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint + 90000)
        WHERE name = 'clock_mark'";
    server.sql(database, ahead).unwrap();
}

#[test]
fn a_failover_takes_nothing_back() {
    let Some(_) = postgres::shared_or_skip() else {
        return;
    };
    let mut primary = Server::start(&[]).unwrap();
    let url = primary.create_database().unwrap().keep();
    let name = url.rsplit('/').next().unwrap().to_owned();
    let data = tempdir().unwrap();
    let key = init(data.path(), &["--database-url", &url]);
    let standby = primary.standby().unwrap();
    primary.wait_for_a_standby().unwrap();

    let [first, second] = [&primary, &standby].map(|server| format!("127.0.0.1:{}", server.port()));
    let url_of_standby = url.replace(&first, &second);
    assert_refused(data.path(), &url_of_standby, "the server is a replica");

    let both = url.replace(&first, &format!("{first},{second}"));
    let both = format!("{both}?target_session_attrs=read-write&connect_timeout=2");
    let nodes = Nodes::start(data.path(), &key, &both, &[]);
    for user in ["stays", "kicked", "kicked-last"] {
        nodes.add(0, user);
        nodes.sign_in(1, user);
    }
    nodes.kick(0, "kicked");
    nodes.assert_active("kicked", false);
    mark_ahead(&primary, &name);
    // The last answer before the end.
    nodes.kick(1, "kicked-last");
    let (mark, revision) = (
        number(&primary, &name, MARK),
        number(&primary, &name, REVISION),
    );
    primary.kill().unwrap();
    standby.promote().unwrap();

    nodes.assert_active("kicked-last", false);
    nodes.assert_active("kicked", false);
    nodes.assert_active("stays", true);
    assert!(number(&standby, &name, MARK) >= mark);
    for node in 0..2 {
        let user = format!("new-{node}");
        nodes.add(node, &user);
        nodes.sign_in(node, &user);
        nodes.assert_active(&user, true);
        assert!(number(&standby, &name, NEWEST) >= mark, "time went on");
    }
    assert!(number(&standby, &name, REVISION) > revision);
    assert!(!nodes.terminate().contains(primary.password()));
}
