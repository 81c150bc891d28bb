//! The one place that writes the V3 envelope.

use super::failure::{Codes, Failure};
use super::{messages, rows};
use crate::middleware::{Context, Outcome, of_json};
use crate::openapi::envelope;
use axum::body::Body;
use axum::response::Response;
use http::header::RETRY_AFTER;
use http::{HeaderValue, StatusCode as HttpStatus};
use rollcall_core::Refusal;
use rollcall_wire::v3::envelope::{SUCCESS, success_json};
use rollcall_wire::v3::{Envelope, NoData};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Serialize;

/// What a handler can answer a success with: anything that serialises becomes
/// `data`; [`Done`] has none.
pub(crate) trait Reply: Send + 'static {
    /// The answer's bytes.
    fn body(self, context: &Context) -> serde_json::Result<Vec<u8>>;

    /// The schema of that body, the envelope and all.
    fn schema(generator: &mut SchemaGenerator) -> Schema;
}

/// A success that has nothing to add (`CommonResponseDto`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Done;

impl Reply for Done {
    fn body(self, context: &Context) -> serde_json::Result<Vec<u8>> {
        serde_json::to_vec(&Envelope::done(&*context.request_id))
    }

    fn schema(generator: &mut SchemaGenerator) -> Schema {
        envelope::done(generator)
    }
}

/// A success whose members stand beside those of the envelope, and not in `data`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Beside<T>(pub(crate) T);

impl<T: Serialize + JsonSchema + Send + 'static> Reply for Beside<T> {
    fn body(self, context: &Context) -> serde_json::Result<Vec<u8>> {
        #[derive(Serialize)]
        struct Flat<T> {
            #[serde(flatten)]
            envelope: Envelope<NoData>,
            #[serde(flatten)]
            members: T,
        }
        serde_json::to_vec(&Flat {
            envelope: Envelope::done(&*context.request_id),
            members: self.0,
        })
    }

    fn schema(generator: &mut SchemaGenerator) -> Schema {
        envelope::beside::<T>(generator)
    }
}

impl<T: Serialize + JsonSchema + Send + 'static> Reply for T {
    fn body(self, context: &Context) -> serde_json::Result<Vec<u8>> {
        success_json(&context.request_id, &self)
    }

    fn schema(generator: &mut SchemaGenerator) -> Schema {
        envelope::with_data::<T>(generator)
    }
}

/// A success.
pub(crate) fn success(reply: impl Reply, context: &Context) -> Response {
    match reply.body(context) {
        Ok(body) => answer(HttpStatus::OK, SUCCESS, body),
        Err(error) => {
            let request_id = &*context.request_id;
            tracing::error!(request_id, %error, "an answer could not be written");
            failure(&Refusal::Fault.into(), context)
        }
    }
}

/// A failure, told in the caller's language.
pub(crate) fn failure(failure: &Failure, context: &Context) -> Response {
    let Codes { status, api } = failure.codes();
    let envelope: Envelope<NoData> = Envelope {
        status_code: status,
        message: messages::message(failure, context.language),
        api_code: api.map(Into::into),
        request_id: str::to_owned(&context.request_id),
        data: None,
        results: failure
            .rows()
            .map(|rows| rows::results(rows, context.language)),
    };
    // An envelope of texts and numbers always serialises.
    let body = serde_json::to_vec(&envelope).unwrap_or_default();
    let mut response = answer(failure.http_status(), status, body);
    if let Some(seconds) = failure.retry_after() {
        let headers = response.headers_mut();
        headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

fn answer(http: HttpStatus, status_code: u16, body: Vec<u8>) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = http;
    *response.headers_mut() = of_json();
    if status_code != http.as_u16() {
        response.extensions_mut().insert(Outcome(status_code));
    }
    response
}
