//! The seeded bug: a node that answers "signed in" from memory for a second.
//!
//! It is a proxy before a real node, and no part of the product: the judge must reject what
//! clients see through it. A judge that never rejects anything proves nothing.

use anyhow::Result;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Request, Response, StatusCode};
use parking_lot::Mutex;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// How long a "yes" is believed.
const BELIEVED_FOR: Duration = Duration::from_secs(1);

/// A proxy before one node; it ends when this is dropped.
pub struct StaleNode {
    /// Where it listens.
    pub address: String,
    serving: JoinHandle<()>,
}

impl Drop for StaleNode {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

#[derive(Clone)]
struct Proxy {
    behind: String,
    http: reqwest::Client,
    /// Bodies of "yes", by the body of their question.
    believed: Arc<Mutex<HashMap<Bytes, (Instant, Bytes)>>>,
}

impl StaleNode {
    /// Listens before the node at this address.
    pub async fn before(node: &str) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?.to_string();
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        let proxy = Proxy {
            behind: node.to_owned(),
            http,
            believed: Arc::default(),
        };
        let router = Router::new().fallback(forward).with_state(proxy);
        let serving = tokio::spawn(async move {
            // That it cannot go on shows at its clients.
            let _ = axum::serve(listener, router).await;
        });
        Ok(Self { address, serving })
    }
}

async fn forward(State(proxy): State<Proxy>, request: Request<Body>) -> Response<Body> {
    match pass_on(&proxy, request).await {
        Ok(response) => response,
        Err(error) => {
            let mut response = Response::new(Body::from(format!("{error:#}")));
            *response.status_mut() = StatusCode::BAD_GATEWAY;
            response
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the bug is one of time")]
async fn pass_on(proxy: &Proxy, request: Request<Body>) -> Result<Response<Body>> {
    let (head, body) = request.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await?;
    let is_check = head.uri.path() == "/api/v3/check-session-status";
    if is_check
        && let Some((until, answer)) = proxy.believed.lock().get(&body).cloned()
        && Instant::now() < until
    {
        return Ok(Response::new(Body::from(answer)));
    }
    let url = format!("http://{}{}", proxy.behind, head.uri);
    let sent = proxy.http.request(head.method, url).headers(head.headers);
    let answer = sent.body(body.clone()).send().await?;
    let (status, headers) = (answer.status(), answer.headers().clone());
    let text = answer.bytes().await?;
    if is_check && text.windows(13).any(|part| part == br#""active":true"#) {
        let believed = (Instant::now() + BELIEVED_FOR, text.clone());
        proxy.believed.lock().insert(body, believed);
    }
    Ok(respond(status, headers, text))
}

fn respond(status: StatusCode, headers: HeaderMap, body: Bytes) -> Response<Body> {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}
