//! The request's body, read before anybody decides anything: a connection on
//! which an answer overtakes the body is closed, and its client, still sending,
//! may never see that answer (RFC 9112 section 9.6).

use axum::body::{Body, HttpBody as _};
use bytes::Bytes;
use http::request::Parts;
use http_body_util::BodyExt as _;
use rollcall_core::limits::{self, MAX_BODY_BYTES};

/// The body could not be read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum BodyError {
    /// It is larger than [`MAX_BODY_BYTES`].
    TooLarge,
    /// It ended early.
    Broken,
}

/// The body as an extension of its request.
#[derive(Clone)]
struct ReadBody(Result<Bytes, BodyError>);

/// Reads the body and puts it beside the request's head.
pub(super) async fn attach(parts: &mut Parts, body: Body) {
    let body = read(body).await;
    parts.extensions.insert(ReadBody(body));
}

/// The body of a request that has passed [`attach`].
pub(crate) fn body_of(parts: &Parts) -> Result<Bytes, BodyError> {
    let attached = parts.extensions.get::<ReadBody>();
    attached.map_or(Err(BodyError::Broken), |body| body.0.clone())
}

async fn read(mut body: Body) -> Result<Bytes, BodyError> {
    let announced = body.size_hint().lower();
    if usize::try_from(announced).is_ok_and(|bytes| bytes > limits::MAX_DRAINED_BYTES) {
        return Err(BodyError::TooLarge);
    }
    let mut chunks: Vec<Bytes> = Vec::new();
    let mut length = 0;
    while let Some(frame) = body.frame().await {
        let Ok(chunk) = frame.map_err(|_| BodyError::Broken)?.into_data() else {
            continue;
        };
        length += chunk.len();
        if length <= MAX_BODY_BYTES {
            chunks.push(chunk);
        } else {
            chunks.clear();
        }
        if length > limits::MAX_DRAINED_BYTES {
            break;
        }
    }
    if length > MAX_BODY_BYTES {
        return Err(BodyError::TooLarge);
    }
    match chunks.as_mut_slice() {
        [only] => Ok(std::mem::take(only)),
        _ => Ok(chunks.concat().into()),
    }
}
