//! Bulk changes, which may be carried out for some rows and not for others.

use rollcall_wire::v3::{Envelope, RowResultDto};
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

/// What a bulk change was answered with: it was carried out for one row at least.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Batch<T> {
    /// What was made of the rows that were carried out, in order.
    pub data: T,
    /// What became of each row, in order. Empty from a server that does not tell,
    /// which Rollcall does.
    pub results: Vec<RowResultDto>,
}

/// Reads both of an answer.
pub(crate) fn batch<T: DeserializeOwned>(answer: Envelope<Box<RawValue>>) -> Option<Batch<T>> {
    Some(Batch {
        data: serde_json::from_str(answer.data?.get()).ok()?,
        results: answer.results.unwrap_or_default(),
    })
}
