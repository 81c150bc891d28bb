//! The loop that makes deliveries, the same for every outbox.

use async_trait::async_trait;
use rollcall_core::limits;
use rollcall_core::model::delivery::Places;
use rollcall_core::ports::StoreResult;
use std::collections::HashMap;
use std::future::Future;
use std::hash::Hash;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::{self, JoinError, JoinSet};
use tokio::time::{MissedTickBehavior, interval, timeout};

/// Retries begin that late at most. First attempts wait for nothing.
const RETRY_EVERY: Duration = Duration::from_millis(250);

/// What the store owes to others, and how they are told.
#[async_trait]
pub(crate) trait Outbox: Clone + Send + Sync + 'static {
    /// Who is told.
    type Receiver: Copy + Eq + Hash + Send + Sync;
    /// Something to be told now.
    type Delivery: Send + 'static;
    /// What is told, for the log.
    const WHAT: &'static str;

    /// Passes once there is something new.
    async fn added(&self);

    /// Leases what is due and has a place.
    async fn claim(&self, places: &Places<Self::Receiver>) -> StoreResult<Vec<Self::Delivery>>;

    /// Who is told.
    fn receiver(delivery: &Self::Delivery) -> Self::Receiver;

    /// One attempt, recorded; answers whether it was answered, and in time.
    async fn attempt(self, delivery: Self::Delivery) -> bool;
}

/// Makes deliveries until it is stopped. What is under way then comes to its end; if
/// it takes too long, its lease does, after the next start.
pub(crate) async fn run<O: Outbox>(outbox: O, mut stop: watch::Receiver<bool>) {
    let mut under_way = UnderWay::<O>::default();
    let mut retries = interval(RETRY_EVERY);
    retries.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            // An error means that nobody can stop it any more, so it must stop.
            _ = stop.wait_for(|stopped| *stopped) => break,
            Some(over) = under_way.attempts.join_next_with_id() => under_way.end(over),
            () = outbox.added() => {}
            _ = retries.tick() => {}
        }
        under_way.end_those_that_are_over();
        begin_what_is_due(&outbox, &mut under_way).await;
    }
    let all_over = async { while under_way.attempts.join_next().await.is_some() {} };
    if timeout(limits::EGRESS_TIMEOUT, all_over).await.is_err() {
        tracing::warn!(
            what = O::WHAT,
            "some have not answered: they are told again later"
        );
    }
}

async fn begin_what_is_due<O: Outbox>(outbox: &O, under_way: &mut UnderWay<O>) {
    if under_way.places.free() == 0 {
        return;
    }
    match outbox.claim(&under_way.places).await {
        Ok(claimed) => {
            for delivery in claimed {
                let receiver = O::receiver(&delivery);
                under_way.begin(receiver, outbox.clone().attempt(delivery));
            }
        }
        Err(error) => tracing::error!(%error, what = O::WHAT, "could not look for deliveries"),
    }
}

/// Attempts that have begun, each with its place.
struct UnderWay<O: Outbox> {
    attempts: JoinSet<bool>,
    places: Places<O::Receiver>,
    of: HashMap<task::Id, O::Receiver>,
}

impl<O: Outbox> Default for UnderWay<O> {
    fn default() -> Self {
        Self {
            attempts: JoinSet::new(),
            places: Places::default(),
            of: HashMap::new(),
        }
    }
}

impl<O: Outbox> UnderWay<O> {
    fn begin(
        &mut self,
        receiver: O::Receiver,
        attempt: impl Future<Output = bool> + Send + 'static,
    ) {
        let id = self.attempts.spawn(attempt).id();
        self.places.take(receiver);
        self.of.insert(id, receiver);
    }

    fn end(&mut self, over: Result<(task::Id, bool), JoinError>) {
        let (id, was_prompt) = match over {
            Ok(over) => over,
            Err(error) => {
                tracing::error!(%error, what = O::WHAT, "an attempt failed");
                (error.id(), false)
            }
        };
        if let Some(receiver) = self.of.remove(&id) {
            self.places.give_back(receiver, was_prompt);
        }
    }

    fn end_those_that_are_over(&mut self) {
        while let Some(over) = self.attempts.try_join_next_with_id() {
            self.end(over);
        }
    }
}
