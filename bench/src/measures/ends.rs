//! What checks notice while very many logins end at once: by a call, and by time.

use super::latency::{half_of, question};
use crate::numbers::{Spread, figure, grouped, real};
use crate::oha::{FixedRate, Latencies, Question};
use crate::population::{Population, Wanted as Many, now_millis};
use crate::report::{Report, Wanted, table};
use crate::rollcall::Api;
use crate::suite::{Bench, rounds};
use anyhow::{Context as _, Result, ensure};
use rusqlite::{Connection, OpenFlags, OptionalExtension as _};
use serde_json::json;
use std::path::Path;
use std::time::Duration;

/// Windows before and, at most, after the end.
const WINDOWS: usize = 5;

/// Whether a mass end is not recorded on each login yet.
const MASS_END_GOES_ON: &str = "SELECT 1 FROM mass_ends LIMIT 1";
/// Whether logins that ran out are not recorded as ended yet.
const EXPIRY_GOES_ON: &str = "SELECT 1 FROM logins WHERE ended_at IS NULL
    AND due_at <= CAST(unixepoch('subsec') * 1000 AS INTEGER) LIMIT 1";

pub(super) async fn run(bench: &Bench, report: &mut Report) -> Result<()> {
    let Some(oha) = bench.programs.oha.clone() else {
        report.leave_out("oha is not installed, so nothing was measured while logins end");
        return Ok(());
    };
    let mut load = FixedRate {
        oha,
        core: bench.cores.generator,
        rate: 1,
        seconds: bench.sizes.seconds,
        connections: bench.sizes.connections,
    };
    let by_call = mass_end(bench, &mut load).await?;
    tell(bench, report, "a mass end", &load, &by_call)?;
    let by_time = expiry(bench, &load).await?;
    tell(bench, report, "expiry", &load, &by_time)
}

/// What the checks noticed.
struct Noticed {
    before: Vec<Latencies>,
    during: Vec<Latencies>,
    /// Whether the ends were recorded everywhere within the windows.
    finished: bool,
}

/// A mass end by a call, of one application; the checks ask about another.
async fn mass_end(bench: &Bench, load: &mut FixedRate) -> Result<Noticed> {
    let population = populate(bench, "mass-end", None).await?;
    let (server, api) = population.serve(bench).await?;
    let others = &population.people[1];
    let contender = others.contender("checks", &server, &api.token);
    let turns = rounds(&[contender], &bench.sizes).await?;
    load.rate = half_of(&turns[0])?;
    let question = question(&server.address, &api.token, others, 0);
    let before = windows(load, &question, WINDOWS).await?;
    let first = async {
        tokio::time::sleep(Duration::from_millis(load.seconds * 50)).await;
        end_all(&api, &population.people[0].application.id).await
    };
    let (during, ended) = tokio::join!(windows(load, &question, 1), first);
    ended?;
    let database = population.data.database();
    let (during, finished) = rest(load, &question, during?, &database, MASS_END_GOES_ON).await?;
    Ok(Noticed {
        before,
        during,
        finished,
    })
}

async fn end_all(api: &Api, application: &str) -> Result<()> {
    let body = json!({ "scope": "application", "appId": application });
    api.call("end-all-sessions", &body).await.map(|_| ())
}

/// The same by time: all run out at one instant.
async fn expiry(bench: &Bench, load: &FixedRate) -> Result<Noticed> {
    // Time to load them, to serve them and to look at checks before.
    let loading = 20_000 + i64::try_from(bench.sizes.mass / 10)?;
    let looking = i64::try_from(load.seconds * 1_500 * WINDOWS as u64)?;
    let expire_at = now_millis()? + loading + looking;
    let population = populate(bench, "expiry", Some(expire_at)).await?;
    let (server, api) = population.serve(bench).await?;
    let question = question(&server.address, &api.token, &population.people[1], 0);
    let before = windows(load, &question, WINDOWS).await?;
    let left = expire_at - now_millis()?;
    ensure!(left > 0, "loading took too long: they ran out before");
    let early = i64::try_from(load.seconds * 50)?;
    let wait = u64::try_from((left - early).max(0))?;
    tokio::time::sleep(Duration::from_millis(wait)).await;
    let during = windows(load, &question, 1).await?;
    let database = population.data.database();
    let (during, finished) = rest(load, &question, during, &database, EXPIRY_GOES_ON).await?;
    Ok(Noticed {
        before,
        during,
        finished,
    })
}

/// Those who are to end in one application, and a few others in a second one.
async fn populate(bench: &Bench, name: &str, expire_at: Option<i64>) -> Result<Population> {
    let ending = Many {
        logins: bench.sizes.mass,
        expire_at,
    };
    let others = Many {
        logins: bench.sizes.few,
        expire_at: None,
    };
    Population::make(bench, name, &[ending, others]).await
}

/// Windows of the fixed rate, one after the other.
async fn windows(load: &FixedRate, question: &Question, count: usize) -> Result<Vec<Latencies>> {
    let mut windows = Vec::new();
    for _ in 0..count {
        let (load, question) = (load.clone(), question.clone());
        let window = tokio::task::spawn_blocking(move || load.run(&question));
        windows.push(window.await??);
    }
    Ok(windows)
}

/// More windows while the ends are being recorded.
async fn rest(
    load: &FixedRate,
    question: &Question,
    mut during: Vec<Latencies>,
    database: &Path,
    goes_on: &str,
) -> Result<(Vec<Latencies>, bool)> {
    let conn = Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let goes_on = || -> Result<bool> {
        let row = conn.query_row(goes_on, [], |_| Ok(())).optional()?;
        Ok(row.is_some())
    };
    while during.len() < WINDOWS && goes_on()? {
        during.extend(windows(load, question, 1).await?);
    }
    let finished = !goes_on()?;
    Ok((during, finished))
}

fn tell(
    bench: &Bench,
    report: &mut Report,
    what: &str,
    load: &FixedRate,
    noticed: &Noticed,
) -> Result<()> {
    let logins = grouped(real(bench.sizes.mass));
    let mut rows = Vec::new();
    for (name, windows) in [("before", &noticed.before), ("during", &noticed.during)] {
        let mut row = vec![name.to_owned(), windows.len().to_string()];
        for percentile in ["p50", "p99", "p99.9"] {
            row.push(at(windows, percentile)?.to_string());
        }
        rows.push(row);
    }
    let finished = if noticed.finished {
        "All ends were recorded by the end of the last window."
    } else {
        "After the last window ends were still being recorded."
    };
    let text = format!(
        "{}\nMilliseconds of checks of {} others at {} per second, half of the highest rate, in \
         windows of {} s. {finished}",
        table(&["", "windows", "p50", "p99", "p99.9"], &rows),
        grouped(real(bench.sizes.few)),
        figure(real(load.rate)),
        load.seconds,
    );
    report.section(format!("While {logins} logins end by {what}"), text);
    let usual = at(&noticed.before, "p99")?.median;
    let during = noticed
        .during
        .iter()
        .map(|window| Ok(window.at("p99")? / usual));
    let ratio = Spread::of(&during.collect::<Result<Vec<f64>>>()?)?;
    let what = format!("p99 of checks while {logins} logins end by {what} / before");
    report.mark(what, Wanted::AtMost, 1.5, Ok(ratio));
    Ok(())
}

fn at(windows: &[Latencies], percentile: &str) -> Result<Spread> {
    let millis = windows.iter().map(|window| window.at(percentile));
    Spread::of(&millis.collect::<Result<Vec<f64>>>()?).context("no window")
}
