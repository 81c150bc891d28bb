//! The limit: an axum server that answers the headline call's bytes and does
//! nothing else.
#![allow(clippy::print_stdout, reason = "the driver waits for the line")]

use axum::Router;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::post;

const ANSWER: &str = r#"{"statusCode":200,"message":"Success","requestId":"934108e5-9fbf-4d24-8da1-c330328abd6c","data":{"active":true}}"#;

async fn check_session_status(_body: axum::body::Bytes) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], ANSWER)
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("listening on http://{}", listener.local_addr()?);
    let router = Router::new().route("/api/v3/check-session-status", post(check_session_status));
    axum::serve(listener, router).await?;
    Ok(())
}
