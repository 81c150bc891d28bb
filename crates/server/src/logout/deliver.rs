//! Making the deliveries.

use super::{FirstAttempts, LogoutSender, LogoutTokens};
use crate::delivery::{self, Outbox};
use crate::metrics::Metrics;
use async_trait::async_trait;
use rollcall_core::ids::ApplicationId;
use rollcall_core::limits;
use rollcall_core::model::logout_delivery::{
    Attempt, AttemptResult, Delivery, DeliveryPlaces, DeliveryState, Verdict,
};
use rollcall_core::ports::StoreResult;
use rollcall_core::ports::logout_deliveries::AttemptRecorded;
use std::fmt;
use std::sync::Arc;
use tokio::sync::watch;

/// Makes the deliveries that the store owes. One for a store.
#[derive(Clone)]
pub struct Deliverer {
    first_attempts: FirstAttempts,
    tokens: Arc<dyn LogoutTokens>,
    sender: Arc<dyn LogoutSender>,
    metrics: Arc<Metrics>,
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
            metrics: Arc::default(),
        }
    }

    /// Counts attempts there.
    #[must_use]
    pub fn counting(self, metrics: Arc<Metrics>) -> Self {
        Self { metrics, ..self }
    }

    /// Makes deliveries until it is stopped.
    pub async fn run(self, stop: watch::Receiver<bool>) {
        delivery::run(self, stop).await;
    }
}

#[async_trait]
impl Outbox for Deliverer {
    type Receiver = ApplicationId;
    type Delivery = Delivery;
    const WHAT: &'static str = "logouts";

    async fn added(&self) {
        self.first_attempts.store().deliveries_added().await;
    }

    async fn claim(&self, places: &DeliveryPlaces) -> StoreResult<Vec<Delivery>> {
        self.first_attempts.store().claim_deliveries(places).await
    }

    fn receiver(delivery: &Delivery) -> ApplicationId {
        delivery.application
    }

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
            Ok(recorded) => {
                if let AttemptRecorded::Recorded(state) = recorded {
                    self.metrics.logouts.count(state);
                }
                log(&delivery, &result, recorded);
            }
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

impl fmt::Debug for Deliverer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Deliverer")
    }
}
