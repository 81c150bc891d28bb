//! The limit: an axum server that takes the headline call's request and answers its
//! bytes.

use super::ANSWER;
use anyhow::Result;
use axum::Router;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::post;

async fn check_session_status(_body: axum::body::Bytes) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], ANSWER)
}

pub(crate) async fn serve() -> Result<()> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("listening on http://{}", listener.local_addr()?);
    let router = Router::new().route("/api/v3/check-session-status", post(check_session_status));
    axum::serve(listener, router).await?;
    Ok(())
}
