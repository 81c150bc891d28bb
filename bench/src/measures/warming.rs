//! What a server does after its start so that nobody is asked about for the first time:
//! how long that takes it, and what it costs. Told by the server's own metrics.

use crate::numbers::real;
use crate::population::{Population, SERVED};
use crate::rollcall::Api;
use crate::servers::Server;
use crate::suite::Bench;
use anyhow::{Context as _, Result, ensure};
use std::net::TcpListener;
use std::rc::Rc;
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

/// Serves a population, and waits until the server says that it is through.
pub(super) async fn serve(bench: &Bench, population: &Population) -> Result<Warm> {
    let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let listen = format!("127.0.0.1:{port}");
    let more = [&SERVED[..], &["--metrics-listen", &listen]].concat();
    let began = Instant::now();
    let rollcall = population.data.serve(&bench.server_core(), &more).await?;
    let page = format!("http://{listen}/metrics");
    loop {
        let text = reqwest::get(&page).await?.text().await?;
        if value(&text, "rollcall_warming_finished")? > 0.5 {
            let remembered = value(&text, "rollcall_remembered_answers")?;
            let logins: f64 = population.people.iter().map(|p| real(p.logins)).sum();
            ensure!(
                remembered >= logins,
                "{remembered} of {logins} answers are remembered"
            );
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

fn value(page: &str, name: &str) -> Result<f64> {
    let of = |line: &str| line.strip_prefix(name)?.strip_prefix(' ')?.parse().ok();
    let found = page.lines().find_map(of);
    found.with_context(|| format!("no {name} in the metrics"))
}
