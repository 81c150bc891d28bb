//! What a route is made of: who may call it, and what it does. Nobody can add a
//! route without saying who may call it, and what is said decides what the
//! handler is given.

use crate::middleware::{BodyError, Context, around};
use crate::state::AppState;
use axum::Router;
use axum::extract::{ConnectInfo, Request};
use axum::handler::Handler;
use axum::response::Response;
use axum::routing::{MethodFilter, MethodRouter, on};
use bytes::Bytes;
use http::request::Parts;
use rollcall_core::model::access_key::Permission;
use rollcall_core::model::console::Role;
use rollcall_wire::v3::paths::CHECK_SESSION_STATUS;
use schemars::{Schema, SchemaGenerator};
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;

/// Who may call a route.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Who {
    /// Whoever can reach us; the request itself carries what it proves.
    Anyone,
    /// An access key with this permission.
    ManagementKey(Permission),
    /// The root key of the server's first pool: it acts on the whole server.
    ServerRoot,
    /// An application with its credentials.
    Client,
    /// An end user with an access token.
    Person,
    /// A person's browser, which may present a session's cookie; forms carry a token
    /// that proves they are ours.
    Browser,
    /// An administrator in the console, who is at least this in the pool of the path;
    /// none: before there is one.
    Console(Option<Role>),
    /// Nobody yet: the contract has the route, we do not, and answer 501.
    NotBuilt,
}

/// A route and who may call it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Classified {
    /// `GET` or `POST`.
    pub method: &'static str,
    /// The path; parameters in braces.
    pub path: &'static str,
    /// Who may call it.
    pub who: Who,
}

/// Makes the schema of a type.
pub(crate) type Describe = fn(&mut SchemaGenerator) -> Schema;

/// What a route takes and answers, as `openapi` tells it. It comes from the
/// handler's own types: nobody writes it down twice.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Shape {
    /// A V3 call: what it takes, with its members for the query of a GET and by name
    /// for the body of a POST, and the whole envelope of a success.
    V3 {
        query: Describe,
        body: Describe,
        answer: Describe,
    },
    /// An endpoint of the standard protocols: the form of a POST, and the body of a
    /// success if it has one.
    Protocol {
        form: Option<Describe>,
        answer: Option<Describe>,
    },
    /// A page, or a redirect to one.
    Page,
    /// Anything else, by the media type of its success.
    Plain(&'static str),
    /// Of the contract, and not built.
    NotBuilt,
}

/// A request on its way to a handler.
#[derive(Debug)]
pub(crate) struct Incoming {
    /// Method, URI and headers.
    pub(crate) parts: Parts,
    /// The body, or why there is none.
    pub(crate) body: Result<Bytes, BodyError>,
    /// What is known of the request.
    pub(crate) context: Context,
}

/// A handler and who may call it; the method comes with the route.
pub(crate) struct Endpoint {
    who: Who,
    shape: Shape,
    on: Box<On>,
}

/// Makes of a pattern and a method what a router takes, and the same without a router.
type On = dyn FnOnce(&'static str, MethodFilter) -> (MethodRouter<AppState>, Direct);

/// What answers the requests of a route, for whoever knows the route without a router.
pub(crate) type Direct = Arc<dyn Fn(AppState, Option<IpAddr>, Request) -> Answer + Send + Sync>;

/// An answer that comes.
pub(crate) type Answer = Pin<Box<dyn Future<Output = Response> + Send>>;

impl Endpoint {
    /// An endpoint that answers each request with this.
    pub(crate) fn new<F, Fut>(who: Who, shape: Shape, answer: F) -> Self
    where
        F: Fn(AppState, Incoming) -> Fut + Clone + Send + Sync + 'static,
        Fut: Future<Output = Response> + Send + 'static,
    {
        Self {
            who,
            shape,
            on: Box::new(|route, method| {
                let around = Around { route, answer };
                let same = around.clone();
                let direct = move |app, peer, request| same.answer(app, peer, request);
                (on(method, around), Arc::new(direct))
            }),
        }
    }
}

/// A function that answers, with what is around every request. It is the one boxed
/// future of a request: layers of the router would each be another.
#[derive(Clone)]
pub(crate) struct Around<F> {
    /// The pattern that is matched; empty for what no route answers.
    pub(crate) route: &'static str,
    /// The function.
    pub(crate) answer: F,
}

impl<F, Fut> Around<F>
where
    F: Fn(AppState, Incoming) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Response> + Send + 'static,
{
    fn answer(&self, app: AppState, peer: Option<IpAddr>, request: Request) -> Answer {
        let Self { route, answer } = self.clone();
        Box::pin(async move {
            let answer = |incoming| answer(app.clone(), incoming);
            around(&app.surroundings, route, peer, request, answer).await
        })
    }
}

impl<F, Fut> Handler<(), AppState> for Around<F>
where
    F: Fn(AppState, Incoming) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Response> + Send + 'static,
{
    type Future = Answer;

    fn call(self, request: Request, app: AppState) -> Answer {
        let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
        let peer = peer.map(|ConnectInfo(peer)| peer.ip());
        self.answer(app, peer, request)
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Endpoint({:?})", self.who)
    }
}

/// The table of routes.
#[derive(Default)]
pub(crate) struct Routes {
    router: Router<AppState>,
    table: Vec<(Classified, Shape)>,
    check: Option<Direct>,
}

impl Routes {
    /// Adds a `GET` route. HEAD is answered too (RFC 9110 section 9.3.2).
    pub(crate) fn get(self, path: &'static str, endpoint: Endpoint) -> Self {
        self.add("GET", MethodFilter::GET, path, endpoint)
    }

    /// Adds a `POST` route.
    pub(crate) fn post(self, path: &'static str, endpoint: Endpoint) -> Self {
        self.add("POST", MethodFilter::POST, path, endpoint)
    }

    /// Adds all of these.
    pub(crate) fn merge(mut self, other: Self) -> Self {
        self.router = self.router.merge(other.router);
        self.table.extend(other.table);
        self.check = self.check.or(other.check);
        self
    }

    /// Adds those of the contract's routes that are not there yet.
    pub(crate) fn fill(
        mut self,
        contract: &[rollcall_wire::v3::paths::Route],
        not_built: impl Fn(&'static str) -> Endpoint,
    ) -> Self {
        for &(method, path) in contract {
            let built = self
                .table
                .iter()
                .any(|(row, _)| (row.method, row.path) == (method, path));
            self = match method {
                _ if built => self,
                "GET" => self.get(path, not_built(path)),
                _ => self.post(path, not_built(path)),
            };
        }
        self
    }

    /// What answers `POST` [`CHECK_SESSION_STATUS`].
    pub(crate) fn check(&self) -> Option<Direct> {
        self.check.clone()
    }

    /// The router, and the table of what it routes.
    pub(crate) fn into_parts(self) -> (Router<AppState>, Vec<(Classified, Shape)>) {
        (self.router, self.table)
    }

    fn add(
        mut self,
        method: &'static str,
        filter: MethodFilter,
        path: &'static str,
        endpoint: Endpoint,
    ) -> Self {
        let row = Classified {
            method,
            path,
            who: endpoint.who,
        };
        self.table.push((row, endpoint.shape));
        let (on, direct) = (endpoint.on)(path, filter);
        if (method, path) == ("POST", CHECK_SESSION_STATUS) {
            self.check = Some(direct);
        }
        self.router = self.router.route(path, on);
        self
    }
}
