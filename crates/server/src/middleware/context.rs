//! Around every request: its id, its time limit, its answer's headers, its log
//! line.

use super::body::BodyBudget;
use super::{address, body, headers};
use crate::auth::client::user_agent;
use crate::metrics::Begun;
use crate::oidc::authorize;
use crate::oidc::respond::OAuthFailure;
use crate::pages;
use crate::request_log;
use crate::state::{Node, Settings};
use crate::v3::failure::Failure;
use crate::v3::respond;
use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, MatchedPath, Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use http::header::ACCEPT_LANGUAGE;
use http::request::Parts;
use http::{HeaderMap, Method, Version};
use rollcall_core::Refusal;
use rollcall_core::entropy::Entropy;
use rollcall_core::limits;
use rollcall_core::model::event::{Actor, Origin};
use rollcall_wire::v3::Language;
use rollcall_wire::v3::headers::Header;
use rollcall_wire::v3::paths::{CHECK_SESSION_STATUS, CREATE_USERS_BATCH, UPDATE_USER_BATCH};
use std::any::Any;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tower_http::catch_panic::CatchPanicLayer;

/// What the layers need to know.
#[derive(Clone)]
pub(crate) struct Surroundings {
    /// For request ids.
    pub(crate) entropy: Arc<dyn Entropy>,
    /// Names and trust.
    pub(crate) settings: Arc<Settings>,
    /// For larger bodies.
    pub(crate) bodies: BodyBudget,
    /// Whether it is to end, and what it counts.
    pub(crate) node: Node,
}

/// Puts the layers around a router, its fallbacks included.
pub(crate) fn wrap<S>(router: Router<S>, surroundings: Surroundings) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    router
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(surroundings, around))
}

/// What is known of a request before anybody looks at who sent it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Context {
    /// Names the request in the answer, in events, audit rows and the log.
    pub(crate) request_id: String,
    /// The language of `message`.
    pub(crate) language: Language,
    /// Where it came from.
    pub(crate) address: Option<IpAddr>,
    /// With what, cut at its limit.
    pub(crate) user_agent: Option<String>,
}

impl Context {
    /// The context that [`around`] has put there.
    pub(crate) fn of(parts: &Parts) -> Self {
        parts.extensions.get().cloned().unwrap_or_default()
    }

    fn new(known: &Surroundings, request: &Request) -> Self {
        let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
        let peer = peer.map(|ConnectInfo(peer)| peer.ip());
        let trusted = &known.settings.trusted_proxies;
        Self {
            request_id: new_request_id(known.entropy.as_ref()),
            language: language(request.headers()),
            address: address::client_address(peer, request.headers(), trusted),
            user_agent: user_agent(request.headers()),
        }
    }

    /// What is kept with every change that the request makes.
    pub(crate) fn origin(&self, actor: Actor) -> Origin {
        Origin {
            actor,
            request_id: self.request_id.clone(),
            address: self.address,
            user_agent: self.user_agent.clone(),
        }
    }
}

/// The `statusCode` of a V3 answer, beside it: the log has no other way to know.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Outcome(pub(crate) u16);

/// Marks the answer of a handler that panicked.
#[derive(Clone, Copy, Debug)]
struct Panicked;

/// What catch-panic answers; [`around`] gives it its form.
fn panicked(_: Box<dyn Any + Send>) -> Response {
    let mut response = Response::new(Body::empty());
    response.extensions_mut().insert(Panicked);
    response
}

