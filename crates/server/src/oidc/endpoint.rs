//! From a handler function to an endpoint under `/oidc`.

use super::form;
use super::respond::{self, OAuthFailure, OAuthReply, OAuthResult};
use crate::auth::client::{ClientCall, ClientCredentials, from_oidc_request};
use crate::auth::person::{PersonCall, bearer_token, check_named, from_token};
use crate::egress::Image;
use crate::openapi::of;
use crate::routes::{Describe, Endpoint, Incoming, Shape, Who};
use crate::state::AppState;
use axum::extract::{FromRequestParts as _, Path};
use axum::response::{IntoResponse as _, Response};
use http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, ALLOW, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE,
    PRAGMA,
};
use http::{HeaderName, HeaderValue, Method, StatusCode};
use rollcall_core::model::application::ClientEndpoint;
use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// A route for applications, with a form and their credentials.
pub(crate) fn client<T, R, F, Fut>(at: ClientEndpoint, handler: F) -> Endpoint
where
    T: ClientCredentials + DeserializeOwned + JsonSchema + Send + Sync + 'static,
    R: OAuthReply,
    F: Fn(AppState, ClientCall<T>) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = OAuthResult<R>> + Send + 'static,
{
    endpoint(Who::Client, Some(of::<T>), move |app, incoming| {
        let handler = handler.clone();
        async move {
            let bytes = incoming.body?;
            let headers = &incoming.parts.headers;
            let request: T = form::read(headers, &bytes)?;
            let client = from_oidc_request(&app, at, headers, &request).await?;
            let call = ClientCall::new(client, &incoming.context, request);
            handler(app, call).await
        }
    })
}

/// The token in a form (RFC 6750 section 2.2).
#[derive(Deserialize, JsonSchema)]
pub(super) struct TokenForm {
    /// The access token, if it is not in `Authorization`.
    access_token: Option<rollcall_wire::v3::SecretText>,
}

/// A route for end users: GET, or POST with the token in the header or in the
/// form, never in both (RFC 6750 section 2) and never in the query.
pub(crate) fn person<R, F, Fut>(handler: F) -> Endpoint
where
    R: OAuthReply,
    F: Fn(AppState, PersonCall<()>) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = OAuthResult<R>> + Send + 'static,
{
    endpoint(Who::Person, Some(of::<TokenForm>), move |app, incoming| {
        let handler = handler.clone();
        async move {
            let in_form = token_in_form(&incoming)?;
            let in_header = bearer_token(&incoming.parts.headers);
            let token = match (in_header, &in_form) {
                (Some(_), Some(_)) => {
                    return Err(OAuthFailure::invalid_request("the token is given twice"));
                }
                (Some(token), None) => token,
                (None, Some(token)) => token.as_str(),
                (None, None) => return Err(OAuthFailure::no_token()),
            };
            let person = from_token(&app, token).await?;
            check_named(&incoming.parts.headers, &person)?;
            handler(app, PersonCall::new(person, &incoming.context, ())).await
        }
    })
}

fn token_in_form(incoming: &Incoming) -> OAuthResult<Option<rollcall_wire::v3::SecretText>> {
    if incoming.parts.method != Method::POST {
        return Ok(None);
    }
    let bytes = incoming.body.clone()?;
    if bytes.is_empty() || !form::is_form(&incoming.parts.headers) {
        return Ok(None);
    }
    let form: TokenForm = form::read(&incoming.parts.headers, &bytes)?;
    Ok(form.access_token)
}

/// How long discovery and the key set may be kept by others: five minutes, so
/// that a new key is known soon. Who meets an unknown key id asks anew.
const PUBLIC_CACHING: HeaderValue = HeaderValue::from_static("public, max-age=300");

/// What is public may be read by scripts of any site: a browser's OIDC client
/// begins there (RFC 9700 section 2.6). No other route has a CORS header.
const ANY_ORIGIN: HeaderValue = HeaderValue::from_static("*");

