//! The clients together.

use super::client::{Client, Until};
use super::judge::{Judged, judge};
use super::node::Key;
use super::told::{Clock, Moment};
use anyhow::Result;
use std::time::Duration;
use tokio::task::JoinSet;

/// Clients that work at the same time.
#[derive(Debug)]
pub struct Crew {
    clients: Vec<Client>,
    clock: Clock,
}

/// Clients at work.
#[derive(Debug)]
pub struct AtWork {
    until: Until,
    tasks: JoinSet<Result<Client>>,
}

impl Crew {
    /// Makes their pools on a server.
    pub async fn new(url: &str, root: &Key, clients: u64, seed: u64) -> Result<Self> {
        let clock = Clock::default();
        let mut made = Vec::new();
        for number in 0..clients {
            made.push(Client::new(url, root, &clock, seed << 16 | number).await?);
        }
        Ok(Self {
            clients: made,
            clock,
        })
    }

    /// Sets them to work.
    pub fn start(&mut self, url: &str) -> AtWork {
        let (until, mut tasks) = (Until::default(), JoinSet::new());
        for mut client in self.clients.drain(..) {
            let (url, until) = (url.to_owned(), until.clone());
            tasks.spawn(async move {
                client.work(&url, &until).await?;
                Ok(client)
            });
        }
        AtWork { until, tasks }
    }

    /// Waits until all have stopped.
    pub async fn join(&mut self, mut at_work: AtWork) -> Result<()> {
        while let Some(client) = at_work.tasks.join_next().await {
            self.clients.push(client??);
        }
        Ok(())
    }

    /// The next number of the clock that orders asking and answering.
    pub fn tick(&self) -> u64 {
        self.clock.tick()
    }

    /// This moment.
    pub fn now(&self) -> Moment {
        let from = self.clock.tick();
        Moment { from, to: from }
    }

    /// Asks a server after all that they were told; with `spend` also after refresh tokens,
    /// which uses them up: for a copy that is thrown away.
    pub async fn judge(&mut self, url: &str, at: Moment, spend: bool) -> Result<Judged> {
        let mut tasks = JoinSet::new();
        for client in self.clients.drain(..) {
            let url = url.to_owned();
            tasks.spawn(async move {
                let judged = judge(&client, &url, at, spend).await?;
                anyhow::Ok((client, judged))
            });
        }
        let mut all = Judged::default();
        while let Some(done) = tasks.join_next().await {
            let (client, judged) = done??;
            self.clients.push(client);
            all += judged;
        }
        Ok(all)
    }

    /// The same of this moment.
    pub async fn judge_now(&mut self, url: &str, spend: bool) -> Result<Judged> {
        let now = self.now();
        self.judge(url, now, spend).await
    }

    /// Lets all make sure of what they lost sight of.
    pub async fn settle(&mut self, url: &str) -> Result<()> {
        for client in &mut self.clients {
            client.settle(url).await?;
        }
        Ok(())
    }

    /// Takes note that whoever is signed in is beyond every limit.
    pub fn expire(&mut self) {
        for client in &mut self.clients {
            client.expire();
        }
    }

    /// How many calls were refused.
    pub fn refused(&self) -> usize {
        self.clients.iter().map(|client| client.refused).sum()
    }
}

impl AtWork {
    /// Waits until so many calls were answered, or refused; false if that takes longer
    /// than so long.
    pub async fn answers(&self, count: usize, patience: Duration) -> bool {
        self.until.answers(count, patience).await
    }

    /// Tells them to stop, each after the call that it is at.
    pub fn stop(&self) {
        self.until.stop();
    }
}
