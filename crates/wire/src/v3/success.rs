//! The answer of calls that only do something.

use serde::{Deserialize, Serialize};

/// Data of calls that only do something (schema `IsSuccessDto`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct IsSuccessDto {
    /// Whether it was done; failures are told by `statusCode` instead.
    pub success: bool,
}
