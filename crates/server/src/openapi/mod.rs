//! What can be called, as an OpenAPI 3.1 document. It is made from the table of
//! routes and the wire types that handlers take and answer, so it cannot say
//! anything else than the code does; `docs/openapi.json` is its committed copy.

pub(crate) mod envelope;
mod operation;
mod schemas;
mod words;

use crate::router::described;
use crate::routes::{Classified, Endpoint, Shape, Who};
use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use http::HeaderValue;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use rollcall_wire::v3::Language;
use rollcall_wire::v3::headers::{Header, HeaderFamily};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use schemas::Schemas;
use serde_json::{Map, Value, json};
use std::sync::LazyLock;

/// Where the document is.
pub(crate) const PATH: &str = "/openapi.json";

/// A new server says something new, and nobody should be told the old one's word.
const CACHING: HeaderValue = HeaderValue::from_static("no-cache");

static WRITTEN: LazyLock<Bytes> = LazyLock::new(|| Bytes::from(document().to_string()));

/// The schema of a type, by reference.
pub(crate) fn of<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<T>()
}

/// `GET /openapi.json`
pub(crate) fn openapi_json() -> Endpoint {
    let shape = Shape::Plain("application/json");
    Endpoint::new(Who::Anyone, shape, |_, _| {
        let mut response = Response::new(Body::from(WRITTEN.clone()));
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(CACHE_CONTROL, CACHING);
        std::future::ready(response)
    })
}

/// The routes that the document has. The console's pages are no API: nothing but their
/// own forms calls them.
fn told_of() -> Vec<(Classified, Shape)> {
    let mut routes = described();
    routes.retain(|(row, _)| !matches!(row.who, Who::Console(_)));
    routes
}

/// The document.
pub fn document() -> Value {
    let mut schemas = Schemas::default();
    let mut paths = Map::new();
    for (row, shape) in told_of() {
        let told = operation::operation(&row, shape, &mut schemas);
        let methods = paths.entry(row.path).or_insert_with(|| json!({}));
        methods[row.method.to_ascii_lowercase()] = told;
    }
    for methods in paths.values_mut() {
        if methods["post"].is_object() && methods["get"].is_object() {
            let id = methods["get"]["operationId"].as_str().unwrap_or_default();
            methods["get"]["operationId"] = format!("{id}ByGet").into();
        }
    }
    let failure = schemas.answer(envelope::failure);
    let mut document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Rollcall",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "Is this user signed in to this application, right now?",
            "description": words::ABOUT,
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        "servers": [{ "url": "/", "description": "This server" }],
        "tags": words::tags(),
        "paths": paths,
        "components": {
            "schemas": { envelope::FAILURE: failure },
            "parameters": parameters(),
            "headers": headers(),
            "securitySchemes": security_schemes(),
        },
    });
    schemas.finish(&mut document);
    document
}

/// The headers that every V3 call takes, in the family that we call ours.
fn parameters() -> Value {
    let language = HeaderFamily::Genauth.header(Header::Language);
    let pool = HeaderFamily::Genauth.header(Header::UserPoolId);
    let languages: Vec<_> = Language::ALL.iter().map(|each| each.as_str()).collect();
    json!({
        "Language": {
            "name": language,
            "in": "header",
            "description": "The language of `message`; `x-authing-lang` does too.",
            "schema": { "type": "string", "enum": languages, "default": Language::default().as_str() },
        },
        "UserPool": {
            "name": pool,
            "in": "header",
            "description": "The pool that the caller means. It must be the caller's own, or the \
                call is refused; `x-authing-userpool-id` does too.",
            "schema": { "type": "string" },
        },
    })
}

fn headers() -> Value {
    json!({
        "RequestId": {
            "description": "Names this one request in the answer and in the server's log.",
            "schema": { "type": "string" },
        },
        "RetryAfter": {
            "description": "With `statusCode` 429 and 503: seconds until another try makes sense.",
            "schema": { "type": "integer", "minimum": 0 },
        },
    })
}

fn security_schemes() -> Value {
    json!({
        "management": {
            "type": "http",
            "scheme": "bearer",
            "description": "A token of `get-management-token`, good for two hours. The names \
                that an operation lists are the permissions that the access key needs.",
        },
        "signature": {
            "type": "apiKey",
            "in": "header",
            "name": "authorization",
            "description": "`authing <accessKeyId>:<base64(HMAC-SHA1(accessKeySecret, text))>`, \
                as the published SDKs sign each request.",
        },
        "person": {
            "type": "http",
            "scheme": "bearer",
            "description": "The access token of a person's login, from `signin` or `/oidc/token`.",
        },
        "client": {
            "type": "http",
            "scheme": "basic",
            "description": "`client_secret_basic`: the application's id and secret. They can \
                stand in the body instead, as `client_id` and `client_secret`.",
        },
    })
}

#[cfg(test)]
mod tests;
