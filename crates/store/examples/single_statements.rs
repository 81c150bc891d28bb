//! What a look-up of one statement costs, in processor time of this process and of
//! PostgreSQL: on sessions that a caller has to itself for as long, and on connections
//! that callers share, whose statements follow one another without waiting. What came
//! of it is in docs/decisions/0011-single-statements.md.
//!
//! `cargo run --release -p rollcall-store --example single_statements`: a minute, with
//! a PostgreSQL of its own.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a measurement, which prints and fails by panicking"
)]

use parking_lot::Mutex;
use rollcall_testing::postgres::Server;
use std::fs;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::Semaphore;
use tokio_postgres::{Client, NoTls, Statement};

const CALLERS: usize = 64;
const ROUNDS: usize = 3;
const ROUND: Duration = Duration::from_secs(3);
const ROWS: u64 = 100_000;
const LOOK_UP: &str = "SELECT pool, secret, permissions FROM keys WHERE id = $1";

/// A connection with the statement prepared.
struct Line {
    client: Client,
    statement: Statement,
}

impl Line {
    /// Driven by the runtime that makes it.
    async fn open(url: &str) -> Self {
        let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
        tokio::spawn(connection);
        let statement = client.prepare(LOOK_UP).await.unwrap();
        Self { client, statement }
    }

    async fn look_up(&self, id: &[u8]) {
        let row = self.client.query_opt(&self.statement, &[&id]).await;
        assert!(row.unwrap().is_some());
    }
}

/// A line that is driven by the thread that uses it.
struct Own {
    runtime: Runtime,
    line: Line,
}

#[derive(Clone)]
enum Way {
    /// A pool of sessions, each used from a thread by one caller at a time.
    Pool(Arc<Semaphore>, Arc<Mutex<Vec<Own>>>),
    /// Shared, waited for by tasks.
    SharedByTasks(Arc<Vec<Line>>),
    /// Shared, waited for by threads: what a blocking interface makes of it.
    SharedByThreads(Arc<Vec<Line>>),
}

impl Way {
    async fn pool(url: &str, count: usize) -> Self {
        let url = url.to_owned();
        let open = move || {
            let runtime = Builder::new_current_thread().enable_all().build().unwrap();
            let line = runtime.block_on(Line::open(&url));
            Own { runtime, line }
        };
        let made = tokio::task::spawn_blocking(move || (0..count).map(|_| open()).collect());
        let places = Arc::new(Semaphore::new(count));
        Self::Pool(places, Arc::new(Mutex::new(made.await.unwrap())))
    }

    async fn lines(url: &str, count: usize) -> Arc<Vec<Line>> {
        let mut lines = Vec::new();
        for _ in 0..count {
            lines.push(Line::open(url).await);
        }
        Arc::new(lines)
    }

    async fn look_up(&self, caller: usize, id: [u8; 8]) {
        match self {
            Self::Pool(places, idle) => {
                let place = places.clone().acquire_owned().await.unwrap();
                let idle = idle.clone();
                let looked = tokio::task::spawn_blocking(move || {
                    let own = idle.lock().pop().unwrap();
                    own.runtime.block_on(own.line.look_up(&id));
                    idle.lock().push(own);
                    drop(place);
                });
                looked.await.unwrap();
            }
            Self::SharedByTasks(lines) => lines[caller % lines.len()].look_up(&id).await,
            Self::SharedByThreads(lines) => {
                let (lines, handle) = (lines.clone(), Handle::current());
                let looked = tokio::task::spawn_blocking(move || {
                    handle.block_on(lines[caller % lines.len()].look_up(&id));
                });
                looked.await.unwrap();
            }
        }
    }
}

/// Processor time of a process in milliseconds: proc(5), fields 14 and 15 of `stat`, in
/// hundredths of a second; and its parent.
fn spent(stat: &str) -> (u64, u32) {
    let rest = stat.rsplit(')').next().unwrap();
    let fields: Vec<u64> = rest
        .split_whitespace()
        .map(|field| field.parse().unwrap_or_default())
        .collect();
    (
        (fields[11] + fields[12]) * 10,
        u32::try_from(fields[1]).unwrap(),
    )
}

