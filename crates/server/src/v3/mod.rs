//! The V3 API: HTTP 200 with a body that decides.
//!
//! A handler is a plain function from a call to data or a failure. What stands
//! before it (proof, body, language) and after it (the envelope) is here.

pub(crate) mod authentication;
mod body;
pub(crate) mod convert;
mod endpoint;
pub(crate) mod failure;
mod fields;
pub(crate) mod management;
mod messages;
mod query;
pub(crate) mod respond;
mod rows;

pub(crate) use endpoint::{
    AnyoneCall, NoParameters, anyone, claimed_key, client, fails, key, named_client, not_built,
    person, server_root,
};
pub(crate) use failure::{Failure, V3Result, retry_after};
pub(crate) use respond::{Beside, Done};
pub(crate) use rows::{RowIds, WithResults, with_results};
