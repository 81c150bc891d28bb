//! What happens around every route, in one place each.

mod address;
mod body;
mod context;
mod headers;

pub(crate) use body::{BodyBudget, BodyError, body_of};
pub(crate) use context::{Context, Outcome, Surroundings, wrap};
