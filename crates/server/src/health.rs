//! Whether the process runs, and whether it can answer.

use crate::routes::{Endpoint, Shape, Who};
use crate::state::AppState;
use crate::to_its_end::to_its_end;
use axum::Json;
use axum::response::IntoResponse as _;
use http::StatusCode;
use rollcall_core::time::{Span, Timestamp, expired};
use serde::Serialize;
use tokio::sync::Mutex;

/// Where balancers ask whether to send anybody here.
pub(crate) const READYZ: &str = "/readyz";

/// A probe is a commit, and anybody may ask: this long its answer is everybody's.
const PROBE_SHARED_FOR: Span = Span::from_seconds(1);

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Health {
    status: &'static str,
    /// How far real time is behind the stored clock mark; time stands until it
    /// has caught up.
    #[serde(skip_serializing_if = "Option::is_none")]
    clock_lag_millis: Option<i64>,
    /// How far this machine's clock is ahead of the database's, which decides.
    #[serde(skip_serializing_if = "Option::is_none")]
    clock_offset_millis: Option<i64>,
}

/// The last probe of the store: when it was, and whether the store was ready. Who
/// probes holds it, and the others wait for that answer.
#[derive(Debug, Default)]
pub(crate) struct LastProbe(Mutex<Option<(Timestamp, bool)>>);

/// `GET /healthz`: the process runs. Nothing else is looked at, so that a
/// restart is not the answer to a store that is away.
pub(crate) fn healthz() -> Endpoint {
    Endpoint::new(
        Who::Anyone,
        Shape::Plain("application/json"),
        |_, _| async {
            let health = Health {
                status: "up",
                clock_lag_millis: None,
                clock_offset_millis: None,
            };
            Json(health).into_response()
        },
    )
}

/// `GET /readyz`: the store can be read and written; 503 while it cannot, and from the
/// signal to stop on, so that balancers send nobody here any more.
pub(crate) fn readyz() -> Endpoint {
    Endpoint::new(
        Who::Anyone,
        Shape::Plain("application/json"),
        |app, _| async move {
            let store = app.authority.store.clone();
            let (code, status) = if app.node.stop.has_begun() {
                (StatusCode::SERVICE_UNAVAILABLE, "leaving")
            } else {
                match to_its_end(async move { Ok(is_ready(&app).await) }).await {
                    Ok(true) => (StatusCode::OK, "ready"),
                    Ok(false) | Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "not ready"),
                }
            };
            let (lag, offset) = (store.clock_lag(), store.clock_offset());
            let health = Health {
                status,
                clock_lag_millis: Some(lag.as_millis()),
                clock_offset_millis: Some(offset.as_millis()),
            };
            (code, Json(health)).into_response()
        },
    )
}

/// Not shared while time stands: the answer would never grow old.
async fn is_ready(app: &AppState) -> bool {
    let store = &app.authority.store;
    let mut last = app.last_probe.0.lock().await;
    let now = store.now();
    if let Some((at, ready)) = *last
        && !expired(at + PROBE_SHARED_FOR, now)
        && store.clock_lag() == Span::ZERO
    {
        return ready;
    }
    let probed = store.ready().await;
    if let Err(error) = &probed {
        tracing::error!(?error, "the store is not ready");
    }
    *last = Some((now, probed.is_ok()));
    probed.is_ok()
}