/// The outermost layer.
async fn around(State(known): State<Surroundings>, request: Request, next: Next) -> Response {
    let begun = Begun::now();
    let version = request.version();
    let context = Context::new(&known, &request);
    let line = Line::of(&request);
    let is_oidc = request.uri().path().starts_with("/oidc/");
    let page = pages::is_of_browsers(request.uri().path()).then(|| page_language(&request));
    let answered = answer(request, context.clone(), next, &known.bodies);
    let answered = request_log::within(context.request_id.as_str().into(), answered);
    let answer = tokio::time::timeout(line.time_limit(), answered).await;
    let failed = match &answer {
        Err(_) => Some(Refusal::Unavailable),
        Ok(response) if response.extensions().get::<Panicked>().is_some() => Some(Refusal::Fault),
        Ok(_) => None,
    };
    let mut response = match (failed, answer) {
        (None, Ok(response)) => response,
        (failed, _) => {
            let refusal = failed.unwrap_or(Refusal::Fault);
            if let Some(language) = page {
                failure_page(&known, &context, language, &refusal)
            } else if is_oidc {
                OAuthFailure::from(refusal).into_response()
            } else {
                respond::failure(&Failure::Refused(refusal), &context)
            }
        }
    };
    let code = line.write(&context.request_id, &response);
    known.node.metrics.answered(line.route(), code, begun);
    let is_https = known.settings.is_https();
    headers::complete(response.headers_mut(), &context.request_id, is_https);
    // Who keeps the connection would come back to a server that is gone. HTTP/2 has
    // GOAWAY for it, and forbids the header (RFC 9113 section 8.2.2).
    if known.node.stop.has_begun() && version < Version::HTTP_2 {
        headers::close(response.headers_mut());
    }
    response
}

/// The language of the page that a browser would be answered with.
fn page_language(request: &Request) -> Language {
    let query = request.uri().query().unwrap_or_default();
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    let locales = pairs.find(|(name, _)| name == "ui_locales");
    let accepted = request.headers().get(ACCEPT_LANGUAGE);
    pages::choose(
        locales.as_ref().map(|(_, value)| &**value),
        accepted.and_then(|value| value.to_str().ok()),
    )
}

fn failure_page(
    known: &Surroundings,
    context: &Context,
    language: Language,
    refusal: &Refusal,
) -> Response {
    let (entropy, request_id) = (known.entropy.as_ref(), &context.request_id);
    let (kind, code) = authorize::told(refusal);
    authorize::error_answer(entropy, request_id, language, kind, code)
}

async fn answer(request: Request, context: Context, next: Next, bodies: &BodyBudget) -> Response {
    let (mut parts, body) = request.into_parts();
    let _permit = body::attach(&mut parts, body, bodies).await;
    parts.extensions.insert(context);
    next.run(Request::from_parts(parts, Body::empty())).await
}

/// What the log says of a request. The route's pattern, not the path: a path
/// holds what its sender put there.
struct Line {
    method: Method,
    route: Option<MatchedPath>,
}

impl Line {
    fn of(request: &Request) -> Self {
        Self {
            method: request.method().clone(),
            route: request.extensions().get::<MatchedPath>().cloned(),
        }
    }

    /// How long the answer may take.
    fn time_limit(&self) -> Duration {
        match self.route() {
            Some(CREATE_USERS_BATCH | UPDATE_USER_BATCH) => limits::BULK_REQUEST_TIMEOUT,
            Some(_) | None => limits::REQUEST_TIMEOUT,
        }
    }

    fn route(&self) -> Option<&str> {
        self.route.as_ref().map(MatchedPath::as_str)
    }

    /// Faults at error, everything else at debug, and nothing for the one call
    /// that is made all the time. 501 is a fault of the caller. Answers the code.
    fn write(&self, request_id: &str, response: &Response) -> u16 {
        let outcome = response.extensions().get::<Outcome>();
        let code = outcome.map_or(response.status().as_u16(), |outcome| outcome.0);
        let route = self.route().unwrap_or_default();
        if code == 200 && route == CHECK_SESSION_STATUS {
            return code;
        }
        let method = self.method.as_str();
        if code >= 500 && code != 501 {
            tracing::error!(request_id, method, route, code, "a request failed");
        } else {
            tracing::debug!(request_id, method, route, code, "a request was answered");
        }
        code
    }
}

fn language(headers: &HeaderMap) -> Language {
    let wanted = crate::auth::family_values(headers, Header::Language).next();
    Language::from_header(wanted)
}

/// A random UUID (RFC 9562 section 5.4) from the injected source.
fn new_request_id(entropy: &dyn Entropy) -> String {
    let mut bytes = [0; 16];
    entropy.fill(&mut bytes);
    let [_, _, _, _, _, _, version, _, variant, ..] = &mut bytes;
    *version = (*version & 0x0f) | 0x40;
    *variant = (*variant & 0x3f) | 0x80;
    let mut text = hex::encode(bytes);
    for dash in [20, 16, 12, 8] {
        text.insert(dash, '-');
    }
    text
}

#[cfg(test)]
#[path = "context_tests.rs"]
mod tests;
