//! What happens around every route, in one place each.

mod address;
mod body;
mod context;
mod headers;
mod request_id;
mod within;

pub(crate) use body::{BodyBudget, BodyError};
pub(crate) use context::{Context, Outcome, Surroundings, around};
pub(crate) use headers::of_json;
pub use request_id::RequestId;
pub(crate) use request_id::RequestIds;
