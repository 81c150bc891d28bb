//! The headline call where the server and PostgreSQL share one core.

use super::headline::bare;
use super::{found, warming};
use crate::load::Protocol;
use crate::numbers::{Spread, figure, grouped, real};
use crate::population::{ACTIVE, Population, Wanted as Many};
use crate::postgres;
use crate::report::{Report, Wanted, table};
use crate::servers::Server;
use crate::suite::{Bench, Contender, Turns, rounds, turns_of};
use anyhow::Result;
use std::process::Command;
use std::rc::Rc;

const AXUM: &str = "bare axum, no database";
const ONE_QUERY: &str = "one query per request, a pool of 16";
const ROLLCALL: &str = "Rollcall on PostgreSQL";

pub(super) async fn run(bench: &Bench, report: &mut Report) -> Result<()> {
    let database_server = match postgres::start(bench.cores.server) {
        Ok(server) => server,
        Err(error) => {
            report.leave_out(format!("nothing on PostgreSQL: {error:#}"));
            return Ok(());
        }
    };
    let database = database_server.create_database()?;
    let url = database.url();
    let wanted = Many {
        logins: bench.sizes.shared,
        expire_at: None,
    };
    let population = Population::make(bench, "postgres", &[wanted]).await?;
    let client = postgres::connect(&url).await?;
    let binary_can = makes_schema(bench, &population, &url)?;
    if !binary_can {
        postgres::make_schema(&client, &bench.programs.migrations).await?;
    }
    postgres::copy(&population.data.database(), &client).await?;
    drop(client);
    postgres::settle(&database_server, &database);
    let people = &population.people[0];
    let mut after = String::new();
    let mut contenders = vec![bare(bench, "axum", AXUM)?];
    let arguments = ["one-query", "--database-url", &url];
    let asks_once = Server::start_on(&bench.server_core(), &bench.programs.bare, &arguments)?;
    contenders.push(Contender {
        name: ONE_QUERY.to_owned(),
        requests: people.checks(&asks_once.address, "unread"),
        server: Rc::new(asks_once),
        beside: vec![database_server.pid()],
        protocol: Protocol::Http,
        right: ACTIVE,
        most: usize::MAX,
    });
    if binary_can {
        let warm = warming::serve(bench, &population, &["--database-url", &url]).await?;
        contenders.push(Contender {
            beside: vec![database_server.pid()],
            ..people.contender(ROLLCALL, &warm.server, &warm.api.token)
        });
        after = format!(
            " Rollcall had read the logins ahead, {} s after its start.",
            figure(warm.after)
        );
    } else {
        report.leave_out("Rollcall on PostgreSQL: the binary does not take a database yet");
    }
    let turns = rounds(&contenders, &bench.sizes).await?;
    tell(bench, report, &turns, &after)?;
    let rollcall = || turns_of(&turns, ROLLCALL);
    let what = "Rollcall's rate on a core shared with PostgreSQL / bare axum's on that core";
    let ratio =
        rollcall().and_then(|own| Spread::of_ratios(&turns_of(&turns, AXUM)?.cpu, &own.cpu));
    report.mark(what, Wanted::AtLeast, 0.4, found(ratio));
    let what = "the same / one query per request through a pool of 16";
    let ratio =
        rollcall().and_then(|own| Spread::of_ratios(&turns_of(&turns, ONE_QUERY)?.cpu, &own.cpu));
    report.mark(what, Wanted::AtLeast, 2.8, found(ratio));
    Ok(())
}

/// Whether the binary makes its schema in this database: one that knows no shared store
/// refuses the setting.
fn makes_schema(bench: &Bench, population: &Population, url: &str) -> Result<bool> {
    let made = Command::new(&bench.programs.rollcall)
        .args(["init", "--database-url", url, "--json", "--master-key-file"])
        .arg(population.data.folder.join("master.key"))
        .output()?;
    Ok(made.status.success())
}

fn tell(bench: &Bench, report: &mut Report, turns: &[Turns], after: &str) -> Result<()> {
    let axum = turns_of(turns, AXUM)?;
    let mut rows = Vec::new();
    for own in turns {
        rows.push(vec![
            own.name.clone(),
            figure(own.cost()?.median),
            Spread::of_ratios(&axum.cpu, &own.cpu)?.to_string(),
            figure(Spread::of(&own.rate)?.median),
            figure(Spread::of(&own.p99)?.median),
        ]);
    }
    let head = [
        "contender",
        "CPU µs per request, PostgreSQL's included",
        "rate on a core / bare axum's (spread)",
        "per second, as seen by the generator",
        "p99, ms",
    ];
    let text = format!(
        "{}\n{} logins, {} connections. Server and all of PostgreSQL's processes are on one \
         core.{after}",
        table(&head, &rows),
        grouped(real(bench.sizes.shared)),
        bench.sizes.connections,
    );
    report.section("On PostgreSQL", text);
    Ok(())
}
