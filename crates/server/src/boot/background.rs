//! Work that nobody waits for: recording what time has ended, telling applications
//! and webhooks, marking the clock, forgetting what is old.

use super::warming;
use crate::logout::Deliverer;
use crate::state::AppState;
use crate::webhooks::WebhookDeliverer;
use rollcall_core::limits;
use rollcall_core::ports::maintenance::Progress;
use rollcall_core::ports::{Store, StoreResult};
use rollcall_core::time::Span;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval};

/// Ends are recorded within a second of their limit, with room to spare.
const RECORD_EVERY: Duration = Duration::from_millis(250);

/// After a crash, time may be told again from at most this far back.
const MARK_EVERY: Duration = Duration::from_secs(1);

/// How far the last use of a key may be behind what a crash leaves of it. A use is
/// worth a write once a minute at most, so this costs nothing while nothing is due.
const RECORD_KEY_USES_EVERY: Duration = Duration::from_secs(5);

/// A node signs with the key that is due: it must know it before that, and it is
/// published [`limits::KEY_PUBLISHED_AHEAD`]. What asks sooner looks for itself.
const KEEP_UP_WITH_KEYS_EVERY: Duration = Duration::from_secs(30);

/// What is kept for days need not be looked at more often.
const FORGET_EVERY: Duration = Duration::from_mins(1);

/// The loops.
pub(super) struct Background {
    stop: watch::Sender<bool>,
    loops: JoinSet<()>,
}

impl Background {
    /// Starts the loops.
    pub(super) fn start(
        store: &Arc<dyn Store>,
        deliverer: Deliverer,
        webhooks: WebhookDeliverer,
        app: AppState,
    ) -> Self {
        let stop = watch::Sender::new(false);
        let mut loops = JoinSet::new();
        loops.spawn(record_ends(store.clone(), stop.subscribe()));
        loops.spawn(deliverer.run(stop.subscribe()));
        loops.spawn(webhooks.run(stop.subscribe()));
        loops.spawn(mark_clock(store.clone(), stop.subscribe()));
        loops.spawn(forget_old(store.clone(), stop.subscribe()));
        loops.spawn(record_key_uses(store.clone(), stop.subscribe()));
        loops.spawn(tally(store.clone(), stop.subscribe()));
        let metrics = app.node.metrics.clone();
        loops.spawn(warming::run(store.clone(), metrics, stop.subscribe()));
        loops.spawn(keep_up_with_keys(app, stop.subscribe()));
        Self { stop, loops }
    }

    /// Ends the loops, each after the batch that it is at.
    pub(super) async fn stop(mut self) {
        self.stop.send_replace(true);
        while let Some(ended) = self.loops.join_next().await {
            if let Err(error) = ended {
                tracing::error!(%error, "a background loop failed");
            }
        }
    }
}

async fn record_ends(store: Arc<dyn Store>, stop: watch::Receiver<bool>) {
    let mut ticks = Ticks::every(RECORD_EVERY, stop);
    while ticks.next().await {
        let batch = limits::END_BATCH;
        all("record expired logins", &ticks, || {
            store.record_expired(batch)
        })
        .await;
        all("record mass ends", &ticks, || store.record_mass_ends(batch)).await;
    }
}

async fn forget_old(store: Arc<dyn Store>, stop: watch::Receiver<bool>) {
    let mut ticks = Ticks::every(FORGET_EVERY, stop);
    while ticks.next().await {
        let forget = || store.forget_old(limits::DEFAULT_RETENTION, limits::END_BATCH);
        all("forget what is old", &ticks, forget).await;
    }
}

async fn record_key_uses(store: Arc<dyn Store>, stop: watch::Receiver<bool>) {
    let mut ticks = Ticks::every(RECORD_KEY_USES_EVERY, stop);
    while ticks.next().await {
        let record = || store.record_key_uses(limits::KEY_USE_BATCH);
        all("record uses of access keys", &ticks, record).await;
    }
}

async fn keep_up_with_keys(app: AppState, stop: watch::Receiver<bool>) {
    let mut ticks = Ticks::every(KEEP_UP_WITH_KEYS_EVERY, stop);
    while ticks.next().await {
        if let Err(error) = app.tokens.keep_up().await {
            tracing::error!(%error, "could not look for other nodes' signing keys");
        }
    }
}

/// What the console's first page shows is at most this old.
const TALLY_EVERY: Duration = Duration::from_secs(1);