fn spent_here() -> u64 {
    spent(&fs::read_to_string("/proc/self/stat").unwrap()).0
}

/// Of all that the server started.
fn spent_there(server: &Server) -> u64 {
    let entries = fs::read_dir("/proc").unwrap().flatten();
    entries
        .filter_map(|entry| fs::read_to_string(entry.path().join("stat")).ok())
        .map(|stat| spent(&stat))
        .filter(|(_, parent)| *parent == server.pid())
        .map(|(spent, _)| spent)
        .sum()
}

#[derive(Default)]
struct Measured {
    looked_up: u64,
    here_ms: u64,
    there_ms: u64,
    micros: Vec<u64>,
}

async fn round(way: &Way, server: &Server, measured: &mut Measured) {
    let (here, there) = (spent_here(), spent_there(server));
    let until = Instant::now() + ROUND;
    let callers: Vec<_> = (0..CALLERS)
        .map(|caller| {
            let way = way.clone();
            tokio::spawn(async move {
                let mut micros = Vec::new();
                let mut next = caller as u64;
                while Instant::now() < until {
                    next = (next * 6_364_136_223 + 1_442_695) % ROWS;
                    let begun = Instant::now();
                    way.look_up(caller, next.to_be_bytes()).await;
                    micros.push(u64::try_from(begun.elapsed().as_micros()).unwrap());
                }
                micros
            })
        })
        .collect();
    for caller in callers {
        measured.micros.extend(caller.await.unwrap());
    }
    measured.looked_up = measured.micros.len() as u64;
    measured.here_ms += spent_here() - here;
    measured.there_ms += spent_there(server) - there;
}

#[tokio::main(flavor = "multi_thread", worker_threads = 1)]
async fn main() {
    let server = Server::start(&[("fsync", "off")]).unwrap();
    let url = server.create_database().unwrap().keep();
    let fill = format!(
        "CREATE TABLE keys (id BYTEA PRIMARY KEY, pool BYTEA, secret BYTEA, permissions TEXT);
        INSERT INTO keys SELECT int8send(i - 1), decode(md5(i::text), 'hex'),
            decode(md5(i::text), 'hex'), 'check' FROM generate_series(1, {ROWS}) i;
        GRANT SELECT ON keys TO rollcall"
    );
    server.sql(url.rsplit('/').next().unwrap(), &fill).unwrap();
    let ways = [
        ("8 sessions, one caller each", Way::pool(&url, 8).await),
        (
            "1 shared, tasks",
            Way::SharedByTasks(Way::lines(&url, 1).await),
        ),
        (
            "2 shared, tasks",
            Way::SharedByTasks(Way::lines(&url, 2).await),
        ),
        (
            "8 shared, tasks",
            Way::SharedByTasks(Way::lines(&url, 8).await),
        ),
        (
            "2 shared, threads",
            Way::SharedByThreads(Way::lines(&url, 2).await),
        ),
    ];
    let mut all: Vec<Measured> = ways.iter().map(|_| Measured::default()).collect();
    for _ in 0..ROUNDS {
        for ((_, way), measured) in ways.iter().zip(&mut all) {
            round(way, &server, measured).await;
        }
    }
    println!(
        "{:<28} {:>8} {:>9} {:>9} {:>8} {:>8}",
        "", "1/s", "here us", "there us", "p50 us", "p99 us"
    );
    for ((name, _), mut measured) in ways.iter().zip(all) {
        measured.micros.sort_unstable();
        let count = measured.looked_up;
        let at = |share: usize| measured.micros[measured.micros.len() * share / 100];
        println!(
            "{name:<28} {:>8} {:>9} {:>9} {:>8} {:>8}",
            count / (ROUND.as_secs() * ROUNDS as u64),
            measured.here_ms * 1000 / count,
            measured.there_ms * 1000 / count,
            at(50),
            at(99)
        );
    }
    // Sessions end where a runtime may be waited for.
    tokio::task::spawn_blocking(move || drop(ways))
        .await
        .unwrap();
}
