//! What a server does after its start so that nobody is asked about for the first time:
//! how long that takes it, and what it costs. Told by the server's own metrics.

use crate::load::{Load, Protocol, post_json};
use crate::numbers::real;
use crate::population::{ACTIVE, CHECK, Population, SERVED};
use crate::rollcall::Api;
use crate::servers::Server;
use crate::suite::Bench;
use anyhow::{Context as _, Result, ensure};
use std::net::TcpListener;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Ten million logins take some minutes on one core that others use too.
const PATIENCE: Duration = Duration::from_mins(45);
/// Each look is a request that the server answers beside its work.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// A server that remembers whom it will be asked about.
pub(super) struct Warm {
    pub(super) server: Rc<Server>,
    pub(super) api: Api,
    /// From the start of the process, in seconds; a look more at most.
    pub(super) after: f64,
    /// CPU time of the process by then, in seconds: all that it did.
    pub(super) cpu: f64,
}

/// Serves a population with further arguments, and waits until the server says that it is
/// through. A node on PostgreSQL begins with the first question.
pub(super) async fn serve(
    bench: &Bench,
    population: &Population,
    arguments: &[&str],
) -> Result<Warm> {
    let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let listen = format!("127.0.0.1:{port}");
    let more = [&SERVED[..], arguments, &["--metrics-listen", &listen]].concat();
    let began = Instant::now();
    let rollcall = population.data.serve(&bench.server_core(), &more).await?;
    ask_once(population, &rollcall.server, &rollcall.api.token).await?;
    let page = format!("http://{listen}/metrics");
    let logins: f64 = population.people.iter().map(|p| real(p.logins)).sum();
    loop {
        let text = reqwest::get(&page).await?.text().await?;
        let is_through = value(&text, "rollcall_warming_finished")? > 0.5;
        if is_through && value(&text, "rollcall_remembered_answers")? >= logins {
            break;
        }
        ensure!(began.elapsed() < PATIENCE, "the server is not through");
        tokio::time::sleep(LOOK_EVERY).await;
    }
    let after = began.elapsed().as_secs_f64();
    let cpu = real(rollcall.server.cpu_micros()?) / 1e6;
    println!("  all remembered after {after:.1} s and {cpu:.1} s of CPU time");
    Ok(Warm {
        server: Rc::new(rollcall.server),
        api: rollcall.api,
        after,
        cpu,
    })
}

async fn ask_once(population: &Population, server: &Server, token: &str) -> Result<()> {
    let people = population.people.first().context("nobody")?;
    let bearer = format!("Bearer {token}");
    let request = post_json(&server.address, CHECK, &bearer, &people.check_body(0));
    let load = Load {
        address: server.address.clone(),
        protocol: Protocol::Http,
        requests: Arc::new(vec![request]),
        right: ACTIVE,
        count: 1,
        connections: 1,
    };
    load.run().await?;
    Ok(())
}

fn value(page: &str, name: &str) -> Result<f64> {
    let of = |line: &str| line.strip_prefix(name)?.strip_prefix(' ')?.parse().ok();
    let found = page.lines().find_map(of);
    found.with_context(|| format!("no {name} in the metrics"))
}
