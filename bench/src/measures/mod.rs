//! What is measured, each part by itself.

mod console;
mod durable;
mod durable_postgres;
mod ends;
mod headline;
mod latency;
mod logins;
mod postgres;
mod sign_ins;
mod warming;

use crate::numbers::Spread;
use crate::report::Report;
use crate::suite::Bench;
use anyhow::Result;

/// The parts, in their order: a name, what it measures.
pub const PARTS: [(&str, &str); 9] = [
    (
        "headline",
        "the headline call beside bare servers and peers",
    ),
    ("latency", "its latency at half of the highest rate"),
    (
        "logins",
        "cost, memory, start, pages and kicks by number of logins",
    ),
    (
        "console",
        "each page of the console beside its bytes from a bare server",
    ),
    ("ends", "checks while very many logins end"),
    ("sign-ins", "password sign-ins beside the argon2 library"),
    ("durable", "durable sign-ins beside bare SQLite"),
    (
        "postgres",
        "the headline call where PostgreSQL shares the server's core",
    ),
    (
        "durable-postgres",
        "durable sign-ins on PostgreSQL beside psql",
    ),
];

/// Runs a part.
pub async fn run(part: &str, bench: &Bench, report: &mut Report) -> Result<()> {
    match part {
        "headline" => headline::run(bench, report).await,
        "latency" => latency::run(bench, report).await,
        "logins" => logins::run(bench, report).await,
        "console" => console::run(bench, report).await,
        "ends" => ends::run(bench, report).await,
        "sign-ins" => sign_ins::run(bench, report).await,
        "durable" => durable::run(bench, report).await,
        "postgres" => postgres::run(bench, report).await,
        "durable-postgres" => durable_postgres::run(bench, report).await,
        unknown => anyhow::bail!("there is no part `{unknown}`"),
    }
}

/// A figure, or the text of why there is none.
fn found(spread: Result<Spread>) -> Result<Spread, String> {
    spread.map_err(|error| one_line(&error))
}

/// An error as a table's cell takes it.
fn one_line(error: &anyhow::Error) -> String {
    format!("{error:#}").replace(['\r', '\n', '|'], " ")
}
