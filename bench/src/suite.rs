//! What all measures share: the programs, the sizes, and rounds in which contenders
//! take turns.

use crate::load::{Load, Protocol};
use crate::numbers::{Spread, real};
use crate::process::{Cores, cpu_micros, family};
use crate::servers::Server;
use anyhow::{Context as _, Result};
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Where everything is that is run.
#[derive(Clone, Debug)]
pub struct Programs {
    /// `rollcall`.
    pub rollcall: PathBuf,
    /// `bare`.
    pub bare: PathBuf,
    /// `oha`, if it is there.
    pub oha: Option<PathBuf>,
    /// `redis-server`, if it is there.
    pub redis: Option<PathBuf>,
    /// The folders of npm peers, if they are installed.
    pub peers: Option<PathBuf>,
    /// The schema for PostgreSQL: a folder of migrations.
    pub migrations: PathBuf,
}

/// How much is measured.
#[derive(Clone, Debug)]
pub struct Sizes {
    /// Rounds, in each of which every contender has its turn.
    pub rounds: usize,
    /// How long a turn takes.
    pub turn: Duration,
    /// Logins of the smaller stores.
    pub few: u64,
    /// Numbers of logins that costs are shown against, growing.
    pub steps: Vec<u64>,
    /// Logins that end at once.
    pub mass: u64,
    /// Logins of the store on PostgreSQL.
    pub shared: u64,
    /// Seconds of a fixed rate.
    pub seconds: u64,
    /// Password hashes of a round.
    pub hashes: u32,
    /// Durable sign-ins of a round.
    pub sign_ins: usize,
    /// Kicks of a round.
    pub kicks: u64,
    /// Connections.
    pub connections: usize,
}

impl Sizes {
    /// What the marks are about.
    pub fn full() -> Self {
        Self {
            rounds: 5,
            turn: Duration::from_secs(2),
            few: 10_000,
            steps: vec![10_000, 100_000, 1_000_000, 10_000_000],
            mass: 1_000_000,
            shared: 1_000_000,
            seconds: 10,
            hashes: 400,
            sign_ins: 5_000,
            kicks: 2_000,
            connections: 64,
        }
    }

    /// Some minutes, for use while something is being worked on.
    pub fn quick() -> Self {
        Self {
            turn: Duration::from_millis(700),
            steps: vec![10_000, 300_000],
            mass: 100_000,
            shared: 50_000,
            seconds: 3,
            hashes: 60,
            sign_ins: 1_000,
            kicks: 500,
            ..Self::full()
        }
    }

    /// Seconds: whether it works, not what it costs.
    pub fn smallest() -> Self {
        Self {
            rounds: 1,
            turn: Duration::from_millis(50),
            few: 20,
            steps: vec![20, 200],
            mass: 200,
            shared: 200,
            seconds: 1,
            hashes: 2,
            sign_ins: 20,
            kicks: 4,
            connections: 4,
        }
    }

    /// The largest number of logins.
    pub fn many(&self) -> u64 {
        self.steps.last().copied().unwrap_or(self.few)
    }
}

/// What every measure gets.
pub struct Bench {
    /// What is run.
    pub programs: Programs,
    /// How much.
    pub sizes: Sizes,
    /// Where.
    pub cores: Cores,
    /// A folder for stores, removed at the end.
    pub scratch: PathBuf,
}

impl Bench {
    /// The core of servers, as `taskset` takes it.
    pub fn server_core(&self) -> String {
        self.cores.server.to_string()
    }

    /// Both cores.
    pub fn both_cores(&self) -> String {
        format!("{},{}", self.cores.server, self.cores.generator)
    }
}

/// Makes as many requests as are asked for.
pub type Requests = Box<dyn Fn(usize) -> Result<Vec<Vec<u8>>>>;

/// Somebody who is driven.
pub struct Contender {
    /// For tables.
    pub name: String,
    /// The server that is asked.
    pub server: Rc<Server>,
    /// Processes that it asks, whose CPU time, and that of what they started, counts too.
    pub beside: Vec<u32>,
    /// How answers end.
    pub protocol: Protocol,
    /// What is asked.
    pub requests: Requests,
    /// What a right answer has in it.
    pub right: &'static str,
    /// The most that may be asked in a turn.
    pub most: usize,
}

