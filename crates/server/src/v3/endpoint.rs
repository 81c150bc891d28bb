//! From a handler function to an endpoint, one way for each kind of caller.

use super::failure::{Failure, V3Result};
use super::respond::{self, Reply};
use super::{body, query};
use crate::auth::check_pool;
use crate::auth::client::{ClientCall, ClientCredentials};
use crate::auth::management_caller::{ClaimedCall, ManagementCall, Proof};
use crate::auth::person::PersonCall;
use crate::auth::{client as client_auth, management_caller, person as person_auth};
use crate::openapi::of;
use crate::routes::{Around, Endpoint, Incoming, Shape, Who};
use crate::state::AppState;
use axum::handler::Handler;
use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, Method};
use rollcall_core::Refusal;
use rollcall_core::ids::PoolId;
use rollcall_core::model::access_key::{ManagementCaller, Permission};
use rollcall_wire::v3::Request;
use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::future::ready;

/// The parameters of a call that has none.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema)]
pub(crate) struct NoParameters {}

impl Request for NoParameters {
    const REQUIRED: &'static [&'static str] = &[];
}

/// A call that anyone may make.
#[derive(Debug)]
pub(crate) struct AnyoneCall<T> {
    /// What is asked for.
    pub(crate) request: T,
    headers: HeaderMap,
}

impl<T> AnyoneCall<T> {
    /// Refuses the call if a header names another pool than this, which is the
    /// caller's, as it turned out.
    pub(crate) fn check_pool(&self, pool: PoolId) -> Result<(), Refusal> {
        check_pool(&self.headers, pool)
    }
}

/// A route for access keys with this permission.
pub(crate) fn key<T, R, F, Fut>(permission: Permission, handler: F) -> Endpoint
where
    T: Request + DeserializeOwned + JsonSchema + Send + 'static,
    R: Reply,
    F: Fn(AppState, ManagementCall<T>) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = V3Result<R>> + Send + 'static,
{
    endpoint::<T, _, _, _>(Who::ManagementKey(permission), move |app, incoming| {
        let handler = handler.clone();
        async move {
            let (caller, bytes) = management_caller(&app, &incoming).await?;
            caller.require(permission)?;
            let request = parameters(&incoming.parts, &bytes)?;
            let call = ManagementCall::new(caller, &incoming.context, request);
            handler(app, call).await
        }
    })
}

/// A route for access keys with this permission whose operation confirms the caller:
/// it reads the key together with what it is asked.
pub(crate) fn claimed_key<T, R, F, Fut>(permission: Permission, handler: F) -> Endpoint
where
    T: Request + DeserializeOwned + JsonSchema + Send + 'static,
    R: Reply,
    F: Fn(AppState, ClaimedCall<T>) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = V3Result<R>> + Send + 'static,
{
    endpoint::<T, _, _, _>(Who::ManagementKey(permission), move |app, incoming| {
        let handler = handler.clone();
        async move {
            let parts = &incoming.parts;
            let proof = Proof::of(&parts.headers)?;
            let bytes = incoming.body?;
            let claim = management_caller::claim(&app, parts, proof, &bytes).await?;
            let request = parameters(parts, &bytes);
            handler(app, ClaimedCall { claim, request }).await
        }
    })
}

/// A route for the root key of the server's first pool alone.
pub(crate) fn server_root<T, R, F, Fut>(handler: F) -> Endpoint
where
    T: Request + DeserializeOwned + JsonSchema + Send + 'static,
    R: Reply,
    F: Fn(AppState, ManagementCall<T>) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = V3Result<R>> + Send + 'static,
{
    endpoint::<T, _, _, _>(Who::ServerRoot, move |app, incoming| {
        let handler = handler.clone();
        async move {
            let (caller, bytes) = management_caller(&app, &incoming).await?;
            app.authority.require_server_root(&caller).await?;
            let request = parameters(&incoming.parts, &bytes)?;
            let call = ManagementCall::new(caller, &incoming.context, request);
            handler(app, call).await
        }
    })
}

/// Who calls, and the body. A proof that is missing is told of before the body.
async fn management_caller(
    app: &AppState,
    incoming: &Incoming,
) -> V3Result<(ManagementCaller, Bytes)> {
    let proof = Proof::of(&incoming.parts.headers)?;
    let bytes = incoming.body.clone()?;
    let caller = management_caller::authenticate(app, &incoming.parts, proof, &bytes).await?;
    Ok((caller, bytes))
}

