//! Latency at a fixed rate: half of what Rollcall reaches, for it and for the bare
//! server, in turn.

use super::headline::bare;
use crate::numbers::{Spread, figure, real};
use crate::oha::{FixedRate, Latencies, PERCENTILES, Question};
use crate::plot::{Line, Plot};
use crate::population::{CHECK, People, Population, Wanted as Many};
use crate::report::{Report, Wanted, table};
use crate::suite::{Bench, Turns, rounds, turns_of, whole};
use anyhow::Result;

const ROLLCALL: &str = "Rollcall";
const AXUM: &str = "bare axum";

/// What `oha` asks, again and again, of a server of ours.
pub(super) fn question(address: &str, token: &str, people: &People, number: u64) -> Question {
    // The id of the request is always as long.
    let sample = r#"{"statusCode":200,"message":"Success","requestId":"934108e5-9fbf-4d24-8da1-c330328abd6c","data":{"active":true}}"#;
    Question {
        url: format!("http://{address}{CHECK}"),
        token: token.to_owned(),
        body: people.check_body(number),
        answer_bytes: sample.len() as u64,
    }
}

/// Half of the rate that the generator saw.
pub(super) fn half_of(turns: &Turns) -> Result<u64> {
    let rate = Spread::of(&turns.rate)?.median / 2.0;
    Ok(whole(rate) as u64)
}

pub(super) async fn run(bench: &Bench, report: &mut Report) -> Result<()> {
    let Some(oha) = bench.programs.oha.clone() else {
        report.leave_out("oha is not installed, so no latency was measured");
        return Ok(());
    };
    let wanted = Many {
        logins: bench.sizes.few,
        expire_at: None,
    };
    let population = Population::make(bench, "latency", &[wanted]).await?;
    let (server, api) = population.serve(bench).await?;
    let people = &population.people[0];
    let contenders = [
        bare(bench, "axum", AXUM)?,
        people.contender(ROLLCALL, &server, &api.token),
    ];
    let turns = rounds(&contenders, &bench.sizes).await?;
    let rate = half_of(turns_of(&turns, ROLLCALL)?)?;
    let load = FixedRate {
        oha,
        core: bench.cores.generator,
        rate,
        seconds: bench.sizes.seconds,
        connections: bench.sizes.connections,
    };
    let address = &contenders[0].server.address;
    let of_axum = question(address, &api.token, people, 0);
    let of_rollcall = question(&server.address, &api.token, people, 0);
    let (mut axum, mut rollcall) = (Vec::new(), Vec::new());
    for _ in 0..bench.sizes.rounds {
        axum.push(load.run(&of_axum)?);
        rollcall.push(load.run(&of_rollcall)?);
    }
    tell(report, rate, &axum, &rollcall)
}

fn tell(report: &mut Report, rate: u64, axum: &[Latencies], rollcall: &[Latencies]) -> Result<()> {
    let mut rows = Vec::new();
    let mut lines = Vec::new();
    for (name, rounds) in [(AXUM, axum), (ROLLCALL, rollcall)] {
        let medians = medians(rounds)?;
        let sent: Vec<f64> = rounds.iter().map(|round| round.rate).collect();
        let mut row = vec![name.to_owned(), figure(Spread::of(&sent)?.median)];
        row.extend(medians.iter().map(|millis| figure(*millis)));
        rows.push(row);
        lines.push(Line {
            name: name.to_owned(),
            points: places().zip(medians).collect(),
        });
    }
    let mut head = vec!["server", "requests per second"];
    head.extend(PERCENTILES);
    let text = format!(
        "{}\nMilliseconds, medians of {} rounds at {} requests per second, which is half of what \
         Rollcall reached on its core just before. A request's time counts from the instant at \
         which it was due.\n\n![Latency](latency.svg)",
        table(&head, &rows),
        axum.len(),
        figure(real(rate)),
    );
    report.section("Latency", text);
    let plot = Plot {
        title: format!("Latency at {} requests per second", figure(real(rate))),
        across: "percentile".to_owned(),
        upward: "milliseconds".to_owned(),
        ticks: places().zip(PERCENTILES.map(ToOwned::to_owned)).collect(),
        logarithmic: true,
        lines,
    };
    report.plots.push(("latency.svg".to_owned(), plot.svg()));
    let at = |rounds: &[Latencies]| {
        let millis = rounds.iter().map(|round| round.at("p99.9"));
        millis.collect::<Result<Vec<f64>>>()
    };
    let ratio = Spread::of_ratios(&at(rollcall)?, &at(axum)?)?;
    let what = "p99.9 at half of the highest rate / bare axum's at the same rate";
    report.mark(what, Wanted::AtMost, 3.0, Ok(ratio));
    Ok(())
}

fn medians(rounds: &[Latencies]) -> Result<Vec<f64>> {
    let of = |name| {
        let all: Result<Vec<f64>> = rounds.iter().map(|round| round.at(name)).collect();
        Ok(Spread::of(&all?)?.median)
    };
    PERCENTILES.iter().map(|name| of(*name)).collect()
}

/// Where percentiles lie: by how rare what is slower is.
fn places() -> impl Iterator<Item = f64> {
    [2.0, 4.0, 10.0, 20.0, 100.0, 1_000.0, 10_000.0].into_iter()
}
