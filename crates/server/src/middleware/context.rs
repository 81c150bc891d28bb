//! Around every request: its id, its time limit, its answer's headers, its log
//! line.

use super::body::BodyBudget;
use super::request_id::{RequestId, RequestIds};
use super::within::within;
use super::{address, body, headers};
use crate::auth::client::user_agent;
use crate::health::READYZ;
use crate::metrics::Begun;
use crate::oidc::authorize;
use crate::oidc::respond::OAuthFailure;
use crate::pages;
use crate::request_log;
use crate::routes::Incoming;
use crate::state::{Node, Settings};
use crate::v3::failure::Failure;
use crate::v3::respond;
use axum::extract::Request;
use axum::response::{IntoResponse as _, Response};
use futures_util::FutureExt as _;
use http::header::{ACCEPT_LANGUAGE, USER_AGENT};
use http::{HeaderMap, HeaderValue, Method, Version};
use rollcall_core::Refusal;
use rollcall_core::entropy::Entropy;
use rollcall_core::limits;
use rollcall_core::model::event::{Actor, Origin};
use rollcall_wire::v3::Language;
use rollcall_wire::v3::headers::Header;
use rollcall_wire::v3::paths::{CHECK_SESSION_STATUS, CREATE_USERS_BATCH, UPDATE_USER_BATCH};
use std::net::IpAddr;
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

/// What the layers need to know.
pub(crate) struct Surroundings {
    /// For pages.
    pub(crate) entropy: Arc<dyn Entropy>,
    /// Names of requests.
    pub(crate) request_ids: RequestIds,
    /// Names and trust.
    pub(crate) settings: Arc<Settings>,
    /// For larger bodies.
    pub(crate) bodies: BodyBudget,
    /// Whether it is to end, and what it counts.
    pub(crate) node: Node,
}

/// What is known of a request before anybody looks at who sent it.
#[derive(Clone, Debug)]
pub(crate) struct Context {
    /// Names the request in the answer, in events, audit rows and the log.
    pub(crate) request_id: RequestId,
    /// The language of `message`.
    pub(crate) language: Language,
    /// Where it came from.
    pub(crate) address: Option<IpAddr>,
    user_agent: Option<HeaderValue>,
}

impl Context {
    fn new(known: &Surroundings, peer: Option<IpAddr>, request: &Request) -> Self {
        let trusted = &known.settings.trusted_proxies;
        Self {
            request_id: known.request_ids.next(),
            language: language(request.headers()),
            address: address::client_address(peer, request.headers(), trusted),
            user_agent: request.headers().get(USER_AGENT).cloned(),
        }
    }

    /// With what it was made, cut at its limit.
    pub(crate) fn user_agent(&self) -> Option<String> {
        user_agent(self.user_agent.as_ref()?)
    }

    /// What is kept with every change that the request makes.
    pub(crate) fn origin(&self, actor: Actor) -> Origin {
        Origin {
            actor,
            request_id: str::to_owned(&self.request_id),
            address: self.address,
            user_agent: self.user_agent(),
        }
    }
}

/// The `statusCode` of a V3 answer, beside it, where it is not that of HTTP: the log has
/// no other way to know.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Outcome(pub(crate) u16);

/// Around the answer to every request. `route` is the pattern that the request matched,
/// empty where it matched none: the log tells of that and not of the path, which holds
/// what its sender put there. `peer` is who is connected.
pub(crate) async fn around<F, Fut>(
    known: &Surroundings,
    route: &'static str,
    peer: Option<IpAddr>,
    request: Request,
    answer: F,
) -> Response
where
    F: FnOnce(Incoming) -> Fut,
    Fut: Future<Output = Response>,
{
    let begun = Begun::now();
    let version = request.version();
    let context = Context::new(known, peer, &request);
    let line = Line {
        method: request.method().clone(),
        route,
    };
    let is_oidc = request.uri().path().starts_with("/oidc/");
    let page = pages::is_of_browsers(request.uri().path()).then(|| page_language(&request));
    // Pinned where it is: it is large, and to move it into what is around it would copy it.
    let mut answered = pin!(answered(request, context.clone(), &known.bodies, answer));
    let answered = request_log::within(
        context.request_id,
        AssertUnwindSafe(answered.as_mut()).catch_unwind(),
    );
    let answer = match within(line.time_limit(), answered).await {
        Ok(Ok(response)) => Ok(response),
        Ok(Err(_panic)) => Err(Refusal::Fault),
        Err(_) => Err(Refusal::Unavailable),
    };
    let mut response = answer.unwrap_or_else(|refusal| {
        if let Some(language) = page {
            failure_page(known, &context, language, &refusal)
        } else if is_oidc {
            OAuthFailure::from(refusal).into_response()
        } else {
            respond::failure(&Failure::Refused(refusal), &context)
        }
    });
    let code = line.write(context.request_id, &response);
    known.node.metrics.answered(route, code, begun);
    let is_https = known.settings.is_https();
    headers::complete(response.headers_mut(), context.request_id, is_https);
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

async fn answered<F, Fut>(
    request: Request,
    context: Context,
    bodies: &BodyBudget,
    answer: F,
) -> Response
where
    F: FnOnce(Incoming) -> Fut,
    Fut: Future<Output = Response>,
{
    let (parts, body) = request.into_parts();
    let (body, _permit) = body::read_in_time(body, bodies).await;
    let incoming = Incoming {
        parts,
        body,
        context,
    };
    answer(incoming).await
}

/// What the log says of a request.
struct Line {
    method: Method,
    route: &'static str,
}

impl Line {
    /// How long the answer may take.
    fn time_limit(&self) -> Duration {
        match self.route {
            CREATE_USERS_BATCH | UPDATE_USER_BATCH => limits::BULK_REQUEST_TIMEOUT,
            _ => limits::REQUEST_TIMEOUT,
        }
    }

    /// Faults at error, everything else at debug, and nothing for the one call
    /// that is made all the time. 501 is a fault of the caller, and a probe that is told
    /// "not ready" has its answer: the store's fault is logged where it is seen, and
    /// leaving is none. Answers the code.
    fn write(&self, request_id: RequestId, response: &Response) -> u16 {
        let outcome = response.extensions().get::<Outcome>();
        let code = outcome.map_or(response.status().as_u16(), |outcome| outcome.0);
        let route = self.route;
        if code == 200 && route == CHECK_SESSION_STATUS {
            return code;
        }
        let (method, request_id) = (self.method.as_str(), &*request_id);
        let is_fault = code >= 500 && code != 501 && route != READYZ;
        if is_fault {
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

#[cfg(test)]
#[path = "context_tests.rs"]
mod tests;