/// A route for end users.
pub(crate) fn person<T, R, F, Fut>(handler: F) -> Endpoint
where
    T: Request + DeserializeOwned + JsonSchema + Send + 'static,
    R: Reply,
    F: Fn(AppState, PersonCall<T>) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = V3Result<R>> + Send + 'static,
{
    endpoint::<T, _, _, _>(Who::Person, move |app, incoming| {
        let handler = handler.clone();
        async move {
            let person = person_auth::from_v3_headers(&app, &incoming.parts.headers).await?;
            let bytes = incoming.body?;
            let request = parameters(&incoming.parts, &bytes)?;
            handler(app, PersonCall::new(person, &incoming.context, request)).await
        }
    })
}

/// A route for applications that prove themselves as at the token endpoint.
pub(crate) fn client<T, R, F, Fut>(handler: F) -> Endpoint
where
    T: Request + ClientCredentials + DeserializeOwned + JsonSchema + Send + Sync + 'static,
    R: Reply,
    F: Fn(AppState, ClientCall<T>) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = V3Result<R>> + Send + 'static,
{
    endpoint::<T, _, _, _>(Who::Client, move |app, incoming| {
        let handler = handler.clone();
        async move {
            let bytes = incoming.body?;
            let request: T = parameters(&incoming.parts, &bytes)?;
            let headers = &incoming.parts.headers;
            let client = client_auth::from_v3_request(&app, headers, &request).await?;
            let call = ClientCall::new(client, &incoming.context, request);
            handler(app, call).await
        }
    })
}

/// A route for anyone who names an application: to name it is enough, but
/// credentials that are shown must be its own.
pub(crate) fn named_client<T, R, F, Fut>(handler: F) -> Endpoint
where
    T: Request + ClientCredentials + DeserializeOwned + JsonSchema + Send + Sync + 'static,
    R: Reply,
    F: Fn(AppState, ClientCall<T>) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = V3Result<R>> + Send + 'static,
{
    endpoint::<T, _, _, _>(Who::Anyone, move |app, incoming| {
        let handler = handler.clone();
        async move {
            let bytes = incoming.body?;
            let request: T = parameters(&incoming.parts, &bytes)?;
            let headers = &incoming.parts.headers;
            let client = client_auth::named_in_v3_request(&app, headers, &request).await?;
            let call = ClientCall::new(client, &incoming.context, request);
            handler(app, call).await
        }
    })
}

/// A route for anyone.
pub(crate) fn anyone<T, R, F, Fut>(handler: F) -> Endpoint
where
    T: Request + DeserializeOwned + JsonSchema + Send + 'static,
    R: Reply,
    F: Fn(AppState, AnyoneCall<T>) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = V3Result<R>> + Send + 'static,
{
    endpoint::<T, _, _, _>(Who::Anyone, move |app, incoming| {
        let handler = handler.clone();
        async move {
            let bytes = incoming.body?;
            let request = parameters(&incoming.parts, &bytes)?;
            let headers = incoming.parts.headers;
            handler(app, AnyoneCall { request, headers }).await
        }
    })
}

/// A route of the contract that is not built.
pub(crate) fn not_built(path: &'static str) -> Endpoint {
    Endpoint::new(
        Who::NotBuilt,
        Shape::NotBuilt,
        move |_, incoming| async move { respond::failure(&Failure::NotBuilt(path), &incoming.context) },
    )
}

/// A handler for what no route answers.
pub(crate) fn fails(failure: Failure) -> impl Handler<(), AppState> {
    let answer = move |_, incoming: Incoming| ready(respond::failure(&failure, &incoming.context));
    Around { route: "", answer }
}

fn endpoint<T, R, F, Fut>(who: Who, answer: F) -> Endpoint
where
    T: JsonSchema,
    R: Reply,
    F: Fn(AppState, Incoming) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = V3Result<R>> + Send + 'static,
{
    let shape = Shape::V3 {
        query: T::json_schema,
        body: of::<T>,
        answer: R::schema,
    };
    Endpoint::new(who, shape, move |app, incoming| {
        let context = incoming.context.clone();
        let answer = answer(app, incoming);
        async move {
            match answer.await {
                Ok(reply) => respond::success(reply, &context),
                Err(failure) => respond::failure(&failure, &context),
            }
        }
    })
}

/// The query of a GET, the body of anything else.
fn parameters<T: Request + DeserializeOwned>(parts: &Parts, body: &[u8]) -> V3Result<T> {
    match parts.method {
        Method::GET | Method::HEAD => query::read(parts.uri.query().unwrap_or_default()),
        _ => body::read(&parts.headers, body),
    }
}
