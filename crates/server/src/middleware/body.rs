//! The request's body, read before anybody decides anything: a connection on
//! which an answer overtakes the body is closed, and its client, still sending,
//! may never see that answer (RFC 9112 section 9.6).

use super::within::within;
use axum::body::{Body, HttpBody as _};
use bytes::Bytes;
use http_body_util::BodyExt as _;
use rollcall_core::limits::{self, MAX_BODY_BYTES};
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The body could not be read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum BodyError {
    /// It is larger than [`MAX_BODY_BYTES`].
    TooLarge,
    /// It ended early.
    Broken,
    /// Too much is being received already, or it is slow.
    Busy,
}

/// What larger bodies may take of memory, all together: a permit is a KiB.
#[derive(Clone, Debug)]
pub(crate) struct BodyBudget(Arc<Semaphore>);

const PERMIT_BYTES: usize = 1024;

impl Default for BodyBudget {
    fn default() -> Self {
        let permits = limits::MAX_BUFFERED_BODY_BYTES / PERMIT_BYTES;
        Self(Arc::new(Semaphore::new(permits)))
    }
}

impl BodyBudget {
    fn take(&self, bytes: usize) -> Result<OwnedSemaphorePermit, BodyError> {
        let permits = u32::try_from(bytes.div_ceil(PERMIT_BYTES)).unwrap_or(u32::MAX);
        let taken = Arc::clone(&self.0).try_acquire_many_owned(permits);
        taken.map_err(|_| BodyError::Busy)
    }
}

/// The body. What it takes of the budget is given back when the returned permit goes,
/// after the answer. To send it nobody has longer than any request may take: a call that
/// has more time has it for what it does, which nobody does who has not proved
/// themselves.
pub(super) async fn read_in_time(
    body: Body,
    budget: &BodyBudget,
) -> (Result<Bytes, BodyError>, Option<OwnedSemaphorePermit>) {
    let mut permit = None;
    let body = within(limits::REQUEST_TIMEOUT, read(body, budget, &mut permit)).await;
    (body.unwrap_or(Err(BodyError::Busy)), permit)
}

async fn read(
    mut body: Body,
    budget: &BodyBudget,
    permit: &mut Option<OwnedSemaphorePermit>,
) -> Result<Bytes, BodyError> {
    let announced = body.size_hint().lower();
    if usize::try_from(announced).is_ok_and(|bytes| bytes > limits::MAX_DRAINED_BYTES) {
        return Err(BodyError::TooLarge);
    }
    // Nearly every body comes in one piece, and needs no list of them.
    let mut first = Bytes::new();
    let mut chunks: Vec<Bytes> = Vec::new();
    let mut length = 0;
    while let Some(frame) = body.frame().await {
        let Ok(chunk) = frame.map_err(|_| BodyError::Broken)?.into_data() else {
            continue;
        };
        length += chunk.len();
        if length <= MAX_BODY_BYTES {
            if length > limits::SMALL_BODY_BYTES {
                let more = budget.take(chunk.len())?;
                match permit {
                    Some(permit) => permit.merge(more),
                    None => *permit = Some(more),
                }
            }
            if first.is_empty() {
                first = chunk;
            } else {
                chunks.push(chunk);
            }
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
    if chunks.is_empty() {
        return Ok(first);
    }
    chunks.insert(0, first);
    Ok(chunks.concat().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn read_with(budget: &BodyBudget, bytes: usize) -> Result<usize, BodyError> {
        let body = Body::from(vec![b' '; bytes]);
        let (body, _permit) = read_in_time(body, budget).await;
        body.map(|body| body.len())
    }

    #[tokio::test]
    async fn larger_bodies_share_a_budget_and_small_ones_always_pass() {
        let budget = BodyBudget::default();
        let all = limits::MAX_BUFFERED_BODY_BYTES;
        let held = budget.take(all - MAX_BODY_BYTES).unwrap();
        assert_eq!(read_with(&budget, MAX_BODY_BYTES).await, Ok(MAX_BODY_BYTES));
        let last = budget.take(MAX_BODY_BYTES).unwrap();
        let small = limits::SMALL_BODY_BYTES;
        assert_eq!(read_with(&budget, small).await, Ok(small));
        assert_eq!(read_with(&budget, small + 1).await, Err(BodyError::Busy));
        drop((held, last));
        assert_eq!(read_with(&budget, small + 1).await, Ok(small + 1));
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_does_not_come_gives_its_budget_back() {
        let budget = BodyBudget::default();
        let (sender, receiver) = tokio::sync::mpsc::channel(1);
        let chunk = Bytes::from(vec![b' '; limits::SMALL_BODY_BYTES + 1]);
        sender.send(chunk).await.unwrap();
        let body = Body::new(Slow(receiver));
        let reading = read_in_time(body, &budget);
        let longest = limits::REQUEST_TIMEOUT + std::time::Duration::from_millis(1);
        let (body, _) = tokio::time::timeout(longest, reading).await.unwrap();
        assert_eq!(body, Err(BodyError::Busy));
        let all = limits::MAX_BUFFERED_BODY_BYTES;
        assert!(budget.take(all).is_ok());
    }

    /// A body whose end is held back.
    struct Slow(tokio::sync::mpsc::Receiver<Bytes>);

    impl http_body::Body for Slow {
        type Data = Bytes;
        type Error = std::convert::Infallible;

        fn poll_frame(
            mut self: std::pin::Pin<&mut Self>,
            context: &mut std::task::Context<'_>,
        ) -> std::task::Poll<Option<Result<http_body::Frame<Bytes>, Self::Error>>> {
            let chunk = self.0.poll_recv(context);
            chunk.map(|chunk| chunk.map(|chunk| Ok(http_body::Frame::data(chunk))))
        }
    }

    #[tokio::test]
    async fn a_body_ends_at_its_limit() {
        let budget = BodyBudget::default();
        let past = read_with(&budget, MAX_BODY_BYTES + 1).await;
        assert_eq!(past, Err(BodyError::TooLarge));
    }
}