/// A contender's turns.
#[derive(Clone, Debug)]
pub struct Turns {
    /// Whose.
    pub name: String,
    /// CPU microseconds for a request.
    pub cpu: Vec<f64>,
    /// Requests in a second.
    pub rate: Vec<f64>,
    /// Milliseconds within which 99 of 100 were answered.
    pub p99: Vec<f64>,
}

impl Turns {
    /// CPU microseconds for a request.
    pub fn cost(&self) -> Result<Spread> {
        Spread::of(&self.cpu)
    }
}

/// One of the contenders' turns by name.
pub fn turns_of<'a>(turns: &'a [Turns], name: &str) -> Result<&'a Turns> {
    let found = turns.iter().find(|turns| turns.name == name);
    found.with_context(|| format!("{name} was not measured"))
}

impl Contender {
    fn load(&self, count: usize, connections: usize) -> Result<Load> {
        Ok(Load {
            address: self.server.address.clone(),
            protocol: self.protocol,
            requests: Arc::new((self.requests)(count)?),
            right: self.right,
            count,
            connections,
        })
    }

    /// How many requests take about as long as a turn.
    pub async fn calibrate(&self, sizes: &Sizes) -> Result<usize> {
        let mut count = sizes.connections;
        loop {
            let load = self.load(count, sizes.connections)?;
            let took = load.run().await?.took;
            if took * 4 > sizes.turn || count >= self.most {
                let wanted = real(count as u64) * sizes.turn.as_secs_f64() / took.as_secs_f64();
                return Ok(whole(wanted).clamp(sizes.connections.min(self.most), self.most));
            }
            count = (count * 4).min(self.most);
        }
    }

    /// One turn: CPU microseconds for a request, and requests in a second.
    pub async fn turn(&self, count: usize, connections: usize) -> Result<(f64, f64)> {
        let [cpu, rate, _] = self.timed_turn(count, connections).await?;
        Ok((cpu, rate))
    }

    /// The same, and the milliseconds within which 99 of 100 were answered.
    async fn timed_turn(&self, count: usize, connections: usize) -> Result<[f64; 3]> {
        let load = self.load(count, connections)?;
        let before = self.cpu_micros()?;
        let answers = load.run().await?;
        let spent = self.cpu_micros()? - before;
        let right = real(answers.right as u64);
        let p99 = answers.p99.as_secs_f64() * 1e3;
        let rate = right / answers.took.as_secs_f64();
        Ok([real(spent) / right, rate, p99])
    }

    fn cpu_micros(&self) -> Result<u64> {
        let beside = self.beside.iter().flat_map(|pid| family(*pid));
        let beside: u64 = beside.map(cpu_micros).sum::<Result<u64>>()?;
        Ok(self.server.cpu_micros()? + beside)
    }
}

/// A count that was reckoned.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "positive and far below 2^52"
)]
pub fn whole(number: f64) -> usize {
    number.max(1.0) as usize
}

/// Warms each contender up and lets all of them take turns.
pub async fn rounds(contenders: &[Contender], sizes: &Sizes) -> Result<Vec<Turns>> {
    let mut counts = Vec::new();
    let mut turns = Vec::new();
    for contender in contenders {
        let count = contender.calibrate(sizes).await;
        counts.push(count.with_context(|| contender.name.clone())?);
        turns.push(Turns {
            name: contender.name.clone(),
            cpu: Vec::new(),
            rate: Vec::new(),
            p99: Vec::new(),
        });
    }
    for round in 1..=sizes.rounds {
        let began = Instant::now();
        for ((contender, count), turns) in contenders.iter().zip(&counts).zip(&mut turns) {
            let turn = contender.timed_turn(*count, sizes.connections).await;
            let [cpu, rate, p99] = turn.with_context(|| contender.name.clone())?;
            turns.cpu.push(cpu);
            turns.rate.push(rate);
            turns.p99.push(p99);
        }
        println!(
            "  round {round} of {} in {:.0} s",
            sizes.rounds,
            began.elapsed().as_secs_f64()
        );
    }
    Ok(turns)
}
