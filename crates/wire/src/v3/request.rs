//! What every V3 request type says about itself.

/// A V3 request body, or the parameters of a V3 `GET`.
pub trait Request {
    /// The names of the required top-level members, as the contract's schema
    /// lists them. A server reports all that are missing in one answer.
    const REQUIRED: &'static [&'static str];
}

/// A string that an enumeration of the contract does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not one of the accepted values")]
pub struct UnknownValue;