async fn tally(store: Arc<dyn Store>, stop: watch::Receiver<bool>) {
    let mut ticks = Ticks::every(TALLY_EVERY, stop);
    while ticks.next().await {
        let count = || store.tally(limits::TALLY_BATCH);
        all("count for the console", &ticks, count).await;
    }
}

async fn mark_clock(store: Arc<dyn Store>, stop: watch::Receiver<bool>) {
    let mut ticks = Ticks::every(MARK_EVERY, stop);
    let mut told = Span::ZERO;
    while ticks.next().await {
        if let Err(error) = store.mark_clock().await {
            tracing::error!(%error, "could not mark the clock");
        }
        told = tell_lag(store.clock_lag(), told);
    }
}

/// Says when time begins to stand, when that grows by a minute, and when it
/// goes on; answers the lag that was last told.
fn tell_lag(lag: Span, told: Span) -> Span {
    const GROWTH: i64 = 60;
    let millis = lag.as_millis();
    if lag == Span::ZERO && told != Span::ZERO {
        tracing::info!("the clock has passed the store's mark: time goes on");
        return lag;
    }
    let grown = lag.as_seconds() >= told.as_seconds().saturating_add(GROWTH);
    if lag != Span::ZERO && (told == Span::ZERO || grown) {
        tracing::warn!(
            behind_ms = millis,
            "the clock is behind the store's mark: time stands until it has passed it"
        );
        return lag;
    }
    told
}

/// Repeats a step while there is more to do now. An error leaves the rest to the
/// next tick: the store has logged its detail.
async fn all<F: Future<Output = StoreResult<Progress>>>(
    work: &'static str,
    ticks: &Ticks,
    mut step: impl FnMut() -> F,
) {
    while !ticks.stopped() {
        match step().await {
            Ok(Progress { more: true, .. }) => {}
            Ok(Progress { more: false, .. }) => return,
            Err(error) => {
                tracing::error!(%error, work, "background work failed");
                return;
            }
        }
    }
}

struct Ticks {
    interval: tokio::time::Interval,
    stop: watch::Receiver<bool>,
}

impl Ticks {
    fn every(period: Duration, stop: watch::Receiver<bool>) -> Self {
        let mut interval = interval(period);
        // After a long batch the next tick is due at once, the missed ones never.
        interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self { interval, stop }
    }

    fn stopped(&self) -> bool {
        *self.stop.borrow()
    }

    /// Waits for the next tick; false once stopped.
    async fn next(&mut self) -> bool {
        tokio::select! {
            // An error means that nobody can stop it any more, so it must stop.
            _ = self.stop.wait_for(|stopped| *stopped) => false,
            _ = self.interval.tick() => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rollcall_core::ports::StoreError;
    use std::cell::Cell;

    fn ticks(stop: &watch::Sender<bool>) -> Ticks {
        Ticks::every(Duration::from_hours(1), stop.subscribe())
    }

    #[tokio::test]
    async fn a_step_is_repeated_while_there_is_more() {
        let stop = watch::Sender::new(false);
        let left = Cell::new(3);
        let work = || async {
            left.set(left.get() - 1);
            let more = left.get() > 0;
            Ok(Progress { changed: 1, more })
        };
        all("test", &ticks(&stop), work).await;
        assert_eq!(left.get(), 0);
    }

    #[tokio::test]
    async fn an_error_ends_the_round_and_a_stop_the_loop() {
        let stop = watch::Sender::new(false);
        let tries = Cell::new(0);
        let work = || async {
            tries.set(tries.get() + 1);
            Err(StoreError::Busy)
        };
        let mut ticks = ticks(&stop);
        assert!(ticks.next().await);
        all("test", &ticks, work).await;
        assert_eq!(tries.get(), 1);
        stop.send_replace(true);
        all("test", &ticks, work).await;
        assert_eq!(tries.get(), 1);
        assert!(!ticks.next().await);
    }

    #[test]
    fn a_lag_is_told_when_it_begins_grows_and_ends() {
        let seconds = Span::from_seconds;
        assert_eq!(tell_lag(Span::ZERO, Span::ZERO), Span::ZERO);
        assert_eq!(tell_lag(seconds(5), Span::ZERO), seconds(5));
        assert_eq!(tell_lag(seconds(64), seconds(5)), seconds(5));
        assert_eq!(tell_lag(seconds(65), seconds(5)), seconds(65));
        assert_eq!(tell_lag(Span::ZERO, seconds(65)), Span::ZERO);
    }
}
