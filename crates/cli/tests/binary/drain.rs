//! Stopping without failing anybody: readiness goes first, then the listener, and
//! what is in flight is finished.

use crate::run::Serving;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{self, ScopedJoinHandle};
use tempfile::{TempDir, tempdir};

const DISCOVERY: &str = "/oidc/.well-known/openid-configuration";

/// Long enough that a client which asks /readyz again and again has noticed, also on a
/// machine that is busy with other tests.
const DELAY: [&str; 2] = ["--drain-delay", "2"];

/// A connection that is kept.
struct Connection {
    stream: BufReader<TcpStream>,
}

struct Answer {
    status: u16,
    closes: bool,
}

impl Connection {
    fn to(address: &str) -> io::Result<Self> {
        let stream = BufReader::new(TcpStream::connect(address)?);
        Ok(Self { stream })
    }

    fn send(&mut self, request: &str) -> io::Result<()> {
        self.stream.get_mut().write_all(request.as_bytes())
    }

    fn get(&mut self, path: &str) -> io::Result<Answer> {
        self.send(&format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n"))?;
        self.answer()
    }

    fn answer(&mut self) -> io::Result<Answer> {
        let broken = || io::Error::from(io::ErrorKind::UnexpectedEof);
        let (mut status, mut closes, mut length) = (None, false, 0);
        loop {
            let mut line = String::new();
            if self.stream.read_line(&mut line)? == 0 {
                return Err(broken());
            }
            let line = line.trim_end().to_ascii_lowercase();
            if line.is_empty() {
                break;
            }
            if status.is_none() {
                status = line.split(' ').nth(1).and_then(|code| code.parse().ok());
            }
            closes |= line == "connection: close";
            if let Some(text) = line.strip_prefix("content-length: ") {
                length = text.parse().map_err(|_| broken())?;
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body)?;
        let status = status.ok_or_else(broken)?;
        Ok(Answer { status, closes })
    }
}

fn readiness(address: &str) -> io::Result<Answer> {
    Connection::to(address)?.get("/readyz")
}

#[test]
fn a_stop_says_so_first_then_finishes_what_runs() {
    let data = tempdir().unwrap();
    let serving = Serving::start_with(data.path(), &["--drain-delay", "1"]);
    let address = serving.address.clone();
    let mut kept = Connection::to(&address).unwrap();
    let before = kept.get("/readyz").unwrap();
    assert_eq!((before.status, before.closes), (200, false));
    let mut slow = Connection::to(&address).unwrap();
    let head = "POST /oidc/token HTTP/1.1\r\nHost: localhost\r\n\
                Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 29\r\n\r\n";
    slow.send(&format!("{head}grant_type=")).unwrap();
    serving.signal("-TERM");
    // It is ready, then it is not, and all the time it accepts.
    while readiness(&address).unwrap().status == 200 {}
    let leaving = readiness(&address).unwrap();
    assert_eq!(leaving.status, 503);
    let fresh = Connection::to(&address).unwrap().get(DISCOVERY).unwrap();
    assert_eq!((fresh.status, fresh.closes), (200, true));
    let last = kept.get(DISCOVERY).unwrap();
    assert_eq!((last.status, last.closes), (200, true));
    assert!(kept.get(DISCOVERY).is_err(), "the connection was kept");
    // Then it accepts nobody, and still finishes what it had begun.
    while TcpStream::connect(&address).is_ok() {}
    slow.send("authorization_code").unwrap();
    let finished = slow.answer().unwrap();
    assert_eq!(finished.status, 401, "an answer, and closed behind it");
    assert!(finished.closes);
    let run = serving.ended();
    assert_eq!(run.code, Some(0), "{run:?}");
}

#[test]
fn somebody_at_the_keyboard_waits_for_no_balancer() {
    let data = tempdir().unwrap();
    let serving = Serving::start_with(data.path(), &["--drain-delay", "300"]);
    serving.signal("-INT");
    let run = serving.ended();
    assert_eq!(run.code, Some(0), "{run:?}");
}

/// One of the servers behind the balancer.
struct Node {
    address: String,
    data: TempDir,
}

impl Node {
    fn serve(&self) -> Serving {
        start(self.data.path(), &self.address)
    }
}

fn start(data: &Path, listen: &str) -> Serving {
    Serving::start_with(data, &[&DELAY[..], &["--listen", listen]].concat())
}

/// Sends requests to the nodes in turn, over connections that are kept, to those alone
/// that said they were ready when they were last asked: every few requests.
fn balance(nodes: &[Node], over: &AtomicBool, answered: &AtomicU64) -> Vec<String> {
    const REQUESTS_BETWEEN_PROBES: usize = 5;
    let mut failures = Vec::new();
    let mut kept: Vec<Option<Connection>> = nodes.iter().map(|_| None).collect();
    while !over.load(Ordering::SeqCst) {
        for (node, kept) in nodes.iter().zip(&mut kept) {
            let is_ready = readiness(&node.address).is_ok_and(|answer| answer.status == 200);
            if !is_ready {
                *kept = None;
                continue;
            }
            for _ in 0..REQUESTS_BETWEEN_PROBES {
                match ask(&node.address, kept) {
                    Ok(200) => {
                        answered.fetch_add(1, Ordering::SeqCst);
                    }
                    Ok(status) => failures.push(format!("{}: {status}", node.address)),
                    Err(error) => failures.push(format!("{}: {error}", node.address)),
                }
            }
        }
    }
    failures
}

fn ask(address: &str, kept: &mut Option<Connection>) -> io::Result<u16> {
    let mut connection = match kept.take() {
        Some(connection) => connection,
        None => Connection::to(address)?,
    };
    let answer = connection.get(DISCOVERY)?;
    if !answer.closes {
        *kept = Some(connection);
    }
    Ok(answer.status)
}

#[test]
fn a_rolling_restart_fails_no_request() {
    const NODES: usize = 3;
    const CLIENTS: usize = 4;
    let mut running: Vec<Option<Serving>> = Vec::new();
    let mut nodes = Vec::new();
    for _ in 0..NODES {
        let data = tempdir().unwrap();
        let serving = start(data.path(), "127.0.0.1:0");
        let address = serving.address.clone();
        nodes.push(Node { address, data });
        running.push(Some(serving));
    }
    let (over, answered) = (AtomicBool::new(false), AtomicU64::new(0));
    let failures: Vec<String> = thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS)
            .map(|_| scope.spawn(|| balance(&nodes, &over, &answered)))
            .collect();
        let waits_for = |more: u64| {
            let until = answered.load(Ordering::SeqCst) + more;
            while answered.load(Ordering::SeqCst) < until
                && !clients.iter().any(ScopedJoinHandle::is_finished)
            {
                thread::yield_now();
            }
        };
        for (node, running) in nodes.iter().zip(&mut running) {
            waits_for(100);
            let run = running.take().unwrap().terminate();
            assert_eq!(run.code, Some(0), "{run:?}");
            waits_for(100);
            *running = Some(node.serve());
        }
        waits_for(100);
        over.store(true, Ordering::SeqCst);
        let failures = clients
            .into_iter()
            .flat_map(|client| client.join().unwrap());
        failures.collect()
    });
    assert!(failures.is_empty(), "{failures:?}");
}
