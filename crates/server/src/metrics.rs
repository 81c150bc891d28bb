//! What whoever runs the server wants to watch, as Prometheus reads it.
//!
//! Counters are relaxed atomics that requests add to; the store counts what it commits;
//! what is true at one instant (who is signed in, what waits) is counted when it is
//! asked for. Labels are of few values: matched routes, reasons, answers, and the ids of
//! a bounded number of applications.

mod process;
mod text;

#[cfg(test)]
mod tests;

use crate::router::classified;
use crate::state::AppState;
use crate::v3::{Failure, V3Result};
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use foldhash::fast::RandomState;
use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use rollcall_core::Refusal;
use rollcall_core::histogram::Histogram;
use rollcall_core::limits;
use rollcall_core::model::delivery::DeliveryState;
use rollcall_core::ports::census::Census;
use rollcall_core::time::{Span, Timestamp, expired};
use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::Mutex;

/// Counting costs the store a little: this long a count is everybody's.
const CENSUS_SHARED_FOR: Span = Span::from_seconds(1);

/// The media type of what `text` writes.
const OPENMETRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// The route of a request that matches none.
const UNMATCHED: &str = "unmatched";

/// A counter; its order with others does not matter.
#[derive(Debug, Default)]
pub(crate) struct Counter(AtomicU64);

impl Counter {
    pub(crate) fn add_one(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    fn read(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// What became of attempts to tell others.
#[derive(Debug, Default)]
pub(crate) struct Attempts {
    confirmed: Counter,
    failed: Counter,
    given_up: Counter,
}

impl Attempts {
    /// Counts one by how its delivery stands after it.
    pub(crate) fn count(&self, state: DeliveryState) {
        match state {
            DeliveryState::Confirmed { .. } => self.confirmed.add_one(),
            DeliveryState::Waiting { .. } => self.failed.add_one(),
            DeliveryState::GivenUp { .. } => self.given_up.add_one(),
        }
    }
}

/// Checks by their answer.
#[derive(Debug, Default)]
pub(crate) struct Checks {
    active: Counter,
    inactive: Counter,
    refused: Counter,
    failed: Counter,
}

impl Checks {
    /// Counts an answer.
    pub(crate) fn count(&self, answer: &V3Result<bool>) {
        let counter = match answer {
            Ok(true) => &self.active,
            Ok(false) => &self.inactive,
            Err(Failure::Refused(refusal)) if is_of_ours(refusal) => &self.failed,
            Err(_) => &self.refused,
        };
        counter.add_one();
    }
}

/// Whether it is the server that could not answer.
fn is_of_ours(refusal: &Refusal) -> bool {
    matches!(refusal, Refusal::Unavailable | Refusal::Fault)
}

/// The requests of one route.
#[derive(Debug, Default)]
struct RouteCounts {
    durations: Histogram,
    /// By the first digit of the code, from 1.
    classes: [Counter; 5],
}

/// The counters of a node.
pub struct Metrics {
    routes: HashMap<&'static str, RouteCounts, RandomState>,
    unmatched: RouteCounts,
    pub(crate) checks: Checks,
    pub(crate) logouts: Attempts,
    pub(crate) webhooks: Attempts,
    has_warmed: AtomicBool,
    census: Mutex<Option<(Timestamp, Census)>>,
}

impl Default for Metrics {
    fn default() -> Self {
        let routes = classified().into_iter().map(|route| route.path);
        Self {
            routes: routes.map(|path| (path, RouteCounts::default())).collect(),
            unmatched: RouteCounts::default(),
            checks: Checks::default(),
            logouts: Attempts::default(),
            webhooks: Attempts::default(),
            has_warmed: AtomicBool::new(false),
            census: Mutex::default(),
        }
    }
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Metrics")
    }
}

/// When a request came in.
#[derive(Clone, Copy)]
pub(crate) struct Begun(Instant);

#[expect(
    clippy::disallowed_methods,
    reason = "the one place that measures how long answers take; nothing is decided by it"
)]
impl Begun {
    pub(crate) fn now() -> Self {
        Self(Instant::now())
    }

    fn took(self) -> Duration {
        self.0.elapsed()
    }
}

impl Metrics {
    /// The walk that remembers answers ahead has come to its end.
    pub(crate) fn has_warmed(&self) {
        self.has_warmed.store(true, Ordering::Relaxed);
    }

    /// Counts a request that is answered, by the pattern of its route.
    pub(crate) fn answered(&self, route: &str, code: u16, begun: Begun) {
        let counts = self.routes.get(route);
        let counts = counts.unwrap_or(&self.unmatched);
        counts.durations.observe(begun.took());
        let class = usize::from(code / 100).saturating_sub(1);
        if let Some(class) = counts.classes.get(class) {
            class.add_one();
        }
    }
}

/// The listener's service: metrics, and nothing else.
pub fn router(app: AppState) -> Router {
    Router::new()
        .route("/metrics", get(metrics))
        .with_state(app)
}

async fn metrics(State(app): State<AppState>) -> Response {
    match text::written(&app, taken(&app).await) {
        Ok(text) => {
            let headers = [(CONTENT_TYPE, OPENMETRICS), (CACHE_CONTROL, "no-store")];
            (headers, text).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "the metrics could not be written");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// The census; none while the store cannot be read, so that nothing false is told.
async fn taken(app: &AppState) -> Option<Census> {
    let store = &app.authority.store;
    let mut last = app.node.metrics.census.lock().await;
    let now = store.now();
    if let Some((at, census)) = &*last
        && !expired(*at + CENSUS_SHARED_FOR, now)
        && store.clock_lag() == Span::ZERO
    {
        return Some(census.clone());
    }
    match store.census(limits::METRICS_APPLICATIONS).await {
        Ok(census) => {
            *last = Some((now, census.clone()));
            Some(census)
        }
        Err(error) => {
            tracing::error!(%error, "what is signed in could not be counted");
            *last = None;
            None
        }
    }
}
