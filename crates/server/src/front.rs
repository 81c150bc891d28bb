//! What stands before the router.
//!
//! A router looks the path up, notes in the request what it found, and boxes each answer
//! more than once: a sixth of what the server itself does for a check, which is nearly all
//! that it is asked. So that one path is known before. What answers there is what the
//! router would have called; nothing is decided here.

use crate::routes::{Answer, Direct};
use crate::state::AppState;
use axum::Router;
use axum::body::{Body, HttpBody};
use axum::extract::ConnectInfo;
use axum::response::Response;
use axum::routing::future::RouteFuture;
use bytes::Bytes;
use http::{Method, Request};
use rollcall_wire::v3::paths::CHECK_SESSION_STATUS;
use std::convert::Infallible;
use std::error::Error;
use std::fmt;
use std::future::{Ready, ready};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tower_service::Service;

/// All that a listener serves. A clone is another reference to the same.
#[derive(Clone)]
pub struct Front(Arc<Known>);

struct Known {
    router: Router,
    check: Option<(Direct, AppState)>,
}

impl Front {
    pub(crate) fn new(router: Router, check: Option<(Direct, AppState)>) -> Self {
        Self(Arc::new(Known { router, check }))
    }
}

/// Nothing but the routes of this router.
impl From<Router> for Front {
    fn from(router: Router) -> Self {
        Self::new(router, None)
    }
}

impl fmt::Debug for Front {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Front").finish_non_exhaustive()
    }
}

/// What answers the requests of a connection.
#[derive(Clone, Debug)]
pub struct Connected {
    front: Front,
    peer: SocketAddr,
}

/// Makes it when somebody connects.
impl Service<SocketAddr> for Front {
    type Response = Connected;
    type Error = Infallible;
    type Future = Ready<Result<Connected, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, peer: SocketAddr) -> Self::Future {
        let front = self.clone();
        ready(Ok(Connected { front, peer }))
    }
}

impl<B> Service<Request<B>> for Connected
where
    B: HttpBody<Data = Bytes> + Send + 'static,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Answering;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, mut request: Request<B>) -> Answering {
        let Known { router, check } = &*self.front.0;
        match check {
            Some((check, app)) if is_check(&request) => {
                let request = request.map(Body::new);
                Answering::Checked(check(app.clone(), Some(self.peer.ip()), request))
            }
            _ => {
                request.extensions_mut().insert(ConnectInfo(self.peer));
                // A clone is another reference, and a router is always ready.
                Answering::Routed(Box::new(router.clone().call(request)))
            }
        }
    }
}

/// Whether the router would find the route of checks: it decodes nothing of a path either.
fn is_check<B>(request: &Request<B>) -> bool {
    *request.method() == Method::POST && request.uri().path() == CHECK_SESSION_STATUS
}

/// An answer that comes from either.
pub enum Answering {
    /// From what answers checks.
    Checked(Answer),
    /// From the router; in a box, so that what answers checks is small.
    Routed(Box<RouteFuture<Infallible>>),
}

impl fmt::Debug for Answering {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Checked(_) => "Checked",
            Self::Routed(_) => "Routed",
        })
    }
}

impl Future for Answering {
    type Output = Result<Response, Infallible>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match self.get_mut() {
            Self::Checked(answer) => answer.as_mut().poll(context).map(Ok),
            Self::Routed(answer) => Pin::new(answer).poll(context),
        }
    }
}