/// A route for anyone, whose answer is public.
pub(crate) fn anyone<R, F, Fut>(handler: F) -> Endpoint
where
    R: OAuthReply,
    F: Fn(AppState) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = OAuthResult<R>> + Send + 'static,
{
    let shape = Shape::Protocol {
        form: None,
        answer: R::SCHEMA,
    };
    Endpoint::new(Who::Anyone, shape, move |app, _| {
        let handler = handler.clone();
        async move {
            match handler(app).await {
                Ok(reply) => {
                    let mut response = respond::success(reply);
                    let headers = response.headers_mut();
                    // For RFC 6749 section 5.1's answers, which must not be kept.
                    headers.remove(PRAGMA);
                    headers.insert(CACHE_CONTROL, PUBLIC_CACHING);
                    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, ANY_ORIGIN);
                    response
                }
                Err(failure) => failure.into_response(),
            }
        }
    })
}

/// An image is looked at again after an hour.
const IMAGE_CACHING: HeaderValue = HeaderValue::from_static("public, max-age=3600");

/// Opened by itself, an image is a page without any rights, and in no other.
const IMAGE_POLICY: HeaderValue =
    HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'; sandbox");

/// Images are for our own pages.
const OUR_PAGES: HeaderValue = HeaderValue::from_static("same-origin");

const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// A route for anyone that answers the image which the path's one parameter
/// names. If there is none it is 404 and nothing else, whatever the reason.
pub(crate) fn image<F, Fut>(handler: F) -> Endpoint
where
    F: Fn(AppState, String) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Option<Image>> + Send + 'static,
{
    Endpoint::new(
        Who::Anyone,
        Shape::Plain("image/*"),
        move |app, mut incoming| {
            let handler = handler.clone();
            async move {
                let named = Path::<String>::from_request_parts(&mut incoming.parts, &()).await;
                let Ok(Path(name)) = named else {
                    return StatusCode::NOT_FOUND.into_response();
                };
                let Some(image) = handler(app, name).await else {
                    return StatusCode::NOT_FOUND.into_response();
                };
                let content_type = HeaderValue::from_static(image.content_type);
                let headers = [
                    (CONTENT_TYPE, content_type),
                    (CACHE_CONTROL, IMAGE_CACHING),
                    (CONTENT_SECURITY_POLICY, IMAGE_POLICY),
                    (RESOURCE_POLICY, OUR_PAGES),
                ];
                (headers, image.bytes).into_response()
            }
        },
    )
}

/// A route for people's browsers: a page or a redirect, whatever happens.
pub(crate) fn browser<F, Fut>(handler: F) -> Endpoint
where
    F: Fn(AppState, Incoming) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Response> + Send + 'static,
{
    Endpoint::new(Who::Browser, Shape::Page, move |app, incoming| {
        // HEAD must be safe (RFC 9110 section 9.2.1), and a visit here may issue a code
        // or sign a person out. Axum answers it with a GET's handler.
        let is_head = incoming.parts.method == Method::HEAD;
        let visit = (!is_head).then(|| handler(app, incoming));
        async move {
            match visit {
                Some(visit) => visit.await,
                None => (StatusCode::METHOD_NOT_ALLOWED, [(ALLOW, "GET, POST")]).into_response(),
            }
        }
    })
}

/// A route of the contract that is not built.
pub(crate) fn not_built(path: &'static str) -> Endpoint {
    Endpoint::new(Who::NotBuilt, Shape::NotBuilt, move |_, _| {
        let failure = OAuthFailure::new(
            StatusCode::NOT_IMPLEMENTED,
            "not_supported",
            &format!("{path} is not built"),
        );
        std::future::ready(failure.into_response())
    })
}

fn endpoint<R, F, Fut>(who: Who, form: Option<Describe>, answer: F) -> Endpoint
where
    R: OAuthReply,
    F: Fn(AppState, Incoming) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = OAuthResult<R>> + Send + 'static,
{
    let shape = Shape::Protocol {
        form,
        answer: R::SCHEMA,
    };
    Endpoint::new(who, shape, move |app, incoming| {
        let answer = answer(app, incoming);
        async move { answer.await.map_or_else(written, respond::success) }
    })
}

fn written(failure: OAuthFailure) -> Response {
    failure.into_response()
}
