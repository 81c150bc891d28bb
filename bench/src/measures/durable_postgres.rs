//! Durable sign-ins on PostgreSQL, hashing aside, beside the same rows in the same groups
//! inserted by `psql` into a database of the same server with the same schema.

use super::durable::contender;
use crate::numbers::{Spread, figure, real};
use crate::postgres;
use crate::report::{Report, Wanted, table};
use crate::rollcall::Data;
use crate::sign_in_rows::{Script, revision, script};
use crate::suite::{Bench, Contender};
use anyhow::{Result, ensure};
use rollcall_testing::postgres::Database;
use std::path::Path;
use std::time::{Duration, Instant};
use tokio_postgres::Client;

pub(super) async fn run(bench: &Bench, report: &mut Report) -> Result<()> {
    let server = match postgres::start(bench.cores.server) {
        Ok(server) => server,
        Err(error) => {
            report.leave_out(format!("no sign-ins on PostgreSQL: {error:#}"));
            return Ok(());
        }
    };
    let (own, bare) = (server.create_database()?, server.create_database()?);
    let binary = &bench.programs.rollcall;
    let init = |database: &Database<'_>, name: &str| {
        let folder = bench.scratch.join(name);
        Data::init_with(binary, &folder, &["--database-url", &database.url()])
    };
    let data = init(&own, "durable-postgres")?;
    init(&bare, "durable-psql")?;
    let signing_in = Contender {
        beside: vec![server.pid()],
        ..contender(bench, &data, &["--database-url", &own.url()]).await?
    };
    let client = postgres::connect(&own.url()).await?;
    let connections = bench.sizes.connections;
    signing_in.turn(connections, connections).await?;
    let mut figures = Figures::default();
    for _ in 0..bench.sizes.rounds {
        let replay = server.folder().join("sign-ins.sql");
        round(bench, &signing_in, &client, (&bare, &replay), &mut figures).await?;
    }
    figures.tell(report, connections)
}

#[derive(Default)]
struct Figures {
    own: Vec<f64>,
    psql: Vec<f64>,
    groups: Vec<f64>,
    cpu: Vec<f64>,
}

async fn round(
    bench: &Bench,
    signing_in: &Contender,
    client: &Client,
    (bare, replay): (&Database<'_>, &Path),
    figures: &mut Figures,
) -> Result<()> {
    let (count, connections) = (bench.sizes.sign_ins, bench.sizes.connections);
    let after = revision(client).await?;
    let (cpu, rate) = signing_in.turn(count, connections).await?;
    let done = script(client, after).await?;
    ensure!(
        done.logins == count,
        "{} of {count} sign-ins are in the store",
        done.logins
    );
    let took = insert(&done, bare, replay)?;
    figures.own.push(rate);
    figures.cpu.push(cpu);
    figures.psql.push(real(count as u64) / took.as_secs_f64());
    let groups = real(done.groups.max(1) as u64);
    figures.groups.push(real(count as u64) / groups);
    Ok(())
}

/// How long `psql` takes for all of it; what it takes for nothing is left out.
fn insert(script: &Script, bare: &Database<'_>, replay: &Path) -> Result<Duration> {
    std::fs::write(replay, "")?;
    let empty = Instant::now();
    bare.sql_file(replay)?;
    let empty = empty.elapsed();
    std::fs::write(replay, &script.text)?;
    let began = Instant::now();
    bare.sql_file(replay)?;
    Ok(began.elapsed().saturating_sub(empty))
}

impl Figures {
    fn tell(&self, report: &mut Report, connections: usize) -> Result<()> {
        let rows = [
            vec!["psql".to_owned(), figure(Spread::of(&self.psql)?.median)],
            vec!["Rollcall".to_owned(), figure(Spread::of(&self.own)?.median)],
        ];
        let text = format!(
            "{}\n{connections} connections; {} sign-ins to a commit, {} CPU µs for each, \
             PostgreSQL's included. `psql` inserts the rows of those sign-ins (session, login, \
             event, grant, action), a statement for each, in a transaction for each commit, on \
             the same server. PostgreSQL is on one core, with Rollcall; `psql` has the other. \
             Rollcall also signs two tokens (ES256) for each, and checks a password at the \
             lowest cost.",
            table(&["", "per second"], &rows),
            Spread::of(&self.groups)?,
            figure(Spread::of(&self.cpu)?.median),
        );
        report.section("Durable sign-ins on PostgreSQL", text);
        let ratio = Spread::of_ratios(&self.own, &self.psql)?;
        let what = "durable sign-ins per second on PostgreSQL / the same rows in the same \
                    groups by psql";
        report.mark(what, Wanted::AtLeast, 0.5, Ok(ratio));
        Ok(())
    }
}
