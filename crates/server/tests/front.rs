//! What stands before the router answers as the router does.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::response::Response;
use http::{HeaderMap, Method, Request};
use http_body_util::BodyExt as _;
use rollcall_server::front::Connected;
use rollcall_server::router::{front, router};
use serde_json::{Value, json};
use std::net::SocketAddr;
use support::{PEER, TestServer, bearer, post_json};
use tower::Service as _;

const CHECK: &str = "/api/v3/check-session-status";

/// Makes the same request again.
type Make<'a> = Box<dyn Fn() -> Request<Body> + 'a>;

async fn connected(server: &TestServer) -> Connected {
    let mut front = front(server.app.clone());
    let Ok(connected) = front.call(PEER.parse().unwrap()).await;
    connected
}

/// An answer without what is another in each.
async fn told(response: Response) -> (u16, HeaderMap, Value) {
    let (mut parts, body) = response.into_parts();
    // Whichever of the two writes it, it is on the wire.
    parts.headers.remove("content-length");
    assert!(parts.headers.remove("x-request-id").is_some());
    let bytes = body.collect().await.unwrap().to_bytes();
    let mut body: Value = serde_json::from_slice(&bytes).unwrap();
    let members = body.as_object_mut().unwrap();
    assert!(members.remove("requestId").is_some());
    (parts.status.as_u16(), parts.headers, body)
}

fn without_body(method: Method, path: &str) -> Request<Body> {
    let request = Request::builder().method(method).uri(path);
    request.body(Body::empty()).unwrap()
}

/// As requests of HTTP/2 name it.
fn whole(path: &str) -> String {
    format!("http://127.0.0.1:9{path}")
}

/// What is asked, and what it is answered to who may.
fn cases(right: &Value) -> [(&'static str, Make<'_>, u64); 12] {
    [
        ("a check", Box::new(|| post_json(CHECK, right)), 200),
        (
            "with a query",
            Box::new(|| post_json(&format!("{CHECK}?x=y"), right)),
            200,
        ),
        (
            "a wrong one",
            Box::new(|| post_json(CHECK, &json!({}))),
            400,
        ),
        (
            "no body",
            Box::new(|| without_body(Method::POST, CHECK)),
            400,
        ),
        (
            "another method",
            Box::new(|| without_body(Method::GET, CHECK)),
            405,
        ),
        (
            "a slash more",
            Box::new(|| post_json(&format!("{CHECK}/"), right)),
            404,
        ),
        (
            "a letter in another case",
            Box::new(|| post_json("/api/v3/Check-session-status", right)),
            404,
        ),
        (
            "an escaped letter",
            Box::new(|| post_json("/api/v3/%63heck-session-status", right)),
            404,
        ),
        (
            "with its authority",
            Box::new(|| post_json(&whole(CHECK), right)),
            200,
        ),
        (
            "with its authority and a query",
            Box::new(|| post_json(&whole(&format!("{CHECK}?x=y")), right)),
            200,
        ),
        (
            "two slashes after an authority",
            Box::new(|| post_json(&whole(&format!("/{CHECK}")), right)),
            404,
        ),
        (
            "another call",
            Box::new(|| without_body(Method::GET, "/api/v3/system")),
            200,
        ),
    ]
}

#[tokio::test]
async fn every_request_is_answered_as_by_the_router() {
    let server = TestServer::start().await;
    let mail = server.add_application("mail").await;
    let person = server.add_user("person").await;
    server.sign_in(&person, &mail).await;
    let right = json!({ "userId": person.id, "appId": mail });
    let cases = cases(&right);
    let mut front = connected(&server).await;
    let mut router = router(server.app.clone());
    for (case, request, code) in cases {
        for token in [&*server.root.token, "", "x.y.z"] {
            let asked = || bearer(request(), token);
            let Ok(by_front) = front.call(asked()).await;
            let mut with_peer = asked();
            let peer = ConnectInfo::<SocketAddr>(PEER.parse().unwrap());
            with_peer.extensions_mut().insert(peer);
            let Ok(by_router) = router.call(with_peer).await;
            let by_front = told(by_front).await;
            assert_eq!(by_front, told(by_router).await, "{case}");
            if token == server.root.token {
                assert_eq!(by_front.2["statusCode"], code, "{case}: {}", by_front.2);
            }
        }
    }
}

/// Both ways are counted on one route, and the peer is known on both.
#[tokio::test]
async fn what_the_front_answers_is_counted_like_the_rest() {
    let server = TestServer::start().await;
    let mut front = connected(&server).await;
    let before = counted(&server).await;
    for _ in 0..3 {
        let Ok(response) = front.call(post_json(CHECK, &json!({}))).await;
        assert_eq!(told(response).await.2["statusCode"], 401);
    }
    assert_eq!(counted(&server).await, before + 3);
}

/// What the metrics say of refused requests of the route.
async fn counted(server: &TestServer) -> u64 {
    let mut metrics = rollcall_server::metrics::router(server.app.clone());
    let request = Request::get("/metrics").body(Body::empty()).unwrap();
    let Ok(response) = metrics.call(request).await;
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    let mut lines = text
        .lines()
        .filter(|line| line.contains(CHECK) && line.contains("\"4xx\"") && !line.starts_with('#'));
    let line = lines.next();
    line.map_or(0, |line| line.rsplit(' ').next().unwrap().parse().unwrap())
}
