//! Background work of two nodes: done once, and gone on with where a node was killed in
//! the middle of it.

use crate::nodes::{Nodes, serve};
use crate::run::{Key, init};
use rollcall_testing::postgres::{self, Database};
use serde_json::json;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};
use tempfile::{TempDir, tempdir};

const PATIENCE: Duration = Duration::from_mins(2);
/// The leases: how long other nodes leave to a node what it was at.
const OF_BATCHES: u64 = 11_000;
const OF_A_DELIVERY: u64 = 31_000;

struct World {
    key: Key,
    database: Database<'static>,
    data: TempDir,
}

impl World {
    fn new() -> Option<Self> {
        let database = postgres::shared_or_skip()?.create_database().unwrap();
        let data = tempdir().unwrap();
        let key = init(data.path(), &["--database-url", &database.url()]);
        Some(Self {
            key,
            database,
            data,
        })
    }

    fn nodes(&self) -> Nodes {
        let loopback = ["--egress-allow", "127.0.0.0/8"];
        Nodes::start(self.data.path(), &self.key, &self.database.url(), &loopback)
    }

    fn count(&self, sql: &str) -> usize {
        self.database.sql(sql).unwrap().parse().unwrap()
    }

    /// Looks until it is so, or the test has waited for too long.
    #[track_caller]
    #[expect(clippy::disallowed_methods, reason = "how long a test has waited")]
    fn wait_for(&self, sql: &str, is_so: impl Fn(usize) -> bool) -> usize {
        let begun = Instant::now();
        loop {
            let found = self.count(sql);
            if is_so(found) {
                return found;
            }
            assert!(begun.elapsed() < PATIENCE, "{found}: {sql}");
        }
    }

    /// So much time passes for the nodes, who take the later of the database's clock
    /// and the mark.
    fn pass(&self, millis: u64) {
        let ahead = format!(
            "UPDATE meta SET value = int8send(
                floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint + {millis})
            WHERE name = 'clock_mark'"
        );
        self.database.sql(&ahead).unwrap();
    }
}

/// An application that is told of logouts.
struct Told {
    url: String,
    tokens: Receiver<String>,
    answers: Arc<AtomicBool>,
}

impl Told {
    fn new(answers: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/logout", listener.local_addr().unwrap());
        let answers = Arc::new(AtomicBool::new(answers));
        let (sender, tokens) = channel();
        let speaks = answers.clone();
        // It ends with the test program.
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (sender, speaks) = (sender.clone(), speaks.clone());
                thread::spawn(move || hear(stream.unwrap(), &sender, &speaks));
            }
        });
        Self {
            url,
            tokens,
            answers,
        }
    }

    fn hear(&self, count: usize) {
        for number in 0..count {
            let heard = self.tokens.recv_timeout(PATIENCE);
            assert!(heard.is_ok(), "{number} of {count}");
        }
    }
}

/// One request; without an answer its connection stays open until the other side goes.
fn hear(stream: TcpStream, sender: &Sender<String>, speaks: &AtomicBool) {
    let mut stream = BufReader::new(stream);
    let mut length = 0;
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).is_err() || line.trim().is_empty() {
            break;
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
    }
    let mut body = vec![0; length];
    if length == 0 || stream.read_exact(&mut body).is_err() {
        return;
    }
    // Nobody may listen any more.
    let _ = sender.send(String::from_utf8(body).unwrap());
    let answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    if speaks.load(Ordering::SeqCst) {
        let _ = stream.get_mut().write_all(answer.as_bytes());
    } else {
        let _ = stream.read_to_end(&mut Vec::new());
    }
}

impl Nodes {
    /// The application is told of ends there.
    fn tell(&self, told: &Told) {
        let config = json!({
            "token_endpoint_auth_method": "none", "backchannel_logout_uri": told.url,
        });
        let body = json!({ "appId": self.app, "oidcConfig": config });
        self.post(0, "update-application", &body);
    }

    fn sign_in_many(&self, count: usize) -> Vec<String> {
        let users: Vec<String> = (0..count).map(|number| format!("user-{number}")).collect();
        for user in &users {
            self.add(0, user);
            self.sign_in(0, user);
        }
        users
    }
}

const WAITING: &str = "SELECT count(*) FROM logout_deliveries WHERE state = 'waiting'";
const CONFIRMED: &str = "SELECT count(*) FROM logout_deliveries WHERE state = 'confirmed'";
const ATTEMPTS: &str = "SELECT count(*) FROM logout_attempts";

#[test]
fn two_nodes_make_each_delivery_once() {
    let Some(world) = World::new() else {
        return;
    };
    let (nodes, told) = (world.nodes(), Told::new(true));
    nodes.tell(&told);
    let users = nodes.sign_in_many(40);
    thread::scope(|scope| {
        for (node, users) in users.chunks(20).enumerate() {
            let nodes = &nodes;
            scope.spawn(move || users.iter().for_each(|user| nodes.kick(node, user)));
        }
    });
    told.hear(40);
    world.wait_for(CONFIRMED, |confirmed| confirmed == 40);
    assert_eq!(world.count(ATTEMPTS), 40);
    nodes.terminate();
    assert!(told.tokens.try_recv().is_err(), "nothing was sent twice");
}

