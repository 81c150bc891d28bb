//! What most people would write: one query for each request, prepared, through a pool of
//! 16 connections.

use super::ANSWER;
use anyhow::{Context as _, Result};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use deadpool_postgres::{Manager, ManagerConfig, Pool, RecyclingMethod};
use serde::Deserialize;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};
use tokio_postgres::NoTls;

const CONNECTIONS: usize = 16;

const QUERY: &str = "SELECT 1 FROM logins WHERE pool = $1 AND application = $2
    AND \"user\" = $3 AND ended_at IS NULL AND due_at > $4 LIMIT 1";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Asked {
    app_id: String,
    user_id: String,
}

struct Database {
    connections: Pool,
    /// Of the one user pool.
    pool: Vec<u8>,
}

pub(crate) async fn serve(database_url: String) -> Result<()> {
    let recycling_method = RecyclingMethod::Fast;
    let settings = ManagerConfig { recycling_method };
    let manager = Manager::from_config(database_url.parse()?, NoTls, settings);
    let connections = Pool::builder(manager).max_size(CONNECTIONS).build()?;
    let client = connections.get().await?;
    let row = client
        .query_one("SELECT pool FROM logins LIMIT 1", &[])
        .await?;
    drop(client);
    let database = Arc::new(Database {
        connections,
        pool: row.get(0),
    });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("listening on http://{}", listener.local_addr()?);
    let router = Router::new()
        .route("/api/v3/check-session-status", post(check_session_status))
        .with_state(database);
    axum::serve(listener, router).await?;
    Ok(())
}

async fn check_session_status(State(database): State<Arc<Database>>, body: Bytes) -> Response {
    match database.is_signed_in(&body).await {
        Ok(true) => ([(header::CONTENT_TYPE, "application/json")], ANSWER).into_response(),
        Ok(false) => StatusCode::NOT_FOUND.into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

impl Database {
    async fn is_signed_in(&self, body: &[u8]) -> Result<bool> {
        let asked: Asked = serde_json::from_slice(body)?;
        let (application, user) = (id(&asked.app_id)?, id(&asked.user_id)?);
        let now = SystemTime::now().duration_since(UNIX_EPOCH)?;
        let now = i64::try_from(now.as_millis())?;
        let client = self.connections.get().await?;
        let query = client.prepare_cached(QUERY).await?;
        let row = client
            .query_opt(&query, &[&self.pool, &application, &user, &now])
            .await?;
        Ok(row.is_some())
    }
}

/// The bytes of 24 hexadecimal digits.
fn id(text: &str) -> Result<Vec<u8>> {
    let digits = |index: usize| text.get(index..index + 2).context("no id");
    (0..24)
        .step_by(2)
        .map(|index| Ok(u8::from_str_radix(digits(index)?, 16)?))
        .collect()
}
