//! Pages of lists.

use serde::{Deserialize, Serialize};

use super::Whole;

/// Which page of a list (schema `PaginationDto`). `page` counts from 1; `limit`
/// is 1 to 50. Bounds are the server's to check, since each answers with its
/// own wording.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PaginationDto {
    /// Page number from 1; 1 if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<Whole>,
    /// Entries per page, 1 to 50; 10 if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<Whole>,
}