#[test]
fn deliveries_of_a_node_that_was_killed_are_made_by_another() {
    let Some(world) = World::new() else {
        return;
    };
    let (mut nodes, told) = (world.nodes(), Told::new(false));
    nodes.tell(&told);
    nodes.add(0, "user");
    (0..12).for_each(|_| nodes.sign_in(0, "user"));
    assert_eq!(nodes.serving.remove(1).terminate().code, Some(0));
    nodes.kick(0, "user");
    // One is under way, and the others wait for how it goes.
    told.hear(1);
    nodes.serving.clear();
    assert_eq!(world.count(WAITING), 12);
    told.answers.store(true, Ordering::SeqCst);
    world.pass(OF_A_DELIVERY);
    let url = world.database.url();
    let other = serve(world.data.path(), &url, &["--egress-allow", "127.0.0.0/8"]);
    told.hear(12);
    world.wait_for(CONFIRMED, |confirmed| confirmed == 12);
    assert_eq!(other.terminate().code, Some(0));
    assert_eq!(world.count(ATTEMPTS), 12);
    assert!(
        told.tokens.try_recv().is_err(),
        "nothing was sent once more"
    );
}

/// Rows that are like one that is there, with another id and as of a day ago, so that
/// all of them have expired.
const EXPIRED: &str = "
    UPDATE applications SET idle_timeout_ms = 60000;
    UPDATE logins SET begun_at = begun_at - 86400000, last_seen = last_seen - 86400000, due_at = 1;
    INSERT INTO sessions SELECT (copy).* FROM (
        SELECT jsonb_populate_record(s,
            jsonb_build_object('id', '\\x' || md5('session' || i))) AS copy
        FROM sessions s, generate_series(2, 2000) i OFFSET 0) copied;
    INSERT INTO logins SELECT (copy).* FROM (
        SELECT jsonb_populate_record(l, jsonb_build_object('seq', l.seq + i,
            'id', '\\x' || md5('login' || i), 'session', '\\x' || md5('session' || i))) AS copy
        FROM logins l, generate_series(2, 2000) i OFFSET 0) copied;
    SELECT setval(pg_get_serial_sequence('logins', 'seq'), 10000)";
const NOT_ENDED: &str = "SELECT count(*) FROM logins WHERE ended_at IS NULL";
const ENDS: &str = "SELECT count(*) FROM events WHERE kind = 'ended'";
const ENDED_LOGINS: &str = "SELECT count(DISTINCT login) FROM events WHERE kind = 'ended'";

/// The same of what a person did, from before anything is kept. What is old is looked
/// for from the front, so what is kept comes behind it.
const OLD: &str = r#"INSERT INTO user_actions (pool, "user", at, kind, detail, request_id)
        SELECT pool, "user", i, kind, detail, request_id
        FROM user_actions, generate_series(1, 20000) i
        WHERE seq = (SELECT min(seq) FROM user_actions);
    UPDATE user_actions SET seq = seq + 100000 WHERE at > 20000;
    SELECT setval(pg_get_serial_sequence('user_actions', 'seq'), 200000)"#;
const OLD_LEFT: &str = "SELECT count(*) FROM user_actions WHERE at <= 20000";

/// A node finds this work at its start, and is killed at it; another one is at its end.
fn killed_in_the_middle(world: &World, fill: &str, left: &str, all: usize) {
    let nodes = world.nodes();
    nodes.sign_in_many(1);
    nodes.terminate();
    world.database.sql(fill).unwrap();
    assert_eq!(world.count(left), all);
    let url = world.database.url();
    let killed = serve(world.data.path(), &url, &[]);
    world.wait_for(left, |left| left < all);
    drop(killed);
    let undone = world.count(left);
    assert!((1..all).contains(&undone), "{undone} of {all}");
    world.pass(OF_BATCHES);
    let other = serve(world.data.path(), &url, &[]);
    world.wait_for(left, |left| left == 0);
    assert_eq!(other.terminate().code, Some(0));
}

#[test]
fn logins_that_expired_are_recorded_once_where_a_node_was_killed() {
    let Some(world) = World::new() else {
        return;
    };
    killed_in_the_middle(&world, EXPIRED, NOT_ENDED, 2_000);
    let found = [ENDS, ENDED_LOGINS].map(|sql| world.count(sql));
    assert_eq!(found, [2_000, 2_000]);
}

#[test]
fn what_is_old_is_forgotten_where_a_node_was_killed() {
    let Some(world) = World::new() else {
        return;
    };
    killed_in_the_middle(&world, OLD, OLD_LEFT, 20_000);
    assert!(world.count("SELECT count(*) FROM user_actions") > 0);
}
