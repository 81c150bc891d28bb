//! The loop that makes deliveries.

use super::{FirstAttempts, LogoutSender, LogoutTokens};
use rollcall_core::ids::ApplicationId;
use rollcall_core::limits;
use rollcall_core::model::logout_delivery::{
    Attempt, AttemptResult, Delivery, DeliveryPlaces, DeliveryState, Verdict,
};
use rollcall_core::ports::logout_deliveries::AttemptRecorded;
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::{self, JoinError, JoinSet};
use tokio::time::{MissedTickBehavior, interval, timeout};

/// Retries begin that late at most. First attempts wait for nothing.
const RETRY_EVERY: Duration = Duration::from_millis(250);

/// Makes the deliveries that the store owes. One for a store.
#[derive(Clone)]
pub struct Deliverer {
    first_attempts: FirstAttempts,
    tokens: Arc<dyn LogoutTokens>,
    sender: Arc<dyn LogoutSender>,
}

impl Deliverer {
    /// Tells those who wait in `first_attempts`.
    pub fn new(
        first_attempts: FirstAttempts,
        tokens: Arc<dyn LogoutTokens>,
        sender: Arc<dyn LogoutSender>,
    ) -> Self {
        Self {
            first_attempts,
            tokens,
            sender,
        }
    }

    /// Makes deliveries until it is stopped. What is under way then comes to its
    /// end; if it takes too long, its lease does, after the next start.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        let store = self.first_attempts.store().clone();
        let mut under_way = UnderWay::default();
        let mut retries = interval(RETRY_EVERY);
        retries.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                // An error means that nobody can stop it any more, so it must stop.
                _ = stop.wait_for(|stopped| *stopped) => break,
                Some(over) = under_way.attempts.join_next_with_id() => under_way.end(over),
                () = store.deliveries_added() => {}
                _ = retries.tick() => {}
            }
            under_way.end_those_that_are_over();
            self.begin_what_is_due(&mut under_way).await;
        }
        let all_over = async { while under_way.attempts.join_next().await.is_some() {} };
        if timeout(limits::EGRESS_TIMEOUT, all_over).await.is_err() {
            tracing::warn!("some applications have not answered: they are told again later");
        }
    }

    async fn begin_what_is_due(&self, under_way: &mut UnderWay) {
        if under_way.places.free() == 0 {
            return;
        }
        let store = self.first_attempts.store();
        match store.claim_deliveries(&under_way.places).await {
            Ok(claimed) => {
                for delivery in claimed {
                    let application = delivery.application;
                    let attempt = self.clone().attempt(delivery);
                    under_way.begin(application, attempt);
                }
            }
            Err(error) => tracing::error!(%error, "could not look for deliveries of logouts"),
        }
    }

    /// One attempt; answers whether the application answered, and in time.
    async fn attempt(self, delivery: Delivery) -> bool {
        let store = self.first_attempts.store();
        // A token of its own each time: it lasts two minutes, a retry comes later,
        // and its `jti` may be used once (section 2.6).
        let Ok(token) = self.tokens.mint(&delivery, store.now()).await else {
            // Our fault and not the application's: it is tried when its lease ends.
            tracing::error!(
                application = %delivery.application,
                "a logout token could not be signed"
            );
            return false;
        };
        let result = match self.sender.send(&delivery.uri, &token).await {
            Ok(status) => AttemptResult::Answered(status),
            Err(failure) => AttemptResult::Failed(failure.code.to_owned()),
        };
        let took = store.now().since(delivery.claimed_at);
        let was_prompt = result.verdict() != Verdict::Recoverable && took < limits::PROMPT_DELIVERY;
        let attempt = Attempt {
            at: delivery.claimed_at,
            result: result.clone(),
        };
        match store
            .record_attempt(delivery.pool, delivery.login, attempt)
            .await
        {
            Ok(recorded) => log(&delivery, &result, recorded),
            Err(error) => {
                tracing::error!(%error, login = %delivery.login, "an attempt is not in the ledger");
            }
        }
        self.first_attempts.recorded();
        was_prompt
    }
}

/// The token is logged nowhere, and neither is the URI, which may have a secret of
/// the application in it; the ledger has it.
fn log(delivery: &Delivery, result: &AttemptResult, recorded: AttemptRecorded) {
    let Delivery {
        pool,
        application,
        login,
        ..
    } = delivery;
    let (outcome, status) = (result.outcome(), result.status());
    match recorded {
        AttemptRecorded::Recorded(DeliveryState::Confirmed { .. }) => tracing::info!(
            %pool, %application, %login, outcome, status, "an application was told of a logout"
        ),
        AttemptRecorded::Recorded(DeliveryState::Waiting { next_at }) => tracing::warn!(
            %pool, %application, %login, outcome, status,
            next_at_ms = next_at.as_millis(),
            "an application could not be told of a logout: it is tried again"
        ),
        AttemptRecorded::Recorded(DeliveryState::GivenUp { .. }) => tracing::warn!(
            %pool, %application, %login, outcome, status,
            "an application could not be told of a logout: it was given up"
        ),
        AttemptRecorded::NotFound => tracing::warn!(
            %pool, %application, %login, outcome, status,
            "an attempt came after its delivery was forgotten"
        ),
    }
}

/// Attempts that have begun, each with its place.
#[derive(Default)]
struct UnderWay {
    attempts: JoinSet<bool>,
    places: DeliveryPlaces,
    of: HashMap<task::Id, ApplicationId>,
}

impl UnderWay {
    fn begin(
        &mut self,
        application: ApplicationId,
        attempt: impl Future<Output = bool> + Send + 'static,
    ) {
        let id = self.attempts.spawn(attempt).id();
        self.places.take(application);
        self.of.insert(id, application);
    }

    fn end(&mut self, over: Result<(task::Id, bool), JoinError>) {
        let (id, was_prompt) = match over {
            Ok(over) => over,
            Err(error) => {
                tracing::error!(%error, "an attempt to tell an application failed");
                (error.id(), false)
            }
        };
        if let Some(application) = self.of.remove(&id) {
            self.places.give_back(application, was_prompt);
        }
    }

    fn end_those_that_are_over(&mut self) {
        while let Some(over) = self.attempts.try_join_next_with_id() {
            self.end(over);
        }
    }
}

impl fmt::Debug for Deliverer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Deliverer")
    }
}
