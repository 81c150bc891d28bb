//! Whether the process runs, and whether it can answer.

use crate::routes::{Endpoint, Who};
use axum::Json;
use axum::response::IntoResponse as _;
use http::StatusCode;
use serde::Serialize;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Health {
    status: &'static str,
    /// How far real time is behind the stored clock mark; time stands until it
    /// has caught up.
    #[serde(skip_serializing_if = "Option::is_none")]
    clock_lag_millis: Option<i64>,
}

/// `GET /healthz`: the process runs. Nothing else is looked at, so that a
/// restart is not the answer to a store that is away.
pub(crate) fn healthz() -> Endpoint {
    Endpoint::new(Who::Anyone, |_, _| async {
        let health = Health {
            status: "up",
            clock_lag_millis: None,
        };
        Json(health).into_response()
    })
}

/// `GET /readyz`: the store can be read and written; 503 while it cannot.
pub(crate) fn readyz() -> Endpoint {
    Endpoint::new(Who::Anyone, |app, _| async move {
        let (code, status) = match app.authority.store.ready().await {
            Ok(()) => (StatusCode::OK, "ready"),
            Err(error) => {
                tracing::error!(?error, "the store is not ready");
                (StatusCode::SERVICE_UNAVAILABLE, "not ready")
            }
        };
        let health = Health {
            status,
            clock_lag_millis: Some(app.authority.store.clock_lag().as_millis()),
        };
        (code, Json(health)).into_response()
    })
}
