//! Three nodes on one database are restarted in turn under load: no request fails, and
//! no answer is wrong.

use crate::http::{post, token};
use crate::kept::{Answer, Connection};
use crate::run::{Ends, Serving, init};
use rollcall_testing::postgres;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{self, ScopedJoinHandle};
use tempfile::{TempDir, tempdir};

const NODES: usize = 3;
const CLIENTS: usize = 4;
/// Answers between two steps of the restart: each node is asked meanwhile.
const BETWEEN: u64 = 60;
/// So often all nodes are asked whether they are ready, before it is said that none is.
const ROUNDS: usize = 1_000;

/// An address of this test's own. On the one that everybody uses, a connection of
/// somebody else could take a node's port while it is down: clients' ports come from
/// the same range.
const LISTEN: &str = "127.0.0.3:0";

/// A node, and where it listens also after a restart.
struct Node {
    data: TempDir,
    address: String,
    running: Option<Serving>,
}

fn serve(data: &Path, url: &str, listen: &str) -> Serving {
    let more = ["--database-url", url, "--listen", listen];
    let rest = [
        "--public-url",
        "http://localhost:7250",
        // Long enough for a client that asks before each request, on a busy machine.
        "--drain-delay",
        "2",
    ];
    Serving::start_with(data, &[&more[..], &rest].concat())
}

impl Node {
    /// With the master key of the first one.
    fn start(first: &Path, url: &str) -> Self {
        let data = tempdir().unwrap();
        fs::copy(first.join("master.key"), data.path().join("master.key")).unwrap();
        let serving = serve(data.path(), url, LISTEN);
        Self {
            address: serving.address.clone(),
            running: Some(serving),
            data,
        }
    }
}

/// A client that asks a node whether it is ready before each request, and sends it the
/// request once.
struct Client<'a> {
    nodes: &'a [String],
    kept: Vec<Option<Connection>>,
    next: usize,
    token: &'a str,
    user: String,
    app: String,
}

impl Client<'_> {
    /// Of the next node that is ready.
    fn connection(&mut self) -> Result<(usize, Connection), String> {
        for _ in 0..ROUNDS * NODES {
            let node = self.next;
            self.next = (self.next + 1) % NODES;
            // A connection that was kept may have been closed since.
            let kept = self.kept[node].take();
            let opened = || Connection::to(&self.nodes[node]).ok();
            for connection in [kept, opened()].into_iter().flatten() {
                let mut connection = connection;
                if let Ok(Answer {
                    status: 200,
                    closes: false,
                    ..
                }) = connection.get("/readyz")
                {
                    return Ok((node, connection));
                }
            }
        }
        Err("no node is ready".to_owned())
    }

    fn call(&mut self, verb: &str, body: &Value) -> Result<Value, String> {
        let (node, mut connection) = self.connection()?;
        let failed = |what: &dyn std::fmt::Display| format!("{verb} at {node}: {what}");
        let answer = connection.post(verb, self.token, body);
        let answer = answer.map_err(|error| failed(&error))?;
        if (answer.status, &answer.body["statusCode"]) != (200, &json!(200)) {
            return Err(failed(&answer.body));
        }
        if !answer.closes {
            self.kept[node] = Some(connection);
        }
        Ok(answer.body["data"].clone())
    }

    /// Signs in, is signed in, is kicked, is not signed in: each at another node than
    /// the one before.
    fn turn(&mut self, answered: &AtomicU64) -> Result<(), String> {
        let password = json!({ "username": self.user, "password": "Passw0rd!" });
        let sign_in = json!({
            "connection": "PASSWORD", "passwordPayload": password, "client_id": self.app,
        });
        let who = json!({ "appId": self.app, "userId": self.user, "userIdType": "username" });
        let options = json!({ "userIdType": "username" });
        let kick = json!({ "userId": self.user, "appIds": [self.app], "options": options });
        for (verb, body, is_active) in [("signin", sign_in, true), ("kick-users", kick, false)] {
            self.call(verb, &body)?;
            let found = self.call("check-session-status", &who)?;
            if found["active"] != is_active {
                return Err(format!("after {verb}: {found}"));
            }
            answered.fetch_add(2, Ordering::SeqCst);
        }
        Ok(())
    }
}

/// Turns until it is over; what went wrong.
fn turns(mut client: Client<'_>, over: &AtomicBool, answered: &AtomicU64) -> Result<u64, String> {
    let mut turns = 0;
    while !over.load(Ordering::SeqCst) {
        client.turn(answered)?;
        turns += 1;
    }
    Ok(turns)
}

/// A client with a user and an application of its own.
fn new_client<'a>(number: usize, addresses: &'a [String], token: &'a str) -> Client<'a> {
    let call = |verb: &str, body: Value| {
        let path = format!("/api/v3/{verb}");
        post(&addresses[0], &path, Some(token), &body)
    };
    let user = format!("user-{number}");
    call(
        "create-user",
        json!({ "username": user, "password": "Passw0rd!" }),
    );
    let config = json!({ "token_endpoint_auth_method": "none" });
    let app = json!({ "appName": user, "oidcConfig": config });
    let app = call("create-application", app);
    Client {
        nodes: addresses,
        kept: (0..NODES).map(|_| None).collect(),
        next: number % NODES,
        token,
        app: app["appId"].as_str().unwrap().to_owned(),
        user,
    }
}

#[test]
fn three_nodes_restart_in_turn_and_nobody_notices() {
    let Some(server) = postgres::shared_or_skip() else {
        return;
    };
    let database = server.create_database().unwrap();
    let (url, first) = (database.url(), tempdir().unwrap());
    let key = init(first.path(), &["--database-url", &url]);
    let mut nodes: Vec<Node> = (0..NODES)
        .map(|_| Node::start(first.path(), &url))
        .collect();
    let addresses: Vec<String> = nodes.iter().map(|node| node.address.clone()).collect();
    let token = token(&addresses[0], &key);
    let clients: Vec<Client<'_>> = (0..CLIENTS)
        .map(|number| new_client(number, &addresses, &token))
        .collect();
    let (over, answered) = (AtomicBool::new(false), AtomicU64::new(0));
    thread::scope(|scope| {
        let running: Vec<ScopedJoinHandle<'_, _>> = clients
            .into_iter()
            .map(|client| scope.spawn(|| turns(client, &over, &answered)))
            .collect();
        // Whoever failed has ended, and is asked below.
        let wait = || {
            let until = answered.load(Ordering::SeqCst) + BETWEEN;
            while answered.load(Ordering::SeqCst) < until
                && !running.iter().any(ScopedJoinHandle::is_finished)
            {
                thread::yield_now();
            }
        };
        let ends = Ends(&over);
        for node in &mut nodes {
            wait();
            let run = node.running.take().unwrap().terminate();
            assert_eq!(run.code, Some(0), "{run:?}");
            let error = run.stderr.lines().find(|line| line.contains("ERROR"));
            assert_eq!(error, None);
            wait();
            node.running = Some(serve(node.data.path(), &url, &node.address));
        }
        wait();
        drop(ends);
        for client in running {
            let turns = client.join().unwrap();
            assert!(matches!(turns, Ok(1..)), "{turns:?}");
        }
    });
}
