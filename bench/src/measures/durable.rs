//! Durable sign-ins, hashing aside, beside the same rows in the same groups inserted
//! into bare SQLite on the same core and the same disk.

use super::sign_ins::finish;
use crate::load::{Protocol, post_json};
use crate::numbers::{Spread, figure, real};
use crate::population::SERVED;
use crate::report::{Report, Wanted, table};
use crate::rollcall::{Data, sign_in_body};
use crate::servers::pinned;
use crate::suite::{Bench, Contender};
use anyhow::{Result, ensure};
use rusqlite::{Connection, OpenFlags};
use std::path::Path;
use std::rc::Rc;

/// People who sign in by turns.
const PEOPLE: usize = 64;

/// The last place in the store's history.
fn revision(database: &Path) -> Result<i64> {
    let conn = Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let last = "SELECT coalesce(max(revision), 0) FROM events";
    Ok(conn.query_row(last, [], |row| row.get(0))?)
}

/// People who sign in at a served store, with these arguments more.
pub(super) async fn contender(bench: &Bench, data: &Data, more: &[&str]) -> Result<Contender> {
    let more = [&SERVED[..], more].concat();
    let rollcall = data.serve(&bench.server_core(), &more).await?;
    let application = rollcall.api.add_plain_application("Bench").await?;
    let bearer = format!("Bearer {}", rollcall.api.token);
    let mut requests = Vec::new();
    for number in 0..PEOPLE {
        let name = format!("person{number}");
        rollcall.api.add_user(&name).await?;
        let body = sign_in_body(&name, &application).to_string();
        let address = &rollcall.server.address;
        requests.push(post_json(address, "/api/v3/signin", &bearer, &body));
    }
    Ok(Contender {
        name: "Rollcall".to_owned(),
        server: Rc::new(rollcall.server),
        beside: Vec::new(),
        protocol: Protocol::Http,
        requests: Box::new(move |_| Ok(requests.clone())),
        right: r#""access_token":"#,
        most: usize::MAX,
    })
}

pub(super) async fn run(bench: &Bench, report: &mut Report) -> Result<()> {
    let folder = bench.scratch.join("durable");
    let data = Data::init(&bench.programs.rollcall, &folder)?;
    let contender = contender(bench, &data, &[]).await?;
    let (count, connections) = (bench.sizes.sign_ins, bench.sizes.connections);
    contender.turn(connections, connections).await?;
    let (mut own, mut bare) = ((Vec::new(), Vec::new()), (Vec::new(), Vec::new()));
    let mut groups = Vec::new();
    for round in 1..=bench.sizes.rounds {
        let after = revision(&data.database())?;
        let (cpu, rate) = contender.turn(count, connections).await?;
        own.0.push(cpu);
        own.1.push(rate);
        let mut replay = pinned(&bench.server_core(), &bench.programs.bare);
        replay
            .args(["replay", "--after", &after.to_string(), "--from"])
            .arg(data.database())
            .arg("--to")
            .arg(folder.join(format!("replay-{round}.db")));
        let done = finish(&mut replay)?;
        ensure!(
            done.count() == count as u64,
            "{} of {count} sign-ins are in the store",
            done.count()
        );
        bare.0.push(done.cpu());
        bare.1.push(done.rate());
        groups.push(real(done.count()) / real(done.groups.max(1)));
    }
    let rows = [("bare SQLite", &bare), ("Rollcall", &own)].map(|(name, figures)| {
        Ok(vec![
            name.to_owned(),
            figure(Spread::of(&figures.1)?.median),
            figure(Spread::of(&figures.0)?.median),
        ])
    });
    let rows = rows.into_iter().collect::<Result<Vec<_>>>()?;
    let text = format!(
        "{}\n{connections} connections; {} sign-ins to a commit. Bare SQLite inserts the rows of \
         those sign-ins (session, login, event, grant, action) with the store's schema, one \
         transaction for each of its commits, each on disk before the next. Rollcall also signs \
         two tokens (ES256) for each, and checks a password at the lowest cost.",
        table(&["", "per second", "CPU µs"], &rows),
        Spread::of(&groups)?,
    );
    report.section("Durable sign-ins", text);
    let ratio = Spread::of_ratios(&own.1, &bare.1)?;
    let what = "durable sign-ins per second / the same rows in the same groups in bare SQLite";
    report.mark(what, Wanted::AtLeast, 0.5, Ok(ratio));
    Ok(())
}
