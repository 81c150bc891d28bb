//! Password sign-ins at the cost that is the default, beside the argon2 library alone.

use crate::load::{Protocol, post_json};
use crate::numbers::{Spread, figure, real};
use crate::report::{Report, Wanted, table};
use crate::rollcall::{Data, sign_in_body};
use crate::servers::pinned;
use crate::suite::{Bench, Contender};
use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;
use std::process::Command;
use std::rc::Rc;

/// People who sign in at once: more than there are places at the hasher, fewer than
/// may wait there (`limits::MAX_WAITING_HASHES`).
const AT_ONCE: usize = 16;

/// What a bare program says when it is done.
#[derive(Clone, Copy, Deserialize, Debug)]
pub(super) struct Done {
    count: u64,
    cpu_micros: u64,
    wall_micros: u64,
    #[serde(default)]
    pub(super) groups: u64,
}

impl Done {
    /// CPU microseconds of one.
    pub(super) fn cpu(&self) -> f64 {
        real(self.cpu_micros) / real(self.count.max(1))
    }

    /// How many in a second.
    pub(super) fn rate(&self) -> f64 {
        real(self.count) * 1e6 / real(self.wall_micros.max(1))
    }

    /// How many there were.
    pub(super) fn count(&self) -> u64 {
        self.count
    }
}

/// Runs a bare program to its end.
pub(super) fn finish(command: &mut Command) -> Result<Done> {
    let output = command.output().context("a bare program")?;
    ensure!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).context("what a bare program said")
}

pub(super) async fn run(bench: &Bench, report: &mut Report) -> Result<()> {
    let cores = bench.both_cores();
    let data = Data::init(&bench.programs.rollcall, &bench.scratch.join("sign-ins"))?;
    let rollcall = data.serve(&cores, &[]).await?;
    let application = rollcall.api.add_plain_application("Bench").await?;
    rollcall.api.add_user("person").await?;
    let server = Rc::new(rollcall.server);
    let body = sign_in_body("person", &application).to_string();
    let bearer = format!("Bearer {}", rollcall.api.token);
    let request = post_json(&server.address, "/api/v3/signin", &bearer, &body);
    let contender = Contender {
        name: "Rollcall".to_owned(),
        server,
        beside: Vec::new(),
        protocol: Protocol::Http,
        requests: Box::new(move |_| Ok(vec![request.clone()])),
        right: r#""access_token":"#,
        most: usize::MAX,
    };
    let hashes = bench.sizes.hashes;
    let count = usize::try_from(hashes)?;
    contender.turn(AT_ONCE.min(count), AT_ONCE).await?;
    let (mut own, mut library) = ((Vec::new(), Vec::new()), (Vec::new(), Vec::new()));
    for _ in 0..bench.sizes.rounds {
        let mut bare = pinned(&cores, &bench.programs.bare);
        let done = finish(bare.args(["argon2", "--hashes", &hashes.to_string()]))?;
        library.0.push(done.cpu());
        library.1.push(done.rate());
        let (cpu, rate) = contender.turn(count, AT_ONCE).await?;
        own.0.push(cpu);
        own.1.push(rate);
    }
    let rows = [("the argon2 library", &library), ("Rollcall", &own)].map(|(name, figures)| {
        Ok(vec![
            name.to_owned(),
            figure(Spread::of(&figures.0)?.median / 1e3),
            figure(Spread::of(&figures.1)?.median),
        ])
    });
    let rows = rows.into_iter().collect::<Result<Vec<_>>>()?;
    let rates = Spread::of_ratios(&own.1, &library.1)?;
    let text = format!(
        "{}\nBoth may use both cores, which the generator shares; {AT_ONCE} sign-ins under way \
         at once. Seen by the clock, Rollcall reached {rates} of the library's rate; that \
         figure has the neighbours' work in it, which CPU time has not.",
        table(&["", "CPU ms", "per second"], &rows)
    );
    report.section("Password sign-ins", text);
    let ratio = Spread::of_ratios(&library.0, &own.0)?;
    let what = "password sign-ins / hashes of the argon2 library alone, by CPU time";
    report.mark(what, Wanted::AtLeast, 0.95, Ok(ratio));
    Ok(())
}
